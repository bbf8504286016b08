// The search, in the page itself: no server, no network, and from a folder too. What is looked through is told by
// search-0.js and the others beside it (window.funnelbookSearch); words are compared by their stems (stems.js).
// Every text, a query's or an entry's, goes into the page as text alone.
(() => {
  "use strict";

  const MOST_WORDS = 10, AT_ONCE = 20, EXCERPT = 240; // signs
  const PAUSE = 100; // ms after a key until it is searched
  const WORD = /[\p{L}\p{M}\p{N}]+/gu, LETTER = /[\p{L}\p{M}\p{N}]/u;

  const place = document.querySelector(".search");
  const [says, list, more] = [".search-says", ".found", ".more button"].map((each) => document.querySelector(each));
  const field = place.querySelector("input");
  const { kinds, ...parts } = window.funnelbookSearch ?? {};
  const isWhole = Object.keys(parts).length === Number(place.dataset.parts);

  // Letter by letter, so that places in the folded text are places in the text.
  const fold = (text) => {
    const lower = text.toLowerCase();
    const folded = lower.length === text.length ? lower : text.replace(/./gsu, (sign) => {
      const small = sign.toLowerCase();
      return small.length === sign.length ? small : sign;
    });
    return folded.replaceAll("ё", "е");
  };

  // сделк-а and сделок, звонк-и and звонок, продавц-а and продавец: a vowel that comes and goes is left out.
  const FLEETING = /^(.*[аеиоуыэюя].*[бвгджзклмнпрстфхцчшщ])[ое]([кнцл])$/;
  const keys = new Map();
  const keyOf = (word) => {
    if (!keys.has(word)) {
      keys.set(word, window.funnelbookStem(word).replace(FLEETING, "$1$2"));
    }
    return keys.get(word);
  };

  // What is asked for: a word, its key, and how every word begins that can have this key.
  const asked = (query) => {
    const words = [...new Set(fold(query.normalize()).match(WORD) ?? [])].slice(0, MOST_WORDS);
    return words.map((word) => {
      const key = keyOf(word);
      let same = 0;
      while (same < key.length && key[same] === word[same]) same += 1;
      const sure = key.length > 2 ? Math.min(same, key.length - 1) : same;
      return { word, key, start: word.slice(0, Math.max(1, sure)) };
    });
  };

  // The places of a word in a folded text: start, end, and what the place is worth. Who is still typing has but a
  // beginning.
  const places = (folded, { word, key, start }) => {
    const found = [];
    for (let at = folded.indexOf(start); at >= 0; at = folded.indexOf(start, at + start.length)) {
      if (at && LETTER.test(folded[at - 1])) continue;
      WORD.lastIndex = at;
      const whole = WORD.exec(folded)[0];
      const is = whole === word || keyOf(whole) === key;
      if (is || (word.length > 2 && whole.startsWith(word))) found.push([at, at + whole.length, is ? 1 : 0.5]);
    }
    return found;
  };

  const entries = Object.values(parts).flat().map(([address, title, kind, headings, text]) => ({
    address, title, kind, headings, text,
    get folded() {
      const [name, heads, body] = [title, headings.map((each) => each[1]).join("\n"), text].map(fold);
      Object.defineProperty(this, "folded", { value: { name, heads, body } });
      return this.folded;
    },
  }));

  const best = (found) => Math.max(0, ...found.map((each) => each[2]));
  const score = ({ folded }, term) => {
    const [name, heads, body] = [folded.name, folded.heads, folded.body].map((each) => places(each, term));
    if (!name.length && !heads.length && !body.length) return 0;
    const share = name.length && name.length / folded.name.match(WORD).length; // of the title's words
    const often = Math.log1p(body.reduce((sum, each) => sum + each[2], 0));
    return best(name) * (4 + 6 * Math.min(1, share)) + best(heads) * 2 + often;
  };

  const better = (a, b) => b.worth - a.worth || (a.entry.address < b.entry.address ? -1 : 1);

  // Those that have most of the words, the best first; a word that few have weighs more.
  const search = (terms) => {
    const scores = terms.map((term) => entries.map((entry) => score(entry, term)));
    const weights = scores.map((each) => Math.log1p(entries.length / (1 + each.filter(Boolean).length)));
    const found = entries.map((entry, at) => ({
      entry,
      has: scores.filter((each) => each[at]).length,
      worth: scores.reduce((sum, each, term) => sum + each[at] * weights[term], 0),
    }));
    const most = found.reduce((has, each) => Math.max(has, each.has), 0);
    return {
      hasAll: most === terms.length,
      found: most ? found.filter((each) => each.has === most).sort(better) : [],
    };
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // The text with what was asked for marked, as nodes.
  const marked = (text, terms) => {
    const spans = terms.flatMap((term) => places(fold(text), term)).sort((a, b) => a[0] - b[0]);
    const nodes = [];
    let end = 0;
    for (const [from, to] of spans) {
      if (from < end) continue;
      nodes.push(text.slice(end, from), element("mark", { textContent: text.slice(from, to) }));
      end = to;
    }
    return [...nodes, text.slice(end)];
  };

  // A line cut to what a reader takes in at a glance, around the first word that was asked for.
  const cut = (line, terms) => {
    if (line.length <= EXCERPT) return line;
    const first = Math.min(line.length, ...terms.flatMap((term) => places(fold(line), term)).map((each) => each[0]));
    let from = first < line.length && first > EXCERPT / 2 ? first - EXCERPT / 3 : 0;
    from = Math.min(Math.round(from), line.length - EXCERPT);
    const start = from > 0 ? line.indexOf(" ", from) + 1 : 0;
    const last = line.lastIndexOf(" ", start + EXCERPT);
    const end = start + EXCERPT >= line.length ? line.length : last > start ? last : start + EXCERPT;
    return (start ? "… " : "") + line.slice(start, end) + (end < line.length ? " …" : "");
  };

  // The line that has most of the words, and the heading that it stands under.
  const shownOf = ({ headings, text }, terms) => {
    let next = 0, heading = null;
    let shown = { has: -1, line: "", heading: null };
    const offer = (line, has) => {
      if (has > shown.has) shown = { has, line, heading: has ? heading : null };
    };
    const has = (line) => terms.filter((term) => places(fold(line), term).length).length;
    for (const line of text ? text.split("\n") : []) {
      const at = headings.findIndex((each, place) => place >= next && each[1] === line);
      if (at >= 0) {
        [heading, next] = [headings[at], at + 1];
        continue;
      }
      offer(line, has(line) + (heading ? has(heading[1]) / 2 : 0));
    }
    // A page of numbers has headings alone.
    for (const each of next ? [] : headings) {
      const found = has(each[1]);
      if (found > shown.has) shown = { has: found, line: shown.line, heading: each };
    }
    return shown;
  };

  const sectionOf = (address, [anchor, text], terms) => element(
    "a", { href: anchor ? `${address}#${anchor}` : `${address}#:~:text=${encodeURIComponent(text).replaceAll("-", "%2D")}` },
    ...marked(text, terms));

  const item = ({ entry }, terms) => {
    const { line, heading } = shownOf(entry, terms);
    const link = element("a", { href: entry.address }, ...marked(entry.title, terms));
    const where = element("p", { className: "where" }, kinds[entry.kind]);
    if (heading) where.append(" · ", sectionOf(entry.address, heading, terms));
    const made = element("li", {}, element("h2", {}, link), where);
    if (line) made.append(element("p", {}, ...marked(cut(line, terms), terms)));
    return made;
  };

  let rest = [], terms = [];
  const show = () => {
    const items = rest.splice(0, AT_ONCE).map((each) => item(each, terms));
    list.append(...items);
    more.hidden = !rest.length;
    return items[0];
  };

  const say = (text, values) => {
    says.textContent = text && text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  const run = () => {
    const query = field.value.trim();
    terms = asked(query);
    list.replaceChildren();
    const { found, hasAll } = terms.length ? search(terms) : { found: [], hasAll: true };
    rest = found;
    const [n, q] = [found.length.toLocaleString(document.documentElement.lang), query];
    const { found: some, nearest, nothing, noIndex } = place.dataset;
    if (!isWhole) say(noIndex, {});
    else say(!query ? "" : !found.length ? nothing : hasAll ? some : nearest, { n, q });
    show();
  };

  const remember = () => {
    const query = field.value.trim();
    try {
      history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    } catch { /* a browser that lets no page of a folder change its address */ }
  };

  let timer;
  const now = () => {
    clearTimeout(timer);
    run();
    remember();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  };
  field.addEventListener("input", later);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) now();
  });
  place.querySelector("button").addEventListener("click", now); // no form: the site's policy sends none
  more.addEventListener("click", () => show()?.querySelector("a").focus());

  const shortcut = document.querySelector(".search-shortcut"), box = shortcut.querySelector("input");
  try {
    box.checked = localStorage.getItem("funnelbook-search-key") !== "off";
    box.addEventListener("change", () => localStorage.setItem("funnelbook-search-key", box.checked ? "on" : "off"));
    shortcut.hidden = false;
  } catch { /* nothing can be kept here, and the key stays */ }

  place.hidden = false;
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  run();
  if (!field.value) field.focus();
})();
