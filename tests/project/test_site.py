"""The site: every link leads somewhere, every question is there with its answer, no key is."""

from __future__ import annotations

import json
import re
import sys
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup

from crossroads.assignments import bank
from crossroads.lessons.checks import lesson_items

TREE = Path(__file__).parents[2]
sys.path.insert(0, str(TREE / "website"))

import build  # noqa: E402
import checks  # noqa: E402
import content  # noqa: E402
import glossary  # noqa: E402
import slides as cutting  # noqa: E402

REPOSITORY = "https://example.org/crossroads.git"
ITEMS = [item for path in build.LESSONS for item in lesson_items(path.name[:2]).values()]


@pytest.fixture(scope="module")
def site(tmp_path_factory, executed):
    """The site with teacher's notes and the doors to Binder and Colab, without a live edition."""
    folder = tmp_path_factory.mktemp("site") / "made"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "executed", lambda paths: executed)
        build.build(folder, teacher=True, repository=REPOSITORY)
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """Each page's soup, by its place."""
    found = {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
    }
    assert len(found) > 30
    return found


@pytest.fixture(scope="module")
def named(pages):
    """Each page's nodes by their ids: looked for one by one, they take most of the time here."""
    return {
        place: {node["id"]: node for node in page.find_all(id=True)}
        for place, page in pages.items()
    }


def text_of(node):
    return " ".join(node.get_text().split())


def test_every_lesson_text_and_card_has_a_page(pages):
    sources = [*(TREE / "lessons").glob("*.ipynb"), *(TREE / "lessons").glob("*.md")]
    assert {f"lessons/{path.stem}.html" for path in sources} <= pages.keys()
    cards = {f"data/cards/{path.stem}.html" for path in (TREE / "data/cards").glob("*.md")}
    assert cards <= pages.keys()
    assert {f"slides/{path.stem}.html" for path in build.LESSONS} <= pages.keys()


