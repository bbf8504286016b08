// Says that the data are old, by the reader's clock: the pages themselves know no today. What was kept as it was released
// is old by its nature, and says so itself (version-switch.js, which runs before).
(() => {
  "use strict";

  const told = document.querySelector(".stale");
  const kept = document.querySelector(".old-version");
  if (told && (!kept || kept.hidden)) told.hidden = !(Date.now() > Date.parse(told.dataset.from));
})();
