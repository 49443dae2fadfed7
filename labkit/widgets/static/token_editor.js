/**
 * @typedef Traits
 * @property {{longest: number, icons: Object<string, string>, read: string, verified: string,
 *   signing: Object<string, string>, movable: boolean,
 *   slider: {least: number, most: number, step: number}}} spec  what never changes
 *
 * Sent: {do: "ready" | "restart" | "look"}, {do: "token", text}, {do: "edit", part, text},
 * {do: "sign", key}, {do: "move", offset}, each with its turn. Heard: {view}, {fault}.
 * The token is no trait, and what it says only ever becomes the text of an element or a field.
 */

const PARTS = ["header", "payload", "signature"];
// A token is ASCII: all else is spelled out, so that the field shows what is there.
const NOT_ASCII = /\\(?!u[0-9a-f]{4})|[^\n -~]/g;
const UNSEEN = new RegExp("[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u061c\\u115f\\u1160\\u180e"
  + "\\u200b-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffb]"
  + "|[\\udb40-\\udb43][\\udc00-\\udfff]|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]", "g");
const escape = (found) =>
  Array.from({ length: found.length }, (_, i) => "\\u" + found.charCodeAt(i).toString(16).padStart(4, "0")).join("");
const spellAscii = (text) => text.replace(NOT_ASCII, escape);
const spellUnseen = (text) => text.replace(UNSEEN, escape);

