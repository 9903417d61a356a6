"""Feedback pages: what a class is told, and what no page may tell.

The class of ``simulated`` submits quiz 3, and so do four more students: with code that doesn't
end, that wants all memory, that ends its process, and with words that are to harm the page.
"""

import ast
import datetime
import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pseudo
import pytest
import stock
from bs4 import BeautifulSoup
from courses import hand_in, whole_class
from graders import marks_in
from markupsafe import escape
from nbgrader.api import Gradebook
from quizzes import ASSIGNMENTS, assignments, by_grade_id, items, put_answers, region, sentences

from crossroads import i18n
from crossroads.assignments import bank
from crossroads.classroom.regrade_requests import Request
from crossroads.cli import main
from crossroads.course import Course
from crossroads.feedback import pages
from crossroads.feedback.items import explained, read
from crossroads.feedback.late_words import late_words
from crossroads.feedback.page_checksum import ours
from crossroads.feedback.quiz import sheet
from crossroads.feedback.submission import Given, graded
from crossroads.grading import gradebook, late_penalties, results, run, scores
from crossroads.grading.notes import Note, say
from crossroads.grading.notes import said as said_
from crossroads.grading.results import Mark, Result
from crossroads.grading.sandbox import Limits
from crossroads.manual_grading import marking as desk
from crossroads.questions import kinds, variants
from crossroads.questions.outcome import Outcome

# nbgrader's own, about its gradebook's sessions.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

QUIZ = "quiz-03"
ITEMS = {item.id: item for item in items(ASSIGNMENTS / QUIZ)}
HARM = "</pre><script>alert('x')</script> \u202etxt.exe\u2066 \x1b[31m <img src=x onerror=alert(1)>"
MORE = {
    "loops": {"q8": "def changes(rows, first, last):\n    return rows\nwhile True:\n    pass"},
    "fills": {"q8": "def changes(rows, first, last):\n    return rows\nfull = bytearray(2**45)"},
    "ends": {"q8": "import ctypes\nctypes.string_at(0)"},
    "called": {"q8": "def changes(rows, first, last):\n    import ctypes\n    ctypes.string_at(0)"},
    "own": {"q15": "My reasons."},
    "stops": {
        "q7": "q7 = 1\n  q7 = 2",
        "q8": "def changes(rows, first, last):\n    result = None\n\n    return result",
    },
    "harms": {
        "q1": f"q1 = {HARM!r}",
        "q2": f"q2 = {{'1': 'c', '2': {HARM!r}}}",
        "q7": "q7 = 1  # " + "x" * 2_000_000,
        "q8": f"def changes(rows, first, last):\n    raise ValueError({HARM!r})",
        "q15": f"{HARM}\n\n# A heading\n\n[a link](javascript:alert(1)) " + "word " * 210_000,
    },
}
#: Markdown of three thousand letters that is nested as deep as it goes, by kind.
NESTED = {
    "quotes": "> " * 1600,
    "lists": "".join(f"{' ' * n}- a\n" for n in range(80)),
    "brackets": "[" * 3200,
    "pairs": "*a **b " * 450,
}
MORE |= {f"nests-{kind}": {"q15": f"My reasons.\n\n{text}"} for kind, text in NESTED.items()}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course directory with the class graded and all pages written."""
    place = tmp_path_factory.mktemp("course")
    hand_in(ASSIGNMENTS / QUIZ, place, *whole_class(ASSIGNMENTS / QUIZ))
    for student, given in MORE.items():
        nb = nbformat.read(place / "release" / QUIZ / f"{QUIZ}.ipynb", as_version=4)
        folder = place / "submitted" / student / QUIZ
        folder.mkdir(parents=True)
        if student == "own":
            nb.cells.append(nbformat.v4.new_code_cell("import ctypes\nctypes.string_at(0)"))
        right = {i.id: i.answer for i in ITEMS.values() if i.test}
        nbformat.write(put_answers(nb, {**right, **given}), folder / f"{QUIZ}.ipynb")
    # One of them submitted the copy that everybody may have, in place of the own one.
    drawn = Course(place).values_drawn(QUIZ)
    common = variants.values_in(nbformat.read(place / "release" / QUIZ / f"{QUIZ}.ipynb", 4))
    other = next(values for values in drawn.values() if values != common)
    Course(place).drawn(QUIZ).write_text(json.dumps(drawn | {"stops": other}), "utf-8")
    run.grade_class(place, QUIZ, workers=2, limits=Limits(cell=3))
    assert main(["feedback", QUIZ, "--course", str(place)]) == 0
    return place


@pytest.fixture
def copy(course, tmp_path):
    """A copy of the course that a test may change."""
    shutil.copytree(course, tmp_path / "course", ignore=shutil.ignore_patterns("autograded"))
    return tmp_path / "course"


def path_of(course, student):
    return course / "feedback" / student / QUIZ / f"{QUIZ}.html"


def students(course):
    return sorted(p.name for p in (course / "feedback").iterdir())


def words(page):
    """What a page says, on one line."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def said(course, student):
    return words(path_of(course, student).read_text("utf-8"))


