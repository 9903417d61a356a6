"""Results on disk: one document each, of the form that its schema says, earlier ones understood."""

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator
from quizzes import ASSIGNMENTS, items

from crossroads.course import RELEASES, Course
from crossroads.grading import results
from crossroads.grading.assignment import load_assignment, parts_of
from crossroads.grading.notes import Note, said, say
from crossroads.grading.results import Kept, Mark, Result
from crossroads.grading.submitted import python_source
from crossroads.questions.outcome import Outcome
from crossroads.study import attempts

NAME = "quiz-01"


def validator(name):
    schema = json.loads(
        files("crossroads").joinpath(f"static/schemas/{name}.json").read_text("utf-8")
    )
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


WHY = Note("file-too-large", values={"name": "a", "bytes": 1000}).data()
RESULT = Result(
    "ann",
    {
        "q1": Mark(1.0, "You chose d."),
        "q2": Mark(0, "No.", "NotYet"),
        "q15": Mark(None, "", notes=(Note("may-stand-elsewhere"),)),
    },
    notes=[
        Note("cell-put-back", "q2"),
        Note("unreadable-left-out", values={"name": "a", "why": WHY}),
    ],
    notebook={"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
    stopped=3,
    digest="12",
)


def test_a_result_is_one_document_that_fits_its_schema_and_reads_as_it_was(tmp_path):
    results.write(tmp_path, NAME, Kept(RESULT, "run"))
    text = results.path_of(tmp_path, NAME, "ann").read_text("utf-8")
    validator("result").validate(json.loads(text))
    assert results.read(tmp_path, NAME, "ann") == Kept(RESULT, "run", recorded=False)
    results.set_recorded(tmp_path, NAME, [Kept(RESULT, "run")])
    assert json.loads(text) == json.loads(results.path_of(tmp_path, NAME, "ann").read_text("utf-8"))
    assert results.read(tmp_path, NAME, "ann") == Kept(RESULT, "run", recorded=True)
    assert results.students(tmp_path, NAME) == ["ann"]


def test_whatever_is_answered_the_marks_outcome_is_kept_with_it(tmp_path):
    parts = parts_of(ASSIGNMENTS / NAME, RELEASES / f"{NAME}.json")
    tests, marks = load_assignment(parts).tests, {}
    for item in items(ASSIGNMENTS / NAME):
        if item.test:
            plain, right = python_source.literal(item.answer, item.name)
            for what, given in {"none": None, "strange": 1j, "right": right}.items():
                if what != "right" or plain:
                    marks[f"{item.id} {what}"] = tests[item.id].mark({item.name: given}, None)
    codes = {id_: mark.outcome.code for id_, mark in marks.items()}
    assert {codes[id_] for id_ in codes if id_.endswith("none")} == {"unanswered"}
    assert {codes[id_] for id_ in codes if id_.endswith("right")} == {"right"}
    assert not {codes[id_] for id_ in codes if id_.endswith("strange")} & {"right", "unanswered"}
    kept = Kept(Result("ann", marks), "run")
    results.write(tmp_path, NAME, kept)
    text = results.path_of(tmp_path, NAME, "ann").read_text("utf-8")
    validator("result").validate(json.loads(text))
    assert results.read(tmp_path, NAME, "ann").dumps() == kept.dumps()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3},
        {"held": "The file is not a notebook."},
        {"notes": ["Cells had been moved."]},
        {"recorded": True},
        {"schema": "another"},
        {"marks": []},
        {"marks": {"q1": {"points": 1}}},
        {"strange": 1},
    ],
)
def test_what_is_no_result_of_ours_is_none_and_fits_no_schema(tmp_path, change):
    data = json.loads(Kept(RESULT, "run").dumps()) | change
    assert not validator("result").is_valid(data)
    results.write(tmp_path, NAME, Kept(RESULT, "run"))
    results.path_of(tmp_path, NAME, "ann").write_text(json.dumps(data), "utf-8")
    assert results.read(tmp_path, NAME, "ann") is None


