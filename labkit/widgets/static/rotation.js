/**
 * @typedef Traits
 * @property {{sliders: Slider[]}} spec  the controls
 * @property {boolean} asks_again  the verifier with a copy fetches it anew on an unknown key id
 * and one number of minutes for each slider, by its name.
 *
 * @typedef {{name: string, label: string, values: number[], texts: string[]}} Slider
 *
 * Sent: {do: "ready" | "rotate" | "withdraw" | "restart"}. Heard: region "result", and {done}, what
 * was done so far.
 */
function render({ model, el }) {
  const change = (name, value) => { model.set(name, value); model.save_changes(); };
  const near = (values, value) => {
    const far = values.map((each) => Math.abs(each - value));
    return far.indexOf(Math.min(...far));
  };
  const rows = model.get("spec").sliders.map(({ name, label, values, texts }) => {
    const made = sliderRow(label, texts, near(values, model.get(name)), (at) => change(name, values[at]));
    const follow = () => {
      const value = model.get(name);
      const at = near(values, value);
      made.set(at, values[at] === value ? texts[at] : `${value} min`);
    };
    model.on(`change:${name}`, follow);
    follow();
    return { name, row: made.row, follow };
  });
  const now = rows.pop();
  const again = choice("Unknown key id", [{ value: "false", text: "Refuses" }, { value: "true", text: "Fetches again" }],
    String(model.get("asks_again")), (value) => change("asks_again", value === "true"));
  const choose = () => again.set(model.get("asks_again"));
  model.on("change:asks_again", choose);
  const done = h("p", { class: "lk-hint lk-done" });
  const result = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, "Run this cell to draw the timeline."));
  const unfold = keepFolds(result);
  const body = h("div", {}, ...rows.map(({ row }) => row),
    h("div", { class: "lk-row wide roomy" }, h("span", {}, "Unknown key id"), again.group),
    now.row,
    h("div", { class: "lk-actions" },
      button("Rotate now", () => model.send({ do: "rotate" }), { primary: true }),
      button("Withdraw the signing key now", () => model.send({ do: "withdraw" })),
      button("Take all back", () => model.send({ do: "restart" }))),
    done, result);
  const close = panel(model, el, { title: "Keys in rotation", small: "who can verify what, and until when", body,
    regions: { result }, onmessage });
  function onmessage(message) {
    if (message.show) unfold();
    if (message.done) done.textContent = `Done: ${message.done}.`;
  }
  model.send({ do: "ready" });
  return () => {
    close();
    model.off("change:asks_again", choose);
    for (const each of [...rows, now]) model.off(`change:${each.name}`, each.follow);
  };
}

export default { render };
