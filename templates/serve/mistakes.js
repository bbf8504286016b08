// What is wrong, over the last good page. It takes no focus, Escape hides it until something else is wrong, and every
// text is set as text alone.

const WORDS = {
  en: {
    mistakes: "The last good page is shown: mend this and save",
    gone: "This page is no longer in the handbook",
    home: "To the nearest page that is",
    hide: "Hide",
  },
  ru: {
    mistakes: "Показана последняя удачная страница: исправьте и сохраните",
    gone: "Этой страницы в справочнике больше нет",
    home: "К ближайшей странице, которая есть",
    hide: "Скрыть",
  },
};

let shown;
let hidden = ""; // what Escape has hidden

const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const line = ({ number, text, mark, rest }) => element("span", { className: "line" },
  element("span", { className: "number", textContent: number }),
  element("bdi", {}, text, ...(mark ? [element("mark", { textContent: mark }), rest] : [])));

const item = ({ place, message, hint, rule, excerpt }) => element("li", {},
  element("p", { className: "place", textContent: place }),
  element("p", { className: "message" }, message + " ", element("span", { className: "rule", textContent: rule })),
  ...(excerpt.length ? [element("pre", { tabIndex: 0 }, ...excerpt.map(line))] : []),
  ...(hint ? [element("p", { className: "hint", textContent: hint })] : []));

const show = (what, title, ...children) => {
  if (what === hidden || what === shown?.dataset.what) return;
  const words = WORDS[document.documentElement.lang] ?? WORDS.en;
  const button = element("button", { type: "button", textContent: words.hide });
  button.addEventListener("click", () => dismiss());
  const heading = element("h2", { id: "funnelbook-mistakes-title", textContent: words[title] });
  const aloud = element("div", {}, heading);
  aloud.setAttribute("role", "alert");
  const box = element("section", { className: "funnelbook-mistakes", tabIndex: -1 },
    element("div", { className: "head" }, aloud, button), ...children);
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-labelledby", heading.id);
  box.dataset.what = what;
  shown?.remove();
  document.body.append(shown = box);
};

const dismiss = () => {
  if (!shown) return;
  hidden = shown.dataset.what;
  clear();
};

const clear = () => {
  shown?.remove();
  shown = undefined;
};

/** Nothing is wrong any more: the same mistake, made anew, is shown anew. */
export const mended = () => {
  hidden = "";
  clear();
};

export const showMistakes = (mistakes) =>
  show(JSON.stringify(mistakes), "mistakes", element("ol", {}, ...mistakes.map(item)));

export const showGone = (home) => {
  const words = WORDS[document.documentElement.lang] ?? WORDS.en;
  show("gone", "gone", element("p", {}, element("a", { href: home, textContent: words.home })));
};

document.addEventListener("keydown", (event) => event.key === "Escape" && dismiss());
