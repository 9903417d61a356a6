// One self-check item: a question with real controls, one button, and words about the answer.

function render({ model, el: root }) {
  const item = model.get("item");
  root.classList.add("cr");
  speak(root, model.get("speech"));
  const release = keepKeys(root);
  let answer = model.get("answer");
  // An order is shown from the start, and isn't an answer until it was moved or the button pressed twice.
  let untouched = item.control === "ordered" && answer == null;
  if (untouched) answer = item.options.map(([code]) => code);
  const send = () => {
    model.send({ answer: answer ?? null, untouched });
    untouched = false;
  };
  const change = (value) => {
    answer = value;
    untouched = false;
  };
  const spec = { label: item.prompt, options: item.options ?? [], value: answer ?? undefined, change };
  const question = {
    radios: () => radios(spec),
    checks: () => checks(spec),
    ordered: () => ordered(spec),
    matching: () => matching({ ...spec, left: item.left }),
    number: () => entry({ ...spec, kind: "number", unit: item.unit, hint: item.hint, commit: send }),
    text: () => entry({ ...spec, hint: item.hint, commit: send }),
    prediction: () => longEntry(spec),
  }[item.control];
  if (item.material) root.append(Object.assign(el("div", { class: "cr-material" }), { innerHTML: item.material }));
  const verdict = el("div", { class: "cr-verdict", role: "status", "aria-live": "polite" });
  const draw = () => {
    const { state, html } = model.get("verdict");
    verdict.dataset.state = state ?? "";
    verdict.innerHTML = html ?? "";
  };
  root.append(question(), el("p", {}, el("button", { type: "button", class: "cr-main", onclick: send }, item.button)), verdict);
  draw();
  model.on("change:verdict", draw);
  return release;
}
export default { render };
