"""A whole term of the simulated class, by the grading instructor's guide, word by word.

Every command in ``docs/grading.md`` is run in the guide's order; in between, students and markers
do their part. What comes out is compared with numbers that are worked out here.
"""

import ast
import csv
import io
import json
import os
import re
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from graders import LINUX, QUIET
from guides import DOCS, commands, file_box, run
from nbgrader.api import Gradebook
from quizzes import ASSIGNMENTS, items, put_answers
from simulated import answer, everybody

from crossroads import report
from crossroads.course import PLACES
from crossroads.grading import scores
from crossroads.manual_grading import marker_agreement, marking
from crossroads.questions import variants

pytestmark = [QUIET, LINUX]

QUIZ = "quiz-03"
ITEMS = items(ASSIGNMENTS / QUIZ)
MARKED = [item for item in ITEMS if item.test]
(ESSAY,) = [item for item in ITEMS if not item.test]
CLASS = everybody()
FIRST = (
    "Anvar",
    "Zarina",
    "Daler",
    "Nigora",
    "Farrukh",
    "Shahlo",
    "Rustam",
    "Malika",
    "Sino",
    "Pari",
)
LAST = ("Rahimov", "Sharipova", "Müller", "O'Brien", "de la Cruz", "Öztürk")
NAMES = {s.id: (FIRST[i % 10], LAST[(i // 5) % 6]) for i, s in enumerate(CLASS)}
#: Whose name in the platform is none on the roster, and who uploaded a worse one before.
BOBBY, TWICE, RENAMED = "student-12", "student-04", "student-08"
LATE = {s.id for s in CLASS if s.fate == "late"}
HELD = [s.id for s in CLASS if s.fate in ("broken", "empty")]
HANDED_IN = [s.id for s in CLASS if s.fate != "absent"]


def gradebook_of(course):
    return Gradebook(f"sqlite:///{course}/gradebook.db")


class Term:
    """The term as it goes: each command of the guide once, with what it said."""

    def __init__(self, place):
        self.place, self.course = place, place / "teaching"
        # What `make` starts is run by other tests.
        lines = [line for line in commands(DOCS / "grading.md") if not line.startswith("make ")]
        lines = [line.removeprefix(".venv/bin/") for line in lines]
        self.said, self.expected, self.left = {}, {}, lines

    def until(self, wanted, code=0):
        """Run the guide's commands up to one that begins so, which must end with ``code``."""
        while self.left:
            line = self.left.pop(0)
            self.said[line] = done = run(line)
            if line.startswith(wanted):
                assert done.code == code, f"{line}\n{done.out}{done.err}"
                return done
            assert done.code == 0, f"{line}\n{done.out}{done.err}"
        raise AssertionError(f"the guide has no {wanted!r} left")

    def marks(self):
        """By student: every question's points in the gradebook, and comments."""
        with gradebook_of(self.course) as book:
            found = {}
            for submission in book.find_assignment(QUIZ).submissions:
                (part,) = submission.notebooks
                found[submission.student_id] = {
                    g.name: None if g.needs_manual_grade and g.manual_score is None else g.score
                    for g in part.grades
                }
            return found


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """The term, gone through to the last command of the guide."""
    place = tmp_path_factory.mktemp("term")
    before = Path.cwd()
    os.chdir(place)
    try:
        own = Term(place)
        go_through(own)
        yield own
    finally:
        os.chdir(before)


def go_through(term, until=""):
    """Go through the term, or no further than a command that begins like ``until``."""
    term.course.mkdir()
    write_roster(term.place / "class.csv")
    term.until("crossroads roster class.csv")
    term.until("crossroads release")
    study(term)
    (term.course / "deadlines.yml").write_text(
        f"per_day: 10\nassignments:\n  {QUIZ}:\n    due: 2027-01-31 12:00:00\n", "utf-8"
    )
    term.until("crossroads collect quiz-03 moodle.zip", code=2)
    term.until("crossroads collect quiz-03 --match")
    term.until("crossroads grade quiz-03 --dry-run")
    term.until("crossroads grade quiz-03", code=2)
    term.before_marking = term.marks()
    term.until("crossroads marking quiz-03 --no-browser")
    mark_by_hand(term)
    term.until("crossroads marking quiz-03 --agreement")
    term.until("crossroads feedback")
    asks = "Email address,Which question?,Why?\n{0}@uni.example,Question 15,I named the year\n"
    (term.place / "requests.csv").write_text(asks.format(HANDED_IN[0]), "utf-8")
    term.until("crossroads requests quiz-03 requests.csv")
    if until == "crossroads requests quiz-03 requests.csv":
        return
    term.until("crossroads report quiz-03")
    term.until("crossroads report quiz-03 --rekey")
    term.before_export = term.marks()
    while not term.left[0].startswith("crossroads adjustments"):
        term.until("crossroads ")
    adjustments = file_box(DOCS / "grading.md", "excused:")
    (term.course / "adjustments.yml").write_text(adjustments, "utf-8")
    while term.left:
        term.until("crossroads ", code=2 if "forget" in term.left[0] else 0)


def write_roster(path):
    """The class as a platform's export has it, with a byte order mark, semicolons and a tutor."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["student_id", "first_name", "last_name", "email", "lms_user_id"])
        for number, (student, name) in enumerate(NAMES.items(), 1):
            rows.writerow([student, *name, f"{student}@uni.example", 1000 + number])


def study(term):
    """Students answer their copies; the platforms pack what they upload, with the usual mess."""
    moodle, canvas = {}, {}
    with zipfile.ZipFile(term.course / "packages" / f"{QUIZ}-copies.zip") as copies:
        names = {n.split("/")[-2]: n for n in copies.namelist() if n.endswith(".ipynb")}
        assert set(names) == set(NAMES)
        for number, student in enumerate(CLASS, 1):
            notebook = nbformat.reads(copies.read(names[student.id]).decode(), as_version=4)
            own = variants.values_in(notebook)
            given = {item.id: answer(student, item, own) for item in ITEMS}
            term.expected[student.id] = {id_: a.points for id_, a in given.items()}
            if student.fate == "absent":
                continue
            first = nbformat.writes(notebook)
            put_answers(
                notebook, {id_: a.source for id_, a in given.items() if a.source is not None}
            )
            text = nbformat.writes(notebook)
            if student.fate in ("broken", "empty"):
                text = text[: len(text) // 2] if student.fate == "broken" else ""
            pack(student, number, text, first, moodle, canvas)
    moodle["__MACOSX/._x"] = canvas["Thumbs.db"] = "clutter"
    for name, files in (("moodle.zip", moodle), ("canvas.zip", canvas)):
        with zipfile.ZipFile(term.place / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, text in files.items():
                archive.writestr(path, text)


def pack(student, number, text, first, moodle, canvas):
    """Put one upload where the platform puts it: of odd numbers Moodle, of even ones Canvas.

    Only Canvas says who is late.
    """
    given, family = NAMES[student.id]
    if student.id == BOBBY:
        moodle[f"Bobby T._77_assignsubmission_file_/{QUIZ}.ipynb"] = text
    elif number % 2 and student.fate != "late":
        folder = f"{given} {family}_{4000 + number}_assignsubmission_file_"
        moodle[f"{folder}/{'my quiz' if student.id == RENAMED else QUIZ}.ipynb"] = text
    else:
        sortable = "".join(filter(str.isalnum, f"{family}{given}".lower()))
        late = "LATE_" if student.fate == "late" else ""
        head = f"{sortable}_{late}{1000 + number}"
        name = "my quiz" if student.id == RENAMED else QUIZ
        if student.id == TWICE:
            canvas[f"{head}_{100 + number}_{name}.ipynb"] = first
            name += "-1"
        canvas[f"{head}_{900 + number}_{name}.ipynb"] = text


def mark_by_hand(term):
    """Two markers read every essay; the second is at times a level off."""
    chance = np.random.default_rng(1)
    criteria = marking.rubric(term.course, ESSAY)
    for entry in marking.queue(term.course, ESSAY).answers:
        ranks = {c.name: sorted(c.levels) for c in criteria}
        first = {name: int(chance.integers(len(levels))) for name, levels in ranks.items()}
        second = {
            name: min(first[name] + int(chance.random() < 0.3), len(levels) - 1)
            for name, levels in ranks.items()
        }
        for marker, chosen in (("", first), ("second", second)):
            made = {name: ranks[name][rank] for name, rank in chosen.items()}
            made = marking.mark(criteria, made, "Which source would you look for?")
            marking.save(term.course, ESSAY, entry.student, made, marker)
            if not marker:
                term.expected[entry.student][ESSAY.id] = made.points


# -- what came out ---------------------------------------------------------------------------------


def test_the_guide_was_followed_to_its_end(term):
    assert term.left == []
    lines = [line for line in commands(DOCS / "grading.md") if not line.startswith("make ")]
    assert len(term.said) == len(lines)
    assert "30 students" in term.said["crossroads roster"].out


def test_everybody_s_hand_in_was_found_and_the_mess_was_named(term):
    said = next(d.out for line, d in term.said.items() if line.endswith("canvas.zip"))
    assert "no student: Bobby T. (77)" in said
    assert "nothing yet from:" in said and "student-26" in said
    there = {p.parent.name for p in term.course.glob(f"submitted/*/{QUIZ}")}
    assert there == set(HANDED_IN)


def test_every_mark_is_what_the_rules_say(term):
    found = term.before_export
    assert set(found) >= set(HANDED_IN)
    for student in HANDED_IN:
        if student in HELD:
            assert set(found[student].values()) == {None}
            continue
        for item, points in term.expected[student].items():
            assert found[student][item] == pytest.approx(points, abs=0.006), (student, item)


def test_marking_by_hand_changed_the_essays_only(term):
    assert set(term.before_marking) >= set(HANDED_IN)
    for student, before in term.before_marking.items():
        after = term.before_export[student]
        assert {k: v for k, v in before.items() if k != ESSAY.id} == {
            k: v for k, v in after.items() if k != ESSAY.id
        }


def test_the_markers_agreement_is_counted_from_their_levels(term):
    pairs = marking.pairs(term.course, QUIZ, "second")
    said = term.said["crossroads marking quiz-03 --agreement"].out
    assert len(pairs)
    for criterion, own in pairs.groupby("criterion"):
        same = float((own["first"] == own["second"]).mean())
        row = marker_agreement.agreement(own).iloc[0]
        assert row["exact"] == pytest.approx(same)
        a, b, k = own["first"].to_numpy(), own["second"].to_numpy(), int(own["levels"].iloc[0])
        far = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(float)
        seen = np.abs(a - b).mean()
        chance = np.mean([far[x, y] for x in a for y in b])
        assert row["linear"] == pytest.approx(1 - seen / chance)
        assert f"{criterion}: {len(own)} answers; same level {same:.0%}" in said


def test_everybody_gets_feedback_and_nobody_gets_a_key(term):
    pages = {p.parents[1].name: p for p in term.course.glob(f"feedback/*/{QUIZ}/{QUIZ}.html")}
    assert set(pages) == set(HANDED_IN)
    for student, page in pages.items():
        text = page.read_text("utf-8")
        assert "HIDDEN" not in text and "key=" not in text
        if student not in HELD and term.expected[student][ESSAY.id]:
            assert "Which source would you look for?" in text


def test_the_report_has_the_numbers_that_are_worked_out_here(term):
    counted = [s for s in HANDED_IN if s not in HELD and s != "student-21"]
    marks = pd.DataFrame(term.expected).T.loc[counted, [i.id for i in ITEMS]].astype(float)
    most = pd.Series({i.id: i.points for i in ITEMS})
    found = pd.read_csv(term.course / "reports" / QUIZ / "items.csv").set_index("item")
    assert dict(found["share"]) == pytest.approx(dict((marks / most).mean()), abs=1e-3)
    whole = marks.sum(axis=1)
    for item in marks:
        r = np.corrcoef(marks[item], whole - marks[item])[0, 1]
        assert found["r"][item] == pytest.approx(r, abs=1e-3)
    alpha = len(most) / (len(most) - 1) * (1 - marks.var().sum() / whole.var())
    page = (term.course / "reports" / QUIZ / "report.html").read_text("utf-8")
    assert f"Cronbach&#39;s alpha is {alpha:.2f} (95 %:" in page
    students = pd.read_csv(term.course / "reports" / QUIZ / "students.csv").set_index("student_id")
    assert dict(students["total"].dropna()) == pytest.approx(dict(whole), abs=0.02)


def test_another_key_is_tried_and_nothing_is_changed(term):
    said = term.said["crossroads report quiz-03 --rekey q3=a"].out
    chose_a = [s for s in HANDED_IN if chosen(term, s, "q3") == "a"]
    assert chose_a
    for student in chose_a:
        assert student in said
    assert term.marks() == term.before_export


def chosen(term, student, item):
    """The letter in the file that a student submitted; "" if it can't be read."""
    path = next(term.course.glob(f"submitted/{student}/{QUIZ}/*.ipynb"))
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
    except ValueError:
        return ""
    source = next(
        "".join(c["source"])
        for c in cells
        if c["metadata"].get("nbgrader", {}).get("grade_id") == f"{item}-answer"
    )
    return ast.literal_eval(re.findall(rf"^{item} = (.*?)(?:  #.*)?$", source, re.M)[-1]) or ""


def test_the_platforms_get_everybody_s_total(term):
    moodle = pd.read_csv(term.course / "exports" / f"{QUIZ}-moodle.csv").set_index("Email address")
    canvas = pd.read_csv(term.course / "exports" / f"{QUIZ}-canvas.csv")
    canvas = canvas[canvas["ID"].notna()].set_index("ID")["Quiz 3 (12345)"].astype(float)
    off = {row["student_id"]: row["late_penalty"] for row in scores.scores(term.course, QUIZ)}
    assert {student for student, points in off.items() if points} == LATE
    for number, student in enumerate(NAMES, 1):
        if student in HELD or student not in HANDED_IN:
            continue
        wanted = max(sum(term.expected[student].values()) - off[student], 0)
        assert moodle.at[f"{student}@uni.example", QUIZ] == pytest.approx(wanted, abs=0.02)
        assert canvas[1000 + number] == pytest.approx(wanted, abs=0.02)


def test_adjusted_marks_count_and_are_shown_before(term):
    said = term.said["crossroads adjustments quiz-03"].out
    assert "  curve: × 1.1 + 1 point, at most 100 %: it was longer than planned\n" in said
    assert re.search(r"  student-09: [\d.]+ of 41 → excused\n    excused: ill\n", said)
    totals = pd.read_csv(term.course / "exports" / "course-points.csv").set_index("student_id")
    assert totals.at["student-09", "excused"] == QUIZ
    assert totals.at["student-10", "possible"] == 41 - 4 - 1, "without q2 and q4"
    own = next(r for r in scores.scores(term.course, QUIZ) if r["student_id"] == "student-07")
    assert own["adjusted"].overridden["q5"][1].points == own["q5"] == 1


def test_a_key_put_right_gives_other_marks_for_that_question_only(term):
    path = term.course / "source" / QUIZ / f"{QUIZ}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    test = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "q3")
    (item,) = [item for item in ITEMS if item.id == "q3"]
    test.source = test.source.replace(f'key="{item.call()["key"]}"', 'key="a"')
    nbformat.write(notebook, path)
    change = report.rekey(report.Analysis(report.read(term.course, QUIZ)), ["q3=a"])
    assert run("crossroads grade quiz-03").code == 2
    after = term.marks()
    for student in HANDED_IN:
        if student in HELD:
            continue
        # The guide's file overrides one mark.
        others = {"q3", "q5"} if student == "student-07" else {"q3"}
        same = {k: v for k, v in after[student].items() if k not in others}
        assert same == {k: v for k, v in term.before_export[student].items() if k not in others}
        assert after[student]["q3"] == (2 if chosen(term, student, "q3") == "a" else 0)
    assert change is not None


def test_research_names_nobody(term):
    text = (term.course / "exports" / "research.csv").read_text("utf-8")
    rows = pd.read_csv(io.StringIO(text))
    assert len(rows) and not any(student in text for student in NAMES)
    assert not any(name in text for given in NAMES.values() for name in given)


def test_forgetting_was_only_shown(term):
    said = term.said["crossroads forget student-30 --dry-run"].out
    assert "student-30" in said and "Deleted" not in said
    assert "student-30" in term.marks()


def test_whatever_names_a_student_lies_where_privacy_looks(term):
    there = {path.name for path in term.course.iterdir()}
    assert there <= PLACES.keys(), "each place is declared"
    told = run("crossroads privacy").out
    personal = {name for name in there if PLACES[name].personal}
    for student in (HANDED_IN[1], BOBBY):
        first, last = NAMES[student]
        words = [student.encode(), f"{student}@uni.example".encode(), f"{first} {last}".encode()]
        naming = {
            path.relative_to(term.course).parts[0]
            for path in term.course.rglob("*")
            if path.is_file()
            and (student in str(path) or any(word in path.read_bytes() for word in words))
        }
        assert {"roster.csv", "gradebook.db", "submitted", "feedback", "exports"} <= naming
        assert naming <= personal, student
        assert all(name in told for name in naming)
