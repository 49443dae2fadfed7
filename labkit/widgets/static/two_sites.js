/**
 * @typedef Traits
 * @property {{title: string, small: string, before: string, attacks: Option[], mistakes: Option[]}} spec
 *   what the card is called, what stands there at first, and what can be chosen
 * @property {string} attack  the id of the attack
 * @property {string} mistake  the id of the one mistake that is switched on
 *
 * @typedef {{value: string, text: string}} Option
 *
 * Sent: {do: "ready" | "start" | "cancel"}. Heard: region "sides", {story} and {told, busy}.
 */
function render({ model, el }) {
  const spec = model.get("spec");
  const pick = (label, name, options) => {
    const made = select(label, options, model.get(name), (value) => { model.set(name, value); model.save_changes(); });
    made.group.className = "lk-row wide roomy";
    return made;
  };
  const attack = pick("Attack", "attack", spec.attacks);
  const mistake = pick("One mistake", "mistake", spec.mistakes);
  const story = h("p", { class: "lk-hint lk-under lk-two" });
  const start = button("Attack both sites", () => model.send({ do: "start" }), { primary: true });
  const cancel = button("Cancel", () => model.send({ do: "cancel" }));
  const progress = h("progress", { "aria-label": "Attack under way" });
  const told = h("span", {});
  const sides = h("div", { class: "lk-results" },
    h("p", { class: "lk-hint" }, spec.before));
  const body = h("div", {}, attack.group, story, mistake.group,
    h("div", { class: "lk-actions" }, start, cancel, h("div", { class: "lk-work one" }, progress, told)), sides);
  const close = panel(model, el, { title: spec.title, small: spec.small, body, regions: { sides }, onmessage });

  function onmessage(message) {
    if (message.story) story.textContent = message.story;
    if (message.error) work({ told: "", busy: false });
    if (message.busy !== undefined) work(message);
  }
  function work({ told: words, busy }) {
    told.textContent = words;
    progress.hidden = !busy;
    const focused = document.activeElement === (busy ? start : cancel);
    start.hidden = busy;
    cancel.hidden = !busy;
    if (focused) (busy ? cancel : start).focus();
  }
  function follow() {
    attack.list.value = model.get("attack");
    mistake.list.value = model.get("mistake");
  }
  model.on("change:attack change:mistake", follow);
  work({ told: "", busy: false });
  model.send({ do: "ready" });
  return () => { close(); model.off("change:attack change:mistake", follow); };
}

export default { render };
