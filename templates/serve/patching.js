// Brings an open page to a new text without loading it. The page as it was last sent is kept beside the live one (the
// shadow): what differs between the two texts is changed, and only that. So everything a reader or a script did to
// the live page stays: open details, typed values, charts that were brought to life.

/** The page must be loaded anew: a script has changed, or what a script made over. */
export class Unpatchable extends Error {}

const SCRIPTED = "[data-what-if], nav.versions"; // what scripts build anew from what was sent
const live = new WeakMap(); // a node of the shadow → its node of the page
const still = document.implementation.createHTMLDocument(); // whose pictures are never loaded
let shadow;

const pair = (sent, node) => {
  live.set(sent, node);
  const children = node.childNodes;
  sent.childNodes.forEach((child, at) => pair(child, children[at]));
};

// Read by a parser without scripts it holds elements, in a page with scripts a text.
const emptied = (root) => {
  for (const each of root.querySelectorAll("noscript")) each.replaceChildren();
  return root;
};

/** Remembers the page as it was sent; called before any other script runs. What matches `own` is no part of it. */
export const remember = (own) => {
  shadow = still.importNode(document.documentElement, true);
  pair(shadow, document.documentElement);
  for (const each of emptied(shadow).querySelectorAll(own)) each.remove();
};

/** What was sent and matches, each with its element of the page, unless a script removed that. */
export const sent = (selector) => [...shadow.querySelectorAll(selector)]
  .map((each) => [each, live.get(each)]).filter(([, node]) => node?.isConnected);

/** From now on `node` stands in the page for the element that was sent. */
export const stand = (element, node) => live.set(element, node);

const keyOf = (node) => node.id || node.dataset?.chart || "";
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

const liveOf = (node) => {
  const found = live.get(node);
  if (!found?.isConnected) throw new Unpatchable("a script has replaced what changed");
  return found;
};

const patchText = (old, next) => {
  const node = liveOf(old), [before, after] = [old.data, next.data];
  if (node.data !== before) throw new Unpatchable("a script has changed the text");
  let start = 0, end = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start += 1;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  // Only the part that differs: a selection in the rest stays.
  node.replaceData(start, before.length - end - start, after.slice(start, after.length - end));
  old.data = after;
};

const patchClasses = (node, before, after) => {
  const [old, next] = [before, after].map((text) => text.split(/\s+/).filter(Boolean));
  node.classList.remove(...old.filter((each) => !next.includes(each)));
  node.classList.add(...next.filter((each) => !old.includes(each)));
  if (!node.classList.length) node.removeAttribute("class");
};

const patchAttributes = (old, next) => {
  for (const name of new Set([...old.getAttributeNames(), ...next.getAttributeNames()])) {
    const [before, after] = [old.getAttribute(name), next.getAttribute(name)];
    if (before === after) continue;
    const node = liveOf(old);
    if (name === "class") patchClasses(node, before ?? "", after ?? "");
    else if (after === null) node.removeAttribute(name);
    else node.setAttribute(name, after);
    if (after === null) old.removeAttribute(name);
    else old.setAttribute(name, after);
  }
};

const isScript = (node) => node.nodeType === Node.ELEMENT_NODE && (node.matches("script") || node.querySelector("script"));

const remove = (old) => {
  if (isScript(old)) throw new Unpatchable("a script has gone");
  liveOf(old).remove();
  old.remove();
};

const insert = (next, parent, after) => {
  if (isScript(next)) throw new Unpatchable("a script has come");
  const [kept, node] = [still.importNode(next, true), document.importNode(next, true)];
  pair(kept, node);
  if (after) {
    after.after(kept);
    liveOf(after).after(node);
  } else {
    parent.prepend(kept);
    liveOf(parent).prepend(node);
  }
  return kept;
};

// What is the same node for `common`: the one of that name, however it has changed, or a node that is equal.
const sameness = (node) => keyOf(node) ? `${node.nodeName}#${keyOf(node)}` : node.outerHTML ?? node.nodeName + node.data;

// How much it is worth to keep a node: those with a name hold what a reader did; blanks are everywhere.
const worth = (node) => keyOf(node) ? 1000 : node.nodeType === Node.TEXT_NODE && !node.data.trim() ? 1 : 10;

// Of the nodes that are the same in both lists, in order, those worth most: pairs of places.
const common = (a, b) => {
  if (a.length * b.length > 1_000_000) return [];
  const [left, right] = [a, b].map((nodes) => nodes.map(sameness));
  const worths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const taken = (i, j) => (left[i] === right[j] ? worths[i + 1][j + 1] + worth(a[i]) : 0);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      worths[i][j] = Math.max(taken(i, j), worths[i + 1][j], worths[i][j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (taken(i, j) === worths[i][j] && left[i] === right[j]) found.push([i++, j++]);
    else if (worths[i + 1][j] >= worths[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
};

// Between those: nodes that are alike are patched, in order; the others go or come.
const patchRun = (parent, olds, nexts, before) => {
  let last = before, from = 0;
  for (const next of nexts) {
    const at = olds.findIndex((old, place) => place >= from && alike(old, next));
    if (at < 0) {
      last = insert(next, parent, last);
      continue;
    }
    olds.slice(from, at).forEach(remove);
    patch(olds[at], next);
    [last, from] = [olds[at], at + 1];
  }
  olds.slice(from).forEach(remove);
};

const patchChildren = (old, next) => {
  const [a, b] = [[...old.childNodes], [...next.childNodes]];
  let start = 0, end = 0;
  const most = Math.min(a.length, b.length);
  while (start < most && a[start].isEqualNode(b[start])) start += 1;
  while (end < most - start && a.at(-1 - end).isEqualNode(b.at(-1 - end))) end += 1;
  const [olds, nexts] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (olds.length === nexts.length && olds.every((each, at) => alike(each, nexts[at]))) {
    olds.forEach((each, at) => patch(each, nexts[at]));
    return;
  }
  let last = a[start - 1], i = 0, j = 0;
  for (const [at, to] of [...common(olds, nexts), [olds.length, nexts.length]]) {
    patchRun(old, olds.slice(i, at), nexts.slice(j, to), last);
    if (at < olds.length) patch(olds[at], nexts[to]);
    last = olds[at];
    [i, j] = [at + 1, to + 1];
  }
};

const patch = (old, next) => {
  if (old.isEqualNode(next)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    patchText(old, next);
    return;
  }
  if (old.matches("script") || old.matches(SCRIPTED)) throw new Unpatchable("a script would have to run again");
  patchAttributes(old, next);
  patchChildren(old, next);
};

/** Brings the page to the text `html`. Throws Unpatchable, possibly halfway. */
export const bring = (html) => {
  const active = document.activeElement;
  patch(shadow, emptied(new DOMParser().parseFromString(html, "text/html").documentElement));
  if (active?.id && !active.isConnected) document.getElementById(active.id)?.focus({ preventScroll: true });
  window.funnelbookCharts?.ready?.(document); // figures that came
};