def part(page, item):
    """The section of one question, as words."""
    return words(re.search(rf'<section aria-labelledby="{item}">.*?</section>', page, re.S)[0])


def test_everybody_with_a_result_has_a_page_where_nbgrader_looks_for_it(course):
    results = {p.stem for p in (course / "grading" / QUIZ).glob("[!.]*.json")}
    assert len(results) == 29 + len(MORE)
    assert set(students(course)) == results


# -- what no page may tell -------------------------------------------------------------------------


def chosen(item, source):
    """The value that a student's line gives the item, ``None`` if it isn't plain."""
    try:
        value = ast.literal_eval(ast.parse(source).body[-1].value)
    except (ValueError, SyntaxError, AttributeError, IndexError):
        return None
    return value


def hidden_explanations(item, value, points):
    """Explanations that would tell who gave ``value`` what would have been right."""
    call = item.call()
    why, key = call["why"], call.get("key")
    if item.kind in ("single", "multiple"):
        own = {value} if isinstance(value, str) else set(value or ())
        return [why[code] for code in set(key) - own]
    if item.kind == "match":
        own = value if isinstance(value, dict) else {}
        return [words for left, words in why.items() if own.get(left) != key[left]]
    return [why] if points < item.points else []


def test_no_page_tells_what_is_right_where_the_student_was_not(course):
    checked = 0
    for student in students(course):
        result = results.read(course, QUIZ, student).result
        if result.held:
            continue
        page = path_of(course, student).read_text("utf-8")
        cells = {
            c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in result.notebook["cells"]
        }
        for item in ITEMS.values():
            if item.kind not in ("single", "multiple", "order", "match", "number"):
                continue
            value = chosen(item, cells[f"{item.id}-answer"]["source"])
            shown = part(page, item.id)
            for text in hidden_explanations(item, value, result.marks[item.id].points):
                for sentence in sentences(text):
                    assert sentence not in shown, (student, item.id)
                    checked += 1
    assert checked > 300


def test_no_page_holds_a_line_of_a_test(course):
    notebook = by_grade_id(nbformat.read(ASSIGNMENTS / QUIZ / f"{QUIZ}.ipynb", as_version=4))
    lines = {
        " ".join(line.split())
        for id_ in ITEMS
        for line in region(notebook[id_].source, "HIDDEN TESTS")
        if len(line.strip()) > 12
    }
    # Who is right writes some of the same lines as the test.
    lines = {line for line in lines if not any(line in i.answer for i in ITEMS.values())}
    assert len(lines) > 150 and students(course)
    for student in students(course):
        page = said(course, student)
        for secret in ("HIDDEN TESTS", "key=", "cr.answers", "misconceptions", "slips="):
            assert secret not in page
        assert not [line for line in lines if line in page]


@pytest.mark.parametrize("folder", assignments(), ids=lambda folder: folder.name)
def test_no_wrong_choice_of_any_quiz_is_told_the_explanation_of_the_right_one(folder):
    checked = 0
    for item in items(folder):
        if item.kind not in kinds.AS_DATA:
            continue
        call = item.call()
        for value in wrong_values(item, call):
            outcome = kinds.score(item.kind, value, call)
            told = html.unescape(" ".join(explained(outcome, call, False)))
            for text in hidden_explanations(item, value, 0):
                allowed = " ".join(call["why"][c] for c in value) if item.kind == "multiple" else ""
                assert text in allowed or text not in told, item.code
                checked += 1
            assert len(" ".join(explained(outcome, call, True))) > len(told)
    assert checked > 20 or folder.name == "capstone"


