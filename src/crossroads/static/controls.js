// Native, labelled controls shared by explorers and self-checks. Each builder returns an element
// and calls `change(value)` when the reader changes it.

// The reader's language, as Python sent it: each message by its English words.
let words = {};
const _ = (message, values = {}) =>
  (words[message] ?? message).replace(/{(\w+)}/g, (all, name) => values[name] ?? all);
const local = (number) => `${number}`.replace(".", words["."] ?? ".");
function speak(root, { lang, dir, words: sent } = {}) {
  words = sent ?? {};
  if (lang) Object.assign(root, { lang, dir });
}

// Several copies of this script run on one page, so a counter would give an id twice.
const uid = (stem) => `cr-${stem}-${Math.random().toString(36).slice(2)}`;

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

// Front ends bind single keys (command mode: "a", "dd", arrows), and Notebook 7 catches them on
// their way down. A key meant for a control must not reach them; Ctrl+S and the like must. Returns
// what undoes it.
function keepKeys(root) {
  const mark = (event) => {
    if (!root.contains(event.target)) return;
    const command = (event.ctrlKey || event.metaKey || event.altKey) && event.key !== "Enter";
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !command);
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}

// A text whose `code` keeps its font; where there is only room for text, the marks go.
const coded = (text) => (typeof text === "string"
  ? text.split(/`([^`]+)`/).map((part, i) => (i % 2 ? el("code", {}, part) : part)) : [text]);
const uncoded = (text) => `${text}`.replace(/`([^`]+)`/g, "$1");

// With `most`, no more than so many can be ticked: the others wait until one is cleared.
function choose(type, { label, options, value, change, inline = false, most }) {
  const name = uid("group");
  const chosen = () => [...box.querySelectorAll("input:checked")].map((input) => input.value);
  const picked = type === "radio" ? [value] : value ?? [];
  const box = el("div", { class: inline ? "cr-inline" : "" });
  for (const [code, text] of options) {
    const input = el("input", {
      type, name, value: code, checked: picked.includes(code),
      onchange: () => { limit(); change(type === "radio" ? chosen()[0] : chosen()); },
    });
    box.append(el("label", { class: "cr-option" }, input, el("span", {}, ...coded(text))));
  }
  const note = most ? el("p", { id: `${name}-most`, class: "cr-hint" }) : null;
  const limit = () => {
    if (!most) return;
    const full = chosen().length >= most;
    for (const input of box.querySelectorAll("input")) input.disabled = full && !input.checked;
    note.textContent = full ? _("{n} are chosen, and a chart has no room for more. Clear one to choose another.", { n: most }) : "";
  };
  limit();
  return el("fieldset", { "aria-describedby": note?.id }, el("legend", {}, ...coded(label)), box, note);
}

const radios = (spec) => choose("radio", spec);
const checks = (spec) => choose("checkbox", spec);

function select({ label, options, value, change, hideLabel = false }) {
  const id = uid("select");
  const node = el("select", { id, onchange: () => change(node.value) });
  for (const [code, text] of options) {
    node.append(el("option", { value: code, selected: code === value }, text));
  }
  return el("div", { class: "cr-field" },
    el("label", { for: id, class: hideLabel ? "cr-hidden" : "cr-label" }, label), node);
}

// A slider's value beside its label, for the eye: its aria-valuetext says it already, and an
// <output> is a live region, so a screen reader would say each step twice.
const shownValue = (words = "") => el("span", { "aria-hidden": "true" }, words);

function slider({ label, min, max, step = 1, value, unit = "", change }) {
  const id = uid("slider");
  const say = (v) => (unit ? `${local(v)} ${unit}` : local(v));
  const output = shownValue(say(value));
  const node = el("input", {
    type: "range", id, min, max, step, value, "aria-valuetext": say(value),
    oninput: () => {
      output.textContent = say(node.value);
      node.setAttribute("aria-valuetext", say(node.value));
      change(Number(node.value));
    },
  });
  return el("div", { class: "cr-field" },
    el("label", { for: id, class: "cr-label" }, `${label}: `, output), node);
}

// A line to be drawn: with the pointer on a sheet, or point by point with one slider a year.
function draw({ label, points, min, max, step = 1, unit = "", value, change }) {
  const started = Array.isArray(value) && value.length === points.length;
  const values = points.map((_, i) => (started ? value[i] : (min + max) / 2));
  const [width, height, pad] = [280, 170, 26];
  const x = (i) => pad + (i * (width - 2 * pad)) / (points.length - 1);
  const y = (v) => height - pad - ((v - min) / (max - min)) * (height - 2 * pad);
  const svg = (tag, attributes, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, v] of Object.entries(attributes)) node.setAttribute(name, v);
    node.append(...children);
    return node;
  };
  const line = svg("polyline", { fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-dasharray": started ? "none" : "6 4" });
  const dots = points.map(() => svg("circle", { r: 5, fill: "currentColor" }));
  const marks = points.map((name, i) => svg("text", { x: x(i), y: height - 6, "text-anchor": "middle" }, name));
  const levels = [min, (min + max) / 2, max].map((v) => svg("text", { x: 2, y: y(v) + 4 }, local(v)));
  // The sliders below say the same to those who can't see or point.
  const sheet = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", class: "cr-sheet" },
    svg("rect", { x: pad, y: pad, width: width - 2 * pad, height: height - 2 * pad, fill: "none", stroke: "currentColor", "stroke-opacity": 0.3 }),
    line, ...dots, ...marks, ...levels);
  const say = (v) => `${local(v)} ${unit}`.trim();
  const rows = points.map((name, i) => {
    const id = uid("draw");
    const output = shownValue();
    const input = el("input", {
      type: "range", id, min, max, step,
      oninput: () => { values[i] = Number(input.value); show(); },
      onchange: () => change([...values]),
    });
    return { node: el("div", { class: "cr-field" }, el("label", { for: id }, `${name}: `, output), input), input, output };
  });
  function show() {
    line.setAttribute("points", values.map((v, i) => `${x(i)},${y(v)}`).join(" "));
    values.forEach((v, i) => {
      dots[i].setAttribute("cx", x(i));
      dots[i].setAttribute("cy", y(v));
      rows[i].input.value = v;
      rows[i].input.setAttribute("aria-valuetext", say(v));
      rows[i].output.textContent = say(v);
    });
  }
  const follow = (event) => {
    const box = sheet.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    const up = height - pad - ((event.clientY - box.top) / box.height) * height;
    const i = Math.round(((at - pad) / (width - 2 * pad)) * (points.length - 1));
    const raw = min + (up / (height - 2 * pad)) * (max - min);
    values[Math.min(Math.max(i, 0), points.length - 1)] = Math.min(Math.max(Math.round(raw / step) * step, min), max);
    show();
  };
  sheet.addEventListener("pointerdown", (event) => { sheet.setPointerCapture(event.pointerId); follow(event); });
  sheet.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
  sheet.addEventListener("pointerup", () => change([...values]));
  show();
  return el("fieldset", { class: "cr-draw" }, el("legend", {}, label), sheet,
    el("div", { class: "cr-points" }, ...rows.map(({ node }) => node)));
}

