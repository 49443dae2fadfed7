/**
 * @typedef Traits
 * @property {string} question
 * @property {boolean} revealed  the answer is out: nothing can be changed any more
 * @property {string[]} [options]  of a prediction: the answers
 * @property {number[]} [values]  of an estimate: where the slider can stand
 * @property {string[]} [texts]  and what each is called
 * @property {string | number | null} guess  what was committed to
 *
 * Sent: {do: "ready"}. Heard: region "answer".
 */
function render({ model, el }) {
  const options = model.get("options");
  const texts = model.get("texts");
  let picked = model.get("guess");
  let follow;

  const commit = button("That is my guess", () => { model.set("guess", picked); model.save_changes(); settle(); },
    { primary: true, disabled: true });
  const told = h("p", { class: "lk-hint" });
  const answer = h("div", { class: "lk-results" });
  const control = options ? answers() : scale();
  const actions = h("div", { class: "lk-actions" }, commit, told);
  const body = h("div", {}, control, actions, answer);
  const close = panel(model, el, { title: model.get("question"), small: "", body, regions: { answer } });

  function answers() {
    const made = choice(model.get("question"), options.map((text) => ({ value: text, text })), picked, pick);
    made.group.classList.add("stacked");
    follow = made.set;
    return made.group;
  }
  function scale() {
    const values = model.get("values");
    const start = picked === null ? Math.floor(values.length / 2) : Math.max(0, values.indexOf(picked));
    const made = sliderRow("Your guess", texts, start, (at) => pick(values[at]),
      picked === null ? { text: "move me" } : {});
    follow = (value) => made.set(nearest(values, value));
    made.row.classList.add("wide-value");
    return made.row;
  }
  function pick(value) {
    picked = value;
    commit.disabled = model.get("revealed");
    told.textContent = "";
  }
  // Called when the student commits, when Python sets the guess, and when the answer is out.
  function settle() {
    const guess = model.get("guess");
    const over = model.get("revealed");
    if (guess !== null) {
      follow(guess);
      const text = options ? guess : texts[model.get("values").indexOf(guess)];
      told.textContent = over ? "" : `Noted: ${text ?? guess}. You can change it until the answer is out.`;
    }
    if (!over) return;
    actions.hidden = true;
    if (!options) control.hidden = true;
    for (const input of control.querySelectorAll("input")) input.disabled = true;
  }
  model.on("change:revealed change:guess", settle);
  settle();
  model.send({ do: "ready" });
  return () => { close(); model.off("change:revealed change:guess", settle); };
}

export default { render };