def wrong_values(item, call):
    key = call["key"]
    if item.kind == "single":
        return [code for code in call["why"] if code != key]
    if item.kind == "multiple":
        return [{code} for code in call["why"]] if len(key) > 1 else []
    if item.kind == "order":
        return [list(key)[::-1]]
    if item.kind == "match":
        return [{left: next(o for o in call["options"] if o != p)} for left, p in key.items()]
    return [key + 1000 * call["tolerance"] + 1e6, *(call["slips"] or {})]


def test_with_show_keys_the_right_answers_and_a_solution_are_told(copy):
    assert main(["feedback", QUIZ, "--course", str(copy), "--show-keys"]) == 0
    told = 0
    for student in students(copy):
        result, page = (
            results.read(copy, QUIZ, student).result,
            path_of(copy, student).read_text("utf-8"),
        )
        if result.held or result.marks["q3"].points:
            continue
        if "q3-answer" not in result.untouched:
            key = ITEMS["q3"].call()["key"]
            assert f"The right answer is {key}. {ITEMS['q3'].call()['why'][key]}" in part(
                page, "q3"
            )
        assert "A solution" in part(page, "q8")
        told += 1
        assert (
            "both.merge" not in page
            and "HIDDEN TESTS" not in page
            and "### BEGIN" not in (part(page, "q8").partition("A solution")[2])
        )
    assert told


# -- what a page tells -----------------------------------------------------------------------------


def test_totals_and_points_are_the_gradebooks(course):
    totals = 0
    for row in scores.scores(course, QUIZ):
        page = said(course, row["student_id"])
        if results.read(course, QUIZ, row["student_id"]).result.held:
            continue
        given = sum(row[item.id] or 0 for item in ITEMS.values())
        if row["total"] is None:
            assert f"{max(given - row['late_penalty'], 0):g} of 41 points so far" in page
        else:
            assert f"{row['total']:g} of 41 points" in page
            totals += 1
        raw = path_of(course, row["student_id"]).read_text("utf-8")
        for item in ITEMS.values():
            if row[item.id] is not None:
                assert f"{row[item.id]:g} of {item.points:g} point" in part(raw, item.id)
    assert totals


def test_an_answer_is_told_in_words_with_the_reason_for_each_choice(course):
    told = 0
    for student in students(course):
        result = results.read(course, QUIZ, student).result
        if result.held or "q1-answer" in result.untouched or student == "harms":
            continue
        page = path_of(course, student).read_text("utf-8")
        source = by_grade_id(nbformat.from_dict(result.notebook))["q1-answer"].source
        code = chosen(ITEMS["q1"], source)
        own = part(page, "q1").partition("Your answer")[2]
        assert f"{code}. {ITEMS['q1'].options[code]}" in own
        assert ITEMS["q1"].call()["why"][code] in own
        told += 1
    assert told > 3


def test_an_option_s_own_words_are_told_as_the_option():
    item = next(item for item in ITEMS.values() if item.kind == "single" and not item.varies)
    for code, text in item.options.items():
        outcome = read(item, item.call(), f"  {text.upper()}.")
        assert outcome and outcome.answer == code
    assert read(item, item.call(), "words of none") is None


def test_an_answer_worked_out_by_code_is_read_back(course):
    page = part(path_of(course, "loops").read_text("utf-8"), "q10")
    assert "84.8 points" in page and "is right" in page
    assert "index_2024" in page


def test_a_cell_that_ran_too_long_is_said_where_it_happened(course):
    page = path_of(course, "loops").read_text("utf-8")
    assert "This cell ran for more than 3 seconds and was stopped." in part(page, "q8")
    assert page.count("was stopped") == 1


def test_a_cell_that_wants_too_much_memory_is_said_where_it_happened(course):
    page = path_of(course, "fills").read_text("utf-8")
    assert "Your cell stopped. MemoryError" in part(page, "q8")
    assert page.count("MemoryError") == 1


