/**
 * @typedef Traits
 * @property {{title: string, small: string, before: string, controls: Control[], buttons: Button[]}} spec
 *   what the card is called, what stands in it at first, and what can be turned
 * and one trait for each control, by its name.
 *
 * @typedef {{kind: "choice" | "list", name: string, label: string, options: {value: any, text: string}[]}
 *   | {kind: "slider", name: string, label: string, values: number[], texts: string[], unit: string}} Control
 * @typedef {{do: string, text: string, primary: boolean}} Button
 *
 * Sent: {do: "ready"} and what a button does. Heard: region "result", and {done}, what was done so far.
 */
function render({ model, el }) {
  const spec = model.get("spec");
  const kinds = { choice: ofChoice, list: ofList, slider: ofSlider };
  const controls = spec.controls.map((each) => {
    const { row, set } = kinds[each.kind](each, model.get(each.name),
      (value) => { model.set(each.name, value); model.save_changes(); });
    const follow = () => set(model.get(each.name));
    follow();
    model.on(`change:${each.name}`, follow);
    return { name: each.name, row, follow };
  });
  const names = spec.controls.map(({ name }) => name);
  const buttons = spec.buttons.map((each) =>
    button(each.text, () => model.send({ do: each.do, chosen: chosen(model, names) }), { primary: each.primary }));
  const done = h("p", { class: "lk-hint lk-done" });
  const result = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, spec.before));
  const unfold = keepFolds(result);
  const body = h("div", {}, ...controls.map(({ row }) => row),
    ...(buttons.length ? [h("div", { class: "lk-actions" }, ...buttons), done] : []), result);
  const close = panel(model, el, { title: spec.title, small: spec.small, body, regions: { result }, onmessage });

  function onmessage(message) {
    if (message.show) unfold();
    if (message.done) done.textContent = `Done: ${message.done}.`;
  }
  model.send({ do: "ready" });
  return () => {
    close();
    for (const { name, follow } of controls) model.off(`change:${name}`, follow);
  };
}

function ofChoice({ label, options }, picked, change) {
  const { group, set } = choice(label, options, picked, change);
  return { row: h("div", { class: "lk-row wide roomy" }, h("span", { "aria-hidden": "true" }, label), group), set };
}

function ofList({ label, options }, picked, change) {
  const { row, list } = listRow(label, options, picked, change);
  return { row, set: (value) => { list.value = value; } };
}

/** A slider over some values; Python may set one between them, which is then told with its unit. */
function ofSlider({ label, values, texts, unit }, value, change) {
  const { row, set } = sliderRow(label, texts, 0, (at) => change(values[at]));
  row.classList.add("wide-value");
  const near = (wanted) => {
    const far = values.map((each) => Math.abs(each - wanted));
    return far.indexOf(Math.min(...far));
  };
  return { row, set: (wanted) => {
    const at = near(wanted);
    set(at, values[at] === wanted ? texts[at] : `${wanted} ${unit}`.trim());
  } };
}

export default { render };
