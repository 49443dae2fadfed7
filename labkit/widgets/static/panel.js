/** What all widgets share. Text only ever becomes a text node; HTML comes from Python, escaped. */

/** Makes an element. Functions become listeners, true and false set and omit an attribute. */
function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

let lastId = 0;
const newId = () => `lk-${Date.now().toString(36)}-${++lastId}`;

/** The place in `values` that is nearest on a log scale. */
const nearest = (values, value) => {
  const far = values.map((each) => Math.abs(Math.log(each / value)));
  return far.indexOf(Math.min(...far));
};

/** A row: label, native slider over `texts` (a position each), and the text it stands at. */
function sliderRow(label, texts, position, onmove, { text = texts[position] } = {}) {
  const id = newId();
  const output = h("output", { for: id }, text);
  const input = h("input", {
    type: "range", id, min: 0, max: texts.length - 1, step: 1, value: position, "aria-valuetext": text,
    input() { say(texts[input.value]); onmove(Number(input.value)); },
  });
  input.value = position;
  const say = (words) => { output.textContent = words; input.setAttribute("aria-valuetext", words); };
  const set = (at, words = texts[at]) => { input.value = at; say(words); };
  return { row: h("div", { class: "lk-row" }, h("label", { for: id }, label), input, output), input, set };
}

/** Native radio buttons drawn side by side: arrow keys, labels and groups come with them. */
function choice(legend, options, picked, onpick, { hideLegend = true } = {}) {
  const name = newId();
  const inputs = options.map(({ value }) => h("input", {
    type: "radio", name, id: newId(), value: String(value), checked: value === picked, change: () => onpick(value),
  }));
  const labels = options.map(({ text }, i) => h("label", { for: inputs[i].id, "data-text": text }, text));
  const pairs = inputs.flatMap((input, i) => [input, labels[i]]);
  const group = h("fieldset", { class: "lk-choice" },
    h("legend", { class: hideLegend ? "lk-unseen" : "" }, legend), h("div", { class: "lk-seg" }, ...pairs));
  const set = (value) => inputs.forEach((input) => { input.checked = input.value === String(value); });
  return { group, inputs, set };
}

/** A native list with its label. */
function select(label, options, picked, onpick) {
  const id = newId();
  const list = h("select", { id, class: "lk-select", change: () => onpick(list.value) },
    ...options.map(({ value, text }) => h("option", { value, selected: value === picked }, text)));
  return { group: h("div", { class: "lk-pair" }, h("label", { for: id }, label), list), list };
}

/** The same as a row: label at the left, list at the right. */
function listRow(label, options, picked, onpick) {
  const { group, list } = select(label, options, picked, onpick);
  group.className = "lk-row wide roomy";
  return { row: group, list };
}

/** A native button; `primary` for the one that a card is about. */
function button(text, onclick, { primary = false, disabled = false } = {}) {
  return h("button", { type: "button", class: primary ? "lk-btn primary" : "lk-btn", disabled, click: onclick }, text);
}

/** The choices that a message is meant for: a change of theirs may still wait behind an earlier one. */
const chosen = (model, names) => Object.fromEntries(names.map((name) => [name, model.get(name)]));

/**
 * Start, Cancel and how far it is, for {do: "start" | "cancel"}; `hear` takes {told, busy, progress}.
 * `names` are the traits that a start is meant for.
 */
function longWork(model, text, doing, names) {
  const start = button(text, () => model.send({ do: "start", chosen: chosen(model, names) }), { primary: true });
  const cancel = button("Cancel", () => model.send({ do: "cancel" }));
  const progress = h("progress", { max: 1, "aria-label": doing });
  const told = h("span", {});
  const row = h("div", { class: "lk-actions" }, start, cancel, h("div", { class: "lk-work one" }, progress, told));
  function hear({ error, told: words = "", busy = error ? false : undefined, progress: share }) {
    if (busy === undefined) return;
    told.textContent = words;
    progress.hidden = !busy;
    if (share === null || share === undefined) progress.removeAttribute("value");
    else progress.value = share;
    const focused = document.activeElement === (busy ? start : cancel);
    start.hidden = busy;
    cancel.hidden = !busy;
    if (focused) (busy ? cancel : start).focus();
  }
  hear({ busy: false });
  return { row, hear };
}

/** Keeps what is unfolded in a region unfolded when Python fills it anew; returns what to call then. */
function keepFolds(region) {
  const open = new Set();
  const folds = () => [...region.querySelectorAll("details")];
  region.addEventListener("toggle", ({ target }) => {
    const place = folds().indexOf(target);
    if (target.open) open.add(place);
    else open.delete(place);
  }, true);
  return () => folds().forEach((each, place) => { each.open = open.has(place); });
}

/**
 * The card: title, body, a place for errors, a line that screen readers hear.
 * Regions are elements that Python fills by name. Returns a function that tidies up.
 */
function panel(model, el, { title, small, body, regions, onmessage = () => {} }) {
  const alert = h("div", { class: "lk-alert", role: "alert", hidden: true });
  const status = h("div", { class: "lk-unseen", role: "status" });
  const heading = h("h3", { class: "lk-title", id: newId() }, title, " ", h("small", {}, small));
  el.classList.add("lk");
  el.append(h("section", { class: "lk-card", "aria-labelledby": heading.id }, heading, alert, body, status));

  const hear = (message) => {
    if (message.error) {
      alert.hidden = false;
      alert.replaceChildren(h("b", {}, message.error.cause), " ", message.error.remedy);
      onmessage(message);
      return;
    }
    if (message.show in regions) {
      alert.hidden = true;
      regions[message.show].innerHTML = message.html;
    }
    if (message.view) alert.hidden = true; // what a widget draws itself, from plain values
    if (message.said) status.textContent = message.said;
    onmessage(message);
  };
  model.on("msg:custom", hear);
  // JupyterLab reads single keys as commands: what is typed here stays here.
  const keep = (event) => event.stopPropagation();
  el.addEventListener("keydown", keep);
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  return () => {
    model.off("msg:custom", hear);
    el.removeEventListener("keydown", keep);
  };
}