def test_a_cell_that_stopped_is_said_once_and_an_untouched_function_is_no_answer(course):
    page = path_of(course, "stops").read_text("utf-8")
    assert "IndentationError: unexpected indent (line 2)" in part(page, "q7")
    assert "ipython-input" not in page and "is not defined" not in page
    assert "There is no answer yet." in part(page, "q8") and "Does it end" not in page


def test_a_copy_with_values_of_another_student_is_noted(course):
    noted = {
        student
        for student in students(course)
        if any(
            n.code == "values-of-another" for n in results.read(course, QUIZ, student).result.notes
        )
    }
    assert noted == {"stops"}


def test_what_wasnt_run_is_said_and_where_to_look(course):
    page = path_of(course, "ends").read_text("utf-8")
    assert "Not checked" in part(page, "q8") and "signal 11" in part(page, "q8")
    assert "The notebook stopped in the answer cell of “Question 8”." in part(page, "q8")
    assert "Not checked" in part(page, "q10") and page.count("The notebook stopped in") == 1
    assert "1 of 1 point" in part(page, "q1")
    page = path_of(course, "called").read_text("utf-8")
    assert "The notebook stopped in the test of “Question 8”." in part(page, "q8")
    page = words(path_of(course, "own").read_text("utf-8"))
    assert "The notebook stopped in the cell that begins with import ctypes ." in page
    assert page.count("The notebook stopped in") == 1 and "Not checked" not in page


def test_hostile_answers_can_neither_run_nor_hide_nor_fill_the_page(course):
    page = path_of(course, "harms").read_text("utf-8")
    assert len(page) < 200_000
    assert (
        "<script" not in page
        and "<img" not in page
        and "javascript:" not in page.replace("(javascript:alert(1))", "")
    )
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", page)
    assert "[U+202E]" in page
    assert "Shortened: the cell has 2,000," in part(page, "q7")
    assert "Shortened" in part(page, "q15")
    assert page.count("<h1") == 1


def test_a_persons_marks_comment_levels_extra_credit_and_lateness_are_told(copy, capsys):
    item = next(i for i in bank.read(ASSIGNMENTS / QUIZ) if not i.test)
    criteria = desk.rubric(copy, item)
    levels = dict(zip([c.name for c in criteria], [2.0, 1.0, 3.0, 0.0], strict=True))
    desk.save(copy, item, "student-05", desk.mark(criteria, levels, "Which other year? <b>"))
    with Gradebook(f"sqlite:///{copy}/gradebook.db") as book:
        book.find_grade("q1", QUIZ, QUIZ, "student-05").extra_credit = 0.5
        book.find_grade("q3", QUIZ, QUIZ, "student-05").manual_score = 1.5
        book.find_grade("q3", QUIZ, QUIZ, "student-05").needs_manual_grade = False
        book.db.commit()
    (copy / "deadlines.yml").write_text(
        f"per_day: 10\nat_most: 50\nassignments:\n  {QUIZ}:\n    due: 2027-01-31 17:00:00 +05:00\n"
    )
    run.grade_class(copy, QUIZ, workers=1, limits=Limits(cell=3))
    command = ["feedback", QUIZ, "--course", str(copy), "--student", "student-05"]
    assert main(command) == 0
    assert "1 page of" in capsys.readouterr().out
    page = path_of(copy, "student-05").read_text("utf-8")
    (row,) = [r for r in scores.scores(copy, QUIZ) if r["student_id"] == "student-05"]
    assert f"{row['total']:g} of 41 points" in words(page)
    late = "2 days late (part of a day counts as a whole day)"
    assert f"Submitted on 1 February 2027, 23:00 (UTC+05:00): {late}" in words(page)
    assert "31 January 2027, 17:00" in words(page) and "Late penalty: 8.2 points" in words(page)
    assert "+0.5 points of extra credit" in part(page, "q1")
    assert "A person set these points; the computer had given" in part(page, "q3")
    written = part(page, "q15")
    assert "6 of 12 points" in written and "Which other year? <b>" in written
    assert "Evidence weighed: 1 of 3" in written and written.count("your level:") == 4
    assert f"✓ 1 point, your level: {criteria[1].levels[1.0]}" in written
    assert "By the rubric" not in page