function render({ model, el }) {
  const spec = model.get("spec");
  let turn = 0;
  let taken = "";
  const send = (message) => model.send({ ...message, turn: ++turn });

  // --- the token: a field whose text is painted, in three colours, by what lies under it ---
  const painted = h("div", { class: "paint", "aria-hidden": "true" });
  const tokenNote = note();
  const token = area("Token", tokenNote.id, "lk-tokenfield");
  const lengths = PARTS.map(() => h("span", {}));
  const legend = h("ul", { class: "lk-legend" },
    ...PARTS.map((part, i) => h("li", { class: part }, h("span", { class: "name" }, part), " ", lengths[i])));
  token.addEventListener("input", () => {
    settle(token, spellAscii);
    if (token.value.length > spec.longest) {
      const many = token.value.length.toLocaleString("en").replaceAll(",", " ");
      token.value = taken;
      tokenNote.fault({ words: `That has ${many} characters. At most ${spec.longest} are taken. The token is as it was.` });
      return;
    }
    paint();
    send({ do: "token", text: token.value });
  });

  // --- header and payload: JSON, with what it says or what is wrong beneath ---
  const json = {};
  const notes = { token: tokenNote };
  for (const part of ["header", "payload"]) {
    notes[part] = note();
    json[part] = area(part, notes[part].id, "lk-json");
    json[part].addEventListener("input", () => {
      settle(json[part], spellUnseen);
      send({ do: "edit", part, text: json[part].value });
    });
  }
  notes.signature = note();
  const signature = h("div", { class: "lk-json" });
  const signing = Object.entries(spec.signing).map(([key, text]) => button(text, () => send({ do: "sign", key })));
  const restart = button("Start again", () => send({ do: "restart" }));
  const problems = h("ul", {});
  const stumbles = h("div", { class: "lk-stumbles", hidden: true }, h("p", {}, "A strict reader refuses:"), problems);
  const block = (part, ...children) => h("div", { class: `lk-part ${part}` }, ...children);
  const labelled = (part) => h("label", { for: json[part].id }, part);
  const read = section(spec.read,
    block("header", labelled("header"), json.header, notes.header.element),
    block("payload", labelled("payload"), json.payload, notes.payload.element),
    block("signature", h("span", { class: "label" }, "signature"), signature,
      h("div", { class: "lk-actions" }, ...signing, restart), notes.signature.element),
    stumbles);

  // --- the verifier, with its clock ---
  const badge = h("p", { class: "said" });
  const checks = h("ul", { class: "lk-claims" });
  const verified = section(spec.verified, badge, clockRow(), checks);

  const body = h("div", {},
    h("div", { class: "lk-tokenbox" }, painted, token), legend, tokenNote.element,
    h("div", { class: "lk-apart lk-results" }, read, verified));
  const close = panel(model, el, { title: "Token editor", small: "it decodes and verifies; only a button signs",
    body, regions: {}, onmessage });
  el.classList.add("lk-tokens");
  send({ do: "ready" });
  return close;

  function area(label, describedby, kind) {
    return h("textarea", { id: newId(), class: kind, rows: 3, spellcheck: "false", autocomplete: "off",
      autocapitalize: "off", dir: "ltr", "data-1p-ignore": true, "aria-describedby": describedby,
      ...(label === "Token" ? { "aria-label": label, placeholder: "Paste a token" } : {}) });
  }
  function section(title, ...children) {
    const heading = h("h4", { class: "lk-head", id: newId() }, title);
    return h("section", { class: "lk-areas", "aria-labelledby": heading.id }, heading, ...children);
  }
  /** Lines under a field: what it says, or what is wrong with it and where. */
  function note() {
    const element = h("div", { class: "lk-tnote", id: newId() });
    const fault = ({ words, before = "", here = "", after = "", at }, field) => {
      const place = at === undefined ? [] : [
        h("code", {}, before, h("mark", {}, here || " "), after),
        button("Go there", () => { field.focus(); field.setSelectionRange(at, at + 1); })];
      element.replaceChildren(h("div", { class: "fault" }, h("span", {}, words), ...place));
    };
    const say = (lines) => element.replaceChildren(...lines.map(({ name, words }) =>
      h("div", {}, h("code", {}, name), " ", words)));
    return { element, id: element.id, fault, say };
  }
  function clockRow() {
    const id = newId();
    const { least, most, step } = spec.slider;
    const time = h("output", { for: id });
    const away = h("span", { class: "away" });
    let offset = 0;
    const move = (to) => send({ do: "move", offset: to });
    const slider = h("input", { type: "range", id, min: least, max: most, step, value: 0,
      input: () => move(Number(slider.value)) });
    const steps = [[-3600, "−1 h"], [-step, `−${step} s`], [step, `+${step} s`], [3600, "+1 h"]].map(([by, text]) =>
      button(text, () => move(offset + by)));
    const buttons = spec.movable ? [...steps, button("Back", () => move(0))]
      : [button("Look again", () => send({ do: "look" }))];
    const row = h("div", { class: "lk-clock" },
      h("div", { class: "when" }, h("label", { for: id }, "Verifier’s clock"), time),
      ...(spec.movable ? [slider] : []),
      h("div", { class: "lk-actions", role: "group", "aria-label": "Move the clock" }, ...buttons, away));
    row.follow = (view) => {
      offset = view.offset;
      time.textContent = view.now;
      away.textContent = spec.movable ? view.away : "";
      slider.value = offset;
      slider.setAttribute("aria-valuetext", `${view.now}, ${view.away}`);
    };
    return row;
  }
  /** Spells what a paste brought in, and leaves the cursor where it was. */
  function settle(field, spell) {
    const text = spell(field.value);
    if (text === field.value) return;
    const at = spell(field.value.slice(0, field.selectionStart)).length;
    field.value = text;
    field.setSelectionRange(at, at);
  }
  function paint() {
    taken = token.value;
    const parts = taken.split(".");
    painted.replaceChildren(...parts.flatMap((part, i) => [
      ...(i ? [h("b", {}, ".")] : []),
      h("span", { class: PARTS[i] ?? "more" }, ...part.split(/( +|\\u[0-9a-f]{4})/).map((piece, odd) =>
        odd % 2 ? h("i", {}, piece) : piece))]), taken.endsWith("\n") ? " " : "");
    PARTS.forEach((_, i) => { lengths[i].textContent = parts[i] === undefined ? "missing" : `${parts[i].replace(/\\u[0-9a-f]{4}/g, "u").length} characters`; });
  }
  function onmessage(message) {
    // What is still being typed overtakes what was asked before it.
    if (message.turn && message.turn < turn) return;
    if (message.fault) fault(message.fault);
    if (message.view) show(message.view, message.source);
  }
  function fault(found) {
    notes[found.part].fault(found, json[found.part]);
    (json[found.part] ?? token).setAttribute("aria-invalid", "true");
  }
  function show(view, source) {
    if (source !== "token" && token.value !== view.token) token.value = view.token;
    paint();
    token.removeAttribute("aria-invalid");
    tokenNote.say([]);
    for (const part of ["header", "payload"]) {
      if (source !== part) json[part].value = view[part].text;
      json[part].rows = Math.min(16, Math.max(3, json[part].value.split("\n").length));
      json[part].removeAttribute("aria-invalid");
      notes[part].say(view[part].notes);
    }
    notes.signature.say([]);
    signature.textContent = view.signature;
    stumbles.hidden = !view.problems.length;
    problems.replaceChildren(...view.problems.map((each) => h("li", {}, each)));
    badge.replaceChildren(pill(view.state, view.headline), h("span", {}, view.said));
    verified.querySelector(".lk-clock").follow(view);
    checks.replaceChildren(...view.checks.map((each) => h("li", { class: each.state === "idle" ? "rest" : "" },
      pill(each.state, each.name, `${each.told}: `), h("span", {}, each.words))));
  }
  function pill(state, text, unseen = "") {
    return h("span", { class: `lk-verdict ${state}` }, icon(state),
      ...(unseen ? [h("span", { class: "lk-unseen" }, unseen)] : []), h("span", {}, text));
  }
  function icon(state) {
    const element = h("i", { class: "icon", "aria-hidden": "true" });
    if (spec.icons[state]) element.style.clipPath = `path("${spec.icons[state]}")`;
    return element;
  }
}

export default { render };