#: As it was written before documents had a version: after grading, and once it was recorded.
EARLIER = """\
{"run": "5f0c0e4b2a1d9c77"}
{"student": "ann", "marks": {"q1": {"points": 1.0, "said": "You chose d, which is right. Yes.", \
"error": ""}, "q2": {"points": 0, "said": "There is no answer yet. Type one of a, b, c, d in \
quotes, for example \\"a\\".", "error": "NotYet"}, "q9": {"points": 2.0, "said": "Your number: \
84.8 points\\nYou wrote 84.8 points, which is right. Yes.", \
"error": ""}, "q15": {"points": null, "said": "", "error": \
""}}, "held": "", "notes": ["Question 3: the line was mended."], "untouched": ["q2-answer"], \
"notebook": {"cells": [{"cell_type": "code", "id": "a", "metadata": {"nbgrader": {"grade_id": \
"q1-answer"}}, "source": "q1 = \\"d\\"", "execution_count": null, "outputs": []}, {"cell_type": \
"code", "id": "b", "metadata": {"nbgrader": {"grade_id": "q2", "grade": true, "points": 1}}, \
"source": "cr.answers.expect(q2, one_of=\\"abcd\\")", "execution_count": null, "outputs": []}, \
{"cell_type": "code", "id": "c", "metadata": {"nbgrader": {"grade_id": "q9", "grade": true, \
"points": 2}}, "source": "cr.answers.expect(q9, number=\\"points\\")", "execution_count": null, \
"outputs": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, \
"pictures": [], "stopped": null, "submitted": \
"2027-01-30T10:00:00", "seconds": 0.031, "digest": "ab", "given": "cd", "changed": []}
"""


@pytest.mark.parametrize("recorded", [False, True])
def test_an_earlier_result_is_read_and_written_anew_by_who_grades(tmp_path, recorded):
    path = results.path_of(tmp_path, NAME, "ann")
    path.parent.mkdir(parents=True)
    path.write_text(EARLIER + "recorded\n" * recorded, "utf-8")
    before = results.read(tmp_path, NAME, "ann")
    assert before.result.notes == [said("Question 3: the line was mended.")]
    assert before.result.held is None
    assert before.run == "5f0c0e4b2a1d9c77" and before.recorded is recorded
    assert before.result.marks["q1"].points == 1 and before.result.untouched == ["q2-answer"]
    assert before.result.marks["q2"].outcome.code == "unanswered"
    assert before.result.marks["q9"].outcome.answer == "84.8"
    assert before.result.marks["q15"].outcome is None
    assert len(path.read_text("utf-8").splitlines()) > 1, "who only reads writes nothing"
    assert results.migrate(tmp_path, NAME, "ann") == before
    validator("result").validate(json.loads(path.read_text("utf-8")))
    assert results.read(tmp_path, NAME, "ann") == before


#: As it was written when notes were sentences, and it said itself if it was recorded.
SENTENCES = {
    "schema": "crossroads/result",
    "version": 1,
    "run": "5f0c0e4b",
    "recorded": True,
    "student": "ann",
    "held": "It crashed the sandbox 3 times: gone",
    "untouched": [],
    "notes": ["Cells had been moved; they are marked in the order of the release."],
    "marks": {
        "q1": {"points": 0, "said": "Not run: too long.", "error": "NotRun", "outcome": None},
        "q2": {
            "points": None,
            "said": "There is no answer yet.\nLook elsewhere.",
            "error": "",
            "outcome": Outcome("single", "unanswered", facts={"problem": "unanswered"}).data(),
        },
    },
    "notebook": {},
    "pictures": [],
    "stopped": None,
    "submitted": "",
    "seconds": 0.5,
    "digest": "ab",
    "given": "cd",
    "changed": [],
}


@pytest.mark.parametrize("recorded", [False, True])
def test_a_result_of_sentences_is_migrated_and_its_words_stay(tmp_path, recorded):
    path = results.path_of(tmp_path, NAME, "ann")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({**SENTENCES, "recorded": recorded}), "utf-8")
    kept = results.migrate(tmp_path, NAME, "ann")
    assert kept.recorded is recorded and kept.run == "5f0c0e4b"
    assert say(kept.result.held) == SENTENCES["held"]
    assert [*map(say, kept.result.notes)] == SENTENCES["notes"]
    assert kept.result.marks["q1"].notes == (said("Not run: too long."),)
    assert [note.code for note in kept.result.marks["q2"].notes] == ["may-stand-elsewhere"]
    data = json.loads(path.read_text("utf-8"))
    validator("result").validate(data)
    assert data["version"] == results.VERSION and data["held"]["code"] == "said"
    before = path.stat().st_mtime_ns
    assert results.migrate(tmp_path, NAME, "ann") == kept
    assert path.stat().st_mtime_ns == before, "once is enough"


