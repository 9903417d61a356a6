// One slide at a time, by keys, buttons or address. Without this script they stand one below another.
const slides = [...document.querySelectorAll(".slide")];
const count = document.querySelector(".count");
const notes = document.querySelector(".notes");
let now = 0;

const show = (number, focus = true) => {
  now = Math.min(Math.max(number, 0), slides.length - 1);
  slides.forEach((slide, i) => (slide.hidden = i !== now));
  count.textContent = `${now + 1} of ${slides.length}`;
  history.replaceState(null, "", `#${now + 1}`);
  if (focus) slides[now].focus({ preventScroll: true });
  scrollTo(0, 0);
};

const toggle = () => {
  if (!notes) return;
  notes.hidden = !notes.hidden;
  document.querySelector(".show-notes").setAttribute("aria-expanded", String(!notes.hidden));
};

const KEYS = {
  ArrowRight: () => show(now + 1),
  PageDown: () => show(now + 1),
  ArrowLeft: () => show(now - 1),
  PageUp: () => show(now - 1),
  Home: () => show(0),
  End: () => show(slides.length - 1),
};
addEventListener("keydown", (event) => {
  // A table that can be scrolled keeps its arrows; so does everything with a modifier.
  const taken = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (taken || !KEYS[event.key] || event.target.closest(".cr-scroll, .notes")) return;
  event.preventDefault();
  KEYS[event.key]();
});
for (const button of document.querySelectorAll("[data-by]")) {
  button.addEventListener("click", () => show(now + Number(button.dataset.by), false));
}
document.querySelector(".show-notes")?.addEventListener("click", toggle);
addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1));
// On paper all of them.
addEventListener("beforeprint", () => slides.forEach((slide) => (slide.hidden = false)));
addEventListener("afterprint", () => show(now));

document.body.classList.add("one");
document.querySelector(".moves").hidden = false;
show(Number(location.hash.slice(1)) - 1 || 0, false);
