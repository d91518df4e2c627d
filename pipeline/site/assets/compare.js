// The comparison page: what is chosen stands in the address; tables are made of the regions' scripts.
"use strict";
(function () {
  const site = window.gongkai;
  const make = site.make;
  const both = site.both;
  const catalogue = site.catalogue;
  const said = catalogue.said;
  const MOST_REGIONS_LISTED = 60;
  const by = (id) => document.getElementById(id);
  const state = {};
  let drawing = 0;

  // ------------------------------------------------------------------------- the address
  function listed(text) { return text ? text.split(",").filter(Boolean) : []; }

  function readState() {
    const hash = site.readHash().values;
    const first = catalogue.first;
    const known = new Set(catalogue.regions.map((region) => region.code));
    const isBare = hash.r === undefined;
    state.regions = isBare ? first.regions.slice() : listed(hash.r).filter((code) => known.has(code));
    state.years = hash.y ? listed(hash.y) : isBare ? first.years.map(String) : allYears();
    state.phase = hash.p in catalogue.phases ? hash.p : first.phase;
    state.type = hash.t || first.type;
    state.subject = hash.s in catalogue.subjects ? hash.s : "function";
    state.variant = hash.v || "general_public_budget";
    state.level = Number(hash.l) || 1;
    state.measures = hash.m ? listed(hash.m) : ["amount_yuan", "share", "amount_per_capita_yuan"];
    state.bar = hash.c || "amount_yuan";
    state.code = hash.k || "";
  }

  function writeState() {
    site.replaceHash({
      r: state.regions.join(","), y: state.years.join(","), p: state.phase, t: state.type, s: state.subject, v: state.variant,
      l: state.level, m: state.measures.join(","), c: state.bar, k: state.code, lang: site.language() === "en" ? "en" : "",
    }, "");
  }

  function allYears() {
    return [...new Set(catalogue.regions.flatMap((region) => region.years))].sort().map(String);
  }

  // ------------------------------------------------------------------------ the controls
  function box(name, value, words, isChosen) {
    const input = make("input", { type: "checkbox", name, value });
    input.checked = isChosen;
    return make("label", {}, input, " ", both(words));
  }

  function showRegions() {
    const wanted = by("find").value.trim();
    const chosen = new Set(state.regions);
    const found = catalogue.regions.filter((region) => chosen.has(region.code) || region.name.includes(wanted) || region.code.startsWith(wanted));
    found.sort((one, other) => chosen.has(other.code) - chosen.has(one.code));
    by("regions").replaceChildren(...found.slice(0, MOST_REGIONS_LISTED).map((region) =>
      box("region", region.code, [region.name + " " + region.code, region.name + " " + region.code], chosen.has(region.code))));
  }

  function fill(select, options, chosen) {
    select.replaceChildren(...options.map(function ([value, words]) {
      const option = make("option", { value }, site.inLanguage(words));
      option.selected = value === chosen;
      return option;
    }));
    select.disabled = options.length < 2;
  }

  function showControls() {
    by("find").placeholder = site.inLanguage(said.find_region);
    const years = new Set(state.years);
    by("years").replaceChildren(...allYears().map((year) => box("year", year, [year, year], years.has(year))));
    fill(by("phase"), Object.entries(catalogue.phases), state.phase);
    fill(by("type"), catalogue.types.map(([name, english, count]) => [name, [name + "（" + count + "）", name + (english ? " " + english : "") + " (" + count + ")"]]), state.type);
    fill(by("subject"), Object.entries(catalogue.subjects), state.subject);
    const variants = knownVariants();
    if (variants.length && !variants.includes(state.variant)) {
      const own = state.phase === "budget" ? "budget" : "final";
      state.variant = variants.includes(own) ? own : variants[0];
    }
    fill(by("variant"), variants.map((name) => [name, catalogue.variants[state.subject + "." + name] || [name, name]]), state.variant);
    const deepest = { function: 3, economic: 2 }[state.subject] || 1;
    state.level = Math.min(state.level, deepest);
    fill(by("level"), [1, 2, 3].slice(0, deepest).map((level) => [String(level), said["level_" + level]]), String(state.level));
    const measures = knownMeasures();
    by("measures").replaceChildren(...measures.map((name) => box("measure", name, catalogue.measures[name], shownMeasures().includes(name))));
    const drawn = measures.filter((name) => name !== "comparable_rank" && name !== "growth_rate");
    if (!drawn.includes(state.bar)) { state.bar = "amount_yuan"; }
    fill(by("bar-measure"), drawn.map((name) => [name, catalogue.measures[name]]), state.bar);
  }

  // -------------------------------------------------------------------------- the figures
  function columns() {
    const found = [];
    for (const code of state.regions) {
      const region = site.regions[code];
      for (const group of region ? region.groups : []) {
        if (group.phase === state.phase && group.type === state.type && state.years.includes(String(group.year))) { found.push({ region, group }); }
      }
    }
    return found;
  }

  function knownVariants() {
    const found = new Set();
    for (const { group } of columns()) {
      for (const part of Object.keys(group.parts)) { if (part.startsWith(state.subject + ".")) { found.add(part.slice(state.subject.length + 1)); } }
    }
    return Object.keys(catalogue.variants).map((name) => name.split(".").slice(1).join(".")).filter((name, index, all) => found.has(name) && all.indexOf(name) === index);
  }

  function figuresOf(group) { return group.parts[state.subject + "." + state.variant] || []; }

  function knownMeasures() {
    const figures = columns().flatMap(({ group }) => figuresOf(group));
    return Object.keys(catalogue.measures).filter((name) => name === "amount_yuan" || figures.some((figure) => figure[name] !== null));
  }

  function shownMeasures() {
    const known = knownMeasures();
    const shown = known.filter((name) => state.measures.includes(name));
    return shown.length ? shown : known.slice(0, 1);
  }

  // Lines in the order of their codes, each below the class it belongs to.
  function lines(deepest) {
    const known = new Map();
    for (const { group } of columns()) {
      for (const figure of figuresOf(group)) {
        if (figure.class_level <= deepest && !known.has(figure.code)) { known.set(figure.code, figure); }
      }
    }
    const path = (figure) => (figure.class_level === 0 ? "" : figure.parent_code && known.has(figure.parent_code) ? path(known.get(figure.parent_code)) + "/" + figure.code : "/" + figure.code);
    const found = [...known.values()];
    return state.subject === "function" || state.subject === "economic"
      ? found.sort((one, other) => (path(one) < path(other) ? -1 : path(one) > path(other) ? 1 : 0)) : found;
  }

  function headOf({ region, group }) {
    const phase = catalogue.phases[group.phase];
    return [region.name + " " + group.year + "年" + phase[0], region.name + " " + group.year + " " + phase[1]];
  }

  function reasonList(ids) {
    if (!ids.length) { return make("span", { class: "quiet" }, both(said.none)); }
    return make("ul", { class: "reasons" }, ...ids.map((id) => make("li", {}, both(catalogue.reasons[id] || [id, id]))));
  }

  function verdict(group) {
    return group.is_comparable
      ? make("span", { class: "yes" }, "✓ ", both(said.comparable))
      : make("div", {}, make("span", { class: "no" }, "※ ", both(said.incomparable)), reasonList(group.reasons));
  }

  function covered(group) {
    const known = group.departments_known === null ? "?" : group.departments_known;
    const share = group.coverage === null ? "" : " (" + site.percent(group.coverage) + ")";
    return make("span", {}, group.departments + " / " + known + share + " ", make("span", { class: "quiet" }, both(catalogue.bases[group.basis] || ["", ""])));
  }

  function showBasis(shown) {
    const rows = [
      ["verdict", (group) => verdict(group)], ["warnings", (group) => reasonList(group.warnings)], ["departments_of", covered],
      ["documents", (group) => String(group.documents)], ["scope", (group) => both(catalogue.scopes[group.scope] || ["—", "—"])],
      ["grade", (group) => both(catalogue.grades[group.grade] || ["—", "—"])], ["precision", (group) => (group.precision ? site.thousands(group.precision) : "—")],
      ["population", (group) => (group.population ? site.thousands(String(group.population)) + " (" + group.population_year + ")" : "—")],
      ["headcount", (group) => (group.headcount === null ? "—" : site.thousands(String(group.headcount)))],
    ];
    by("basis").querySelector(".scroll").replaceChildren(make("table", {}, make("caption", {}, both(said.basis_caption)),
      make("thead", {}, make("tr", {}, make("td"), ...shown.map((one) => make("th", { scope: "col" }, make("a", { href: site.tablesOf(one.region, one.group) }, both(headOf(one))))))),
      make("tbody", {}, ...rows.map(([name, told]) => make("tr", {}, make("th", { scope: "row" }, both(said[name])), ...shown.map(({ group }) => make("td", {}, told(group))))))));
  }

  // What is said of single figures and not of their whole group, each once, numbered below the table.
  function notesOf(shown, rows) {
    return [...new Set(entriesOf(shown, rows).flatMap(({ figure }) => (figure.reasons || []).concat(figure.warnings || [])))];
  }

  function cell(figure, measure, group, notes) {
    const isOut = figure ? !figure.is_comparable : !group.is_comparable;
    const content = [];
    if (!figure || figure[measure] === null) { content.push("—"); } else {
      if (isOut && measure === "amount_yuan") { content.push(make("span", { class: "no" }, "※", make("span", { class: "unseen" }, both(said.incomparable)))); }
      const text = site.measured(figure, measure);
      content.push(make("a", { href: figure.source }, text));
      if (measure === "amount_yuan") {
        const own = (figure.reasons || []).concat(figure.warnings || []);
        content.push(...own.map((id) => make("sup", { class: "care" }, String(notes.indexOf(id) + 1))));
      }
    }
    return make("td", { class: isOut ? "incomparable" : null, "data-measure": measure }, ...content);
  }

  function tableOf(shown, measures, rows, caption) {
    const heads = shown.map((one) => make("th", { scope: "colgroup", colspan: String(measures.length), class: one.group.is_comparable ? null : "incomparable" },
      both(headOf(one)), one.group.is_comparable ? "" : make("div", { class: "no" }, "※ ", both(said.incomparable))));
    const notes = notesOf(shown, rows);
    const table = make("table", { class: "figures" }, make("caption", {}, both(caption)),
      make("thead", {}, make("tr", {}, make("th", { scope: "col", rowspan: "2" }, both(said.class)), ...heads),
        make("tr", {}, ...shown.flatMap(() => measures.map((name) => make("th", { scope: "col" }, both(catalogue.measures[name])))))),
      make("tbody", {}, ...rows.map((line) => make("tr", {}, make("th", { scope: "row" }, make("span", { class: "level" + line.class_level }, both(line.name))),
        ...shown.flatMap(({ group }) => {
          const figure = figuresOf(group).find((one) => one.code === line.code && one.class_level === line.class_level);
          return measures.map((name) => cell(figure, name, group, notes));
        })))));
    const told = make("ol", { class: "notes" }, ...notes.map((id) => make("li", {}, both(catalogue.reasons[id] || [id, id]))));
    return make("div", {}, table, notes.length ? told : "");
  }

  function caption() {
    const words = [catalogue.phases[state.phase], catalogue.subjects[state.subject], catalogue.variants[state.subject + "." + state.variant] || ["", ""]];
    return [0, 1].map((index) => [state.type, ...words.map((pair) => pair[index])].join(" · ") + said.caption_end[index]);
  }

  // --------------------------------------------------------------------------- the files
  const CSV_COLUMNS = ["region_code", "region_name", "fiscal_year", "phase", "department_type", "subject", "variant", "code", "name", "class_level"];
  const CSV_END = ["is_comparable", "incomparable_reasons", "warnings", "grade", "departments", "departments_known", "coverage", "source"];

  function csvOf(entries) {
    const measures = Object.keys(catalogue.measures);
    const number = (value) => ({ number: value === null ? "" : value });
    return site.toCsv([...CSV_COLUMNS, ...measures, ...CSV_END], entries.map(({ region, group, figure }) => [
      region.code, region.name, number(group.year), group.phase, group.type, figure.subject, figure.variant, figure.code, figure.name[0], number(figure.class_level),
      ...measures.map((name) => number(figure[name])), String(figure.is_comparable), figure.incomparable_reasons.join("; "), figure.all_warnings.join("; "),
      figure.grade, number(group.departments), number(group.departments_known), number(group.coverage), figure.source,
    ]));
  }

  function offer(button, name, entries) {
    button.disabled = !entries.length;
    button.onclick = () => { site.download(name, csvOf(entries)); by("status").textContent = site.inLanguage(said.copied) + ": " + name; };
  }

  // ----------------------------------------------------------------------------- the page
  async function show() {
    const turn = ++drawing;
    await Promise.all(state.regions.filter((code) => !site.regions[code]).map((code) => site.loadScript(catalogue.regions.find((region) => region.code === code).file)));
    if (turn !== drawing) { return; }
    showControls();
    writeState();
    const shown = columns();
    const rows = lines(state.level);
    for (const id of ["basis", "figures", "bars", "trend"]) { by(id).hidden = !shown.length; }
    const empty = state.regions.filter((code) => !shown.some((one) => one.region.code === code)).map((code) => catalogue.regions.find((region) => region.code === code).name);
    const told = !state.regions.length || !state.years.length ? site.inLanguage(said.choose)
      : site.inLanguage(said.shown) + ": " + shown.map((one) => site.inLanguage(headOf(one))).join(site.language() === "en" ? ", " : "、");
    by("status").textContent = told + (empty.length ? ". " + site.inLanguage(said.no_documents) + empty.join("、") : "");
    if (!shown.length) { return; }
    showBasis(shown);
    const place = by("figures").querySelector(".scroll");
    place.replaceChildren(rows.length ? tableOf(shown, shownMeasures(), rows, caption()) : make("p", {}, both(said.nothing)));
    offer(by("download-figures"), "gongkai.csv", entriesOf(shown, rows));
    site.showCharts({ state, shown, rows, tableOf, figuresOf, headOf, caption, offer });
  }

  function entriesOf(shown, rows) {
    return rows.flatMap((line) => shown.flatMap(({ region, group }) => figuresOf(group)
      .filter((figure) => figure.code === line.code && figure.class_level === line.class_level).map((figure) => ({ region, group, figure }))));
  }

  function choose(event) {
    const target = event.target;
    const ticked = (name) => [...document.querySelectorAll("input[name=" + name + "]:checked")].map((one) => one.value);
    if (target.name === "region") { state.regions = target.checked ? [...state.regions, target.value] : state.regions.filter((code) => code !== target.value); }
    if (target.name === "year") { state.years = ticked("year"); }
    if (target.name === "measure") { state.measures = ticked("measure"); }
    const names = { phase: "phase", type: "type", subject: "subject", variant: "variant", "bar-measure": "bar", "trend-class": "code" };
    if (target.id in names) { state[names[target.id]] = target.value; }
    if (target.id === "level") { state.level = Number(target.value); }
    const focused = target.name && [target.name, target.value];
    show().then(function () {
      const again = focused && !document.contains(target) && document.querySelector('input[name="' + focused[0] + '"][value="' + focused[1] + '"]');
      if (again) { again.focus(); }
    });
  }

  readState();
  showRegions();
  by("find").addEventListener("input", showRegions);
  by("controls").addEventListener("change", choose);
  by("controls").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["bar-measure", "trend-class"]) { by(id).addEventListener("change", choose); }
  document.addEventListener("language", show);
  window.addEventListener("hashchange", function () { readState(); showRegions(); show(); });
  show();
})();
