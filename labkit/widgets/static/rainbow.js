/**
 * @typedef Traits
 * @property {number} move  where the walk stands
 * @property {number} last  where it ends
 *
 * Sent: {do: "ready" | "another"} and {do: "look_up", digest}, which is never a trait. Heard:
 * regions "sentence" and "chains", and {digest}.
 */
function render({ model, el }) {
  const go = (to) => {
    const move = Math.min(Math.max(to, 0), model.get("last"));
    if (move !== model.get("move")) { model.set("move", move); model.save_changes(); }
  };
  const field = h("input", {
    type: "text", id: newId(), class: "lk-field lk-mono", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", maxlength: 200,
    keydown: (event) => { if (event.key === "Enter") lookUp(); },
  });
  const lookUp = () => model.send({ do: "look_up", digest: field.value });
  const back = button("Back", () => go(model.get("move") - 1));
  const next = button("Next", () => go(model.get("move") + 1), { primary: true });
  const place = h("span", { class: "lk-hint" });
  const moves = h("div", { class: "lk-actions", role: "group", "aria-label": "Moves", keydown: byKey },
    back, next, place);
  const sentence = h("div", { class: "lk-sentence" });
  const chains = h("div", {}, h("p", { class: "lk-hint" }, "Run this cell to walk."));
  const body = h("details", { class: "lk-more" },
    h("summary", {}, "Open a small table and look a digest up"),
    h("div", { class: "lk-row wide" }, h("label", { for: field.id }, "Digest"), field),
    h("div", { class: "lk-actions lk-under" },
      button("Look it up", lookUp), button("Another digest", () => model.send({ do: "another" }))),
    moves, sentence, chains);
  const close = panel(model, el, { title: "Rainbow table", small: "a digest looked up, move by move", body,
    regions: { sentence, chains }, onmessage: ({ digest }) => { if (digest) field.value = digest; } });

  function byKey(event) {
    const to = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(model.get("move") + to);
  }
  // A button that is out of reach keeps the focus, so that a key can turn back.
  function follow() {
    const [at, last] = [model.get("move"), model.get("last")];
    place.textContent = `move ${at} of ${last}; the arrow keys do the same`;
    back.setAttribute("aria-disabled", String(at === 0));
    next.setAttribute("aria-disabled", String(at === last));
  }
  model.on("change:move change:last", follow);
  follow();
  model.send({ do: "ready" });
  return () => { close(); model.off("change:move change:last", follow); };
}

export default { render };