function entry({ label, value = "", placeholder, kind, unit = "", hint, change, commit }) {
  const id = uid("entry");
  const help = hint ? el("p", { id: `${id}-hint`, class: "cr-hint" }, hint) : null;
  const node = el("input", {
    type: "text", inputmode: kind === "number" ? "decimal" : null, id,
    value, placeholder, autocomplete: "off", spellcheck: "false",
    "aria-describedby": help ? help.id : null,
    oninput: () => change(node.value),
    onkeydown: (event) => { if (event.key === "Enter" && commit) commit(); },
  });
  return el("div", { class: "cr-field" }, el("label", { for: id, class: "cr-label" }, ...coded(label)),
    unit ? el("span", {}, node, ` ${unit}`) : node, help);
}

function longEntry({ label, value = "", change }) {
  const id = uid("text");
  const node = el("textarea", { id, rows: 3, cols: 70, oninput: () => change(node.value) });
  node.value = value;
  return el("div", { class: "cr-field cr-wide" }, el("label", { for: id, class: "cr-label" }, label), node);
}

function toggle({ label, value, change }) {
  const input = el("input", { type: "checkbox", checked: Boolean(value), onchange: () => change(input.checked) });
  return el("label", { class: "cr-option" }, input, el("span", {}, label));
}

function ordered({ label, options, value, change }) {
  const texts = new Map(options);
  let codes = value ?? options.map(([code]) => code);
  const list = el("ol", { class: "cr-order" });
  const move = (from, to) => {
    const code = codes[from];
    codes = codes.toSpliced(from, 1).toSpliced(to, 0, code);
    draw();
    const way = to < from ? "up" : "down";
    const buttons = list.children[to].querySelectorAll("button");
    const same = list.children[to].querySelector(`button[data-way="${way}"]:not(:disabled)`);
    (same ?? [...buttons].find((button) => !button.disabled)).focus();
    change(codes);
  };
  const draw = () => list.replaceChildren(...codes.map((code, i) => el("li", {}, ...coded(texts.get(code)),
    el("button", { type: "button", "data-way": "up", disabled: i === 0, "aria-label": _("Move up: {text}", { text: uncoded(texts.get(code)) }), onclick: () => move(i, i - 1) }, "↑"),
    el("button", { type: "button", "data-way": "down", disabled: i === codes.length - 1, "aria-label": _("Move down: {text}", { text: uncoded(texts.get(code)) }), onclick: () => move(i, i + 1) }, "↓"))));
  draw();
  return el("fieldset", {}, el("legend", {}, ...coded(label)), list);
}

function matching({ label, left, options, value, change }) {
  const pairs = { ...value };
  const rows = left.map(([code, text]) => {
    const id = uid("match");
    const node = el("select", { id, onchange: () => { pairs[code] = node.value; change({ ...pairs }); } },
      el("option", { value: "" }, _("choose …")),
      ...options.map(([o, t]) => el("option", { value: o, selected: pairs[code] === o }, uncoded(t))));
    return el("div", { class: "cr-pair" }, el("label", { for: id }, ...coded(text)), node);
  });
  return el("fieldset", {}, el("legend", {}, ...coded(label)), ...rows);
}

function steps({ label, options, value, change, list }) {
  const i = options.findIndex(([code]) => code === value);
  const shown = () => el("span", { class: "cr-step" }, options[i]?.[1] ?? "");
  const listed = () => {
    const node = el("select", { class: "cr-step", "aria-label": label, onchange: () => change(node.value) },
      ...options.map(([code, text]) => el("option", { value: code, selected: code === value }, text)));
    return node;
  };
  const go = (to) => () => change(options[to][0]);
  return el("fieldset", {}, el("legend", {}, label),
    el("button", { type: "button", disabled: i <= 0, onclick: go(i - 1) }, _("← Previous")),
    list ? listed() : shown(),
    el("button", { type: "button", disabled: i >= options.length - 1, onclick: go(i + 1) }, _("Next →")));
}
