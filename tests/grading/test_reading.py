"""Check and grade read the same files, whatever front end wrote them, and say the same of them.

How files of other front ends look is taken from public reports of what they do to a notebook.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
from copy import deepcopy
from pathlib import Path

import both_ways as ways
import graders
import nbformat
import pytest
from both_ways import ESSAY, added, answered, at, left, released, states, total
from graders import FULL, NAME, RIGHT
from quizzes import ASSIGNMENTS

from crossroads.course import RELEASES
from crossroads.grading import autograded_folder, results
from crossroads.grading.assignment import Parts, load_assignment
from crossroads.grading.notes import say
from crossroads.grading.submitted import notebook_file, rebuild
from crossroads.validation import reading, reporting

pytestmark = graders.LINUX
#: Work that takes several lines, as the quiz's solution to question 9 does.
WORKED = RIGHT["q9"]
STUB = "def causal_claims(claims):\n    result = None\n    return result"


worker, grade, folder, both = ways.a_worker, ways.a_grader, ways.a_folder, ways.by_both
one_sandbox = ways.one_sandbox


def stripped(notebook, **metadata):
    for cell in notebook["cells"]:
        cell["metadata"] = dict(metadata)
    notebook["metadata"] = {"kernelspec": notebook["metadata"]["kernelspec"]}
    return notebook


def each(notebook, change):
    for place, cell in enumerate(notebook["cells"]):
        change(place, cell)
    return notebook


# -- where an answer stands ------------------------------------------------------------------------


def _above():
    notebook = answered(**left("q1", "q2", "q9"))
    for name in ("q1", "q2", "q9"):
        added(notebook, f"{name}-answer", RIGHT[name])
    return notebook


def _below():
    notebook = answered(**left("q1", "q2", "q9"))
    for name in ("q1", "q2", "q9"):
        added(notebook, name, RIGHT[name])
    return notebook


def _essay():
    notebook = answered(**left("q15"))
    return added(notebook, at(notebook, "q15") + 1, ESSAY, "markdown")


def _lost_essay():
    notebook = answered()
    notebook["cells"][at(notebook, "q15")]["metadata"] = {}
    return notebook


def _in_test():
    notebook = answered(**left("q1", "q5"))
    for name in ("q1", "q5"):
        cell = notebook["cells"][at(notebook, name)]
        cell["source"] = f"{RIGHT[name]}\n{''.join(cell['source'])}"
    return notebook


#: By what it is: the notebook, the points lost, and the questions that wait for a person.
PLACES = {
    "above": (_above, 4, {"q1", "q2", "q9", "q15"}),
    "below": (_below, 0, {"q15"}),
    "below an empty cell": (lambda: added(answered(q1=""), "q1", RIGHT["q1"]), 0, {"q15"}),
    "at the end": (
        lambda: added(answered(**left("q1", "q5")), -1, f"{RIGHT['q1']}\n{RIGHT['q5']}"),
        2,
        {"q1", "q5", "q15"},
    ),
    "an essay in a new cell": (_essay, 0, {"q15"}),
    "an essay's cell without its label": (_lost_essay, 0, {"q15"}),
    "a function in a new cell": (
        lambda: added(answered(**left("q10")), "q10", RIGHT["q10"]),
        0,
        {"q15"},
    ),
    "in the test": (_in_test, 0, {"q15"}),
    "with an annotation": (lambda: stripped(answered(q1='q1: str = "d"')), 0, {"q15"}),
    "with a tuple and an if": (
        lambda: stripped(answered(q1='q1, note = "d", "sure"', q5='if True:\n    q5 = "b"')),
        0,
        {"q15"},
    ),
    "with a magic": (lambda: stripped(answered(q9=f"%time x = 1\n{WORKED}")), 0, {"q15"}),
    "with plots inline": (lambda: answered(q9=f"%matplotlib inline\n{WORKED}"), 0, {"q15"}),
    "with pylab": (lambda: answered(q9=f"%pylab inline\n{WORKED}"), 0, {"q15"}),
    "with a command": (lambda: answered(q9=f"!pip install pandas\n{WORKED}"), 0, {"q15"}),
    "with %pip": (lambda: answered(q9=f"%pip install pandas\n{WORKED}"), 0, {"q15"}),
    "with a listing": (lambda: answered(q9=f"files = !ls\n{WORKED}"), 0, {"q15"}),
    "with bash alone": (lambda: answered(q9="%%bash\nls"), 2, {"q15"}),
    "in Cyrillic": (
        lambda: answered(q4='q4 = {"b", "с", "е"}', q6='q6 = "d b а с"', q8='q8 = "с"'),
        0,
        {"q15"},
    ),
    "a Cyrillic name": (lambda: answered(q8='с = "c"\nq8 = c'), 0, {"q15"}),
    "in full width": (
        lambda: answered(q1='q1 = "ｄ"', q3='q3 = {"１": "c", "２": "e", "３": "a", "４": "b"}'),
        0,
        {"q15"},
    ),
    "with wide brackets": (
        lambda: answered(q1='q1 = （"d"）', q4='q4 = {"b"，"c"，"e"}'),
        0,
        {"q15"},
    ),
}


@pytest.mark.parametrize("what", PLACES)
def test_where_an_answer_stands_check_and_grade_say_the_same(both, what):
    make, lost, waiting = PLACES[what]
    result, _ = both(make())
    assert total(result) == FULL - lost
    assert {id_ for id_, how in states(result).items() if how == "waiting"} == waiting
    assert "unanswered" not in states(result).values() or what == "with bash alone"


@pytest.mark.parametrize("change", ["changed", "deleted", "emptied", "twice", "made text"])
def test_a_test_cell_that_was_changed_changes_no_answer(both, change):
    notebook = answered(**left("q2"))
    place = at(notebook, "q1")
    cell = notebook["cells"][place]
    if change == "deleted":
        del notebook["cells"][place]
    elif change == "twice":
        notebook["cells"].insert(place, deepcopy(cell))
    elif change == "made text":
        cell["cell_type"] = "markdown"
    else:
        cell["source"] = "print('fine')" if change == "changed" else ""
    result, said = both(notebook)
    assert states(result)["q1"] == "answered" and states(result)["q2"] == "unanswered"
    assert total(result) == FULL - 1
    assert any(line.startswith("Question 2: no answer yet") for line in said)
    assert change == "made text" or any(line.startswith("Question 1: ") for line in said)


def test_a_file_of_a_russian_windows_keeps_its_letters(both):
    """A word processor or an old editor saves it so; other letters would stand in the answer."""
    typed = "Слишком сильное утверждение."
    text = json.dumps(answered(q15=typed), ensure_ascii=False)
    result, _ = both(text.encode("cp1251"))
    assert any(typed in cell["source"] for cell in result.notebook["cells"])


# -- files of other front ends ---------------------------------------------------------------------


def _vs_code(place, cell):
    cell["metadata"] |= {"vscode": {"languageId": "python"}}
    cell.pop("id")
    if cell["cell_type"] == "markdown":
        cell |= {"outputs": [], "execution_count": None}


def _colab(place, cell):
    cell.pop("id")
    cell["metadata"] |= {"id": f"aB{place}", "colab": {"base_uri": "x"}, "outputId": "1"}
    cell["source"] = cell_lines(cell)


def _pycharm(place, cell):
    cell["metadata"] |= {"pycharm": {"name": "#%%\n", "stem_cell": {"cell_type": "raw"}}}
    cell.pop("execution_count", None)


def cell_lines(cell):
    return "".join(cell["source"]).splitlines(keepends=True)


def _old(notebook):
    fourth = nbformat.reads(json.dumps(notebook), as_version=4)
    return json.loads(nbformat.writes(fourth, version=3))


def _minor(notebook, minor):
    notebook["nbformat_minor"] = minor
    return each(notebook, lambda _, cell: cell.pop("id") if minor < 5 else None)


FRONT_ENDS = {
    "VS Code": lambda nb: each(nb, _vs_code),
    "Colab": lambda nb: each(nb, _colab),
    "PyCharm": lambda nb: each(nb, _pycharm),
    "JupyterLite": lambda nb: {
        **each(nb, lambda _, cell: cell["metadata"].update(trusted=True)),
        "metadata": {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)"}},
    },
    "another language": lambda nb: {
        **nb,
        "metadata": {"kernelspec": {"name": "ir"}, "language_info": {"name": "R"}},
    },
    "widgets": lambda nb: {**nb, "metadata": {"widgets": {"state": [1], "version": None}}},
    "no metadata at all": lambda nb: {k: v for k, v in nb.items() if k != "metadata"},
    "no counts": lambda nb: each(nb, lambda _, cell: cell.pop("execution_count", None)),
    "no outputs": lambda nb: each(nb, lambda _, cell: cell.pop("outputs", None)),
    "counts as texts": lambda nb: each(nb, lambda _, c: c.update(execution_count="7")),
    "outputs of text": lambda nb: each(nb, lambda _, c: c.update(outputs=[], transient={})),
    "broken outputs": lambda nb: each(nb, lambda _, c: c.update(outputs=[{"text": float("nan")}])),
    "the same id twice": lambda nb: each(nb, lambda _, cell: cell.update(id="same")),
    "ids that aren't": lambda nb: each(nb, lambda place, cell: cell.update(id=place)),
    "ids in an older minor version": lambda nb: {**nb, "nbformat_minor": 2},
    "sources as lines": lambda nb: each(nb, lambda _, c: c.update(source=cell_lines(c))),
    "ends of lines of Windows": lambda nb: each(
        nb, lambda _, c: c.update(source="".join(c["source"]).replace("\n", "\r\n"))
    ),
    "version 3": _old,
    **{f"version 4.{minor}": lambda nb, m=minor: _minor(nb, m) for minor in range(6)},
}


@pytest.mark.parametrize("program", FRONT_ENDS)
def test_a_file_of_another_front_end_is_read(both, program):
    result, said = both(FRONT_ENDS[program](answered(**left("q2"))))
    assert total(result) == FULL - 1
    assert [line for line in said if "no answer yet" in line] == [
        "Question 2: no answer yet. A question without an answer earns nothing, so have a try."
    ]
    assert program == "version 3" or len(said) == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: re.sub(r"\n(\s*)\]", r",\n\1]", text, count=3).encode(),
        lambda text: text.replace('"nbformat":', '"why": NaN,\n "nbformat":').encode(),
        lambda text: text.replace("too much, and", "too much,\n and").encode(),
    ],
    ids=["a mark", "line ends", "UTF-16", "commas too many", "NaN", "a raw line end"],
)
def test_a_file_that_is_not_quite_json_is_read(both, write):
    result, said = both(write(json.dumps(answered(), indent=1, ensure_ascii=False)))
    assert total(result) == FULL and not said


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"cells": []}', b"[1, 2]", b'{"cells": [{"source"', b"PK\x03\x04zip", b"null"],
)
def test_what_is_no_notebook_is_held_and_named(both, content):
    result, said = both(content)
    assert result.held and "can't be read as a notebook" in said[0]


# -- what isn't the quiz, or has lost its labels ---------------------------------------------------

LOST = {
    "copied and pasted": {},
    "Deepnote": {"cell_id": "00001", "deepnote_cell_type": "code", "deepnote_to_be_reexecuted": 0},
    "Colab": {"id": "aBcD", "colab": {}},
}


@pytest.mark.parametrize("program", LOST)
def test_lost_labels_are_named_and_answers_are_found(both, program):
    result, said = both(stripped(answered(**left("q2")), **LOST[program]))
    assert total(result) == FULL - 1
    assert states(result)["q15"] == "waiting"
    assert "removed the labels" in said[0]
    assert any(line.startswith("Question 2: no answer yet") for line in said)
    assert not any(line.startswith("Question 1: ") for line in said), said


def test_a_copy_s_own_values_are_found_without_their_label():
    released = json.loads((RELEASES / "quiz-02.json").read_text("utf-8"))
    given = notebook_file.cells_of(json.dumps(stripped(deepcopy(released))).encode(), [])
    found = rebuild.rebuild(given, released)
    assert found.values and not any(note.code == "values-lost" for note in found.notes)


@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize("other", ["quiz-02", "quiz-05", "capstone", "a lesson"])
def test_another_notebook_under_this_name_is_held(both, other, labels):
    path = RELEASES / f"{other}.json"
    if other == "a lesson":
        path = ASSIGNMENTS.parent / "lessons" / "01-what-does-the-article-say.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    result, said = both(notebook if labels else stripped(notebook))
    assert "a different notebook, saved under this assignment's name" in say(result.held)
    title = next(
        line[2:].strip()
        for cell in notebook["cells"]
        for line in "".join(cell["source"]).splitlines()
        if line.startswith("# ")
    )
    assert title[:20] in say(result.held)
    assert (
        len(said) == 1 and "different questions from quiz-01" in said[0] and title[:20] in said[0]
    )


def test_a_notebook_with_nothing_of_the_quiz_is_held(both):
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")])
    assert both(empty)[0].held.code == "another-notebook"


@pytest.mark.parametrize("stems", ["deleted", "rewritten", "in one cell"])
def test_a_notebook_without_its_questions_is_still_the_quiz(both, stems):
    notebook = answered()
    kept = [c for c in notebook["cells"] if c["cell_type"] == "code" or at_q15(c)]
    texts = [c for c in notebook["cells"] if c["cell_type"] == "markdown" and not at_q15(c)]
    if stems == "rewritten":
        for cell in texts:
            cell["source"] = re.sub(r"[*#>-]+ ?", "", "".join(cell["source"]))
    elif stems == "deleted":
        notebook["cells"] = kept
    else:
        whole = "\n\n".join("".join(cell["source"]) for cell in texts)
        notebook["cells"] = [dict(nbformat.v4.new_markdown_cell(whole)), *kept]
    result, said = both(notebook)
    assert total(result) == FULL and said


def at_q15(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id") == "q15"


def test_without_a_copy_of_the_quiz_only_what_it_says_of_itself_is_compared(folder):
    notebook = answered(**left("q2"), q3="q3 = {1: 'z'}")
    notebook["cells"][at(notebook, "q4-stem")]["source"] = "Mine."
    path = folder / "own-quiz.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    found = reading.read(path, "own-quiz")
    said = [str(problem) for problem in found.problems]
    assert not found.compared
    assert "checked only against the information inside it" in reporting.report(
        "x", [], compared=False
    )
    assert said[0].startswith("Question 4: a cell that you should not change was changed.")
    assert said[1].startswith("Question 3: 'z': not among the items.")
    assert said[2].startswith("Question 2: no answer yet.") and len(said) == 3


def test_a_teacher_s_own_quiz_of_the_same_name_is_no_mistake(folder):
    """Its labels fit its texts, and it's none of the course's: a teacher has made it."""
    from nbgrader.utils import compute_checksum

    notebook = nbformat.from_dict(answered())
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.metadata.nbgrader.grade_id != "q15":
            cell.source = f"Of rivers: {''.join(cell.source)[::-1]}"
            cell.metadata.nbgrader.checksum = compute_checksum(cell)
    path = folder / f"{NAME}.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    found = reading.read(path, NAME)
    assert not found.compared and not found.problems
    shutil.copyfile(path, folder / f".{NAME}.release.json")
    assert reading.read(path, NAME).compared


# -- pictures --------------------------------------------------------------------------------------

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WEBP = (
    b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe"
)


def essay_of(result):
    return next(c for c in result.notebook["cells"] if at_q15(c))


@pytest.mark.parametrize(
    ("name", "content", "typed"),
    [
        ("plot.png", PNG, "![x](plot.png)"),
        ("plot.png", PNG, "![x](./plot.png 'A plot')"),
        ("my plot.png", PNG, "![x](my%20plot.png)"),
        ("my plot.png", PNG, "![x](<my plot.png>)"),
        ("plot (1).PNG", PNG, "![x](plot%20(1).PNG)"),
        ("график.gif", GIF, "![x](график.gif)"),
        ("photo.jpeg", JPEG, "![x](photo.jpeg)"),
        ("photo.webp", WEBP, '<img src="photo.webp" width=400>'),
    ],
)
def test_a_picture_beside_the_notebook_is_shown_wherever_it_is_read(both, name, content, typed):
    from crossroads.feedback.markdown import rendered

    result, said = both(answered(q15=f"{ESSAY}\n\n{typed}"), **{name: content})
    cell = essay_of(result)
    assert not said and result.pictures == [name]
    (pictures,) = [list(data.items()) for data in cell["attachments"].values()]
    ((kind, data),) = pictures
    assert base64.b64decode(data) == content
    shown = rendered(cell["source"], cell["attachments"])
    assert f'src="data:{kind};base64,{data}"' in shown


@pytest.mark.parametrize(
    ("name", "content", "typed"),
    [
        ("plot.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "plot.svg"),
        ("plot.png", b"<svg onload='x()'/>", "plot.png"),
        ("plot.png", b"MZ\x90\x00", "plot.png"),
        ("plot.png", JPEG, "plot.png"),
        ("plot.gif", PNG[:16] + b"\xff" * 8 + PNG[24:], "plot.gif"),
        ("plot.png", PNG[:16] + b"\x00\x0f\xff\xff" * 2 + PNG[24:], "plot.png"),
        ("plot.png", PNG, "../plot.png"),
        ("plot.png", PNG, "/etc/plot.png"),
        ("plot.png", PNG, "..%2fquiz-01%2fplot.png"),
        ("plot.png", PNG, "other.png"),
        ("plot.html", PNG, "plot.html"),
        (".plot.png", PNG, ".plot.png"),
    ],
)
def test_what_is_no_picture_of_this_submission_is_not_shown_and_said(both, name, content, typed):
    result, said = both(answered(q15=f"{ESSAY} ![x]({typed})"), **{name: content})
    assert "attachments" not in essay_of(result) and not result.pictures
    assert any("cannot be shown" in say(note) for note in result.notes)
    assert any("can't be shown" in line for line in said)


def test_links_are_no_pictures(both, folder, tmp_path):
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder / "a.png").symlink_to(tmp_path / "secret.png")
    (folder / "b.png").hardlink_to(tmp_path / "secret.png")
    result, _ = both(answered(q15=f"{ESSAY} ![x](a.png) ![y](b.png)"))
    assert "attachments" not in essay_of(result) and not result.pictures


def test_pictures_of_one_submission_take_so_much_and_no_more(both, monkeypatch):
    monkeypatch.setattr("crossroads.grading.submitted.pictures.MOST_BYTES", 5 * len(PNG))
    names = [f"p{n}.png" for n in range(4)]
    text = " ".join(f"![x]({name})" for name in names)
    result, _ = both(answered(q15=f"{ESSAY} {text}"), **dict.fromkeys(names, PNG))
    assert result.pictures == names[:2]


def test_a_pasted_picture_is_shown_and_svg_is_not(both):
    from crossroads.feedback.markdown import rendered

    data = base64.b64encode(PNG).decode()
    colab = f"![c](data:image/png;base64,{data}) ![d](data:image/svg+xml;base64,PHN2Zy8+)"
    notebook = answered(q15=f"{ESSAY} ![a](attachment:a.png) ![b](attachment:b.svg) {colab}")
    cell = notebook["cells"][at(notebook, "q15")]
    cell["attachments"] = {"a.png": {"image/png": data}, "b.svg": {"image/svg+xml": "PHN2Zy8+"}}
    result, said = both(notebook)
    made = essay_of(result)
    assert not said and {*made["attachments"]} == {"a.png", "pasted-1.png"}
    shown = rendered(made["source"], made["attachments"])
    assert shown.count("<img ") == 2 and "svg" not in shown.replace("data:image/svg", "")


def test_pictures_of_a_text_that_stands_elsewhere_come_with_it(both):
    notebook = answered(**left("q15"))
    added(notebook, at(notebook, "q15") + 1, f"{ESSAY} ![x](plot.png)", "markdown")
    result, _ = both(notebook, **{"plot.png": PNG})
    assert "plot.png" in essay_of(result)["attachments"]


@pytest.mark.parametrize(
    "text",
    ["![" * 200_000, "<img src=a " * 100_000, "<img " + "src=a " * 100_000, "![a](b" * 99_999],
)
def test_texts_that_only_begin_with_pictures_are_read_soon(text):
    from crossroads.grading.sanitise import limited
    from crossroads.grading.submitted import pictures

    with limited(5):
        assert not [*pictures.targets(pictures.as_markdown(text))]


def test_words_of_a_picture_stay_words():
    from crossroads.feedback.markdown import rendered

    own = {"a.png": {"image/png": 'x" onerror="y'}, "b.png": {"text/html": "<b>"}}
    shown = rendered('![x" onload="y](a.png) ![b](b.png)', own)
    assert shown.count("<img ") == 1 and "[image: b]" in shown
    assert not re.search(r'" on\w+=', shown)


def test_pictures_lie_beside_the_marked_notebook(tmp_path):
    handed_in = tmp_path / "submitted" / "ann" / NAME
    (handed_in / "pictures").mkdir(parents=True)
    for name in ("a.png", "pictures/b.gif", "data.png"):
        (handed_in / name).write_bytes(PNG if name.endswith("png") else GIF)
    (handed_in / "c.png").symlink_to("/etc/hostname")
    text = released()
    files = {"data.png": b"the teacher's", "pictures/b.gif/x": b"the teacher's"}
    assignment = load_assignment(Parts(NAME, text, text, files))
    pictures = ["a.png", "pictures/b.gif", "data.png", "c.png", "../../../gone.png"]
    notebook = {**assignment.released, "metadata": {}}
    result = results.Result("ann", notebook=notebook, pictures=pictures)
    made = autograded_folder.pages(assignment, result)
    autograded_folder.write_autograded(tmp_path, assignment, result, made)
    made = tmp_path / "autograded" / "ann" / NAME
    assert (made / "a.png").read_bytes() == PNG
    assert (made / "data.png").read_bytes() == b"the teacher's"
    assert not (made / "c.png").exists()
    assert {p.name for p in Path(made).iterdir()} == {
        *("a.png", "data.png", "pictures", f"{NAME}.ipynb"),
    }
