// Over a reload: where the page was scrolled to, what was open, typed, focused and brought to life. It is kept for
// this one reload and for this tab.

const KEY = "funnelbook-kept";
const FIELDS = "input, textarea, select";
const FOCUSABLE = "a[href], button, summary, [tabindex], " + FIELDS;

// An element's name that is the same after the reload: its id or its words, and which of those it is.
const named = (selector) => {
  const seen = new Map();
  return [...document.querySelectorAll(selector)].map((each) => {
    const words = each.closest("label")?.textContent ?? each.querySelector("summary")?.textContent ?? each.textContent;
    const name = each.nodeName + " " + (each.id || each.name || each.getAttribute("aria-label") || words.trim().slice(0, 80));
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return [name + " " + seen.get(name), each];
  });
};

const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);

/** Loads the page anew and keeps what its reader did. */
export const reload = () => {
  const focused = named(FOCUSABLE).find(([, each]) => each === document.activeElement);
  const kept = {
    page: location.pathname,
    scroll: [window.scrollX, window.scrollY],
    open: named("details").map(([name, each]) => [name, each.open]),
    fields: named(FIELDS).filter(([, each]) => each.type !== "password").map(([name, each]) => [name, valueOf(each)]),
    focus: focused && [focused[0], focused[1].selectionStart ?? null, focused[1].selectionEnd ?? null],
    charts: [...document.querySelectorAll("figure.chart-drawn")].map((figure) => figure.dataset.chart),
  };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
  location.reload();
};

const fill = (field, value) => {
  if (valueOf(field) === value) return;
  field[typeof value === "boolean" ? "checked" : "value"] = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const each = (selector, kept, act) => {
  const values = new Map(kept);
  for (const [name, element] of named(selector)) if (values.has(name)) act(element, values.get(name));
};

const restore = (kept) => {
  each("details", kept.open, (details, open) => (details.open = open));
  each(FIELDS, kept.fields, fill);
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    if (kept.charts.includes(figure.dataset.chart)) window.funnelbookCharts?.again?.(figure);
  }
  if (kept.focus) {
    const [name, start, end] = kept.focus;
    const found = named(FOCUSABLE).find(([each]) => each === name)?.[1];
    found?.focus({ preventScroll: true });
    if (start !== null) found?.setSelectionRange?.(start, end);
  }
  window.scrollTo({ left: kept.scroll[0], top: kept.scroll[1], behavior: "instant" });
};

/** Gives back what the last reload kept, once the page's scripts have run. */
export const resume = () => {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const kept = text && JSON.parse(text);
  if (kept?.page === location.pathname) addEventListener("DOMContentLoaded", () => restore(kept), { once: true });
};
