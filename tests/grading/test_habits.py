"""Habits of honest people, as they are reported: what was meant is read, by check and grade alike.

Most rows are lines that run nothing, so that each costs little; one sandbox does for the rest. What
Python reads in quotes and other signs is in ``readings.json``.
"""

from __future__ import annotations

import json

import both_ways as ways
import graders
import pytest
from both_ways import added, answered, at, left, states, total
from graders import FULL, NAME, RIGHT
from quizzes import ASSIGNMENTS, items

from crossroads.grading import autograde
from crossroads.grading.sandbox import Limits
from crossroads.grading.submitted.python_source import masked
from crossroads.questions import pasted, signs, wording
from crossroads.validation.kernel import OwnKernel

pytestmark = graders.LINUX
worker, grade, folder, both = ways.a_worker, ways.a_grader, ways.a_folder, ways.by_both
one_sandbox = ways.one_sandbox
#: Questions whose answers are made by running something.
RUN = {"q9": "q9 = 37.9", "q10": ""}
MODULE = "import a_package_of_nobody"
#: The quiz's questions, and the key of each.
ITEMS = {item.id: item for item in items(ASSIGNMENTS / NAME)}
KEYS = {id_: item.call()["key"] for id_, item in ITEMS.items() if item.options}
ORDER, SEVERAL, PAIRS = KEYS["q6"], "".join(sorted(KEYS["q4"])), KEYS["q3"]
WORDS, PLACES = ITEMS["q1"].options[KEYS["q1"]], "".join(PAIRS[n] for n in sorted(PAIRS))


def lines(**changed):
    """A notebook in which nothing has to run, for rows that only read."""
    return answered(**{**RUN, **changed})


def gained(result, *questions):
    return {id_: result.marks[id_].points for id_ in questions}


PASTED = {
    "a fence": '```python\nq1 = "d"\n```',
    "a fence without a language": '```\nq1 = "d"\n```',
    "tildes": '~~~ py\nq1 = "d"\n~~~',
    "half a fence": '```python\nq1 = "d"',
    "a fence within words": "Here's my answer:\n\n```python\nq1 = “d”\n```\n\nI hope it's right.",
    "a code span": '`q1 = "d"`',
    "Python's prompt": '>>> q1 = "d"',
    "Python's prompt and output": '>>> q1 = "d"\n>>> print\n<built-in function print>',
    "IPython's prompt": 'In [3]: q1 = "d"',
    "IPython's prompt and output": "In [3]: q1 = \"d\"\n   ...: q1\nOut[3]: 'd'",
    "JupyterLab's prompt": '[3]: q1 = "d"',
    "a shell's prompt": '$ q1 = "d"',
    "a quotation": '> q1 = "d"',
    "a list": '- q1 = "d"',
    "an indentation": '    q1 = "d"',
    "a full stop": 'q1 = "d".',
    "curly quotes and a full stop": "q1 = “d”.",
    "a comma": 'q1 = "d",',
    "a semicolon": "q1 = «d»;",
    "another language's comment": 'q1 = "d". // sure',
    "a declaration": 'let q1 = "d";',
    "a colon and an equals sign": 'q1 := "d"',
    "one quote": 'q1 = "d',
    "the other quote": "q1 = d'",
    "two kinds of quotes": "q1 = \"d'",
    "words before it": 'q1 = "Option D."',
    "its words": f'q1 = "{WORDS}"',
    "its words in other letters": f"q1 = '{WORDS.upper()}.'",
    "its letter and words": f'q1 = "d – {WORDS}"',
    "its letter in brackets and words": f'q1 = "(D) {WORDS.lower()}"',
    "bytes": 'q1 = b"d"',
    "a tuple in a list": 'q1 = [("d",)]',
    "LaTeX's sign of a comment": '% q1 = "d"',
    "Matlab's": '%% q1 = "d"',
    "it without a space": '%q1 = "d"',
    "it and curly quotes": "%% q1 = “d”;",
    "it below a magic": '%matplotlib inline\n% q1 = "d"',
}


@pytest.mark.parametrize("what", PASTED)
def test_what_was_pasted_round_an_answer_is_left_out(both, what):
    result, said = both(lines(q1=PASTED[what]))
    assert result.marks["q1"].points == 1
    assert not any(line.startswith("Question 1:") for line in said), said


