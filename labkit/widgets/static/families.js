/**
 * @typedef Traits
 * @property {{stories: Option[], graces: Option[], refreshes: number[]}} spec  what can be chosen
 * @property {string} story  which
 * @property {boolean} rotate  an exchange gives another token
 * @property {boolean} detect  a second use ends the family
 * @property {number} grace_s  seconds
 * @property {number} refreshes  before the story begins
 *
 * @typedef {{value: string | number, text: string}} Option
 *
 * Sent: {do: "ready"}. Heard: region "result".
 */
function render({ model, el }) {
  const spec = model.get("spec");
  const change = (name, value) => { model.set(name, value); model.save_changes(); };
  const row = (label, group) => h("div", { class: "lk-row wide roomy" }, h("span", {}, label), group);
  const onOff = (label, name, [on, off]) => {
    const made = choice(label, [{ value: "true", text: on }, { value: "false", text: off }],
      String(model.get(name)), (value) => change(name, value === "true"));
    return { row: row(label, made.group), set: made.set };
  };
  const story = select("Story", spec.stories, model.get("story"), (value) => change("story", value));
  story.group.className = "lk-row wide roomy";
  const rotate = onOff("Rotation", "rotate", ["A new token each time", "Always the same token"]);
  const detect = onOff("Second use", "detect", ["Ends the family", "Is only refused"]);
  const grace = choice("Grace", spec.graces.map(({ value, text }) => ({ value: String(value), text })),
    String(model.get("grace_s")), (value) => change("grace_s", Number(value)));
  const texts = spec.refreshes.map((each) => (each === 1 ? "1 refresh" : `${each} refreshes`));
  const before = sliderRow("Refreshed before", texts, model.get("refreshes"), (at) => change("refreshes", at));
  const result = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, "Run this cell to play the story."));
  const unfold = keepFolds(result);
  const body = h("div", {}, story.group, rotate.row, detect.row, row("Grace", grace.group), before.row, result);
  const close = panel(model, el, { title: "Refresh families", small: "a token is stolen: who is left in?", body,
    regions: { result }, onmessage: unfold });

  function follow() {
    story.list.value = model.get("story");
    rotate.set(model.get("rotate"));
    detect.set(model.get("detect"));
    grace.set(model.get("grace_s"));
    before.set(model.get("refreshes"));
  }
  const watched = "change:story change:rotate change:detect change:grace_s change:refreshes";
  model.on(watched, follow);
  model.send({ do: "ready" });
  return () => { close(); model.off(watched, follow); };
}

export default { render };
