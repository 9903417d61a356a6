"""A feedback page in a real browser: for assistive technology, on a phone, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from graders import ITEMS, NAME, answered, make_course
from playwright.sync_api import Page, expect

from crossroads.feedback import pages
from crossroads.feedback.quiz import sheet
from crossroads.feedback.submission import Given
from crossroads.grading.notes import Note
from crossroads.grading.results import Mark, Result

WIDE = "q1 = 'a'  # " + "x" * 400
COMMENT = "A fair reading. <b>Which</b> source would you look for?"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a student who is right, wrong, unanswered, marked by a person, and late."""
    place = make_course(tmp_path_factory.mktemp("feedback"))
    quiz = sheet(place, NAME)
    points = {item.id: item.points for item in ITEMS} | {"q1": 0, "q4": 1, "q5": 0}
    marks = {id_: Mark(own, "") for id_, own in points.items()}
    marks |= {"q5": Mark(0, "There is no answer yet.", "NotYet"), "q15": Mark(None, "")}
    notebook = answered(place, q1=WIDE, q4='q4 = {"a", "b", "c"}', q5="q5 = None")
    given = {i: Given(m.points, None, 0.0, False, "") for i, m in marks.items()}
    levels = quiz.rubrics["q15"]
    most = sum(max(one.levels) for one in levels)
    by_rubric = "; ".join(f"{c.name} {max(c.levels):g} of {max(c.levels):g}" for c in levels)
    words = f"{COMMENT}\n\nBy the rubric: {by_rubric}."
    given["q15"] = Given(None, most, 0.5, False, words)
    result = Result("ann", marks, notebook=notebook, notes=[Note("cell-put-back", "q3")])
    return pages.student_page(quiz, result, given)


@pytest.mark.parametrize("width", [375, 1280])
def test_the_page_is_accessible_and_nothing_sticks_out(
    page: Page, errors: list[str], written: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(written)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    found = Axe().run(page).response["violations"]
    assert not found, [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not errors


def test_a_question_is_reached_from_the_table_of_points(page: Page, written: str) -> None:
    page.set_content(written)
    page.get_by_role("link", name="Question 12").click()
    expect(page.get_by_role("region", name="Question 12")).to_be_in_viewport()
    own = page.get_by_role("region", name="Question 15")
    expect(own).to_contain_text("<b>Which</b> source")
    expect(own.get_by_text("your level:")).not_to_have_count(0)


def test_it_prints_on_paper_with_all_that_it_says(page: Page, written: str, tmp_path: Path) -> None:
    page.set_content(written)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    expect(page.get_by_text("Question 3: a cell was missing and was put back.")).to_be_visible()
    expect(page.locator(".cr-verdict").last).to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") > 1


def test_without_css_the_order_and_the_words_are_whole(page: Page, written: str) -> None:
    start, end = written.index("<style>"), written.index("</style>")
    page.set_content(written[:start] + written[end:])
    text = page.locator("body").inner_text()
    text = text[text.index("Points by question") :]
    order = ["Points by question", "Question 1", "Your answer", "0 of 1 point", "was put back"]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)
