// The key / leads to the search from every page. Who speaks to the computer or presses keys by accident can switch that
// off on the search's page (search.js), as WCAG 2.1.4 asks.
(() => {
  "use strict";

  const link = document.querySelector(".to-search");
  const isOff = () => {
    try { return localStorage.getItem("funnelbook-search-key") === "off"; } catch { return false; }
  };

  document.addEventListener("keydown", (event) => {
    // On a Russian keyboard the key that bears / types a full stop.
    const pressed = event.key === "/" || (event.key === "." && event.code === "Slash");
    if (!pressed || !link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]") || isOff()) return;
    event.preventDefault();
    const field = document.querySelector(".search input");
    if (field) field.select();
    else location.assign(link.href);
  });
})();