def test_what_waits_for_a_person_is_said(course):
    page = path_of(course, "student-08").read_text("utf-8")
    assert "Still to be marked by a person: Question 15 (12 points)." in words(page)
    assert "so far" in words(page) and "a person will read this answer" in part(page, "q15")


def test_a_held_submission_is_told_so_and_what_to_do_without_the_evidence(course):
    held = [s for s in students(course) if results.read(course, QUIZ, s).result.held]
    assert held
    for student in held:
        page = said(course, student)
        assert "Your submission is on hold" in page and "What you can do now" in page
        assert say(results.read(course, QUIZ, student).result.held) not in page
    quiz = sheet(course, QUIZ)
    canary = Note("canary", "q10", {"test": "canary"})
    caught = Result("eve", held=canary, notes=[canary])
    assert "canary" not in pages.student_page(quiz, caught, {})


def test_what_was_mended_and_values_of_somebody_else_are_told(course):
    quiz = sheet(course, QUIZ)
    result = results.read(course, QUIZ, "student-08").result
    result.notes = [Note("another-name", values={"found": "a&b.ipynb", "name": "quiz.ipynb"})]
    result.marks["q7"] = Mark(0, "Your number: 5 %\nThe values at the top are not yours.", "NotYet")
    for cell in result.notebook["cells"]:
        if "draw" in cell["metadata"].get("crossroads", {}):
            cell["source"] = 'mine = cr.variant(country="PAK", year=1900)'
    page = pages.student_page(quiz, result, {})
    assert "The notebook was named 'a&b.ipynb'; its name should be quiz.ipynb." in words(page)
    assert "The values at the top are not yours." in part(page, "q7")
    assert "is not right" not in part(page, "q7")


def test_a_form_error_is_told_but_not_if_it_would_give_the_key_away(course):
    quiz = sheet(course, QUIZ)
    result = results.read(course, QUIZ, "student-08").result
    for cell in result.notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in ("q1-answer", "q3-answer"):
            cell["source"] = "q1 = q3 = chr(122)"
    right = ITEMS["q3"].call()["why"][ITEMS["q3"].call()["key"]]
    result.marks["q1"] = Mark(0, "'z' is not one of the options.", "NotYet")
    result.marks["q3"] = Mark(0, f"A strange message. {right}", "NotYet")
    page = pages.student_page(quiz, result, {})
    assert "'z' is not one of the options." in part(page, "q1")
    assert "A strange message" not in page


def test_lateness_by_nbgraders_own_rules_is_told_without_ours():
    when = datetime.datetime(2027, 1, 31, 12, tzinfo=datetime.UTC)
    dates = gradebook.Dates(when + datetime.timedelta(hours=5), when, 3.0)
    told = late_words(None, dates, 41, 2)
    assert "1 day late (part of a day counts as a whole day)" in told
    assert "Late penalty: 3 points, so 0 of the 2 points that you earned are left." in told
    assert "each day" not in told.lower()
    rule = late_penalties.Rule(per_day=0.1)
    assert "10 % of the 41 possible points" in late_words(rule, dates, 41, 2)
    assert "12:00 (UTC)" in late_words(rule, dates, 41, 2)
    of_course = late_penalties.Rule(zone=datetime.timezone(datetime.timedelta(hours=5)))
    assert "17:00 (UTC+05:00)" in late_words(of_course, dates, 41, 2)


