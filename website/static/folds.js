// What one prediction covers opens together.
const covers = [...document.querySelectorAll(".predicted")];
for (const cover of covers) {
  cover.addEventListener("toggle", () => {
    const same = covers.filter((other) => other.dataset.for === cover.dataset.for);
    if (cover.open) for (const other of same) other.open = true;
  });
}

// The list of a page's parts is folded where it would stand before the text, and open beside it.
const here = document.querySelector(".here details");
const beside = matchMedia("(min-width: 76rem)");
const fold = () => (here.open = beside.matches);
if (here) {
  fold();
  beside.addEventListener("change", fold);
}
