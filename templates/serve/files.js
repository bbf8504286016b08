// Files that a page shows and that changed under their names: a style sheet is swapped when the new one is there, a
// picture shows its new content, charts that a reader brought to life are drawn anew where their own data changed.

import { Unpatchable, sent, stand } from "./patching.js";

const pathOf = (address) => decodeURI(new URL(address, document.baseURI).pathname);
const fresh = (address, revision) => address.split(/[?#]/)[0] + "?" + revision;

const loaded = (element, place) => new Promise((done) => {
  element.addEventListener("load", done, { once: true });
  element.addEventListener("error", done, { once: true });
  place(element);
});

const swapSheet = async (link, old, revision) => {
  const made = link.cloneNode();
  made.href = fresh(link.getAttribute("href"), revision);
  await loaded(made, () => old.after(made)); // for a moment both hold, so nothing is ever unstyled
  old.remove();
  stand(link, made);
};

const redraw = async (address, revision) => {
  const charts = window.funnelbookCharts;
  if (!charts || !Object.keys(charts.specs).length) return; // nobody asked for one yet
  const told = () => new Map([...document.querySelectorAll("figure.chart-drawn")].map(
    (figure) => [figure, JSON.stringify(charts.specs[figure.dataset.chart])]));
  const before = told();
  const script = Object.assign(document.createElement("script"), { src: fresh(address, revision) });
  await loaded(script, () => document.head.append(script));
  script.remove();
  for (const [figure, spec] of told()) {
    if (before.get(figure) !== spec) charts.again(figure);
  }
};

const among = (addresses) => {
  const changed = new Set(addresses.map(pathOf));
  return (element, name) => changed.has(pathOf(element.getAttribute(name)));
};

/** Swaps the style sheets at these addresses. Throws Unpatchable when a script changed too. */
export const swapSheets = (addresses, revision) => {
  const has = among(addresses);
  const ran = [...sent("script[src]").map(([each]) => has(each, "src")),
    ...sent("[data-runtime]").map(([each]) => has(each, "data-runtime"))];
  if (ran.includes(true)) throw new Unpatchable("a script changed");
  const sheets = sent("link[rel=stylesheet]").filter(([link]) => has(link, "href"));
  return Promise.all(sheets.map(([link, node]) => swapSheet(link, node, revision)));
};

/** Shows the new content of the other files at these addresses. */
export const refresh = (addresses, revision) => {
  const has = among(addresses);
  for (const [image, node] of sent("img[src]")) {
    if (has(image, "src")) node.src = fresh(image.getAttribute("src"), revision);
  }
  for (const [source, node] of sent("source[srcset]")) {
    if (has(source, "srcset")) node.srcset = fresh(source.getAttribute("srcset"), revision);
  }
  const specs = new Set(sent("[data-specs]").filter(([each]) => has(each, "data-specs")).map(([each]) => each.dataset.specs));
  return Promise.all([...specs].map((address) => redraw(address, revision)));
};
