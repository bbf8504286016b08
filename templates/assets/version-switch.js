// The switch of versions, and the mark of an old one. What versions there are is told by versions.js at the root of
// the site (window.funnelbookVersions), which newer releases write anew: the pages of an old one never change.
// Without this script a plain link to the list of versions stays. Titles are set as text alone.
(() => {
  "use strict";

  const nav = document.querySelector("nav.versions");
  const told = window.funnelbookVersions;
  if (!nav || !told || !Array.isArray(told.versions)) return;

  const { page, home, latest, label } = nav.dataset;
  const root = new URL(".", nav.querySelector("a").href).href; // the folder that holds the versions
  const here = location.href.startsWith(root) ? decodeURIComponent(location.href.slice(root.length).split("/")[0]) : "";
  const known = told.versions.filter((each) => typeof each.version === "string");

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const address = (version, path) => root + encodeURIComponent(version) + "/" + path;

  // The pages that a version has, by a script of its own: it can be read from a folder too.
  const pagesOf = (version) => new Promise((done) => {
    const script = element("script", { src: address(version, "pages.js") });
    const end = (pages) => { script.remove(); done(pages); };
    script.addEventListener("load", () => end(window.funnelbookPages), { once: true });
    script.addEventListener("error", () => end([]), { once: true });
    document.head.append(script);
  });

  // The same page of the version, else the home of its language, else its home.
  const go = async (version) => {
    const found = await pagesOf(version);
    const pages = Array.isArray(found) ? found : [];
    const path = [page, home].find((each) => pages.includes(each)) ?? "index.html";
    location.assign(address(version, path) + (path === page ? location.hash : ""));
  };

  const lead = (link, version) => {
    link.href = address(version, "index.html");
    link.addEventListener("click", (event) => {
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(version);
    });
    return link;
  };

  const nameOf = (each) => String(each.title || each.version);
  const titled = (each) => element("bdi", { textContent: nameOf(each) });

  const entry = (version, title) => {
    if (version === (here || "latest")) {
      const current = element("span", {}, title);
      current.setAttribute("aria-current", "true");
      return element("li", {}, current);
    }
    return element("li", {}, lead(element("a", {}, title), version));
  };

  const current = known.find((each) => each.version === here);
  if (known.length) {
    const summary = element("summary", {}, ...(current ? [label + ": ", titled(current)] : [latest]));
    const list = element("ul", {}, entry("latest", latest), ...known.map((each) => entry(each.version, titled(each))));
    const details = element("details", { className: "questions" }, summary, list);
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      summary.focus();
    });
    nav.replaceChildren(details);
  }

  const old = document.querySelector(".old-version");
  if (old && current && here !== told.latest) {
    old.querySelector("[data-title]").textContent = nameOf(current);
    lead(old.querySelector("a"), "latest");
    old.hidden = false;
  }
})();
