// What every page does: the language, and the place in the address after "#" (`place&lang=en`, or `key=value&…`).
"use strict";
(function () {
  const root = document.documentElement;
  const DEFAULT = "zh";

  function readHash() {
    const found = { place: "", values: {} };
    for (const part of location.hash.slice(1).split("&")) {
      const at = part.indexOf("=");
      let text = part.slice(at + 1);
      try { text = decodeURIComponent(text); } catch (error) { continue; }
      if (at > 0) { found.values[part.slice(0, at)] = text; } else if (text) { found.place = text; }
    }
    return found;
  }

  function writeHash(values, place) {
    const parts = place ? [encodeURIComponent(place)] : [];
    for (const [key, value] of Object.entries(values)) {
      if (value !== "" && value !== null && value !== undefined) {
        parts.push(key + "=" + encodeURIComponent(value).replace(/%2C/g, ","));
      }
    }
    return parts.length ? "#" + parts.join("&") : "";
  }

  function replaceHash(values, place) {
    const hash = writeHash(values, place);
    if (hash !== location.hash) { history.replaceState(null, "", hash || location.pathname + location.search); }
  }

  function language() { return root.dataset.lang; }

  function showLanguage(chosen) {
    root.dataset.lang = chosen === "en" ? "en" : DEFAULT;
    root.lang = root.dataset.lang === "en" ? "en" : "zh-Hans";
    if (!document.body) { return; }
    document.title = document.body.dataset[root.dataset.lang === "en" ? "titleEn" : "titleZh"];
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === root.dataset.lang));
    }
    document.dispatchEvent(new CustomEvent("language"));
  }

  function chooseLanguage(chosen) {
    const hash = readHash();
    hash.values.lang = chosen === DEFAULT ? "" : chosen;
    showLanguage(chosen);
    replaceHash(hash.values, hash.place);
  }

  // A link to another page of ours takes the language along.
  function carryLanguage(event) {
    const link = event.target.closest ? event.target.closest("a[href]") : null;
    if (!link || link.hasAttribute("download") || /^[a-z]+:/i.test(link.getAttribute("href"))) { return; }
    const [page, hash] = link.getAttribute("href").split("#");
    if (link.classList.contains("skip")) { return; }
    const kept = (hash || "").split("&").filter((part) => part && !part.startsWith("lang="));
    if (language() !== DEFAULT) { kept.push("lang=" + language()); }
    link.setAttribute("href", page + (kept.length ? "#" + kept.join("&") : page ? "" : "#"));
  }

  // The browser looks for the whole of what stands after "#": with a language behind it we go there ourselves.
  function goToPlace() {
    const hash = readHash();
    if ((hash.values.lang || DEFAULT) !== language()) { showLanguage(hash.values.lang || DEFAULT); }
    for (const old of document.querySelectorAll(".target")) { old.classList.remove("target"); }
    const place = hash.place && document.getElementById(hash.place);
    if (!place) { return; }
    place.classList.add("target");
    place.setAttribute("tabindex", "-1");
    place.focus({ preventScroll: true });
    place.scrollIntoView();
  }

  root.classList.add("js");
  showLanguage(readHash().values.lang);
  for (const kind of ["pointerdown", "focusin", "click"]) { document.addEventListener(kind, carryLanguage, true); }
  window.addEventListener("hashchange", goToPlace);
  document.addEventListener("DOMContentLoaded", function () {
    showLanguage(language());
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => chooseLanguage(button.dataset.language));
    }
    goToPlace();
  });

  window.gongkai = { readHash, replaceHash, language, regions: {} };
})();