def test_every_link_and_anchor_leads_somewhere(site, pages):
    broken = []
    anchors = {name: {n["id"] for n in page.select("[id]")} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.select("[href], [src], [action]"):
            address = link.get("href") or link.get("src") or link.get("action")
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            place = target.resolve().relative_to(site.resolve()).as_posix()
            if not target.is_file() or (parts.fragment and parts.fragment not in anchors[place]):
                broken.append(f"{name}: {address}")
    assert broken == []


def test_no_page_asks_for_anything_from_elsewhere(site, pages):
    asked = 0
    for name, page in pages.items():
        for node in page.select("script[src], link[href], img[src], iframe, form[action], source"):
            address = node.get("src") or node.get("href") or node.get("action")
            assert urlsplit(address).scheme in ("", "data"), f"{name}: {address}"
            asked += 1
        assert not page.select("base, embed, object"), name
    styles = [*site.glob("static/*.css")]
    assert asked and styles
    for style in styles:
        assert not re.search(r"url\(|@import", style.read_text("utf-8"))


def test_a_page_has_the_scripts_that_it_needs_and_no_words_in_them(pages):
    lessons = {name for name, page in pages.items() if page.select_one("article.lesson")}
    for name, page in pages.items():
        own = [script["src"].rpartition("/")[2] for script in page.select("script[src]")]
        slides = name.startswith("slides/") and name != "slides/index.html"
        more = ["sections.js", "search.js"] if name == "search.html" else []
        more += ["checks.js"] if name in lessons else []
        answering = ["values.js"] if page.select(".cr-figure") else []
        wanted = ["slides.js"] if slides else ["page.js", "folds.js", *more]
        assert own == wanted + answering, name
        # What runs is in files of the site's own; in the page is data at most.
        data = page.select("script:not([src])")
        assert [one["type"] for one in data] == ["application/json"] * (name in lessons), name


def test_titles_are_unique_and_headings_in_order(pages):
    titles = [page.title.get_text() for page in pages.values()]
    assert len(set(titles)) == len(titles)
    for name, page in pages.items():
        assert page.html["lang"] == ("ru" if "/ru/" in name else "en")
        levels = [int(h.name[1]) for h in page.select("main :is(h1, h2, h3, h4, h5, h6)")]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_an_anchor_stands_once_on_a_page(pages):
    for name, page in pages.items():
        ids = [node["id"] for node in page.select("[id]")]
        assert len(set(ids)) == len(ids), name


def test_pictures_charts_and_tables_have_words(pages):
    for name, page in pages.items():
        assert all(image.get("alt") for image in page.select("img")), name
        assert all(chart.get("aria-label") for chart in page.select("svg[role=img]")), name
        for table in page.select("table"):
            assert all(th.get("scope") for th in table.select("th")), name
            frame = table.find_parent(class_="cr-scroll")
            assert frame["tabindex"] == "0", name
            assert frame["aria-label"], name
    lessons = [page for name, page in pages.items() if name.startswith("lessons/0")]
    assert sum(len(page.select("svg[role=img]")) for page in lessons) > 10


def test_a_lesson_shows_what_its_explorer_shows_first_and_where_it_can_be_moved(pages):
    page = pages["lessons/01-what-does-the-article-say.html"]
    assert page.find(string="Table explorer")
    assert page.select(".how a[href='../index.html#ways-to-use-it']")
    controls = "button:not(header button, .cr-term), input:not(header input), select"
    assert not page.select(controls)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_question_stands_with_its_answer_folded_away(named, item):
    (name,) = [f"lessons/{p.stem}.html" for p in build.LESSONS if p.name[:2] == item.id[:2]]
    box = named[name][f"check-{item.id}"]
    (fold,) = box.select("details")
    assert not fold.has_attr("open")
    folded = text_of(fold.extract())
    asked = text_of(box)
    for words in (item.prompt, *(o.text for o in item.options), *item.left.values()):
        assert " ".join(words.replace("`", "").split()) in asked
    reasons = [item.why, item.hint, *(o.why for o in item.options), *(s.why for s in item.slips)]
    for words in reasons:
        words = words.replace("`", "")
        assert " ".join(words.split()) in folded
        assert not words or " ".join(words.split()) not in asked
    # Put back, for the other tests.
    box.append(fold)


def test_a_question_of_order_doesn_t_stand_in_its_order(named):
    orders = [item for item in ITEMS if item.kind == "order"]
    given = []
    for item in orders:
        box = next(page[at] for page in named.values() if (at := f"check-{item.id}") in page)
        shown = [text_of(li) for li in box.select(":scope > .asked > ol > li")]
        given.append(shown == [o.text for o in item.options])
    assert orders
    assert sum(given) < len(given) / 2


def test_nothing_of_a_quiz_s_keys_is_on_the_site(site):
    kept = [p for p in site.rglob("*") if p.is_file() and p.suffix in (".html", ".js", ".ipynb")]
    everything = "\n".join(path.read_text("utf-8") for path in kept)
    plain = unescape(everything)
    assert "HIDDEN TESTS" not in everything
    assert not [p for p in site.rglob("*") if "quiz-0" in p.name or "rubric" in p.name]
    # Some general sentences serve both.
    own = {words for item in ITEMS for words in (item.why, *(s.why for s in item.slips))}
    checked = 0
    for folder in sorted((TREE / "assignments").glob("quiz-*")):
        for item in bank.read(folder):
            for words in re.findall(r'"([^"\n]{40,})"', item.test or ""):
                if words in own:
                    continue
                checked += 1
                assert words not in everything
                assert words not in plain
    assert checked > 50


def test_the_list_for_the_search_holds_sections_without_their_answers(site):
    text = (site / "static/sections.js").read_text("utf-8")
    sections = json.loads(text.removeprefix("const SECTIONS = ").rstrip().rstrip(";"))
    words = " ".join(section["words"] for section in sections)
    assert len({section["at"] for section in sections}) == len(sections)
    assert {"lessons/glossary.html", "data/index.html"} <= {s["at"] for s in sections}
    assert not any(s["at"].startswith("teacher/") for s in sections)
    (hedges,) = [
        s for s in sections if s["at"].endswith("01-what-does-the-article-say.html#hedges")
    ]
    assert "sounds like a promise" in hedges["words"], "background that is folded away is found"
    for item in ITEMS:
        assert " ".join(item.prompt.replace("`", "").split())[:30] in words
        for option in item.options:
            assert len(option.why) < 40 or option.why not in words


def test_notes_for_the_teacher_are_only_where_they_were_asked_for(site, tmp_path):
    assert (site / "teacher/01.html").is_file()
    assert 'content="noindex"' in (site / "teacher/01.html").read_text("utf-8")
    unexecuted = {
        path: nbformat.read(path, as_version=4) for path in (*build.LESSONS, *build.TRANSLATED)
    }
    build.write_site(tmp_path / "plain", unexecuted)
    made = "\n".join(path.read_text("utf-8") for path in (tmp_path / "plain").rglob("*.html"))
    assert not (tmp_path / "plain/teacher").exists()
    assert "Minute plan" not in made
    assert "colab" not in made.casefold()


def test_every_question_that_can_be_clicked_brings_its_verdicts_and_no_other(named):
    for path in build.LESSONS:
        items, page = lesson_items(path.name[:2]), named[f"lessons/{path.stem}.html"]
        found = json.loads(page["checks"].string)
        assert found == json.loads(json.dumps(checks.clicked(items.values())))
        assert {*found} == {i for i, item in items.items() if item.kind in checks.CLICKED}
        for name, item in items.items():
            assert bool(page[f"check-{name}"].select(".how a")) == (item.kind not in checks.CLICKED)


def test_what_shows_what_is_predicted_is_covered(pages):
    predicted = 0
    for path in build.LESSONS:
        page, inside = pages[f"lessons/{path.stem}.html"], False
        # What shows something else says so.
        cells = json.loads(path.read_text("utf-8"))["cells"]
        others = [c for c in cells if c["metadata"].get("crossroads", {}).get("predicted") is False]
        bare = []
        for node in page.select(".check:not([id]), .result:has(svg, table, img):not(:has(.check))"):
            words = node.get_text()
            if "check" in node["class"]:
                # Each prediction that is laid beside something, and where it's laid there.
                inside = "Predict." in words and bool(
                    node.find_next(string=re.compile("^Compare this with what"))
                )
                predicted += inside
            elif inside:
                cover = node.find_parent("details", class_="predicted")
                if not cover:
                    bare.append(words[:80])
                assert not cover or not cover.has_attr("open")
        assert len(bare) <= len(others), f"{path.name}: {bare}"
    assert predicted > 12


TERMS = json.loads((TREE / "tests/support/terms.json").read_text("utf-8"))


@pytest.mark.parametrize("case", TERMS["find"], ids=lambda case: case["why"])
def test_terms_are_found_as_jupyterlab_finds_them(case):
    """The same cases are tried in jupyterlab-extension/test/glossary.test.mjs."""
    text, known = case["text"], glossary.read(TERMS["glossary"])
    found = glossary.find(text, known, set(case.get("seen", ())))
    assert [[text[start:end], name] for start, end, name in found] == case["found"]


@pytest.mark.parametrize("case", TERMS["lesson"], ids=lambda case: case["why"])
def test_a_lesson_s_terms_are_those_that_it_means(case):
    found = glossary.terms_of(case["texts"], glossary.read(TERMS["glossary"]))
    assert [term.name for term in found] == case["names"]


def test_a_term_is_explained_once_in_a_section_and_never_in_a_heading_a_link_or_code():
    known = glossary.read(TERMS["glossary"])
    text = content.prose(
        "# A claim\n\nA claim, a claim; `claim`, [claim](x.md).\n\n## More\n\nA *set*: a < b."
    )
    body, used = glossary.explained(
        f"<p>index</p><!--text-->{text}<!--/text--><!--text--><p>set, claims</p><!--/text-->", known
    )
    terms = BeautifulSoup(body, "html.parser").select("button.cr-term")
    assert [term.get_text() for term in terms] == ["claim", "set", "claims"]
    assert all(term.parent.name in ("p", "em", "span") for term in terms)
    assert [term.name for term in used] == ["claim", "set"]
    assert "a &lt; b" in body


def test_every_term_opens_what_it_means(pages, named):
    terms = 0
    for place, page in pages.items():
        for term in page.select("button.cr-term"):
            box = named[place][term["popovertarget"]]
            assert box.has_attr("popover")
            words = named[place][term["aria-describedby"]]
            assert any(one is words for one in box.select("span"))
            terms += 1
    assert terms > 300


def test_slides_hold_the_lesson_s_own_words(pages):
    for path in build.LESSONS:
        slides = pages[f"slides/{path.stem}.html"].select(".slide")
        lesson = text_of(pages[f"lessons/{path.stem}.html"].article)
        assert len(slides) > 10
        paragraphs = [p for slide in slides for p in slide.select("p:not(.where, .how)")]
        assert paragraphs
        assert all(text_of(paragraph) in lesson for paragraph in paragraphs)
        shown = {text_of(h) for slide in slides for h in slide.select("h2")}
        assert not shown & set(cutting.NOT_SHOWN)


def test_a_slide_is_not_cut_within_a_fold_nor_before_what_there_is_to_do():
    fold = "<details>\n<summary>More</summary>\n\n**Bold.** In it.\n\n## Also in it\n\n</details>"
    cell = nbformat.v4.new_markdown_cell(
        f"## One\n\nText.\n\n{fold}\n\n**Two.** Text.\n\n**Do:** it."
    )
    first, second = cutting.slides(nbformat.v4.new_notebook(cells=[cell]))
    assert first[1].cells[0].source == f"## One\n\nText.\n\n{fold}"
    assert second[1].cells[0].source == "**Two.** Text.\n\n**Do:** it."


def test_a_notebook_for_colab_fetches_the_course_before_anything_else(site):
    for path in build.LESSONS:
        notebook = nbformat.read(site / "colab" / path.name, as_version=4)
        nbformat.validate(notebook)
        _, first, *rest = notebook.cells
        assert f"crossroads-course @ git+{REPOSITORY}" in first.source
        assert not any("../quizzes/" in cell.source for cell in rest)
        assert [c.id for c in rest] == [c.id for c in nbformat.read(path, as_version=4).cells]


def test_a_link_that_leads_nowhere_stops_the_build():
    with pytest.raises(ValueError, match=r"lessons/x\.md: its link to y\.md leads to no page"):
        content.linked('<a href="y.md">y</a>', "lessons/x.md", "lessons/x.html", {}.__getitem__)


def test_a_picture_without_words_stops_the_build():
    cell = nbformat.v4.new_code_cell("plot()", id="c9")
    cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": "AAAA"})]
    with pytest.raises(ValueError, match=r"cell c9 draws a picture"):
        content.readable(nbformat.v4.new_notebook(cells=[cell]), "", "", "")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert build.main(["--output", str(tmp_path)]) == 1
    assert "holds something else than a site" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.kernel
def test_a_lesson_that_fails_is_named_in_one_line(tmp_path, monkeypatch, capsys):
    cells = [nbformat.v4.new_code_cell("1 / 0")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "00-x.ipynb")
    monkeypatch.setattr(build, "LESSONS", [tmp_path / "00-x.ipynb"])
    assert build.main(["--output", str(tmp_path / "site")]) == 1
    assert "00-x.ipynb stops: ZeroDivisionError: division by zero" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_what_binder_runs_makes_a_course():
    text = (TREE / "binder" / "postBuild").read_text()
    assert (TREE / "binder" / "postBuild").stat().st_mode & 0o100, (
        "Binder runs only what is executable"
    )
    (code,) = re.findall(r"python -c '(.*)'", text)
    compile(code, "postBuild", "exec")
    assert "prepare(Path(" in code


def test_a_translated_lesson_s_page_speaks_its_language_all_over(pages):
    page = pages["lessons/ru/00-start-here.html"]
    assert page.html["lang"] == "ru" and pages["lessons/00-start-here.html"].html["lang"] == "en"
    links = [a["href"] for a in page.select("a[hreflang]")]
    assert links == ["../00-start-here.html"]
    (back,) = pages["lessons/00-start-here.html"].select("a[hreflang=ru]")
    assert (back["href"], back.get_text()) == ("ru/00-start-here.html", "Русский")
    said = json.loads(page.select_one("#checks").string)
    for spec in said.values():
        assert spec["states"]["wrong"] == "✗ Неверно."
        assert spec["speech"]["words"]["choose …"] == "выберите …"
    rows = said["00-rows"]
    assert "{number}" in rows["low"] and "утверждений" in rows["low"]
    # Jupyter, English and the course's name stay what they are.
    words = text_of(page.select_one("header.top")) + text_of(page.select_one(".aside"))
    assert set(re.findall("[A-Za-z]{4,}", words)) == {"Crossroads", "Jupyter", "English"}
