// Charts come alive when a reader asks: the picture is replaced by the same chart with tooltips.
// Without this script the picture stays. Nothing is fetched before the first wish, and everything is a classic
// script or data, so that it works under a strict Content-Security-Policy and from a folder alike.
(() => {
  "use strict";

  const shared = (window.funnelbookCharts ??= { specs: {} });
  const PHONE = window.matchMedia("(max-width: 40em)");
  const REST = 150; // ms a pointer rests on a picture before it counts as a wish
  const loading = new Map();
  let bubble;

  const load = (url) => {
    if (!loading.has(url)) {
      loading.set(url, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = url;
        script.addEventListener("load", done, { once: true });
        script.addEventListener("error", () => {
          loading.delete(url);
          script.remove();
          failed(new Error("cannot load " + url));
        }, { once: true });
        document.head.append(script);
      }));
    }
    return loading.get(url);
  };

  const hide = () => bubble && bubble.remove();

  // The bubble holds text alone: data can be no markup there.
  const tell = (event, text) => {
    if (text === null || text === undefined || text === "") return hide();
    if (!bubble) {
      bubble = document.createElement("div");
      bubble.className = "chart-tooltip";
      bubble.setAttribute("role", "status");
    }
    bubble.textContent = String(text);
    if (!bubble.isConnected) document.body.append(bubble);
    const { offsetWidth: width, offsetHeight: height } = bubble;
    const room = document.documentElement.clientWidth - width - 8;
    const x = Math.max(8, Math.min(event.clientX + 14, room));
    const above = event.clientY - height - 14;
    bubble.style.left = x + "px";
    bubble.style.top = (above > 8 ? above : event.clientY + 18) + "px";
  };

  const draw = async (figure) => {
    const picture = figure.querySelector("picture");
    const both = shared.specs[figure.dataset.chart];
    if (!picture || !both || !shared.vega) return;
    const { View, parse, expressionInterpreter } = shared.vega;
    const spec = PHONE.matches ? both.narrow : both.wide;
    const box = document.createElement("div");
    box.className = "chart-live";
    box.tabIndex = -1;
    const view = new View(parse(spec, undefined, { ast: true }), {
      expr: expressionInterpreter,
      renderer: "svg",
      hover: true,
      tooltip: (_handler, event, _item, value) => tell(event, value),
    });
    await view.initialize(box).runAsync();
    const svg = box.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", picture.querySelector("img").alt);
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    picture.hidden = true;
    picture.after(box);
    figure.classList.add("chart-drawn"); // hides the button without moving anything
    figure.chartView = view;
  };

  const release = (figure) => {
    if (!figure.chartView) return;
    hide();
    figure.chartView.finalize();
    delete figure.chartView;
    delete figure.dataset.wished;
    figure.classList.remove("chart-drawn");
    figure.querySelector(".chart-live").remove();
    figure.querySelector("picture").hidden = false;
  };

  const explore = async (figure) => {
    if (figure.dataset.wished) return;
    figure.dataset.wished = "yes";
    const button = figure.querySelector(".chart-explore");
    try {
      const { runtime, specs } = figure.dataset;
      await Promise.all([load(runtime), load(specs)]);
      const mark = specs.split("?")[1];
      if (mark && shared.specs[""] !== mark) throw new Error("the charts are of another build than this page");
      const asked = document.activeElement === button;
      await draw(figure);
      if (asked) figure.querySelector(".chart-live").focus({ preventScroll: true });
    } catch (problem) {
      delete figure.dataset.wished; // the picture stays, and the next wish tries again
      console.warn(problem);
    }
  };

  const figureOf = (event) => event.target instanceof Element && event.target.closest("figure.chart[data-specs]");

  // One listener for the whole page: figures that come in later (live reload) need no further care.
  let rest;
  document.addEventListener("pointerover", (event) => {
    const figure = figureOf(event);
    clearTimeout(rest);
    if (figure && event.pointerType !== "touch" && event.target.closest("picture")) {
      rest = setTimeout(() => explore(figure), REST);
    }
    if (!event.target.closest?.(".chart-live")) hide();
  });
  document.addEventListener("click", (event) => {
    const figure = figureOf(event);
    if (figure && event.target.closest("picture, .chart-explore")) explore(figure);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("scroll", hide, { passive: true });

  const ready = (root) => {
    for (const button of root.querySelectorAll("figure.chart[data-specs] .chart-explore")) button.hidden = false;
  };
  ready(document);
  shared.ready = ready;
  shared.again = (figure) => {
    release(figure);
    return explore(figure);
  };

  // The other drawing when a phone is turned.
  PHONE.addEventListener("change", () => {
    for (const figure of document.querySelectorAll("figure.chart-drawn")) {
      release(figure);
      explore(figure);
    }
  });
})();