def test_the_capstones_criteria_stand_with_their_levels(tmp_path):
    name, place = "capstone", tmp_path
    shutil.copytree(ASSIGNMENTS / name, place / "source" / name)
    released = nbformat.read(ASSIGNMENTS / name / f"{name}.ipynb", as_version=4)
    for cell in released.cells:
        cell.source = cell.source.split("=== BEGIN MARK SCHEME ===")[0]
    (place / "release" / name).mkdir(parents=True)
    nbformat.write(released, place / "release" / name / f"{name}.ipynb")
    quiz = sheet(place, name)
    given = {"fairness": Given(None, 4.0, 0.0, False, "Put well.")}
    form = next(item.id for item in quiz.items if item.kind == "form")
    found = Mark(1.0, "Name a source with a year.", outcome=Outcome("form", "partly", share=0.5))
    result = Result("ann", {"fairness": Mark(None, ""), form: found})
    whole = pages.student_page(quiz, result, given)
    assert "Name a source with a year." in part(whole, form), "only its test could say that"
    page = part(whole, "fairness")
    assert "Fairness to other views" in page and "4 of 6 points" in page
    assert "✓ 4 points, your level: States a real objection fairly" in page and "Put well." in page
    assert "For the marker" not in page and "Your answer" not in page

    # What a student asked stands there with its answer, as words and nothing else.
    first = Request(HARM, answer="*No.*", is_open=False, before=3.0, after=3.0)
    asked = Request("It's there.", answer="Yes: see it.", is_open=False, before=3.0, after=4.0)
    asked = replace(asked, earlier=(first,))
    told = pages.student_page(quiz, result, given, requests={"fairness": asked})
    page = part(told, "fairness")
    assert "The mark stays as it was." in page and "<em>No.</em>" in told
    assert "The mark was changed from 3 to 4 points." in page and "Yes: see it." in page
    assert "<script>" not in told and "<img" not in told and "\x1b" not in told
    assert f"Regrade {name} fairness ann: \n" in told
    waits = {"fairness": Request("Why?")}
    told = pages.student_page(quiz, result, given, requests=waits, may_ask=False)
    assert "answered yet." in told and "Regrade " not in told


# -- in other languages ----------------------------------------------------------------------------


def page_here(course, student, *, marked_late=True):
    """A student's page as graded and written in the language in use."""
    todo = run.plan(course, QUIZ, run.Run("here", (student,), again=True))
    grader = run.Grader(todo.parts, Limits(cell=3))
    with grader.worker:
        result = grader.grade(todo.jobs[0])
    quiz = sheet(course, QUIZ)
    given = graded(gradebook.grades(course, QUIZ))[student]
    dates = None
    if marked_late:
        criteria = quiz.rubrics["q15"]
        level = desk.mark(criteria, {c.name: 1.0 for c in criteria}, "Which other year?")
        given["q15"] = Given(None, level.points, 0.5, True, desk.to_comment(criteria, level))
        given["q3"] = Given(0.0, 1.5, 0.0, False, "")
        quiz.rule = late_penalties.Rule(per_day=0.1, at_most=0.5)
        when = datetime.datetime(2027, 1, 31, 12, tzinfo=datetime.UTC)
        dates = gradebook.Dates(when + datetime.timedelta(hours=30), when, 8.2)
    result.notes += [Note("cell-put-back", "q4"), said_("Question 5: it was mended.")]
    return result, pages.student_page(quiz, result, given, dates)


def test_a_russian_page_has_none_of_our_words_in_english_and_the_same_marks(course, speak):
    speak("ru")
    result, page = page_here(course, "student-05")
    kept = results.read(course, QUIZ, "student-05").result
    assert {i: m.points for i, m in result.marks.items()} == {
        i: m.points for i, m in kept.marks.items()
    }
    assert '<html lang="ru" dir="ltr">' in page
    assert "<h1>Отзыв: Quiz 3: How dependent is dependent?</h1>" in page
    # A test's case is named in the quiz's own words, within the sentence of the test.
    rest = page.replace("the remittances of six countries", "")
    assert pseudo.latin_words(rest, "h1", ".cr-own") == ["student", "UTC", "UTC"]
    assert "на 2 дня позже срока" in page and "1 февраля 2027 г., 18:00 (UTC)" in page
    assert "Штраф за опоздание в баллах: 8,2" in page and "Баллы: 1,5 из 2." in part(page, "q3")
    assert "✓ 1 балл, ваш уровень:" in part(page, "q15")
    (chosen,) = re.findall("([a-d]) — неверно", part(page, "q1"))
    why = escape(ITEMS["q1"].call()["why"][chosen])
    assert f'<span lang="en" dir="auto">{why}</span>' in page
    assert '<div class="cr-asked" lang="en" dir="auto">' in page
    assert "<li>Вопрос 4: ячейки не было" in page
    assert '<li><span lang="en" dir="auto">Question 5: it was mended.' in page, "as it was kept"