OTHERS = {
    "words of several": (
        "q4",
        f"q4 = {[ITEMS['q4'].options[SEVERAL[0]] + '.', SEVERAL[1], *SEVERAL[2:].upper()]}",
        3,
    ),
    "an unclosed brace": ("q4", f"q4 = {{{', '.join(map(repr, SEVERAL))}", 3),
    "yes and no": ("q4", f"q4 = { ({one: one in SEVERAL for one in ITEMS['q4'].options}) }", 3),
    "blanks among letters": ("q4", f"q4 = {['', *SEVERAL[:2], None, *SEVERAL[2:]]}", 3),
    "words of pairs": (
        "q3",
        'q3 = {1: "evaluative", 2: "predictive", 3: "causal", 4: "b. descriptive"}',
        4,
    ),
    "a list of pairs": ("q3", 'q3 = [(1, "c"), (2, "e"), (3, "a"), (4, "b")]', 4),
    "a fenced order": ("q6", f"```python\nq6 = {ORDER}\n```", 3),
    "per cent": ("q9", 'q9 = "36.7 per cent"', 2),
    "a comma behind a number": ("q9", "q9 = 36.7,", 2),
    "arrows": ("q6", f'q6 = "{" -> ".join(ORDER)}"', 3),
    "one's own arrows": ("q6", f'q6 = ["{" → ".join(ORDER)}"]', 3),
    "arrows without quotes": ("q6", f"q6 = {' -> '.join(ORDER)}", 3),
    "other arrows without quotes": ("q6", f"q6 = {'=>'.join(ORDER)}.", 3),
    "drawn arrows without quotes": ("q6", f"q6 = {' → '.join(ORDER)}  # so", 3),
    "numbered lines": (
        "q6",
        'q6 = """\n' + "".join(f"{n}. {one}\n" for n, one in enumerate(ORDER, 1)) + '"""',
        3,
    ),
    "an order in words": (
        "q6",
        f"q6 = {[ITEMS['q6'].options[ORDER[0]], ORDER[1], ORDER[2].upper(), ORDER[3] + '.']}",
        3,
    ),
    "arrows between pairs": ("q3", 'q3 = "1 -> c, 2 -> e, 3 -> a, 4 -> b"', 4),
    "pairs in a row": ("q3", 'q3 = ["1c", "2e", "3a", "4b"]', 4),
}


@pytest.mark.parametrize("what", OTHERS)
def test_other_kinds_of_answers_are_read_as_well(both, what):
    question, line, points = OTHERS[what]
    result, _said = both(lines(**{question: line}))
    assert result.marks[question].points == points


#: Questions, lines, and what is said of them: no order or pairs are made of these.
OPEN = {
    "arrows that point back": ("q6", 'q6 = "b <- a <- d <- c"', "Each letter is needed"),
    "letters that are compared": ("q6", 'q6 = "b < a < d < c"', "Each letter is needed"),
    "two kinds of signs": ("q6", 'q6 = "b -> a, d -> c"', "Each letter is needed"),
    "places out of order": ("q6", 'q6 = "2. a 1. b 3. d 4. c"', "Each letter is needed"),
    "a partner twice": ("q3", 'q3 = "1 -> c, 1 -> e, 3 -> a, 4 -> b"', "needs a dictionary"),
    "arrows back to numbers": ("q3", 'q3 = "c <- 1"', "needs a dictionary"),
    "compared, without quotes": ("q6", "q6 = b > a > d > c", 'Type: q6 = "b > a > d > c"'),
}


@pytest.mark.parametrize("what", OPEN)
def test_no_order_and_no_pairs_are_guessed(both, what):
    question, line, words = OPEN[what]
    result, said = both(lines(**{question: line}))
    assert result.marks[question].points == 0
    number = question.removeprefix("q")
    assert any(one.startswith(f"Question {number}:") and words in one for one in said), said


#: Cells in which a sign before a line may be a comment that was meant, or a magic.
NOT_MEANT = {
    "another line": ('q1 = "d"\n% q1 = "a"', 1),
    "two lines": ('% q1 = "d"\n% q1 = "a"', 0),
    "an open line": ('q1 = None\n% q1 = "d"', 0),
    "a magic's name": ('%time = "d"', 0),
    "a comparison": ('% q1 == "d"', 0),
    "a magic's cell": ('%%latex\n% q1 = "d"', 0),
    "a long text": ('%precision 3\nx = """\n% q1 = "d"\n"""', 0),
}


@pytest.mark.parametrize("what", NOT_MEANT)
def test_a_comment_is_no_answer_where_there_are_two_readings(both, what):
    source, points = NOT_MEANT[what]
    assert pasted.mended(source, lambda made: signs.parses(masked(made))) == source
    result, _said = both(lines(q1=source))
    assert result.marks["q1"].points == points


def test_every_magic_is_known():
    from ipykernel.zmqshell import ZMQInteractiveShell

    shell = ZMQInteractiveShell()
    known = {name for names in shell.magics_manager.magics.values() for name in names}
    assert len(known) > 100
    assert {name for name in known if name.isidentifier()} <= {*wording.MAGICS.split("|")}


