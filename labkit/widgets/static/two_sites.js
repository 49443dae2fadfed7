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
  const pick = (label, name, options) =>
    listRow(label, options, model.get(name), (value) => { model.set(name, value); model.save_changes(); });
  const attack = pick("Attack", "attack", spec.attacks);
  const mistake = pick("One mistake", "mistake", spec.mistakes);
  const story = h("p", { class: "lk-hint lk-under lk-two", id: newId() });
  attack.list.setAttribute("aria-describedby", story.id);
  const work = longWork(model, "Attack both sites", "Attack under way", ["attack", "mistake"]);
  const sides = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, spec.before));
  const body = h("div", {}, attack.row, story, mistake.row, work.row, sides);
  const close = panel(model, el, { title: spec.title, small: spec.small, body, regions: { sides }, onmessage });

  function onmessage(message) {
    if (message.story) story.textContent = message.story;
    work.hear(message);
  }
  function follow() {
    attack.list.value = model.get("attack");
    mistake.list.value = model.get("mistake");
  }
  model.on("change:attack change:mistake", follow);
  model.send({ do: "ready" });
  return () => { close(); model.off("change:attack change:mistake", follow); };
}

export default { render };