def test_a_russian_page_says_what_stopped_and_what_is_held(course, speak):
    speak("ru")
    _, page = page_here(course, "ends", marked_late=False)
    assert pseudo.latin_words(page, "h1", ".cr-own") == ["ends"]
    assert "Поищите там бесконечный цикл" in part(page, "q8")
    assert "Не проверено: тетрадь была остановлена раньше этого теста." in page
    canary = Result("eve", held=Note("canary", "q10", {"test": "canary"}))
    held = pages.student_page(sheet(course, QUIZ), canary, {})
    assert pseudo.latin_words(held, "h1") == ["eve"]
    assert "Ваша работа отложена" in held and "canary" not in held


def test_a_page_from_right_to_left_keeps_the_quiz_apart(course, speak, tmp_path):
    speak(pseudo.CODE, pseudo.catalogue(tmp_path))
    _, page = page_here(course, "student-05")
    assert f'<html lang="{pseudo.CODE}" dir="rtl">' in page
    rest = page.replace("the remittances of six countries", "")
    assert pseudo.latin_words(rest, "h1", ".cr-own", "thead") == ["student", "UTC", "UTC"]
    assert "[U+20" not in page, "our own isolates are no student's"
    assert f"{i18n.FSI}1٫5{i18n.PDI}" in page
    _, hostile = page_here(course, "harms", marked_late=False)
    assert not re.search("[\u202a-\u202e\x1b]", hostile) and "[U+202E]" in hostile


# -- files, and nbgrader's own commands ------------------------------------------------------------


def test_pages_of_another_origin_or_changed_by_hand_are_left_and_named(copy, capsys):
    foreign, changed = path_of(copy, "student-01"), path_of(copy, "student-02")
    foreign.write_text("<p>By hand</p>", "utf-8")
    changed.write_text(changed.read_text("utf-8").replace("For <strong>", "Dear <strong>"), "utf-8")
    before = changed.read_text("utf-8")
    assert main(["feedback", QUIZ, "--course", str(copy)]) == 2
    out = capsys.readouterr().out
    assert str(foreign) in out and str(changed) in out and "student-03" not in out
    assert foreign.read_text("utf-8") == "<p>By hand</p>" and changed.read_text("utf-8") == before
    assert main(["feedback", QUIZ, "--course", str(copy), "--force"]) == 0
    assert ours(foreign.read_text("utf-8")) and "Dear" not in changed.read_text("utf-8")


def test_who_has_no_result_and_what_isnt_graded_are_said_in_one_line(course, tmp_path, capsys):
    command = ["feedback", QUIZ, "--course"]
    assert main([*command, str(course), "--student", "nobody"]) == 1
    assert "no results of quiz-03 for nobody" in capsys.readouterr().err
    assert main([*command, str(tmp_path)]) == 1
    assert "is not released yet" in capsys.readouterr().err


def test_nbgrader_releases_our_pages_and_each_student_fetches_their_own(copy, tmp_path):
    def ran(folder, *command):
        done = stock.nbgrader(folder, *command)
        assert done.returncode == 0, done.stderr

    ran(copy, "release_assignment", QUIZ)
    shared = f"\nc.Exchange.root = {str(copy / 'exchange')!r}\n"
    settings = (copy / "nbgrader_config.py").read_text("utf-8") + shared
    for name in ("ann", "bob"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "nbgrader_config.py").write_text(settings, "utf-8")
        ran(folder, "fetch_assignment", QUIZ, f"--student={name}")
        ran(folder, "submit", QUIZ, f"--student={name}")
    ran(copy, "collect", QUIZ)
    run.grade_class(copy, QUIZ, workers=2, limits=Limits(cell=3))
    assert main(["feedback", QUIZ, "--course", str(copy)]) == 0
    ran(copy, "release_feedback", QUIZ)
    for name in ("ann", "bob"):
        ran(tmp_path / name, "fetch_feedback", QUIZ, f"--student={name}")
        (fetched,) = (tmp_path / name).glob(f"quizzes/{QUIZ}/feedback/*/{QUIZ}.html")
        assert fetched.read_bytes() == path_of(copy, name).read_bytes()
        assert f"For {name}" in words(fetched.read_text("utf-8"))