UNSURE = {
    "another option's words": 'q1 = "d - What is good or important"',
    "a letter that could be an article": 'q1 = "a. What people should do"',
    "words of none": 'q1 = "What people do"',
    "two options' words": 'q1 = "What people should do. What is or was the case"',
    "two letters": 'q1 = "c or d"',
    "a denial": 'q1 = "the answer is not d"',
    "nothing but a word": 'q1 = "and"',
}


@pytest.mark.parametrize("what", UNSURE)
def test_what_can_be_read_in_two_ways_is_not_guessed(both, what):
    result, said = both(lines(q1=UNSURE[what]))
    assert result.marks["q1"].points == 0
    assert any(line.startswith("Question 1:") and "Type one of" in line for line in said)


HINTS = {
    '# q1 = "d"': "Remove the #: q1 = 'd'",
    "q1 = None\n# q1 = d": 'Remove the #: q1 = "d"',
    "q1: d": 'A colon gives no value. To answer, type an equals sign: q1 = "d"',
    'q1 <- "d"': "The arrow <- compares in Python. To answer, type an equals sign: q1 = 'd'",
    "q1 = input('Letter: ')": "Nobody can type into input()",
    'answer = "d"': "You gave the answer another name here: answer. Type: q1 = 'd'",
    'q1 = "d" // so': 'In Python, // does not start a comment. Use #: q1 = "d"  # so',
    'q1 = "d" -- so': 'In Python, -- does not start a comment. Use #: q1 = "d"  # so',
    'q1 = "d" % so': 'In Python, % does not start a comment. Use #: q1 = "d"  # so',
    'q1 = {"d"} // a or b': 'In Python, // does not start a comment. Use #: q1 = {"d"}  # a or b',
    '// q1 = "d"': "A line that begins with // isn't read. Remove the //: q1 = 'd'",
    'q1 = None\n% q1 = "d"': "A line that begins with % isn't read. Remove the %: q1 = 'd'",
    "q1 = option d": 'Letters need quotes. Type: q1 = "option d"',
}


@pytest.mark.parametrize("source", HINTS)
def test_what_is_no_answer_gets_a_hint_from_both(both, source):
    result, said = both(lines(q1=source))
    assert result.marks["q1"].points == 0
    assert HINTS[source] in result.marks["q1"].said
    assert any(HINTS[source] in line for line in said), said


#: Values that are made, and read as what they show.
MADE = {
    "q1": "import enum\nclass Letters(enum.Enum):\n    d = 4\nq1 = Letters.d",
    "q2": f'import numpy as np\nq2 = np.array("{KEYS["q2"]}")[()]',
    "q3": 'q3 = dict(zip("1234", "ceab")).items()',
    "q4": f'q4 = (letter for letter in "{SEVERAL}")',
    "q5": f'import pandas as pd\nq5 = pd.Series([" {KEYS["q5"].upper()} "])',
    "q6": f'q6 = map(str.lower, "{"".join(ORDER).upper()}")',
    "q7": f'q7 = filter(None, ["", "{KEYS["q7"]}"])',
    "q8": f'import numpy as np\nq8 = np.bytes_(b"{KEYS["q8"]}")',
    "q11": f'q11 = {{"{KEYS["q11"]}": 1}}.keys()',
    "q12": f'q12 = pd.Index(["{KEYS["q12"]}"])',
    "q13": f'q13 = pd.Series([*{sorted(KEYS["q13"])}, None], dtype="string").unique()',
    "q14": f'q14 = reversed(["{KEYS["q14"]}"])',
}


def test_values_are_read_as_what_they_show(both):
    result, _said = both(answered(**MADE))
    lost = {q: mark.said for q, mark in result.marks.items() if q in MADE and not mark.points}
    assert not lost
    assert total(result) == FULL


def test_what_can_be_gone_through_once_is_still_there_for_later_cells(both):
    once = f'q4 = (letter for letter in "{SEVERAL}")'
    later = f"q13 = {KEYS['q13']} if {{*q4}} == {{*'{SEVERAL}'}} else None"
    result, _said = both(answered(q4=once, q13=later))
    assert gained(result, "q4", "q13") == {"q4": 3, "q13": 2}


