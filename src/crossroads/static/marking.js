// The marking desk: an answer, the rubric's levels as buttons, a comment; then the next answer.

// Saving takes a second; a program that says nothing for so long is gone.
const PATIENCE = 20000;
// A mark that goes to many answers takes so much longer for each.
const EACH = 200;

function render({ model, el: root }) {
  root.classList.add("cr", "cr-desk");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Marking desk");
  const release = keepKeys(root);
  // What was typed and isn't saved yet, by answer: it stays until it's saved.
  const drafts = new Map();
  const head = el("div", { class: "cr-controls" });
  const body = el("div");
  const status = el("p", { class: "cr-sentence", role: "status", "aria-live": "polite" });
  root.append(head, body, status);
  let form = null;
  let timer;

  const state = () => model.get("state");
  const key = () => `${state().code} ${state().mode} ${state().answer.code}`;
  const say = (words, failed = false) => {
    status.textContent = words;
    status.toggleAttribute("data-failed", failed);
  };
  const ask = (message, words = "") => {
    say(words);
    for (const button of root.querySelectorAll("button")) button.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      free();
      say("The program behind this page doesn't answer. What you typed is still here: copy it, then reload the page.", true);
    }, PATIENCE + EACH * (message.also?.length ?? 0));
    model.send(message);
  };
  const free = () => {
    for (const button of root.querySelectorAll("button")) button.disabled = false;
  };
  const wanted = ({ name, free: any }) => any ? "Type the points, then save." : `Choose a level for ${name}, then save.`;
  const reply = (changed) => {
    const { levels, comment, reply: words } = form.read();
    if (!words.trim()) {
      say("Write an answer to the student first.", true);
      form.focusReply();
      return;
    }
    const missing = changed && state().criteria.find(({ name }) => !(name in levels));
    if (missing) {
      say(wanted(missing), true);
      form.focus(missing.name);
      return;
    }
    ask({ do: "reply", code: state().answer.code, levels: changed ? levels : null, comment, reply: words }, "Saving …");
  };
  const save = () => {
    if (state().request) { reply(true); return; }
    const { levels, comment, also } = form.read();
    const missing = state().criteria.find(({ name }) => !(name in levels));
    if (missing) {
      say(wanted(missing), true);
      form.focus(missing.name);
      return;
    }
    ask({ do: "save", code: state().answer.code, levels, comment, also }, "Saving …");
  };

  function drawHead() {
    const { quizzes, quiz, items, item, modes, mode, marker } = state();
    const open = (change) => ask({ do: "open", quiz, item, mode: mode ?? "mark", ...change }, "Opening …");
    const parts = [];
    if (quizzes.length) parts.push(select({ label: "Assignment", options: quizzes, value: quiz, change: (v) => open({ quiz: v, item: "" }) }));
    if (items.length) parts.push(select({ label: "Question", options: items, value: item, change: (v) => open({ item: v }) }));
    if (modes.length) parts.push(select({ label: "What to do", options: modes, value: mode, change: (v) => open({ mode: v }) }));
    if (marker) parts.push(el("p", { class: "cr-marker" }, "You mark as ", el("strong", {}, marker), ". Others' marks are hidden from you; yours don't go into the gradebook."));
    head.replaceChildren(...parts);
  }

  function html(text, attributes = {}) {
    const node = el("div", attributes);
    node.innerHTML = text;
    return node;
  }

  function drawBody() {
    const now = state();
    const parts = [];
    if (now.problem) parts.push(el("p", { class: "cr-failed" }, now.problem));
    if (now.agreement) parts.push(el("details", {}, el("summary", {}, "How far the two markers agree"), html(now.agreement)));
    form = null;
    if (!now.answer) {
      if (now.nothing) parts.push(el("p", {}, now.nothing));
      if (now.aside) parts.push(el("p", { class: "cr-hint" }, now.aside));
      body.replaceChildren(...parts);
      return;
    }
    const left = now.total - now.marked;
    const settling = Boolean(now.both);
    const far = settling
      ? `${now.total} still to be settled.`
      : now.request ? `${now.marked} of ${now.total} answered.`
      : left ? `${now.marked} of ${now.total} marked, ${left} left.` : `All ${now.total} are marked.`;
    const meter = settling ? null : el("progress", { max: now.total, value: now.marked, "aria-label": "Answers marked" });
    parts.push(
      el("p", { class: "cr-far" }, meter, " ", far, now.aside ? el("span", { class: "cr-hint" }, ` ${now.aside}`) : null),
      el("details", {}, el("summary", {}, "The question"), html(now.question)),
    );
    const states = { "to mark": "not marked yet", marked: "marked", again: "look at it again" };
    const title = el("h2", { tabindex: "-1", class: "cr-answer-title" }, now.request ? `Request ${now.place} of ${now.total}: ${now.request.title}` : `Answer ${now.place} of ${now.total}`,
      el("span", { class: "cr-hint" }, settling ? ` ${now.answer.code}` : now.request ? (now.answer.state === "marked" ? " answered" : " to answer") : ` ${states[now.answer.state]}`));
    const answer = el("div", { class: "cr-answer", tabindex: "0", role: "region", "aria-label": `Answer ${now.place}` });
    for (const [name, text] of now.answer.parts) {
      if (now.answer.parts.length > 1) answer.append(el("h3", {}, name));
      answer.append(html(text, { class: "cr-text" }));
    }
    form = drawForm(now);
    parts.push(el("div", { class: "cr-pairs" },
      el("div", { class: "cr-left" }, title, now.request ? drawRequest(now.request) : null, answer, now.both ? html(now.both) : null),
      form.node));
    body.replaceChildren(...parts);
  }

  function drawForm(now) {
    const draft = drafts.get(key());
    const levels = { ...(draft ?? now.answer).levels };
    const picked = draft?.picked ?? (now.alike ?? []).map(({ chosen }) => chosen);
    const also = () => (now.alike ?? []).flatMap(({ codes }, n) => picked[n] ? codes : []);
    const most = now.criteria.reduce((sum, { levels: own }) => sum + Math.max(...own.map(([p]) => p)), 0);
    const total = el("span", { class: "cr-total" });
    const comment = el("textarea", { id: uid("comment"), rows: 4, oninput: () => changed() });
    comment.value = (draft ?? now.answer).comment;
    const note = el("span", { class: "cr-note" });
    const words = now.request ? el("textarea", { id: uid("reply"), rows: 4, oninput: () => changed() }) : null;
    if (words) words.value = draft?.reply ?? now.request.answer;
    const changed = () => {
      drafts.set(key(), { levels: { ...levels }, comment: comment.value, picked: [...picked], reply: words?.value });
      show();
    };
    const show = () => {
      const sum = Object.values(levels).reduce((a, b) => a + b, 0);
      const done = now.criteria.every(({ name }) => name in levels);
      const untouched = now.request && !Object.keys(levels).length;
      total.textContent = untouched ? "Choose points only to change the mark." : done ? `Total: ${sum} of ${most} points` : `So far: ${sum} of ${most} points`;
      const many = also().length + 1;
      button.textContent = now.request ? "Change the mark and answer" : now.both ? "Settle" : many > 1 ? `Save for ${many} answers and next` : "Save and next";
      note.textContent = drafts.has(key()) ? "Not saved yet." : now.answer.note;
    };
    const button = el("button", { type: "submit", class: "cr-main" });
    const groups = new Map(now.criteria.map(({ name, levels: own, free: any }) => {
      if (any) return [name, points(name, Math.max(...own.map(([p]) => p)))];
      const node = radios({
        label: name,
        options: own.map(([points, words]) => [points,
          el("span", {}, el("strong", {}, `${points}`), el("span", { class: "cr-hidden" }, " points:"), words ? ` ${words}` : "")]),
        value: levels[name],
        change: (value) => { levels[name] = Number(value); changed(); },
      });
      return [name, node];
    }));
    // Without a rubric, any points up to the most that there are.
    function points(name, most) {
      const input = el("input", { id: uid("points"), type: "number", min: 0, max: most, step: "any", inputmode: "decimal", value: levels[name] ?? "" });
      input.addEventListener("input", () => {
        const given = input.valueAsNumber;
        if (given >= 0 && given <= most) levels[name] = given;
        else delete levels[name];
        changed();
      });
      return el("div", { class: "cr-field" }, el("label", { for: input.id, class: "cr-label" }, `${name}, 0 to ${most}`), input);
    }
    // A number key gives the criterion in use (else the first without a level) that many points.
    const digit = (event) => {
      if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.matches("textarea, select, input:not([type=radio])")) return;
      const names = [...groups.keys()];
      const used = names.find((name) => groups.get(name).contains(event.target)) ?? names.find((name) => !(name in levels)) ?? names[0];
      const typed = groups.get(used).querySelector("input[type=number]");
      if (typed) { typed.select(); typed.focus(); return; }
      const level = [...groups.get(used).querySelectorAll("input")].find((input) => input.value === event.key);
      if (!level) return;
      event.preventDefault();
      level.checked = true;
      level.dispatchEvent(new Event("change"));
      const next = names[names.indexOf(used) + 1];
      if (next) focus(next);
      else comment.focus();
    };
    const focus = (name) => {
      const group = groups.get(name);
      (group.querySelector("input:checked") ?? group.querySelector("input")).focus();
    };
    const step = (by) => ask({ do: "go", by });
    const node = el("form", { class: "cr-form", "aria-label": "Your mark", onsubmit: (event) => { event.preventDefault(); save(); } },
      words ? el("div", { class: "cr-field" }, el("label", { for: words.id, class: "cr-label" }, "Answer to the request"), words,
        el("button", { type: "button", class: "cr-main", onclick: () => reply(false) }, "Answer; the mark stays")) : null,
      ...groups.values(),
      el("div", { class: "cr-field" }, el("label", { for: comment.id, class: "cr-label" }, "Comment to the student"), comment),
      drawBank(now, comment, changed),
      drawAlike(now, picked, changed),
      el("p", { class: "cr-hint" }, "Keys: a number gives that many points and goes on to the next criterion; Ctrl + Enter saves."),
      el("div", { class: "cr-end" },
        el("p", {}, total, note),
        el("p", {},
          button,
          el("button", { type: "button", onclick: () => step(-1) }, "← Previous"),
          el("button", { type: "button", onclick: () => step(1) }, "Next →"))));
    show();
    return { node, focus, digit, read: () => ({ levels, comment: comment.value, also: also(), reply: words?.value ?? "" }), focusReply: () => words.focus() };
  }

  function drawRequest({ reason, asked, now, earlier }) {
    const before = earlier.flatMap(([why, answer]) => [el("p", { class: "cr-reason" }, why), el("p", {}, el("strong", {}, "Answered: "), answer)]);
    return el("div", { class: "cr-request" },
      el("p", {}, el("strong", {}, "Reason"), asked ? el("span", { class: "cr-hint" }, ` ${asked}`) : null),
      el("p", { class: "cr-reason", dir: "auto" }, reason), el("p", {}, now),
      before.length ? el("details", {}, el("summary", {}, "Asked before"), ...before) : null);
  }

  // Answers with the same text, or nearly: the mark can go to them as well.
  function drawAlike(now, picked, changed) {
    if (!now.alike?.length) return null;
    return el("fieldset", { class: "cr-alike" }, el("legend", {}, "Give the same mark and comment to"),
      ...now.alike.map(({ words, differs }, n) => {
        const box = el("input", { type: "checkbox", checked: picked[n] ? "" : null, onchange: () => { picked[n] = box.checked; changed(); } });
        const text = differs && el("details", {}, el("summary", {}, "What differs"),
          el("p", { class: "cr-typed" }, differs[0], " ", el("mark", {}, differs[1] || "(nothing in its place)"), " ", differs[2]));
        return el("div", {}, el("label", {}, box, " ", words), text || null);
      }),
      now.alike_said ? el("p", { class: "cr-hint" }, now.alike_said) : null);
  }

  function drawBank(now, comment, changed) {
    const box = el("details", { class: "cr-bank", open: now.bank.length > 0 }, el("summary", {}, `Comment bank (${now.bank.length})`));
    if (now.bank_problem) box.append(el("p", { class: "cr-failed" }, now.bank_problem));
    const list = el("ul");
    for (const [where, text] of now.bank) {
      const place = where === "everywhere" ? "everywhere" : "this question";
      const edit = el("button", { type: "button", "aria-label": `Edit the comment: ${text}` }, "Edit");
      const row = el("li", {},
        el("button", {
          type: "button", class: "cr-use", title: `Saved for ${place}`,
          onclick: () => { comment.value = [comment.value.trim(), text].filter(Boolean).join("\n"); changed(); comment.focus(); },
        }, text), edit);
      edit.addEventListener("click", () => {
        const own = el("textarea", { rows: 2, "aria-label": `New wording, saved for ${place}` });
        own.value = text;
        row.replaceChildren(own,
          el("button", { type: "button", onclick: () => ask({ do: "bank", where, old: text, new: own.value }) }, "Save"),
          el("button", { type: "button", onclick: () => ask({ do: "bank", where, old: text, new: "" }) }, "Remove"),
          el("button", { type: "button", onclick: drawBody }, "Cancel"));
        own.focus();
      });
      list.append(row);
    }
    const keep = (where) => () => ask({ do: "bank", where, old: "", new: comment.value });
    box.append(now.bank.length ? list : el("p", { class: "cr-hint" }, "Empty. You can use saved comments again with one click."),
      el("p", {}, "Save the comment above for ",
        el("button", { type: "button", onclick: keep(now.code) }, "this question"), " ",
        el("button", { type: "button", onclick: keep("everywhere") }, "all questions")));
    return box;
  }

  const onkey = (event) => {
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      if (!root.querySelector("button.cr-main").disabled) save();
    } else form.digit(event);
  };
  root.addEventListener("keydown", onkey);
  const leaving = (event) => { if (drafts.size) event.preventDefault(); };
  window.addEventListener("beforeunload", leaving);

  let shown = "";
  const draw = () => {
    drawHead();
    drawBody();
    shown = state().answer ? key() : "";
  };
  model.on("msg:custom", ({ did, said, failed }) => {
    clearTimeout(timer);
    if (failed) {
      free();
      say(said, true);
      return;
    }
    if (did === "save" || did === "reply") drafts.delete(shown);
    const same = state().answer && key() === shown;
    draw();
    say(said);
    const target = did === "bank" ? body.querySelector(".cr-bank summary") : same && did !== "go" ? null : body.querySelector(".cr-answer-title");
    (target ?? head.querySelector("select"))?.focus();
  });
  draw();
  return () => {
    release();
    root.removeEventListener("keydown", onkey);
    window.removeEventListener("beforeunload", leaving);
  };
}
export default { render };
