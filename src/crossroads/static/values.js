// Charts that answer: what a mark says, at the pointer, a tap, or the arrow keys. A mark is an
// element with an SVG <title>: its first line is the year or the name, the others are what is there.
// Where no script runs, the browser shows the same words. Loaded by explorers, by the front ends'
// extension and by the site's pages; the first copy on a page does the work for all of them.

(() => {
  if (document.crossroads) return;
  const NEAR = 24;
  const LOOK = `
    .cr-figure svg :has(> title) { pointer-events: none; }
    .cr-figure svg[tabindex]:focus-visible { outline: 3px solid #d55e00; outline-offset: -3px; }
    .cr-figure svg [data-here] > :not(text) { stroke: #1b1b1b; stroke-width: 2.6; }
    .cr-figure svg [data-here] > text { text-decoration: underline; }
    .cr-table tr[aria-current] > * { background: #ffe08a; color: #1d2733; }
    .cr-table tr[aria-current] > th { text-decoration: underline; }
    .cr-values, .cr-guide { position: fixed; z-index: 9999; pointer-events: none; box-sizing: border-box; }
    .cr-values { max-width: min(22rem, calc(100vw - 16px)); padding: .35rem .6rem; color: #1b1b1b; background: #fff;
      border: 1px solid #555; border-radius: 4px; box-shadow: 0 2px 8px #0004;
      font: 14px/1.4 system-ui, sans-serif; text-align: start; overflow-wrap: break-word; }
    .cr-values b { display: block; }
    .cr-values div { white-space: pre-line; }
    .cr-values div[data-on] { text-decoration: underline; }
    .cr-guide { width: 0; border-inline-start: 1px dashed #1b1b1b; }
    .cr-said { position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    @media print { .cr-values, .cr-guide { display: none; } }
    @media (forced-colors: active) { .cr-table tr[aria-current] > * { outline: 2px solid Highlight; } }`;
  const make = (name, properties, attributes = {}) => {
    const node = Object.assign(document.createElement(name), properties);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const tip = make("div", { className: "cr-values", hidden: true }, { "aria-hidden": "true" });
  const guide = make("div", { className: "cr-guide", hidden: true }, { "aria-hidden": "true" });
  const said = make("div", { className: "cr-said" }, { role: "status", "aria-live": "polite" });
  document.head.append(make("style", { textContent: LOOK }));
  document.body.append(tip, guide, said);
  // What is said twice is news twice.
  const say = (words) => { said.textContent = said.textContent === words ? `${words}\u00a0` : words; };
  let shown = null;

  // A chart's marks, by the year or name that they are of, in the order of drawing; years in theirs.
  function columns(svg) {
    const found = new Map();
    for (const title of svg.getElementsByTagName("title")) {
      const [head, ...rest] = title.textContent.split("\n");
      const mark = title.parentNode;
      const key = byYear(svg) ? head : found.size;
      if (!found.has(key)) found.set(key, { head, marks: [] });
      found.get(key).marks.push({ mark, words: rest.join("\n") });
    }
    const all = [...found.values()];
    const left = ({ marks }) => box(marks[0].mark).left;
    return byYear(svg) ? all.sort((a, b) => left(a) - left(b)) : all;
  }
  const byYear = (svg) => svg.querySelector("[data-guide]");
  const box = (mark) => mark.getBoundingClientRect();
  const place = ({ marks }) => { const { left, top } = box(marks[0].mark); return `${left} ${top}`; };
  const middle = (mark) => { const { left, right } = box(mark); return (left + right) / 2; };

  // Pixels from a point to a mark: to a link's line, into a state's outline, else to the box.
  function away(mark, x, y) {
    const shape = mark.matches("g") ? mark.children[1] : mark;
    const matrix = shape.getScreenCTM();
    if (shape.tagName === "polyline" && mark.children.length === 2) {
      const [a, b] = [...shape.points].map((point) => new DOMPoint(point.x, point.y).matrixTransform(matrix));
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const t = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(a.x + t * dx - x, a.y + t * dy - y);
    }
    if (shape.tagName === "path") {
      return shape.isPointInFill(new DOMPoint(x, y).matrixTransform(matrix.inverse())) ? 0 : Infinity;
    }
    const { left, right, top, bottom } = box(mark);
    return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
  }

  function nearest(svg, x, y) {
    const all = columns(svg);
    const size = ({ mark }) => { const { width, height } = box(mark); return width * height; };
    const far = byYear(svg)
      ? ({ marks }) => [Math.abs(middle(marks[0].mark) - x), 0]
      : ({ marks }) => [away(marks[0].mark, x, y), size(marks[0])];
    const [best] = all.map((column) => [column, ...far(column)]).sort((a, b) => a[1] - b[1] || a[2] - b[2]);
    return best && best[1] <= NEAR ? best[0] : null;
  }

  function show(svg, column, only = -1, words = true) {
    hide();
    const marks = only < 0 ? column.marks : [column.marks[only]];
    shown = { svg, column, only, rows: rows(svg, column.head), at: place(column) };
    for (const { mark } of marks) mark.setAttribute("data-here", "");
    for (const row of shown.rows) row.setAttribute("aria-current", "true");
    const area = byYear(svg);
    if (area) {
      const [top, bottom] = area.dataset.guide.split(" ").map((y) => new DOMPoint(0, y).matrixTransform(area.getScreenCTM()).y);
      guide.hidden = false;
      Object.assign(guide.style, { left: `${middle(marks[0].mark)}px`, top: `${top}px`, height: `${bottom - top}px` });
    }
    if (!words) return;
    tip.replaceChildren(make("b", { textContent: column.head }), ...column.marks.map((one, i) => {
      const line = make("div", { textContent: one.words, dir: "auto" });
      line.toggleAttribute("data-on", i === only);
      return line;
    }));
    tip.hidden = false;
    const spots = marks.map(({ mark }) => box(mark));
    const [width, height] = [tip.offsetWidth, tip.offsetHeight];
    const edge = (side, most) => most(...spots.map((spot) => spot[side]));
    const [from, to] = [edge("left", Math.min), edge("right", Math.max)];
    const [right, left] = [to + 12, from - 12 - width];
    // A wide mark, or one without room at either side, has it above, or else below.
    const small = to - from < 120;
    const x = small && right + width < innerWidth - 8 ? right : small && left > 8 ? left
      : Math.max(8, Math.min((from + to - width) / 2, innerWidth - width - 8));
    const beside = x === right || x === left;
    const [top, bottom] = [edge("top", Math.min), edge("bottom", Math.max)];
    const y = beside ? top - 8 : top - height - 12 > 8 ? top - height - 12 : bottom + 12;
    tip.style.left = `${x}px`;
    tip.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  }

  function hide() {
    if (!shown) return;
    for (const { mark } of shown.column.marks) mark.removeAttribute("data-here");
    for (const row of shown.rows) row.removeAttribute("aria-current");
    shown = null;
    tip.hidden = guide.hidden = true;
  }

  // Rows of the tables beside a chart whose header is the year or name.
  const rows = (svg, head) => [...svg.closest(".cr, article, body").querySelectorAll(".cr-table th[scope=row]")]
    .filter((cell) => cell.textContent.trim() === head.trim()).map((cell) => cell.parentNode);

  const CHART = ".cr-figure svg[aria-label]";
  const chart = (node) => node.closest?.(CHART);
  function point(event) {
    const svg = chart(event.target);
    const row = event.pointerType === "mouse" && event.target.closest?.(".cr-table tr");
    if (svg) {
      const column = nearest(svg, event.clientX, event.clientY);
      if (column && (shown?.svg !== svg || shown.column.marks[0].mark !== column.marks[0].mark)) show(svg, column);
      if (column) return;
    } else if (row) {
      const head = row.querySelector("th[scope=row]")?.textContent.trim();
      for (const one of row.closest(".cr")?.querySelectorAll(CHART) ?? []) {
        const column = columns(one).find((each) => each.head === head);
        if (column) return shown?.column.marks[0].mark === column.marks[0].mark || show(one, column, -1, false);
      }
    }
    // Who reads a chart with the keyboard keeps the place.
    if (!(shown && shown.svg === document.activeElement && event.type === "pointermove")) hide();
  }
  addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") point(event); }, { passive: true });
  addEventListener("pointerdown", point, { passive: true });
  const follow = () => {
    // Something else was scrolled, or it came to rest before this was shown.
    if (!shown || place(shown.column) === shown.at) return;
    if (shown.svg === document.activeElement) show(shown.svg, shown.column, shown.only);
    else hide();
  };
  addEventListener("scroll", follow, { passive: true, capture: true });
  addEventListener("focusout", (event) => { if (chart(event.target)) hide(); });

  // First of all listeners, so that no front end takes an arrow for itself.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown && !chart(event.target)) return hide();
    const svg = chart(event.target);
    if (!svg || event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    svg.toggleAttribute("data-lm-suppress-shortcuts", true);
    const all = columns(svg);
    const here = shown?.svg === svg ? all.findIndex(({ marks }) => marks[0].mark === shown.column.marks[0].mark) : -1;
    const years = byYear(svg);
    const [x, y] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [0, 0];
    const ends = { Home: 0, End: all.length - 1 }[event.key];
    event.stopPropagation();
    if (event.key === "Escape") return hide();
    if (!x && !y && ends === undefined) return;
    event.preventDefault();
    const step = years ? x : x || y;
    const start = here < 0 ? (step < 0 ? all.length : -1) : here;
    const next = ends ?? Math.min(all.length - 1, Math.max(0, here < 0 && !step ? 0 : start + step));
    const column = all[next];
    const only = years && y ? Math.min(column.marks.length - 1, Math.max(0, (here < 0 ? -1 : shown.only) + y)) : -1;
    svg.scrollIntoView({ block: "nearest" });
    show(svg, column, only);
    const told = only < 0 ? column.marks : [column.marks[only]];
    say([column.head, ...told.map(({ words }) => words)].filter(Boolean).join("; ").replaceAll("\n", "; "));
  }, true);

  // Each chart that comes to stand on the page is one stop of the Tab key. `application` lets the
  // arrows through a screen reader to this script; without it a chart stays the picture that it is.
  const charts = document.getElementsByClassName("cr-figure");
  const dressed = new WeakSet();
  const dress = () => {
    if (shown && !shown.svg.isConnected) hide();
    for (const figure of charts) {
      if (dressed.has(figure)) continue;
      dressed.add(figure);
      const svg = figure.querySelector("svg[aria-label]");
      if (svg?.getElementsByTagName("title").length) {
        // A frame that scrolls takes no stop of its own any more.
        svg.parentNode.removeAttribute("tabindex");
        svg.setAttribute("tabindex", "0");
        svg.setAttribute("role", "application");
        svg.setAttribute("aria-keyshortcuts", "ArrowLeft ArrowRight ArrowUp ArrowDown Home End Escape");
      }
    }
  };
  new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });
  dress();
  document.crossroads = { say };
})();
