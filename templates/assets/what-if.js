// What if: the reader changes stages, leads and sellers, and sees what follows beside today's values.
// The formulas are those of `worth`, `order` and `capacity_plan`; the numbers come from the script beside the page
// (window.funnelbookWhatIf). Without this script the table of today's values stays. Texts of the data are set as
// text alone; nothing is stored or sent.
(() => {
  "use strict";

  // Formulas. null = not known; it makes null what depends on it, and so does a division by 0.
  const quotient = (part, whole) => (part === null || whole === null || whole === 0 ? null : part / whole);
  const times = (a, b) => (a === null || b === null ? null : a * b);
  const plus = (a, b) => (a === null || b === null ? null : a + b);
  const priceOf = (stage, rate) => stage.cost ?? ((stage.minutes ?? 0) / 60) * (rate ?? 0);

  const costOf = (stages, rate) => {
    if (!stages.some((each) => each.cost !== null || (rate !== null && each.minutes !== null))) return null;
    return stages.reduceRight(
      (later, each, at) => (at === stages.length - 1
        ? priceOf(each, rate) : plus(priceOf(each, rate), times(each.pass, later))), 0);
  };

  const hoursOf = (stages) => {
    if (stages.every((each) => each.minutes === null)) return null;
    let reach = 1, sum = 0;
    for (const each of stages) {
      if (reach === null) return null;
      sum += ((each.minutes ?? 0) / 60) * reach;
      reach = times(reach, each.pass);
    }
    return sum;
  };

  // `stages` in the order in which a lead meets them; `month` has leads, sellers, hours_of_seller, plan.
  const compute = ({ stages, month }, { hour_rate, acquisition, other_hours }) => {
    const chance = stages.reduce((product, each) => times(product, each.pass), 1);
    const cost = costOf(stages, hour_rate);
    const perLead = hoursOf(stages);
    const hours = month.sellers === 0 ? 0 : times(month.sellers, month.hours_of_seller);
    const carried = quotient(hours, perLead);
    const needed = quotient(month.plan, chance);
    const worked = month.leads === null || carried === null ? month.leads : Math.min(month.leads, carried);
    return {
      chance,
      cost_per_lead: cost,
      cost_per_sale: quotient(cost, chance),
      full_cost_per_sale: quotient(plus(cost, acquisition), chance),
      hours_per_lead: perLead,
      leads_carried: carried,
      leads_needed: needed,
      sellers_needed: quotient(needed, quotient(month.hours_of_seller, perLead)),
      sellers_needed_by_all: quotient(plus(times(needed, perLead), other_hours), month.hours_of_seller),
      sales: times(worked, chance),
    };
  };

  // The section.
  const element = (name, properties = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made) made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  const copy = (data) => ({
    order: data.stages.map((_, number) => number),
    stages: data.stages.map((each) => ({ ...each })),
    month: { ...data.month },
  });

  const start = (box, data) => {
    const { words } = data;
    const number = (value, digits = 0, more = {}) =>
      new Intl.NumberFormat(data.locale, { maximumFractionDigits: digits, ...more }).format(value).replace("-", "−");
    const code = /^[A-Z]{3}$/.test(data.currency); // else a sign, which takes the place of another, or nothing
    const coin = { style: "currency", currency: code ? data.currency : "EUR", currencyDisplay: "narrowSymbol" };
    const written = (output, value, more = {}) => {
      if (value === null) return "—";
      if (output.unit !== "money") return number(value, output.digits, more);
      const text = number(value, 0, { ...(data.currency && coin), minimumFractionDigits: 0, ...more });
      return code ? text : text.replace("€", data.currency);
    };
    let state = copy(data);
    const ordered = () => ({ stages: state.order.map((at) => state.stages[at]), month: state.month });
    const today = compute(ordered(), data);
    const status = element("p", { className: "what-if-says", role: "status" });
    const warnings = element("ul", { className: "notes" });
    const list = element("ol"), fields = [];

    // An input of `target[key]`: empty = today's value. `scale`: the shown number for 1.
    const field = (label, target, key, { scale = 1, digits = 1, high = null } = {}) => {
      const input = element("input", { type: "number", min: "0", step: "any", inputMode: "decimal" });
      if (high !== null) input.max = String(high);
      const given = target()[key];
      const shown = given === null ? "" : String(Number((given * scale).toFixed(digits)));
      input.value = input.placeholder = shown;
      input.addEventListener("input", () => {
        const valid = input.validity.valid && Number.isFinite(Number(input.value));
        input.setAttribute("aria-invalid", String(!valid));
        if (valid) {
          target()[key] = input.value === "" ? given : Number(input.value) / scale;
          return show();
        }
        const text = high === null ? words.unbounded : words.invalid;
        status.textContent = fill(text, { field: label, low: "0", high: number(high ?? 0) });
      });
      fields.push({ input, shown });
      return element("label", {}, element("span", { textContent: label }), input);
    };

    const items = data.stages.map((stage, at) => {
      const place = element("span");
      const legend = element("legend", {}, place, element("bdi", { textContent: stage.name }));
      const target = () => state.stages[at];
      const cost = field(words.cost, target, "cost");
      const button = (text, said, step) => {
        const label = fill(said, { stage: stage.name });
        const made = element("button", { type: "button", textContent: text, "aria-label": label });
        made.addEventListener("click", () => move(at, step, made));
        return made;
      };
      const buttons = [button(words.up, words.upwards, -1), button(words.down, words.downwards, 1)];
      const item = element("li", {}, element("fieldset", {}, legend,
        field(words.pass, target, "pass", { scale: 100, high: 100 }),
        field(words.minutes, target, "minutes"), cost,
        element("span", { className: "what-if-moves" }, ...buttons)));
      return { item, place, buttons, cost: cost.querySelector("input") };
    });

    const move = (at, step, pressed) => {
      const from = state.order.indexOf(at), to = from + step;
      [state.order[from], state.order[to]] = [state.order[to], state.order[from]];
      arrange();
      (pressed.disabled ? items[at].buttons.find((each) => !each.disabled) : pressed).focus();
      show(fill(words.moved, { stage: data.stages[at].name, position: number(to + 1) }));
    };

    const arrange = () => {
      state.order.forEach((at, position) => {
        const { item, place, buttons } = items[at];
        list.append(item);
        place.textContent = `${position + 1}. `;
        buttons[0].disabled = position === 0;
        buttons[1].disabled = position === state.order.length - 1;
      });
    };

    const cautions = (now) => {
      const place = new Map(state.order.map((at, position) => [at, position]));
      const found = [];
      data.stages.forEach((stage, at) => {
        if (!stage.movable && place.get(at) !== at) found.push(fill(words.unmovable, { stage: stage.name }));
        for (const other of stage.after) {
          if (place.get(other) > place.get(at)) {
            found.push(fill(words.after, { stage: stage.name, other: data.stages[other].name }));
          }
        }
      });
      if (now.chance === 0) found.push(words.nobody);
      return found;
    };

    const verdict = (now) => {
      const { leads, plan } = state.month;
      if (now.sales === null) return words.unsold;
      const missing = plan === null ? 0 : Math.max(0, plan - now.sales);
      const told = plan === null ? words.sold : missing > 0 ? words.missed : words.met;
      const said = [fill(told, { sales: number(now.sales, 1), plan: number(plan ?? 0, 1), missing: number(missing, 1) })];
      if (now.leads_carried !== null && now.leads_carried < leads) {
        said.push(fill(words.limited, { carried: number(now.leads_carried), leads: number(leads) }));
      }
      const [before, after] = [today.cost_per_sale, now.cost_per_sale];
      if (before !== null && after !== null && Math.abs(after - before) >= 0.5) {
        const money = data.outputs.find((each) => each.key === "cost_per_sale");
        const difference = written(money, after - before, { signDisplay: "exceptZero" });
        said.push(fill(words.costs, { cost: written(money, after), difference }));
      }
      return said.join(" ");
    };

    // The table of today's values gets two more columns; a value is machine-readable in full.
    const table = box.querySelector("table");
    table.tHead.rows[0].append(...[words.changed, words.difference].map(
      (text) => element("th", { scope: "col", className: "number", textContent: text })));
    const cells = data.outputs.map((output, at) => {
      const row = table.tBodies[0].rows[at];
      const [changed, difference] = [0, 1].map(() => element("td", { className: "number" }));
      row.append(changed, difference);
      row.cells[1].replaceChildren(exact(output, today[output.key]));
      return { changed, difference };
    });

    function exact(output, value) {
      const full = value === null ? "" : String(value);
      return element("data", { value: full, textContent: written(output, value), "data-key": output.key });
    }

    const show = (said = "") => {
      const now = compute(ordered(), data);
      data.outputs.forEach((output, at) => {
        const { changed, difference } = cells[at];
        const [before, after] = [today[output.key], now[output.key]];
        changed.replaceChildren(exact(output, after));
        const step = before === null || after === null ? null : after - before;
        const noted = step !== null && Math.abs(step) < 1e-12 * Math.abs(before) ? 0 : step;
        difference.textContent = written(output, noted, { signDisplay: "exceptZero" });
        difference.className = "number change" + (noted ? (noted * output.better > 0 ? " better" : " worse") : "");
      });
      state.stages.forEach((stage, at) => {
        const price = stage.cost === null ? Number(priceOf(stage, data.hour_rate).toFixed(1)) : null;
        if (price !== null) items[at].cost.placeholder = price || "";
      });
      status.textContent = [said, verdict(now)].join(" ").trim();
      warnings.replaceChildren(...cautions(now).map((text) => element("li", { textContent: text })));
    };

    const action = (text, act) => {
      const made = element("button", { type: "button", textContent: text });
      made.addEventListener("click", () => {
        act();
        arrange();
        show();
      });
      return made;
    };
    const actions = element("p", { className: "what-if-actions" }, action(words.reset, () => {
      state = copy(data);
      for (const { input, shown } of fields) {
        input.value = input.placeholder = shown;
        input.removeAttribute("aria-invalid");
      }
    }));
    if (data.cheapest) actions.append(action(words.cheapest, () => (state.order = [...data.cheapest])));

    const month = element("fieldset", {}, element("legend", { textContent: words.month }),
      ...["leads", "plan", "sellers", "hours_of_seller"].map((key) => field(words[key], () => state.month, key)));
    arrange();
    box.prepend(element("div", { className: "what-if-controls", role: "group", "aria-label": words.changes },
      list, month, actions), status);
    box.append(warnings);
    show();
  };

  const { "": mark, ...known } = window.funnelbookWhatIf;
  for (const box of document.querySelectorAll("[data-what-if]")) {
    if (box.dataset.mark && box.dataset.mark !== mark) console.warn("the numbers are of another build than this page");
    else start(box, known[box.dataset.whatIf]);
  }
})();
