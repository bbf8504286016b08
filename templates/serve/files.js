// Files that a page shows and that changed under their names: a style sheet is swapped when the new one is there, a
// picture shows its new content, charts that a reader brought to life are drawn anew where their own data changed.

import { Unpatchable, sent, stand } from "./patching.js";

const pathOf = (address) => decodeURI(new URL(address, document.baseURI).pathname);

const loaded = (element, place) => new Promise((done) => {
  element.addEventListener("load", done, { once: true });
  element.addEventListener("error", done, { once: true });
  place(element);
});

const swapSheet = async (link, old, address) => {
  link.setAttribute("href", address); // as the page's new text has it
  const made = link.cloneNode();
  await loaded(made, () => old.after(made)); // for a moment both hold, so nothing is ever unstyled
  old.remove();
  stand(link, made);
};

const redraw = async (address) => {
  const charts = window.funnelbookCharts;
  if (!charts || !Object.keys(charts.specs).length) return; // nobody asked for one yet
  const told = () => new Map([...document.querySelectorAll("figure.chart-drawn")].map(
    (figure) => [figure, JSON.stringify(charts.specs[figure.dataset.chart])]));
  const before = told();
  const script = Object.assign(document.createElement("script"), { src: address });
  await loaded(script, () => document.head.append(script));
  script.remove();
  for (const [figure, spec] of told()) {
    if (before.get(figure) !== spec) charts.again(figure);
  }
};

// The address that an element names, with the file's new mark; undefined when the file did not change.
const among = (addresses) => {
  const changed = new Map(addresses.map((address) => [pathOf(address), address.split("?")[1]]));
  return (element, name) => {
    const address = element.getAttribute(name), mark = changed.get(pathOf(address));
    return mark && address.split(/[?#]/)[0] + "?" + mark;
  };
};

/** Swaps the style sheets at these addresses. Throws Unpatchable when a script changed too. */
export const swapSheets = (addresses) => {
  const fresh = among(addresses);
  const ran = [...sent("script[src]").map(([each]) => fresh(each, "src")),
    ...sent("[data-runtime]").map(([each]) => fresh(each, "data-runtime"))];
  if (ran.some(Boolean)) throw new Unpatchable("a script changed");
  const sheets = sent("link[rel=stylesheet]").filter(([link]) => fresh(link, "href"));
  return Promise.all(sheets.map(([link, node]) => swapSheet(link, node, fresh(link, "href"))));
};

const show = (element, node, name, address) => {
  if (!address || element.getAttribute(name) === address) return; // the page's new text has brought it
  element.setAttribute(name, address);
  node.setAttribute(name, address);
};

/** Shows the new content of the other files at these addresses. */
export const refresh = (addresses) => {
  const fresh = among(addresses);
  for (const [image, node] of sent("img[src]")) show(image, node, "src", fresh(image, "src"));
  for (const [source, node] of sent("source[srcset]")) show(source, node, "srcset", fresh(source, "srcset"));
  const specs = new Set(sent("[data-specs]").map(([each]) => fresh(each, "data-specs")).filter(Boolean));
  return Promise.all([...specs].map(redraw));
};
