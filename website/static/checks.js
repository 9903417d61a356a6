// Self-checks that can be clicked. The controls, and how a question is drawn, are the lesson's own
// (controls.js and check.js stand before this part); what an answer is worth was said when the site
// was built. What was tried is kept in this browser only.
const KEPT = "crossroads-check-";
const specs = JSON.parse(document.getElementById("checks").textContent);

/** What is said of an answer: its state, then sentences. */
function verdictOf(spec, answer) {
  if (spec.table) {
    const key = Array.isArray(answer) ? spec.item.kind === "order" ? answer.join() : [...answer].sort().join() : answer;
    const [state, ...places] = spec.table[key] ?? [];
    return state ? [state, ...places.map((place) => spec.says[place])] : spec.nothing;
  }
  return spec.pairs ? ofPairs(spec, answer ?? {}) : ofNumber(spec, `${answer ?? ""}`);
}

function ofPairs({ pairs, alone, fit, right, nothing }, answer) {
  const lefts = Object.keys(pairs);
  const missing = lefts.filter((left) => !answer[left]);
  if (missing.length === lefts.length) return nothing;
  const off = lefts.filter((left) => pairs[left][answer[left]]);
  // The reason stands with the first of those that have the same partner.
  const first = (left) => off.find((other) => answer[other] === answer[left]) === left;
  const wrong = off.map((left) => pairs[left][answer[left]][first(left) ? 0 : 1]);
  const count = lefts.length - wrong.length - missing.length;
  if (count === lefts.length) return ["right", ...right];
  return [count ? "partly" : "wrong", fit[count], ...wrong, ...missing.map((left) => alone[left])];
}

function ofNumber({ unit, tolerance, known, low, high, unread, nothing }, typed) {
  if (crossroadsPage.isBlank(typed)) return nothing;
  const text = crossroadsPage.readNumber(typed.trim(), unit);
  if (text === null) return unread;
  const number = Number(text);
  // The rounding of binary fractions doesn't decide at the edge: so in Python, too.
  const near = ([value]) => Math.abs(number - value) <= tolerance + 1e-12 * Math.max(1, Math.abs(value));
  const found = known.find(near);
  if (found) return found.slice(1);
  const shown = String(Number(number.toPrecision(6)));
  return ["wrong", (number < known[0][0] ? low : high).replace("{number}", local(shown))];
}

// A browser may forbid a page to keep anything; then it's kept as long as the page is open.
const recall = (id) => {
  try {
    return JSON.parse(localStorage.getItem(KEPT + id)) ?? {};
  } catch {
    return {};
  }
};
const keep = (id, value) => {
  try {
    if (value) localStorage.setItem(KEPT + id, JSON.stringify(value));
    else localStorage.removeItem(KEPT + id);
  } catch {
    // As above.
  }
};

function ask(box, id, spec) {
  const place = box.querySelector(".asked");
  place.hidden = true;
  let kept = recall(id);
  const root = el("div", { class: "tried" });
  const again = el("button", { type: "button", class: "again", onclick: restart }, spec.words.again);
  const model = {
    changed: () => {},
    verdict: {},
    get: (name) => ({ item: spec.item, answer: kept.answer, verdict: model.verdict, speech: spec.speech })[name],
    on: (_name, changed) => (model.changed = changed),
    send({ answer, untouched }) {
      if (untouched) return tell(spec.unmoved);
      const [state] = verdictOf(spec, answer);
      const before = kept.tries > 0 && JSON.stringify(kept.answer) === JSON.stringify(answer);
      if (state !== "unanswered") {
        kept = { answer, tries: (kept.tries ?? 0) + (state !== "right") };
        keep(id, kept);
      }
      tell(verdictOf(spec, answer), before);
    },
  };
  const say = (answer) => tell(verdictOf(spec, answer));
  function tell([state, first, ...more], before = false) {
    const missed = state === "wrong" || state === "partly";
    const next = missed ? spec.next[Math.min(kept.tries, spec.next.length) - 1] ?? "" : "";
    const words = `${first}${more.map((each) => `<p>${each}</p>`).join("")}`;
    // What was said of the same answer isn't said once more.
    const said = missed && before
      ? `${spec.words.before}<details><summary>${spec.words.why}</summary>${words}</details>`
      : words;
    const html = `<strong>${spec.states[state]}</strong> ${said}${next}`;
    // From the third try on, the answer is near.
    const third = missed && kept.tries > spec.next.length ? `<p>${spec.words.below}</p>` : "";
    model.verdict = { state, html: html + third };
    again.hidden = kept.tries === undefined;
    model.changed();
  }
  function restart() {
    kept = {};
    keep(id, null);
    draw();
    box.querySelector(".tried :is(input, select, button)").focus();
  }
  function draw() {
    root.replaceChildren();
    model.verdict = {};
    render({ model, el: root });
    root.querySelector(".cr-main").after(" ", again);
    again.hidden = true;
    if (kept.tries !== undefined) say(kept.answer);
  }
  place.after(root);
  draw();
}

// For the tests, which compare every answer with what Python says of it.
crossroadsPage.verdict = (id, answer) => verdictOf(specs[id], answer);
for (const [id, spec] of Object.entries(specs)) {
  const box = document.getElementById(`check-${id}`);
  if (box) ask(box, id, spec);
}
