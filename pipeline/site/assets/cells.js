// Numbers and texts as people read them, elements in both languages, and CSV that no spreadsheet runs.
"use strict";
(function () {
  const site = window.gongkai;

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== false) { element.setAttribute(key, value === true ? "" : value); }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  function both(words) {
    if (words[0] === words[1]) { return document.createTextNode(words[0]); }
    const pair = document.createDocumentFragment();
    pair.append(make("span", { class: "zh", lang: "zh-Hans" }, words[0]), " ", make("span", { class: "en", lang: "en" }, words[1]));
    return pair;
  }

  function inLanguage(words) { return words[site.language() === "en" ? 1 : 0]; }

  function thousands(text) {
    const [whole, rest] = text.split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest === undefined ? "" : "." + rest);
  }

  // Six digits behind the point become per cent with two, halves away from zero, as the pages without scripts do.
  function percent(text) {
    const millionths = Math.round(Math.abs(Number(text)) * 1e6);
    return (text.startsWith("-") ? "-" : "") + thousands((Math.floor((millionths + 50) / 100) / 100).toFixed(2)) + "%";
  }

  function measured(figure, measure) {
    const value = figure[measure];
    if (value === null || value === undefined) { return "—"; }
    if (measure === "comparable_rank") { return value + " / " + figure.comparable_count; }
    if (measure === "share" || measure === "growth_rate") { return percent(value); }
    if (measure === "execution_rate") { return thousands(Number(value).toFixed(2)) + "%"; }
    return measure === "project_count" || measure === "average_score" ? String(value) : thousands(value);
  }

  function csvCell(value, isText) {
    let text = value === null || value === undefined ? "" : String(value);
    if (isText && /^[=+\-@\t\r]/.test(text)) { text = "'" + text; }
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  // `rows`: lists of cells; a cell is a number as text (`{number: "1.50"}`) or any text.
  function toCsv(names, rows) {
    const lines = rows.map((row) => row.map((cell) => (cell && cell.number !== undefined ? csvCell(cell.number, false) : csvCell(cell, true))).join(","));
    return "\ufeff" + [names.join(","), ...lines].join("\r\n") + "\r\n";
  }

  function download(name, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const link = make("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  function loadScript(address) {
    return new Promise(function (resolve, reject) {
      const known = document.querySelector('script[data-address="' + address + '"]');
      if (known && known.dataset.done) { resolve(); return; }
      const script = known || make("script", { "data-address": address });
      script.addEventListener("load", function () { script.dataset.done = "1"; resolve(); });
      script.addEventListener("error", () => reject(new Error(address)));
      if (!known) { script.src = address; document.head.append(script); }
    });
  }

  Object.assign(site, { make, both, inLanguage, thousands, percent, measured, toCsv, download, loadScript });
})();
