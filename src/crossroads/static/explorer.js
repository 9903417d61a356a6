// The thin shell of every explorer: controls above, result, one sentence in a polite live region.

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
  root.append(el("p", { class: "cr-title" }, model.get("title")), controls, result, sentence);

  // The controls as they stand: what they are for, and the value that each shows.
  let drawn = [];
  const set = (spec, value) => {
    const own = drawn.find((one) => one.spec === spec);
    if (own) own.shown = JSON.stringify(value);
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

  // Controls are drawn again only when what they offer has changed, or what is chosen has from
  // elsewhere, and one by one, so that the control in use keeps its focus and a drag isn't cut off.
  const drawControls = () => {
    const specs = model.get("controls");
    const old = drawn;
    drawn = specs.map((spec, i) => {
      const signature = JSON.stringify(spec);
      const shown = JSON.stringify(current(spec));
      if (old[i]?.signature === signature && old[i].shown === shown) return old[i];
      const node = BUILD[spec.kind]({ ...spec, value: spec.at ?? current(spec), change: (v) => set(spec, v) });
      if (spec.wide) node.classList.add("cr-wide");
      return { spec, signature, shown, node };
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
  const drawResult = () => { result.innerHTML = model.get("html"); };
  const say = () => { sentence.textContent = model.get("sentence"); };
  drawControls();
  drawResult();
  say();
  model.on("change:controls", drawControls);
  model.on("change:choices", drawControls);
  model.on("change:html", drawResult);
  model.on("change:sentence", say);
  return release;
}
export default { render };
