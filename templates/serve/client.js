// Keeps an open page up to date while its sources are edited. Only what is seen holds a connection: a hidden tab lets
// go of it and catches up when it is shown again. Of the windows that are seen at once, a few hold one for good (a
// browser opens six to a server) and the others look in for a moment now and then.

import { refresh, swapSheets } from "./files.js";
import { reload, resume } from "./keeping.js";
import { mended, showGone, showMistakes } from "./mistakes.js";
import { Unpatchable, bring, remember } from "./patching.js";

const SEATS = 4;
const AGAIN = 1000; // ms until a lost connection is tried anew, or a window without a seat looks in
const BRIEFLY = 150; // ms such a visit lasts

const own = document.querySelector("script[data-events]");
let [, , revision, ...path] = own.dataset.events.split("/");
const page = path.join("/"); // "": no page of the site
let source, timer, leave, work = Promise.resolve();

const change = async ({ revision: name, html, files, home }) => {
  revision = name;
  if (!page) return location.reload();
  if (home) return showGone(home);
  mended();
  try {
    const sheets = swapSheets(files); // they are on their way while the text is patched
    if (html !== null) bring(html);
    await Promise.all([sheets, refresh(files)]);
  } catch (problem) {
    if (!(problem instanceof Unpatchable)) console.warn(problem);
    reload();
  }
};

const wrong = ({ revision: name, mistakes }) => {
  if (page) showMistakes(mistakes);
  else if (name !== revision) location.reload(); // the page that stands in for all others tells them itself
  revision = name;
};

const close = () => {
  clearTimeout(timer);
  source?.close();
  source = undefined;
  leave?.();
  leave = undefined;
};

const later = () => {
  close();
  if (document.visibilityState === "visible") timer = setTimeout(connect, AGAIN);
};

// A seat, or null when all are taken. Where the browser has no locks (not on this machine), everyone gets one.
const seat = async () => {
  if (!navigator.locks) return () => {};
  for (let number = 0; number < SEATS; number += 1) {
    const free = await new Promise((done) => {
      navigator.locks.request("funnelbook-seat-" + number, { ifAvailable: true }, (lock) => {
        if (!lock) return done(null);
        return new Promise((release) => done(release)); // held until `release` is called
      });
    });
    if (free) return free;
  }
  return null;
};

const listen = (stays) => {
  const opened = source = new EventSource(["", "events", revision, page].join("/"));
  const heard = (act) => (event) => {
    if (opened === source) work = work.then(() => act(JSON.parse(event.data)));
  };
  opened.addEventListener("change", heard(change));
  opened.addEventListener("error", (event) => {
    if (event.data !== undefined) heard(wrong)(event);
    else if (opened === source) later();
  });
  if (!stays) opened.addEventListener("open", () => (timer = setTimeout(later, BRIEFLY)));
};

const connect = async () => {
  close();
  const mine = await seat();
  if (document.visibilityState !== "visible" || source) return mine?.();
  leave = mine ?? undefined;
  listen(Boolean(mine));
};

remember('script[data-events], link[href^="/_serve/"]');
resume();
document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? connect() : close()));
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => event.persisted && connect());
connect();
