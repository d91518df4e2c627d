// Where a figure's sources stand: the same names as `addresses.py` makes.
"use strict";
(function () {
  const site = window.gongkai;

  function plain(text) { return text.replace(/[^0-9A-Za-z_.-]/g, "_"); }

  function sourceOf(region, group, figure) {
    const part = plain(figure.subject + "." + figure.variant);
    const phase = { budget: "b", final_accounts: "f" }[group.phase] || plain(group.phase);
    const name = plain(region.code) + "-" + group.year + "-" + phase + "-" + group.type_key + (group.is_split ? "-" + part : "");
    return "sources/" + name + ".html#" + part + "." + plain(figure.code);
  }

  function tablesOf(region, group) { return "regions/" + plain(region.code) + "-" + group.type_key + ".html"; }

  // A region's script calls this; figures come as lists whose places `figure_columns` of the catalogue names.
  function addRegion(region) {
    const columns = site.catalogue.figure_columns;
    for (const group of region.groups) {
      for (const [part, rows] of Object.entries(group.parts)) {
        const at = part.indexOf(".");
        group.parts[part] = rows.map(function (row) {
          const figure = { subject: part.slice(0, at), variant: part.slice(at + 1) };
          columns.forEach((name, index) => { figure[name] = row[index] === undefined ? null : row[index]; });
          figure.is_comparable = group.is_comparable && !figure.reasons;
          figure.incomparable_reasons = group.reasons.concat(figure.reasons || []);
          figure.all_warnings = group.warnings.concat(figure.warnings || []);
          figure.source = sourceOf(region, group, figure);
          figure.name = site.nameOf(region, figure);
          return figure;
        });
      }
    }
    site.regions[region.code] = region;
  }

  function nameOf(region, figure) {
    const codes = site.catalogue.codes;
    const own = codes[figure.code] || codes[figure.subject + "." + figure.code];
    if (own) { return own; }
    const name = (region.names[figure.subject] || {})[figure.subject === "economic" ? figure.variant.split(".")[0] + "." + figure.code : figure.code];
    const told = name ? figure.code + " " + name : figure.code;
    return [told, told];
  }

  Object.assign(site, { sourceOf, tablesOf, addRegion, nameOf });
})();
