/**
 * @typedef Traits
 * @property {{days: Option[], written: Option[], sliders: Slider[]}} spec  the controls
 * @property {string} day  when the token is issued
 * @property {string} written_in  "right", or the zone of the machine that makes the mistake
 * and one number of seconds for each slider, by its name.
 *
 * @typedef {{value: string, text: string}} Option
 * @typedef {{name: string, label: string, values: number[], texts: string[]}} Slider
 *
 * Sent: {do: "ready"}. Heard: region "result".
 */
function render({ model, el }) {
  const spec = model.get("spec");
  const change = (name, value) => { model.set(name, value); model.save_changes(); };
  const near = (values, value) => {
    const far = values.map((each) => Math.abs(each - value));
    return far.indexOf(Math.min(...far));
  };
  const sliders = spec.sliders.map(({ name, label, values, texts }) => {
    const made = sliderRow(label, texts, near(values, model.get(name)), (at) => change(name, values[at]));
    made.row.classList.add("wide-value");
    const follow = () => {
      const value = model.get(name);
      const at = near(values, value);
      made.set(at, values[at] === value ? texts[at] : `${value} s`);
    };
    follow();
    return { name, row: made.row, follow };
  });
  const pick = (label, name, options) => {
    const made = choice(label, options, model.get(name), (value) => change(name, value));
    const row = h("div", { class: "lk-row wide roomy" }, h("span", {}, label), made.group);
    return { name, row, follow: () => made.set(model.get(name)) };
  };
  const written = select("Dates written", spec.written, model.get("written_in"), (value) => change("written_in", value));
  written.group.className = "lk-row wide roomy";
  const list = { name: "written_in", row: written.group,
    follow: () => { written.list.value = model.get("written_in"); } };
  const controls = [pick("Issued in", "day", spec.days), list, ...sliders];
  const result = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, "Run this cell to judge the dates."));
  const unfold = keepFolds(result);
  const body = h("div", {}, ...controls.map(({ row }) => row), result);
  const close = panel(model, el, { title: "A token’s dates", small: "one number, three names for it", body,
    regions: { result }, onmessage: unfold });
  for (const { name, follow } of controls) model.on(`change:${name}`, follow);
  model.send({ do: "ready" });
  return () => {
    close();
    for (const { name, follow } of controls) model.off(`change:${name}`, follow);
  };
}

export default { render };
