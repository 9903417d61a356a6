// Finds sections of the pages that hold every word of a question. The list of sections is a script,
// not data to be fetched: so it works from a folder, too.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** The place of a word in a text, at the beginning of a word. */
const at = (text, word) => {
  const found = new RegExp(`(?<![\\p{L}\\p{N}])${word}`, "u").exec(text);
  return found ? found.index : -1;
};

const find = (asked) => {
  const words = wordsOf(asked);
  if (!words.length) return [];
  return SECTIONS.map((section) => {
    const title = plain(`${section.page} ${section.title}`);
    const text = plain(section.words);
    let score = 0;
    for (const word of words) {
      const inTitle = at(title, word) >= 0;
      const inText = at(text, word) >= 0;
      if (!inTitle && !inText) return { section, score: 0 };
      score += (inTitle ? 10 : 0) + (inText ? 1 : 0);
    }
    // The words together, as they were typed.
    if (words.length > 1 && at(text, words.join(" ")) >= 0) score += 5;
    return { section, score };
  })
    .filter((hit) => hit.score)
    .sort((a, b) => b.score - a.score)
    .map((hit) => hit.section);
};

/** A piece of the text around the first word, with the words marked. */
const excerpt = (section, words) => {
  const places = words.map((word) => at(plain(section.words), word)).filter((place) => place >= 0);
  const from = Math.max(0, Math.min(...places, section.words.length) - 60);
  const start = from ? section.words.indexOf(" ", from) + 1 : 0;
  const piece = section.words.slice(start, start + 220);
  const line = document.createElement("p");
  line.append(start ? "… " : "");
  for (const part of piece.split(/([\p{L}\p{N}]+)/u)) {
    const hit = words.some((word) => plain(part).startsWith(word));
    line.append(hit ? Object.assign(document.createElement("mark"), { textContent: part }) : part);
  }
  line.append(start + 220 < section.words.length ? " …" : "");
  return line;
};

const show = (asked) => {
  const hits = find(asked);
  const some = hits.slice(0, 30);
  document.getElementById("asked").value = asked;
  document.getElementById("found").textContent = !asked.trim()
    ? ""
    : hits.length
      ? `${hits.length} ${hits.length === 1 ? "section" : "sections"} found${hits.length > 30 ? ", the first 30 shown" : ""}.`
      : "Nothing found. Try fewer words, or only the beginning of a word.";
  document.getElementById("results").replaceChildren(
    ...some.map((section) => {
      const link = document.createElement("a");
      link.href = section.at;
      link.textContent = section.title === section.page ? section.page : `${section.page} › ${section.title}`;
      const item = document.createElement("li");
      item.append(link, excerpt(section, wordsOf(asked)));
      return item;
    }),
  );
};

const form = document.getElementById("search");
form.hidden = false;
document.getElementById("unscripted").remove();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = document.getElementById("asked").value;
  history.pushState(null, "", `?q=${encodeURIComponent(asked)}`);
  show(asked);
});
const typed = () => show(new URLSearchParams(location.search).get("q") ?? "");
addEventListener("popstate", typed);
typed();