#: A cell of the student's own before question 8, and what stock nbgrader would lose by it.
TAKEN = {
    "cr is a number": "cr = 5",
    "cr is deleted": "del cr",
    "cr runs through a loop": "for cr in range(3):\n    pass",
    "everything is reset": "%reset -f",
    "some is reset": "%reset_selective -f cr",
    "another name for it": "import crossroads as c",
    "pandas is poured out": "from pandas import *",
    "names of Python are taken": "list = [1]\nprint = 3\nanswers = None",
    "globals are cleared": "globals().pop('cr')",
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_a_cell_takes_away_from_the_quiz_is_put_back(both, what):
    result, _said = both(added(answered(), at(answered(), "q8-answer"), TAKEN[what]))
    assert total(result) == FULL, {q: m.said for q, m in result.marks.items() if not m.points}


def test_a_name_of_the_quiz_s_that_a_student_uses_stays_the_student_s(both):
    """Stock nbgrader gives the marks of what the name was made to hold."""
    notebook = answered(q9=f"cr = 37.1\n{RUN['q9']}", q11='q11 = "a" if cr == 37.1 else "b"')
    notebook = added(notebook, at(notebook, "q11-answer"), 'claims = cr.load("claims")')
    result, _said = both(notebook)
    assert result.marks["q11"].points


def test_an_ordinary_kernel_says_the_same(grade, folder):
    """Where there is no sandbox, ``check`` and self-study run one's own notebook in a kernel."""
    notebook = answered(**{q: MADE[q] for q in ("q1", "q4", "q6")}, q2=f"{MODULE}\nq2 = 'b'")
    notebook = added(notebook, at(notebook, "q8-answer"), "%reset -f\ncr = 5")
    folder.joinpath(f"{NAME}.ipynb").write_text(json.dumps(notebook), "utf-8")
    kernel = OwnKernel(Limits(sandboxed=False, cell=120))
    assert total(autograde.grade(ways.assignment(), "you", folder, None, kernel)) == FULL


#: What stops a cell, or would, where what it asks for isn't here: the answers below it count.
STOPPED = {
    "a package that isn't here": f"{MODULE}\n{{line}}",
    "a package that is used": f"{MODULE} as nobody\nnobody.run()\n{{line}}",
    "a part of one": "from a_package_of_nobody.parts import part\n{line}",
    "Colab's drive": "from google.colab import drive\ndrive.mount('/content/drive')\n{line}",
    "Colab's files": "from google.colab import files\nuploaded = files.upload()\n{line}",
    "Colab's userdata": "from google.colab import userdata\nkey = userdata.get('KEY')\n{line}",
    "a file on one's own disk": "import pandas as pd\npd.read_csv('C:/Users/ann/x.csv')\n{line}",
    "the left stub": "raise NotImplementedError()\n{line}",
    "a form of Colab's": "#@title My answer {{ display-mode: 'form' }}\n{line} #@param",
    "an open widget": "import ipywidgets as w\nw.IntSlider()\n{line}",
    "an interaction": "from ipywidgets import interact\ninteract(lambda x: x, x=3)\n{line}",
    "a magic of another program": "%load_ext nb_black\n%tensorflow_version 2.x\n{line}",
    "a written file": "with open('x.txt', 'w') as f: f.write('x')\n{line}",
    "the end": "{line}\nexit()",
    "an end before it": "import sys\nsys.exit()\n{line}",
    "a check of one's own": "assert 1 == 2\n{line}",
    "a debugger": "import pdb\npdb.set_trace()\n{line}",
    "a breakpoint": "breakpoint()\n{line}",
    "a style": "import matplotlib.pyplot as plt\nplt.style.use('seaborn-whitegrid')\n{line}",
    "another folder": "import os\nos.chdir('/content')\n{line}",
    "a download": "import urllib.request\nurllib.request.urlopen('https://x.example')\n{line}",
}


@pytest.mark.parametrize("what", STOPPED)
def test_an_answer_below_what_cannot_run_here_counts(both, what):
    result, _said = both(answered(q1=STOPPED[what].format(line='q1 = "d"')))
    assert result.marks["q1"].points == 1, result.marks["q1"].said
    assert total(result) == FULL


def test_work_below_a_package_that_is_not_here_goes_on(both):
    notebook = answered(q9=f"{MODULE}\n{RIGHT['q9']}", q10=f"{MODULE}\n{RIGHT['q10']}")
    assert total(both(notebook)[0]) == FULL


#: Where an answer was typed as text: it's never 0 unseen.
WORDS = ["d", "Answer: d", 'q1 = "d"', "**d**", "My answer is d.", '```python\nq1 = "d"\n```']


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("place", ["in the question", "below it"])
def test_an_answer_typed_as_text_waits_for_a_person(both, words, place):
    notebook = lines(**left("q1"))
    if place == "below it":
        notebook = added(notebook, at(notebook, "q1") + 1, words, "markdown")
    else:
        stem = notebook["cells"][at(notebook, "q1-stem")]
        stem["source"] = f"{''.join(stem['source'])}\n\n{words}"
    result, said = both(notebook)
    assert states(result)["q1"] == "waiting"
    assert any(line.startswith("Question 1:") for line in said)


@pytest.mark.parametrize("words", ["I don't know.", "## My notes", "Rivers cross borders."])
def test_other_words_below_an_open_question_are_no_answer(both, words):
    notebook = lines(**left("q1"))
    notebook = added(notebook, at(notebook, "q1") + 1, words, "markdown")
    assert states(both(notebook)[0])["q1"] == "unanswered"
