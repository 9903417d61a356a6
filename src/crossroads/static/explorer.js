// The thin shell of every explorer: controls beside the chart, one sentence in a polite live region
// below it, then the tables. Style: "explorers" in crossroads.css.

const BUILD = { radios, checks, select, slider, draw, entry, note: longEntry, toggle, ordered, steps };

// The control that stands where the focused one stood takes the focus.
function refocus(old, node) {
  const kinds = "input, select, button, textarea";
  const place = [...old.querySelectorAll(kinds)].indexOf(document.activeElement);
  return () => {
    const there = [...node.querySelectorAll(kinds)];
    const next = there[place]?.disabled ? there.find((control) => !control.disabled) : there[place];
    (next ?? node.querySelector("input:checked"))?.focus();
  };
}

function render({ model, el: root }) {
  root.classList.add("cr");
  speak(root, model.get("speech"));
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", model.get("title"));
  const release = keepKeys(root);
  const controls = el("div", { class: "cr-controls" });
  const result = el("div", { class: "cr-result" });
  const sentence = el("p", { class: "cr-sentence", role: "status", "aria-live": "polite" });
  const { row: toolRow, offer } = tools(model, root);
  const more = el("div", { class: "cr-more" });
  root.append(el("p", { class: "cr-title" }, model.get("title")), controls, result, sentence, toolRow, more);

  const set = (entry, value) => {
    const { spec } = entry;
    entry.value = JSON.stringify(value);
    const choices = { ...model.get("choices") };
    if (spec.key) choices[spec.field] = { ...choices[spec.field], [spec.key]: value };
    else choices[spec.field] = value;
    model.set("choices", choices);
    model.save_changes();
  };
  const current = (spec) => {
    const value = model.get("choices")[spec.field];
    return (spec.key ? value?.[spec.key] : value) ?? spec.default;
  };

  // Controls are drawn again only when what they offer has changed, or their value from elsewhere,
  // and one by one, so that the control in use keeps its focus and a drag isn't cut off.
  let drawn = [];
  const drawControls = () => {
    const specs = model.get("controls");
    const old = drawn;
    drawn = specs.map((spec, i) => {
      const signature = JSON.stringify(spec);
      const shown = spec.at ?? current(spec);
      const value = JSON.stringify(current(spec));
      if (old[i]?.signature === signature && old[i].value === value) return old[i];
      const entry = { spec, signature, value };
      entry.node = BUILD[spec.kind]({ ...spec, value: shown, change: (v) => set(entry, v) });
      if (spec.wide) entry.node.classList.add("cr-wide");
      return entry;
    });
    drawn.forEach(({ node }, i) => {
      const there = controls.children[i];
      if (there === node) return;
      const focus = there?.contains(document.activeElement) ? refocus(there, node) : () => {};
      if (there) there.replaceWith(node); else controls.append(node);
      focus();
    });
    while (controls.children.length > drawn.length) controls.lastChild.remove();
  };
  // What follows the first charts has the whole width below them; what was unfolded stays so.
  const drawResult = () => {
    const folds = () => [...result.querySelectorAll("details"), ...more.querySelectorAll("details")];
    const unfolded = folds().map(({ open }) => open);
    result.innerHTML = model.get("html");
    const parts = [...result.children];
    const charts = parts[0]?.matches("figure") ? parts.findIndex((part) => !part.matches("figure")) : -1;
    more.replaceChildren(...(charts < 0 ? [] : parts.slice(charts)));
    folds().forEach((node, i) => { node.open = unfolded[i] ?? node.open; });
    offer();
  };
  // Python draws as wide as the place is. A little more or less, such as a scroll bar's width,
  // changes nothing, so that no chart swings between two sizes.
  const place = new ResizeObserver(([{ contentRect: { width } }]) => {
    const drawn = model.get("width");
    if (!width || (drawn <= width && width < drawn + 80)) return;
    model.set("width", Math.floor(width / 40) * 40);
    model.save_changes();
  });
  const say = () => { sentence.textContent = model.get("sentence"); };
  drawControls();
  drawResult();
  say();
  model.on("change:controls", drawControls);
  model.on("change:choices", drawControls);
  model.on("change:code", offer);
  model.on("change:html", drawResult);
  model.on("change:sentence", say);
  place.observe(result);
  return () => { place.disconnect(); release(); };
}
export default { render };
