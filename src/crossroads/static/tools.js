// An explorer's tools: start again, take the code, take the picture or the numbers.

const SVG = "http://www.w3.org/2000/svg";
const fileName = (title, kind) =>
  `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}.${kind}`;

function save(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Words broken into rows that fit, as the page would.
function rowsOf(words, width, font) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  const rows = [""];
  for (const word of words.split(/[ \n]+/)) {
    const longer = `${rows.at(-1)} ${word}`.trim();
    if (rows.at(-1) && pen.measureText(longer).width > width) rows.push(word);
    else rows[rows.length - 1] = longer;
  }
  return rows;
}

// The charts that are shown below each other, with their notes and sources, as one SVG that needs
// nothing from the page.
function picture(figures) {
  const sheet = document.createElementNS(SVG, "svg");
  const put = (node, attributes, text) => {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    sheet.append(node);
  };
  let [height, width] = [0, 0];
  for (const figure of figures) {
    const chart = figure.querySelector("svg");
    const [, , wide, high] = chart.getAttribute("viewBox").split(" ").map(Number);
    const copy = chart.cloneNode(true);
    for (const name of ["style", "tabindex", "role", "aria-keyshortcuts", "data-lm-suppress-shortcuts"]) copy.removeAttribute(name);
    for (const node of copy.querySelectorAll("[data-here]")) node.removeAttribute("data-here");
    put(copy, { y: height, width: wide, height: high });
    height += high;
    width = Math.max(width, wide);
    const said = [...figure.children].filter((part) => part.matches("p, figcaption"));
    for (const words of said.flatMap((part) => rowsOf(part.textContent, wide - 48, "14px sans-serif"))) {
      put(document.createElementNS(SVG, "text"), { x: 20, y: height + 14, "font-size": 14, fill: "#555555" }, words);
      height += 20;
    }
    height += 12;
  }
  sheet.setAttribute("xmlns", SVG);
  sheet.setAttribute("viewBox", `0 0 ${width} ${height}`);
  sheet.setAttribute("width", width);
  sheet.setAttribute("height", height);
  sheet.setAttribute("font-family", figures[0].style.fontFamily || "sans-serif");
  const paper = document.createElementNS(SVG, "rect");
  for (const [name, value] of [["width", width], ["height", height], ["fill", "#ffffff"]]) paper.setAttribute(name, value);
  sheet.prepend(paper);
  return { text: new XMLSerializer().serializeToString(sheet), width, height };
}

// The picture as dots, two for each pixel so that it stays sharp on paper.
async function dots({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = el("canvas", { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function tools(model, root) {
  const note = el("span", { class: "cr-note" });
  // The one live region of the page says it, too: the sentence below stays as it is.
  const say = (words) => { note.textContent = words; document.crossroads?.say(words); };
  const button = (does, words, onclick) => el("button", { type: "button", "data-does": does, onclick }, words);
  const code = el("textarea", { class: "cr-code", readonly: true, rows: 8, spellcheck: "false", "aria-label": _("The pandas code for this view"), hidden: true });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(model.get("code"));
      code.hidden = true;
      say(_("Copied. Paste it into a code cell."));
    } catch {
      // Without https, or in a frame, a page may not write to the clipboard.
      code.value = model.get("code");
      code.hidden = false;
      code.focus();
      code.select();
      say(_("Press Ctrl + C (on a Mac Cmd + C) to copy it."));
    }
  };
  let sure = false;
  const reset = () => {
    if (model.get("kept") && !sure) {
      sure = true;
      say(_("This deletes what you entered here. Press Reset again if you are sure."));
      return;
    }
    sure = false;
    model.send({ do: "reset" });
    say(_("Everything is back to how it was at the start."));
  };
  const shown = () => [...root.querySelectorAll(".cr-figure")].filter((one) => one.checkVisibility?.() ?? true);
  const name = (kind) => fileName(model.get("title"), kind);
  const take = {
    PNG: async () => save(name("png"), await dots(picture(shown()))),
    SVG: async () => save(name("svg"), new Blob([picture(shown()).text], { type: "image/svg+xml" })),
    CSV: async () => model.send({ do: "csv" }),
  };
  const files = Object.entries(take).map(([kind, get]) =>
    button(kind.toLowerCase(), kind, () => get().then(() => say(_("Downloaded: {name}", { name: name(kind.toLowerCase()) })))));
  model.on("msg:custom", ({ csv }) => {
    // The mark at the start tells spreadsheets that it's UTF-8.
    if (csv !== undefined) save(name("csv"), new Blob(["\ufeff", csv], { type: "text/csv" }));
  });
  const row = el("div", { class: "cr-tools" },
    button("reset", _("Reset"), reset),
    button("copy", _("Copy the pandas code for this view"), copy),
    el("span", { role: "group", "aria-label": _("Download") }, el("span", { "aria-hidden": "true" }, _("Download")), ...files),
    note, code);
  row.addEventListener("focusout", () => { if (sure && !row.matches(":focus-within")) { sure = false; note.textContent = ""; } });
  // What there is nothing of can't be taken.
  const offer = () => {
    const charts = root.querySelector(".cr-figure");
    row.querySelector("[data-does=copy]").disabled = row.querySelector("[data-does=csv]").disabled = !model.get("code");
    for (const kind of ["png", "svg"]) row.querySelector(`[data-does=${kind}]`).disabled = !charts;
    if (!code.hidden) code.value = model.get("code");
    if (!sure) note.textContent = "";
  };
  return { row, offer };
}