def test_stock_feedback_after_ours_ends_well_and_leaves_our_page(course, tmp_path):
    place = shutil.copytree(course, tmp_path / "course")
    student = "student-08"
    # Who submitted by e-mail: nobody knows when.
    (path_of(place, student).parent / "timestamp.txt").write_text("", "utf-8")
    kept = path_of(place, student).read_bytes()
    done = stock.nbgrader(place, "generate_feedback", QUIZ, f"--student={student}")
    assert done.returncode == 0, done.stderr
    assert path_of(place, student).read_bytes() == kept


def test_stock_feedback_still_works_after_our_grading_and_holds_no_hidden_test(course, tmp_path):
    place = tmp_path / "course"
    shutil.copytree(course, place, ignore=shutil.ignore_patterns("feedback"))
    done = stock.nbgrader(place, "generate_feedback", QUIZ, "--student=student-08")
    assert done.returncode == 0, done.stderr
    page = path_of(place, "student-08").read_text("utf-8")
    assert "Question 15" in page and not ours(page)
    assert "HIDDEN TESTS" not in page and "misconceptions" not in page and "key=" not in words(page)
    assert Path(place / "autograded" / "student-08" / QUIZ / f"{QUIZ}.ipynb").is_file()


@pytest.mark.parametrize("kind", NESTED)
def test_what_is_nested_as_deep_as_it_goes_costs_nobody_a_page(course, kind):
    assert "My reasons." in path_of(course, f"nests-{kind}").read_text("utf-8")
    assert path_of(course, "own").is_file()


def test_a_translated_quiz_is_released_marked_and_explained_in_its_language(tmp_path, capsys):
    root = tmp_path / "teaching"
    assert main(["release", "quiz-01", "--language", "ru", "--course", str(root)]) == 0
    own = Course(root).source("quiz-01")
    source = json.loads((own / "quiz-01.ipynb").read_text("utf-8"))
    given = json.loads((root / "release" / "quiz-01" / "quiz-01.ipynb").read_text("utf-8"))
    assert given["metadata"]["crossroads"]["language"] == "ru"
    solved = {c["id"]: "".join(c["source"]) for c in source["cells"]}
    wrong = {item.id: item for item in bank.read(own) if item.kind == "single"}
    for student in ("right", "wrong", "blank"):
        handed = json.loads(json.dumps(given))
        for cell in handed["cells"]:
            item = cell["id"].removesuffix("-answer")
            if student == "wrong" and item in wrong:
                key = wrong[item].call()["key"]
                cell["source"] = f'{item} = "{next(c for c in "abcd" if c != key)}"'
            elif student == "right" and cell["id"].endswith("-answer"):
                cell["source"] = solved[cell["id"]]
        path = root / "submitted" / student / "quiz-01" / "quiz-01.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(handed), "utf-8")
    assert main(["grade", "quiz-01", "--course", str(root)]) == 0
    ours_ = {who: marks_in(root, who) for who in ("right", "wrong", "blank")}
    assert sum(mark or 0 for mark, *_ in ours_["right"].values()) == 28
    assert sum(mark or 0 for mark, *_ in ours_["blank"].values()) == 0
    assert main(["feedback", "quiz-01", "--course", str(root)]) == 0
    page = (root / "feedback" / "wrong" / "quiz-01" / "quiz-01.html").read_text("utf-8")
    words = BeautifulSoup(page, "html.parser").get_text(" ")
    for item in wrong.values():
        key = item.call()["key"]
        chosen = next(c for c in "abcd" if c != key)
        assert re.search(r"[а-я]{4}", item.call()["why"][chosen])
        assert re.sub(r"\W", "", item.call()["why"][chosen]) in re.sub(r"\W", "", words)
    assert "Not correct" not in words and "Вопрос 1" in words
    log = stock.autograde(root, "quiz-01", ["right", "wrong", "blank"])
    assert all(one["success"] for one in log.values()), log
    for who, marks in ours_.items():
        by_stock = marks_in(root, who)
        assert {q: by_stock[q][0] for q in marks if q != "q15"} == {
            q: mark for q, (mark, *_) in marks.items() if q != "q15"
        }
