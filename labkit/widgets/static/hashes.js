/**
 * @typedef Traits
 * @property {string} invented  the password that the field begins with
 *
 * Sent: {do: "hash", password, salt}. Heard: region "results". What is typed is never a trait.
 */
function render({ model, el }) {
  const note = newId();
  const field = h("input", {
    type: "text", id: newId(), class: "lk-field lk-mono", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", maxlength: 200, "aria-describedby": note, input: ask, "data-1p-ignore": true,
  });
  field.value = model.get("invented");
  let salt = true;
  const salts = choice("Salt", [{ value: "on", text: "On" }, { value: "off", text: "Off" }], "on", (value) => {
    salt = value === "on";
    ask();
  });
  const results = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, "Run this cell to hash."));
  const body = h("div", {},
    h("div", { class: "lk-row wide" }, h("label", { for: field.id }, "Password"), field),
    h("p", { class: "lk-hint lk-under", id: note },
      "Invented. Type another one, but none that you use. It stays in the kernel's memory and is never saved."),
    h("div", { class: "lk-row wide" }, h("span", { "aria-hidden": "true" }, "Salt"), salts.group),
    results);
  const close = panel(model, el, { title: "Hash lab", small: "one password through every scheme", body,
    regions: { results } });

  function ask() {
    if (field.value) model.send({ do: "hash", password: field.value, salt });
  }
  ask();
  return close;
}

export default { render };
