/**
 * @typedef Traits
 * @property {{schemes: Scheme[], gpus: string[]}} spec  the controls
 * @property {string} scheme  which scheme
 * @property {string} gpu  the attacker's
 * @property {number} target_ms  what "Find my settings" aims at
 * and one number for each knob, by its name.
 *
 * @typedef {{name: string, label: string, knobs: Knob[], presets: {text: string, values: object}[]}} Scheme
 * @typedef {{name: string, label: string, values: number[], texts: string[]}} Knob
 *
 * Sent: {do: "ready" | "measure" | "cancel" | "calibrate"}. Heard: regions "here" and "there", and
 * {told, busy, progress} about the work under way.
 */
function render({ model, el }) {
  const spec = model.get("spec");
  const change = (values) => { for (const name in values) model.set(name, values[name]); model.save_changes(); };

  const sets = spec.schemes.map((scheme) => {
    const rows = scheme.knobs.map((knob) => {
      const made = sliderRow(knob.label, knob.texts, 0, (at) => change({ [knob.name]: knob.values[at] }));
      const follow = () => {
        const value = model.get(knob.name);
        const exact = knob.values.indexOf(value);
        made.set(exact >= 0 ? exact : nearest(knob.values, value), exact >= 0 ? undefined : plain(knob, value));
      };
      model.on(`change:${knob.name}`, follow);
      follow();
      return made.row;
    });
    const presets = scheme.presets.map(({ text, values }) => button(`Preset: ${text}`, () => change(values)));
    return h("div", { hidden: true }, ...rows, h("div", { class: "lk-actions" }, ...presets));
  });
  const schemes = choice("Scheme", spec.schemes.map(({ name, label }) => ({ value: name, text: label })),
    model.get("scheme"), (scheme) => change({ scheme }));
  const names = ["scheme", ...spec.schemes.flatMap(({ knobs }) => knobs.map(({ name }) => name))];
  const ask = (what) => model.send({ do: what, chosen: chosen(model, names) });
  const find = button(`Find my settings for ${model.get("target_ms")} ms`, () => ask("calibrate"), { primary: true });
  const again = button("Measure again", () => ask("measure"));
  const cancel = button("Cancel", () => model.send({ do: "cancel" }));
  const gpu = select("Attacker’s GPU", spec.gpus.map((name) => ({ value: name, text: name })), model.get("gpu"),
    (value) => change({ gpu: value }));

  const progress = h("progress", { max: 1, value: 0, "aria-label": "Measurement" });
  const told = h("span", {});
  const measured = h("p", { class: "lk-src" });
  const working = h("div", { class: "lk-work" }, progress, told);
  const here = h("div", {});
  const there = h("div", { class: "lk-results" }, h("p", { class: "lk-hint" }, "Run this cell to measure."));
  const body = h("div", {},
    schemes.group,
    h("div", { class: "lk-cols" },
      h("div", { class: "lk-knobs" }, ...sets, h("div", { class: "lk-actions" }, find, again, cancel),
        here, h("div", { class: "lk-stack" }, working, measured)),
      h("div", {}, gpu.group, there)));

  const close = panel(model, el, { title: "Cost explorer", small: "what a guess costs you, and an attacker", body,
    regions: { here, there }, onmessage });

  function onmessage(message) {
    if (message.measured !== undefined) measured.textContent = message.measured;
    if (message.error) work({ told: "", busy: false });
    if (message.busy !== undefined) work(message);
  }
  function work({ told: words, busy, progress: share }) {
    told.textContent = words;
    progress.hidden = !busy;
    working.classList.toggle("unseen", !words);
    measured.classList.toggle("unseen", Boolean(words));
    if (share === null || share === undefined) progress.removeAttribute("value");
    else progress.value = share;
    const [shown, gone] = busy ? [cancel, again] : [again, cancel];
    const focused = document.activeElement === gone;
    shown.hidden = false;
    gone.hidden = true;
    if (focused) shown.focus();
  }
  function pick() {
    schemes.set(model.get("scheme"));
    spec.schemes.forEach(({ name }, i) => { sets[i].hidden = name !== model.get("scheme"); });
    find.disabled = model.get("scheme") === "md5";
  }
  const onGpu = () => { gpu.list.value = model.get("gpu"); };
  model.on("change:scheme", pick);
  model.on("change:gpu", onGpu);
  pick();
  work({ told: "", busy: false });
  model.send({ do: "ready" });
  return () => {
    close();
    model.off("change:scheme", pick);
    model.off("change:gpu", onGpu);
    for (const { knobs } of spec.schemes) for (const { name } of knobs) model.off(`change:${name}`);
  };
}

const plain = (knob, value) => (knob.name === "memory_kib" ? `${value / 1024} MiB` : value.toLocaleString("fr").replaceAll(/\s/g, " "));

export default { render };
