// The charts of the comparison page: altair's specifications filled with its figures, their data as a table below.
"use strict";
(function () {
  const site = window.gongkai;
  const said = site.catalogue.said;
  const MOST_CLASSES = 12;
  const MOST_BARS = 48;
  const by = (id) => document.getElementById(id);

  function isDrawable(figure, measure) { return figure && figure[measure] !== null && figure[measure] !== undefined; }

  function barMarks(view) {
    const measure = view.state.bar;
    const deepest = view.state.level;
    const largest = (line) => Math.max(...view.shown.map(({ group }) => Number((of(view, group, line) || {})[measure] || 0)));
    const classes = view.rows.filter((line) => line.class_level === deepest && line.code !== "TOTAL" && view.shown.some(({ group }) => isDrawable(of(view, group, line), measure)));
    const drawn = classes.sort((one, other) => largest(other) - largest(one)).slice(0, Math.max(3, Math.min(MOST_CLASSES, Math.floor(MOST_BARS / view.shown.length))));
    const marks = drawn.flatMap((line, row) => view.shown.map((one, series) => ({ one, figure: of(view, one.group, line), row, series })))
      .filter((mark) => isDrawable(mark.figure, measure))
      .map(({ one, figure, row, series }) => mark(one, figure, measure, row, series, site.inLanguage(view.headOf(one))));
    return { lines: drawn, marks, columns: view.shown, measure };
  }

  function of(view, group, line) { return view.figuresOf(group).find((figure) => figure.code === line.code && figure.class_level === line.class_level); }

  function mark(one, figure, measure, row, series, name) {
    const note = figure.is_comparable ? "" : " ※" + site.inLanguage(said.incomparable);
    return {
      row: site.inLanguage(figure.name), row_order: row, series: name, series_order: series, year: one.group.year,
      value: Number(figure[measure]), text: name + " " + site.measured(figure, measure) + note, is_comparable: figure.is_comparable,
    };
  }

  function trendMarks(view) {
    const state = view.state;
    const columns = state.regions.flatMap((code) => ((site.regions[code] || {}).groups || []).filter((group) => group.phase === state.phase && group.type === state.type)
      .map((group) => ({ region: site.regions[code], group })));
    const line = view.rows.find((one) => one.code === state.code) || view.rows[0];
    const years = new Map();
    for (const { region } of columns) { years.set(region.code, (years.get(region.code) || 0) + 1); }
    const marks = line === undefined ? [] : columns.map((one) => ({ one, figure: of(view, one.group, line) })).filter(({ figure }) => isDrawable(figure, "amount_yuan"))
      .map(({ one, figure }) => mark(one, figure, "amount_yuan", 0, state.regions.indexOf(one.region.code), one.region.name));
    return { lines: line ? [line] : [], marks, columns, measure: "amount_yuan", isOneYear: ![...years.values()].some((count) => count > 1) };
  }

  // Vega is the largest file of the site: it is loaded once a chart comes near what is seen.
  function comesNear(chart) {
    return new Promise(function (resolve) {
      const watch = new IntersectionObserver(function (entries) {
        if (entries.some((entry) => entry.isIntersecting)) { watch.disconnect(); resolve(); }
      }, { rootMargin: "300px" });
      watch.observe(chart);
    });
  }

  async function draw(place, name, found, words) {
    const chart = place.querySelector(".chart");
    const data = place.querySelector("details .scroll");
    data.replaceChildren(found.table);
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", site.inLanguage(words) + ". " + found.marks.map((one) => (name === "bar" ? one.row + ": " : one.year + ": ") + one.text).slice(0, 30).join("; "));
    delete chart.dataset.drawn;
    const turn = (chart.turn || 0) + 1;
    chart.turn = turn;
    await comesNear(chart);
    await Promise.all([site.loadScript("assets/vega.js"), site.loadScript("assets/specifications.js")]);
    if (chart.turn !== turn) { return; }
    const specification = JSON.parse(JSON.stringify(site.specifications[name]));
    specification.data.find((one) => one.name === "rows").values = found.marks;
    specification.signals.find((one) => one.name === "lang").value = site.language();
    if (chart.drawing) { chart.drawing.finalize(); chart.drawing = null; }
    const canvas = site.make("div", { class: "canvas" });
    chart.replaceChildren(canvas);
    const drawing = await window.vegaEmbed(canvas, specification, { mode: "vega", ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: false });
    if (chart.turn !== turn) { drawing.finalize(); return; }
    chart.drawing = drawing;
    chart.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    chart.dataset.drawn = String(found.marks.length);
  }

  async function showCharts(view) {
    const bars = barMarks(view);
    bars.table = view.tableOf(bars.columns, [bars.measure], bars.lines, view.caption());
    const entries = (found) => found.lines.flatMap((line) => found.columns.map((one) => ({ ...one, figure: of(view, one.group, line) })).filter((one) => one.figure));
    by("bars").hidden = !bars.marks.length;
    view.offer(by("download-bars"), "gongkai-classes.csv", entries(bars));
    const trend = trendMarks(view);
    trend.table = view.tableOf(trend.columns, ["amount_yuan"], trend.lines, view.caption());
    by("trend").hidden = !trend.lines.length;
    const select = by("trend-class");
    select.replaceChildren(...view.rows.map(function (line) {
      const option = site.make("option", { value: line.code }, "　".repeat(Math.max(0, line.class_level - 1)) + site.inLanguage(line.name));
      option.selected = trend.lines[0] === line;
      return option;
    }));
    view.offer(by("download-trend"), "gongkai-years.csv", entries(trend));
    for (const part of ["figure", ".script-only"]) { by("trend").querySelector(part).hidden = trend.isOneYear; }
    let note = by("trend").querySelector(".one-year");
    if (!note) { note = site.make("p", { class: "one-year" }, site.both(said.one_year)); by("trend").append(note); }
    note.hidden = !trend.isOneYear;
    await Promise.all([
      bars.marks.length ? draw(by("bars"), "bar", bars, said.bar_title) : null,
      !trend.isOneYear && trend.marks.length ? draw(by("trend"), "trend", trend, said.trend_title) : null,
    ]);
  }

  site.showCharts = showCharts;
})();
