// The quizzes of who studies alone: choose one, have it marked, see what is said.

function render({ model, el: root }) {
  root.classList.add("cr");
  speak(root, model.get("speech"));
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", _("Your quizzes"));
  const release = keepKeys(root);
  const options = model.get("quizzes");
  let quiz = options[0]?.[0];
  const table = el("div");
  const feedback = el("div");
  const status = el("div", { class: "cr-sentence", role: "status", "aria-live": "polite" });
  const buttons = [];
  let pressed;
  const ask = (what, words) => (event) => {
    pressed = event.currentTarget;
    for (const button of buttons) button.disabled = true;
    status.textContent = words;
    feedback.replaceChildren();
    model.send({ do: what, quiz });
  };
  const draw = () => {
    table.innerHTML = model.get("html");
    feedback.innerHTML = model.get("feedback");
    status.textContent = model.get("said");
  };
  // Every answer is shown, also one that is the same as the last.
  model.on("msg:custom", () => {
    draw();
    for (const button of buttons) button.disabled = false;
    // A button that is disabled loses the focus.
    if (document.activeElement === document.body) pressed?.focus();
  });
  root.append(table);
  if (options.length) {
    buttons.push(
      el("button", { type: "button", class: "cr-main", onclick: ask("mark", _("Marking; this takes a few seconds.")) }, _("Mark my answers")),
      el("button", { type: "button", onclick: ask("anew", _("Drawing new values; this takes a few seconds.")) }, _("Try again with new values")),
    );
    root.append(
      select({ label: _("Quiz"), options, value: quiz, change: (value) => { quiz = value; } }),
      el("p", { class: "cr-hint" }, _("Save the quiz first (Ctrl + S): only what you have saved is marked.")),
      el("p", {}, buttons[0], " ", buttons[1]),
    );
  }
  root.append(status, feedback);
  draw();
  return release;
}
export default { render };