def test_a_result_is_recorded_only_as_it_was_graded(tmp_path):
    """Another run, other work, another student: none of them is in the gradebook by that."""
    kept = Kept(RESULT, "run")
    others = [
        Kept(RESULT, "another run"),
        Kept(replace(RESULT, digest="34"), "run"),
        Kept(replace(RESULT, student="ben"), "run"),
        Kept(replace(RESULT, seconds=1.25), "run"),
    ]
    results.set_recorded(tmp_path, NAME, [kept])
    for other in others:
        results.write(tmp_path, NAME, other)
        assert not results.read(tmp_path, NAME, other.result.student).recorded
    results.set_recorded(tmp_path, NAME, others[2:])
    assert results.read(tmp_path, NAME, "ann").recorded
    assert results.read(tmp_path, NAME, "ben").recorded
    names = Course(tmp_path).recorded(NAME).read_text("ascii")
    assert "ann" not in names and "ben" not in names, "there is nothing in it to be forgotten"


def test_a_record_that_was_cut_off_in_the_middle_costs_only_its_own_line(tmp_path):
    first, second = Kept(RESULT, "run"), Kept(replace(RESULT, student="ben"), "run")
    results.set_recorded(tmp_path, NAME, [first])
    path = Course(tmp_path).recorded(NAME)
    path.write_text(path.read_text("ascii")[:-9], "ascii")
    results.set_recorded(tmp_path, NAME, [second])
    for kept in (first, second):
        results.write(tmp_path, NAME, kept)
    assert not results.read(tmp_path, NAME, "ann").recorded
    assert results.read(tmp_path, NAME, "ben").recorded


#: As an attempt of a learner was kept before documents had a version.
ATTEMPT = """\
{
 "quiz": "quiz-03",
 "number": 2,
 "when": "2027-03-02T12:00:00+00:00",
 "questions": [
  {
   "id": "q1",
   "state": "wrong",
   "points": 0.0,
   "possible": 1.0,
   "said": "You chose a, which is not right. Неверно.",
   "by_hand": false
  }
 ],
 "notes": [
  "The parts of your code that had to run ran in a separate sandbox."
 ]
}"""


def test_an_earlier_attempt_is_read_and_written_anew(tmp_path):
    path = attempts.folder(tmp_path, "quiz-03") / "2.json"
    path.parent.mkdir(parents=True)
    path.write_text(ATTEMPT, "utf-8")
    assert not validator("attempt").is_valid(json.loads(ATTEMPT))
    (attempt,) = attempts.kept(tmp_path, "quiz-03")
    assert attempt.questions[0].state == "wrong" and attempt.possible == 1
    assert attempt.questions[0].notes == (said("You chose a, which is not right. Неверно.", "q1"),)
    assert attempt.notes == (
        said("The parts of your code that had to run ran in a separate sandbox."),
    )
    data = json.loads(path.read_text("utf-8"))
    validator("attempt").validate(data)
    assert data["version"] == attempts.VERSION
    assert attempts.kept(tmp_path, "quiz-03") == [attempt]


def test_an_attempt_of_sentences_is_migrated_as_well(tmp_path):
    path = attempts.folder(tmp_path, "quiz-03") / "2.json"
    path.parent.mkdir(parents=True)
    head = {"schema": "crossroads/attempt", "version": 1}
    path.write_text(json.dumps(head | json.loads(ATTEMPT)), "utf-8")
    (attempt,) = attempts.kept(tmp_path, "quiz-03")
    assert say(attempt.questions[0].notes[0]).endswith("Неверно.")
    validator("attempt").validate(json.loads(path.read_text("utf-8")))


def test_an_attempt_is_a_document_that_fits_its_schema_and_reads_as_it_was():
    outcome = Outcome("multiple", "partly", ["a"], 0.5, missing=("c",))
    marked = attempts.Question("q1", "partly", 0.5, 1.0, outcome=outcome)
    typed = Note("to-type", "q2", {"source": "q2 = b", "name": "q2"})
    missed = attempts.Question("q2", "wrong", 0.0, 1.0, notes=(typed,))
    when, values = "2027-03-02T12:00:00+00:00", {"year": 2016}
    attempt = attempts.Attempt("quiz-03", 1, when, (marked, missed), (attempts.SANDBOX,), values)
    text = attempts.dumps(attempt)
    validator("attempt").validate(json.loads(text))
    assert attempts.loads(text) == attempt
    with pytest.raises(ValueError, match="isn't known here"):
        attempts.loads(text.replace('"version": 2', '"version": 3'))
