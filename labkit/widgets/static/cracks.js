/**
 * @typedef Traits
 * @property {Spec} spec  the controls
 * @property {string} table  which stolen table
 * @property {string} attack  "dictionary", "rules", "mask" or "brute force"
 * @property {string} characters  what brute force draws from
 * @property {number} longest  and up to which length
 * @property {string} budget  for each row
 *
 * @typedef {{value: string, text: string}} Option
 * @typedef {{title: string, small: string, paid: string, tables: Option[], attacks: Option[],
 *            characters: Option[], longest: number, budgets: Option[], mask: string}} Spec
 *
 * Sent: {do: "ready" | "start" | "cancel" | "next"} and {do: "mask", mask}, which is never a trait.
 * Heard: regions "rows", "notes" and "after", {next: words of a button for what a find is good for},
 * {plan: {about, price}}, and {told, busy, progress}.
 */
const NAMES = ["table", "attack", "characters", "longest", "budget"];

function render({ model, el }) {
  const spec = model.get("spec");
  const change = (name, value) => { model.set(name, value); model.save_changes(); };
  const pick = (label, name, options) => listRow(label, options, model.get(name), (value) => change(name, value));

  const table = pick("Stolen table", "table", spec.tables);
  const attacks = choice("Attack", spec.attacks, model.get("attack"), (value) => change("attack", value));
  const characters = select("Characters", spec.characters, model.get("characters"),
    (value) => change("characters", value));
  const lengths = Array.from({ length: spec.longest }, (_, i) => ({ value: String(i + 1), text: String(i + 1) }));
  const longest = select("up to a length of", lengths, String(model.get("longest")),
    (value) => change("longest", Number(value)));
  const mask = h("input", {
    type: "text", id: newId(), class: "lk-field lk-mono", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", maxlength: 200, input: () => model.send({ do: "mask", mask: mask.value }),
  });
  mask.value = spec.mask;
  const forMask = h("div", { class: "lk-row wide roomy" }, h("label", { for: mask.id }, "Mask"), mask);
  const forForce = h("div", { class: "lk-row wide roomy" }, h("label", { for: characters.list.id }, "Characters"),
    h("div", { class: "lk-pair" }, characters.list, ...longest.group.childNodes));
  const budget = pick(spec.paid, "budget", spec.budgets);
  const about = h("p", { class: "lk-hint lk-under lk-two", id: newId() });
  attacks.group.setAttribute("aria-describedby", about.id);

  const work = longWork(model, "Guess", "Guessing", NAMES);
  const rows = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, "Run this cell to guess."));
  const notes = h("div", { class: "lk-why" });
  const next = button("", () => model.send({ do: "next" }));
  const after = h("div", {});
  const price = h("p", { class: "lk-src" });
  const body = h("div", {},
    table.row,
    budget.row,
    h("div", { class: "lk-row wide roomy" }, h("span", { "aria-hidden": "true" }, "Attack"), attacks.group),
    about,
    forMask, forForce,
    work.row, rows, notes, next, after, price);
  const close = panel(model, el, { title: spec.title, small: spec.small, body,
    regions: { rows, notes, after }, onmessage });

  function onmessage(message) {
    if (message.plan) {
      about.textContent = message.plan.about;
      price.textContent = message.plan.price;
    }
    if (message.next !== undefined) offer(message.next);
    work.hear(message);
  }
  function offer(words) {
    next.textContent = words;
    next.hidden = !words;
  }
  function follow() {
    table.list.value = model.get("table");
    budget.list.value = model.get("budget");
    characters.list.value = model.get("characters");
    attacks.set(model.get("attack"));
    longest.list.value = String(model.get("longest"));
    forMask.hidden = model.get("attack") !== "mask";
    forForce.hidden = model.get("attack") !== "brute force";
  }
  const traits = NAMES.map((name) => `change:${name}`).join(" ");
  model.on(traits, follow);
  table.row.hidden = spec.tables.length < 2;
  offer("");
  follow();
  model.send({ do: "ready" });
  return () => { close(); model.off(traits, follow); };
}

export default { render };
