// The list of regions: find some, choose some, compare them.
"use strict";
(function () {
  const find = document.getElementById("find");
  const status = document.getElementById("status");
  const link = document.getElementById("compare-chosen");
  const bodies = [...document.querySelectorAll("#regions tbody")];

  function search() {
    const wanted = find.value.trim();
    let shown = 0;
    for (const body of bodies) {
      body.hidden = !(body.dataset.name.includes(wanted) || body.dataset.region.startsWith(wanted));
      shown += body.hidden ? 0 : 1;
    }
    status.textContent = wanted ? shown + " / " + bodies.length : "";
  }

  function choose() {
    const chosen = [...document.querySelectorAll("#regions input:checked")].map((box) => box.value);
    link.setAttribute("href", "compare.html" + (chosen.length ? "#r=" + chosen.join(",") : ""));
  }

  find.addEventListener("input", search);
  document.getElementById("regions").addEventListener("change", choose);
  choose();
})();
