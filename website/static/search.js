// Finds sections of the pages that hold every word of a question, as it's typed. The list of sections
// is a script, not data to be fetched: so it works from a folder, too.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const SOUNDS = "а a б b в v г g д d дж j е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ  ы y ь  э e ю yu я ya ӣ i ӯ u қ q ғ gh ҳ h ҷ j".split(" ");
const LATIN = new Map(SOUNDS.flatMap((sign, i) => (i % 2 ? [] : [[plain(sign), SOUNDS[i + 1]]])));
/** A question's words, those in Cyrillic letters as English has their sounds. */
const wordsOf = (text) =>
  (plain(text).replace(/дж|[а-яғқҳҷ]/gu, (sign) => LATIN.get(sign) ?? sign).match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 12);

/** A word as British and American English write it, at the beginning of a word. */
const startOf = (word) =>
  new RegExp(
    `(?<![\\p{L}\\p{N}])${word
      .replace(/(?<=[iy])[sz](?=[aei])/gu, "[sz]")
      .replace(/ou?r/gu, "ou?r")
      .replace(/l+/gu, "l+")
      .replace(/(?<=t)(?:re|er)$/u, "(?:re|er)")
      .replace(/(?<=gram)(?:me)?$/u, "(?:me)?")}`,
    "u",
  );
const at = (text, start) => start.exec(text)?.index ?? -1;

const known = SECTIONS.map((section) => ({
  section,
  title: plain(`${section.page} ${section.title}`),
  text: plain(section.words),
}));
/** All words of the pages, each with how often it's there. */
const counts = new Map();
for (const { title, text } of known) {
  for (const word of `${title} ${text}`.match(/[\p{L}\p{N}]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
}

/** How many letters were put in, left out, changed or swapped; at most `most` + 1. */
const distance = (a, b, most) => {
  let [before, last] = [[], [...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && j > 1) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length];
};

/** The word of the pages that a word is nearest to: itself, if one begins so; "" if none is near. */
const near = (word) => {
  const start = startOf(word);
  if ([...counts.keys()].some((other) => at(other, start) === 0)) return word;
  const most = word.length < 4 ? 0 : word.length < 7 ? 1 : 2;
  let [best, found] = [most + 1, ""];
  for (const [other, count] of most ? counts : []) {
    if (other.length < word.length - most) continue;
    const whole = other.length <= word.length + most ? distance(word, other, most) : most + 1;
    // Half typed: its beginning is near.
    const begun = distance(word, other.slice(0, word.length), most) + 0.5;
    const far = Math.min(whole, begun);
    if (far < best || (far === best && found && count > counts.get(found))) [best, found] = [far, other];
  }
  return found;
};

/** The sections that hold all of the words; where none does, those that hold most of them. */
const find = (words) => {
  const starts = words.map(startOf);
  const hits = known.map(({ section, title, text }) => {
    let [score, held] = [0, 0];
    for (const start of starts) {
      const inTitle = at(title, start) >= 0;
      const inText = at(text, start) >= 0;
      held += inTitle || inText;
      score += (inTitle ? 10 : 0) + (inText ? 1 : 0);
    }
    // The words together, as they were typed.
    if (words.length > 1 && at(text, startOf(words.join(" "))) >= 0) score += 5;
    return { section, score, held };
  });
  const most = Math.max(0, ...hits.map(({ held }) => held));
  const found = hits.filter(({ held }) => held && held === most).sort((a, b) => b.score - a.score);
  return { all: most === words.length, hits: found.map(({ section }) => section) };
};

/** A piece of the text around the first word, with the words marked. */
const excerpt = (section, words) => {
  const starts = words.map(startOf);
  const places = starts.map((start) => at(plain(section.words), start)).filter((place) => place >= 0);
  const from = Math.max(0, Math.min(...places, section.words.length) - 60);
  const start = from ? section.words.indexOf(" ", from) + 1 : 0;
  const piece = section.words.slice(start, start + 220);
  const line = document.createElement("p");
  line.append(start ? "… " : "");
  for (const part of piece.split(/([\p{L}\p{N}]+)/u)) {
    const hit = starts.some((one) => at(plain(part), one) === 0);
    line.append(hit ? Object.assign(document.createElement("mark"), { textContent: part }) : part);
  }
  line.append(start + 220 < section.words.length ? " …" : "");
  return line;
};

/** What was found, in a sentence. */
const told = (asked, meant, { all, hits }) => {
  if (!hits.length) return "Nothing found. Try fewer words, or only the beginning of a word.";
  const other = asked.filter((word, i) => word !== meant[i]);
  const instead = meant.some((word, i) => word && word !== asked[i]) ? ` Did you mean “${meant.filter(Boolean).join(" ")}”?` : "";
  const mean = other.length ? `No page has “${other.join("” or “")}”.${instead} ` : "";
  const some = all ? "" : "No section has all of these words; these have most. ";
  return `${mean}${some}${hits.length} ${hits.length === 1 ? "section" : "sections"} found${hits.length > 30 ? ", the first 30 shown" : ""}.`;
};

const show = (asked) => {
  const words = wordsOf(asked);
  const meant = words.map(near);
  const said = meant.filter(Boolean);
  const found = said.length ? find(said) : { hits: [] };
  document.getElementById("found").textContent = asked.trim() ? told(words, meant, found) : "";
  document.getElementById("results").replaceChildren(
    ...found.hits.slice(0, 30).map((section) => {
      const link = document.createElement("a");
      link.href = section.at;
      link.textContent = section.title === section.page ? section.page : `${section.page} › ${section.title}`;
      const item = document.createElement("li");
      item.append(link, excerpt(section, said));
      return item;
    }),
  );
};

const form = document.getElementById("search");
const entry = document.getElementById("asked");
form.hidden = false;
document.getElementById("unscripted").remove();
const address = () => `?q=${encodeURIComponent(entry.value)}`;
let due = 0;
entry.addEventListener("input", () => {
  clearTimeout(due);
  due = setTimeout(() => {
    history.replaceState(null, "", address());
    show(entry.value);
  }, 150);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(due);
  history.pushState(null, "", address());
  show(entry.value);
});
const typed = () => {
  entry.value = new URLSearchParams(location.search).get("q") ?? "";
  show(entry.value);
};
addEventListener("popstate", typed);
typed();
