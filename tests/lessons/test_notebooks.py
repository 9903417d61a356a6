"""Every lesson: runs clean, has its bones, and its self-checks explain what they should."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import crossroads as cr
from crossroads.lessons.checks import lesson_items
from crossroads.questions.kinds import KINDS
from crossroads.questions.self_check import mark

TREE = Path(__file__).parents[2]
LESSONS = sorted((TREE / "lessons").glob("[0-9][0-9]-*.ipynb"))
BONES = (
    *("Guiding question", "Objectives", "Time", "Before you start", "Predict"),
    *("Explore", "Explain", "Code it yourself", "Read critically", "Self-checks", "Talk about it"),
    *("Summary", "Glossary terms used", "Next"),
)
ITEMS = [item for path in LESSONS for item in lesson_items(path.name[:2]).values()]
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def of_items(wanted):
    """A test of every item of which this is true: there are some."""
    found = [item for item in ITEMS if wanted(item)]
    assert found
    return pytest.mark.parametrize("item", found, ids=lambda item: item.id)


every_item = of_items(lambda item: True)


def cells(path, kind=None):
    notebook = json.loads(path.read_text("utf-8"))
    return ["".join(c["source"]) for c in notebook["cells"] if kind in (None, c["cell_type"])]


def about(path):
    return json.loads(path.read_text("utf-8"))["metadata"]["crossroads"]


def headings(path):
    text = re.sub(r"```.*?```", "", "\n".join(cells(path, "markdown")), flags=re.S)
    return [(len(h), t.strip()) for h, t in re.findall(r"^(#+) (.+)$", text, re.M)]


def section(path, title):
    """What stands under a heading of the second level, code too."""
    return re.split(r"^## ", text_of(path).split(f"## {title}\n")[1], flags=re.M)[0]


def minutes(path):
    """The minutes of the whole, and of each part, as the lesson says."""
    whole, parts = re.search(r"(\d+)[^:]*: ([^.]*)\.", section(path, "Time")).groups()
    return int(whole), [int(m) for m in re.findall(r"\d+", parts)]


def planned(path, part):
    """The minutes of one part."""
    return int(re.search(rf"{part}[^,.]* (\d+)", section(path, "Time"))[1])


def text_of(path):
    return "\n".join(cells(path))


def test_the_lessons_are_numbered_without_a_gap():
    assert LESSONS
    numbers = [about(path)["lesson"] for path in LESSONS]
    assert [path.name[:2] for path in LESSONS] == [f"{n:02d}" for n in numbers]
    assert numbers == list(range(len(numbers)))


# -- running


def outputs(notebook):
    return [out for cell in notebook.cells for out in cell.get("outputs", [])]


@every_lesson
def test_it_runs_clean_from_top_to_bottom(executed, path):
    noise = [
        out
        for out in outputs(executed[path])
        if out.output_type == "error" or out.get("name") == "stderr"
    ]
    assert noise == []


@every_lesson
def test_without_a_front_end_widgets_are_plain_html(executed, path):
    shown = outputs(executed[path])
    assert shown
    for out in shown:
        assert "application/vnd.jupyter.widget-view+json" not in out.get("data", {})
    html = "".join(out.get("data", {}).get("text/html", "") for out in shown)
    assert "<table" in html or path.name.startswith("00")
    assert "widgets" not in executed[path].metadata, "their state swells a notebook"


def test_with_the_blanks_unfilled_every_task_is_unanswered(executed):
    code = [c for path in LESSONS for c in executed[path].cells if c.cell_type == "code"]
    asked = [cell for cell in code if "..." in cell.source and "cr.check(" in cell.source]
    assert len(asked) >= sum(item.kind == "code" for item in ITEMS) > 0
    for cell in asked:
        html = "".join(out.data.get("text/html", "") for out in cell.outputs)
        assert 'data-state="unanswered"' in html, cell.source


# -- form


@every_lesson
def test_headings_are_in_order(path):
    found = headings(path)
    assert [t for level, t in found if level == 1] == [about(path)["title"]]
    assert found[0][0] == 1 and len(found) > 1
    for (before, _), (level, title) in pairwise(found):
        assert level <= before + 1, title


@pytest.mark.parametrize("path", LESSONS[1:], ids=lambda path: path.stem)
def test_a_lesson_has_its_bones_in_order(path):
    second = [title for level, title in headings(path) if level == 2]
    places = [second.index(bone) for bone in BONES]
    assert places == sorted(places)


@every_lesson
def test_code_cells_are_short_enough_to_read_aloud(path):
    sources = cells(path, "code")
    assert sources
    assert [x for x in sources if len(x.splitlines()) > 12] == []


@every_lesson
def test_links_and_pictures(path):
    text = "\n".join(cells(path, "markdown"))
    assert all(alt for alt in re.findall(r"!\[(.*?)\]\(", text))
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    assert targets
    for target in targets:
        if "://" in target:
            continue
        if target.startswith("../quizzes/"):
            name = target.split("/")[2]
            assert target == f"../quizzes/{name}/{name}.ipynb"
            assert (TREE / "assignments" / name).is_dir(), target
        else:
            assert (path.parent / target).is_file(), target


@every_lesson
def test_a_lesson_links_to_the_one_before_and_the_one_after(path):
    """Those that are there, by their numbers: a lesson put between two changes both their ends."""
    place = LESSONS.index(path)
    linked = set(re.findall(r"\]\((\d\d-[^)]+)\)", section(path, "Next")))
    neighbours = {p.name for p in LESSONS[max(place - 1, 0) : place + 2] if p != path}
    assert linked - {LESSONS[0].name} == neighbours - {LESSONS[0].name}


def test_the_error_on_the_start_page_is_the_one_that_its_cell_gives():
    (line,) = [c for c in cells(LESSONS[0], "code") if c.startswith("# ")]
    (quoted,) = re.findall(r"```\n(\w+): \"(.*?) \.\.\.\"\n```", text_of(LESSONS[0]))
    with pytest.raises(KeyError) as error:
        value(line.removeprefix("# ").replace("cr.load", "load"))
    assert (type(error.value).__name__, error.value.args[0][: len(quoted[1])]) == quoted


# -- figures in the text


CLAIMS = cr.load("claims")
KIND = CLAIMS["kind"]
BORDERS = cr.load("borders")


def in_words(rows):
    """How many rows are true, as a word."""
    return ("no", "one", "two", "three", "four", "five", "six")[rows.sum()]


def listed(texts):
    *first, last = sorted(texts)
    return f"{', '.join(first)} and {last}"


KINDS_COUNTED = ", ".join(f"{n} {kind}" for kind, n in KIND.value_counts().items())
BORDER_CLAIMS = CLAIMS["claim"].str.contains("border")
L0, L1 = "lessons/00-start-here.ipynb", "lessons/01-what-does-the-article-say.ipynb"
#: File, the words around a figure, and the figure as it follows from the data. A lesson with
#: figures of its own adds rows here, or tests them beside its explorer.
FIGURES = [
    (L0, "{} is the number of claims", len(CLAIMS)),
    (L0, "from 1 to {},", len(CLAIMS)),
    (L0, "borders with {}, and none", listed(BORDERS[BORDERS["iso3"] == "TJK"]["border_with"])),
    ("lessons/checks/00.yml", "answer: {}\n", len(CLAIMS)),
    (L1, "into {} claims", len(CLAIMS)),
    (L1, "has found {} claims in all", len(CLAIMS)),
    (L1, "The course counts {} claims: ", len(CLAIMS)),
    (L1, "counts 55 claims: {}.", KINDS_COUNTED),
    (L1, "{} of the 55 claims are hedged", in_words(CLAIMS["hedged"]).capitalize()),
    (L1, "are hedged ({})", ", ".join(CLAIMS[CLAIMS["hedged"]]["id"])),
    (L1, "sees two kinds in {},", listed(CLAIMS[CLAIMS["second_kind"].notna()]["id"])),
    (L1, "the other {} aren't", (~CLAIMS["hedged"]).sum()),
    (L1, "for any of the {} claims", (CLAIMS["evidence"] == "none").sum()),
    ("lessons/checks/01.yml", "why: {}.", KINDS_COUNTED),
    ("lessons/checks/01.yml", "why: {} claims say", in_words(KIND == "normative").capitalize()),
    ("lessons/checks/01.yml", "of {} predictive claims", in_words(KIND == "predictive")),
    ("lessons/checks/01.yml", "why: {} claims mention", in_words(BORDER_CLAIMS).capitalize()),
    ("lessons/checks/01.yml", "so {:.1f} %.", (KIND == "descriptive").mean() * 100),
    ("docs/teacher/01.md", "article's ({:.1f} %)", (KIND == "causal").mean() * 100),
    ("docs/teacher/01.md", "for A07 to A18 are {}.", "".join(KIND[6:18].str[0].str.upper())),
]


#: Words of a lesson that quote the date of an event in the course's table.
DATES = [
    ("03", "N40", "Since {} Russia's police may deport people without a court order"),
    ("05", "E07", "signed on {}, runs to 2042"),
    ("05", "N33", "On {} it adopted a programme"),
]
#: Words of a lesson that quote an event's figure.
COUNTED = [
    ("03", "N38", "about {} citizens of Tajikistan were deported from Russia in 2024"),
    ("03", "N61", "more than {} in 2025"),
    ("05", "E07", "up to {} personnel"),
    ("05", "N59", "about {} kilograms of narcotics"),
]


def in_lesson(lesson, words):
    (path,) = (TREE / "lessons").glob(f"{lesson}-*.ipynb")
    return words in text_of(path)


@pytest.mark.parametrize(("lesson", "event", "words"), DATES, ids=[f"{d[0]}-{d[1]}" for d in DATES])
def test_a_date_in_the_text_is_that_of_the_event(lesson, event, words):
    day = date.fromisoformat(cr.load("events").set_index("id").at[event, "date"])
    assert in_lesson(lesson, words.format(f"{day.day} {day:%B} {day.year}"))


@pytest.mark.parametrize(
    ("lesson", "event", "words"), COUNTED, ids=[f"{c[0]}-{c[1]}" for c in COUNTED]
)
def test_a_count_in_the_text_is_that_of_the_event(lesson, event, words):
    figure = cr.load("events").set_index("id").at[event, "figure"]
    assert in_lesson(lesson, words.format(f"{figure:,g}"))


def test_trade_with_china_and_russia_in_2025_is_that_of_the_table():
    rows = cr.load("trade_reported").query("period == '2025-01/2025-05'")
    share = rows.query("measure == 'share_of_total_trade'").set_index("partner_iso3")["value"]
    trade = rows.query("measure == 'trade_turnover'").set_index("partner_iso3")["value"]
    for lesson in ("03", "12"):
        (path,) = (TREE / "lessons").glob(f"{lesson}-*.ipynb")
        assert f"{share['CHN']} % of all trade" in text_of(path)
        assert f"{share['RUS']} %" in text_of(path)
    (path,) = (TREE / "lessons").glob("03-*.ipynb")
    assert f"{trade['CHN']:.0f} million dollars" in text_of(path)
    assert f"almost {trade['RUS']:.0f} million" in text_of(path)


def test_trade_with_pakistan_in_the_last_year_is_that_of_its_state_bank():
    rows = cr.load("trade_reported").query("period == '2024-07/2025-06' and partner_iso3 == 'PAK'")
    total = f"was {rows['value'].sum():.1f} million dollars in the fiscal year 2024/25"
    assert in_lesson("07", total)


@every_lesson
def test_a_lesson_says_near_its_top_how_far_its_data_reach(path):
    top = cells(path)[0]
    # In the paragraph for whom the lesson is, or for a lesson of documents where they were read.
    assert re.search(r"^\*For readers.*20\d\d|read on .*20\d\d", top, re.M), top


@pytest.mark.parametrize(("file", "words", "figure"), FIGURES, ids=[f[1] for f in FIGURES])
def test_a_figure_in_the_text_follows_from_the_data(file, words, figure):
    path = TREE / file
    text = text_of(path) if path.suffix == ".ipynb" else path.read_text("utf-8")
    assert words.format(figure) in text


def numbers(text):
    return {n.replace(",", "") for n in re.findall(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?", text)}


@pytest.mark.parametrize("path", LESSONS[1:], ids=lambda path: path.stem)
def test_a_figure_of_the_summary_stands_in_the_lesson_or_its_self_checks(path):
    """There it is held against the data: a slip in what is said again isn't seen by that."""
    checks = (TREE / "lessons" / "checks" / f"{path.name[:2]}.yml").read_text("utf-8")
    there = [float(n) for n in numbers(text_of(path).split("## Summary\n")[0] + checks)]
    for figure in numbers(section(path, "Summary")):
        places = len(figure.partition(".")[2])
        # Gigawatt-hours may be terawatt-hours here.
        assert any(f"{n / by:.{places}f}" == figure for n in there for by in (1, 1000)), figure


@every_lesson
def test_every_claim_named_exists(path):
    named = set(re.findall(r"\bA\d\d\b", text_of(path)))
    assert named <= set(cr.load("claims")["id"])


@every_lesson
def test_glossary_terms_are_in_the_glossary(path):
    glossary = (TREE / "lessons" / "glossary.md").read_text("utf-8").casefold()
    (cell,) = [c for c in cells(path) if c.startswith("## Glossary terms used")]
    terms = re.findall(r"\*([^*]+)\*", cell)
    assert terms
    for term in terms:
        assert f"**{term.casefold()}**" in glossary, term


def test_the_glossary_is_in_order_and_says_where_each_term_belongs():
    glossary = (TREE / "lessons" / "glossary.md").read_text("utf-8")
    terms = re.findall(r"^- \*\*(.+?)\*\*: .+\. \(Lessons? \d.*\)$", glossary, re.M)
    assert len(terms) == glossary.count("\n- ")
    assert terms == sorted(set(terms), key=str.casefold)


# -- self-checks


@every_lesson
def test_items_and_lesson_name_each_other(path):
    lesson = path.name[:2]
    asked = re.findall(r"cr\.check\(\s*\"([\w-]+)\"", text_of(path))
    assert len(asked) == len(set(asked))
    assert set(asked) == set(lesson_items(lesson))
    kept = re.findall(r"cr\.predict\(\s*\"([\w-]+)\"", text_of(path))
    shown = re.findall(r"cr\.prediction\(\s*\"([\w-]+)\"", text_of(path))
    assert set(shown) <= set(kept)
    assert kept or lesson == "00"
    assert all(name.startswith(f"{lesson}-") for name in kept)


@every_lesson
def test_every_objective_has_an_item_and_every_item_an_objective(path):
    lesson = int(path.name[:2])
    objectives = set(re.findall(rf"\*\*(L{lesson}\.\d)\*\*", text_of(path)))
    assert objectives
    cited = {item.objective for item in lesson_items(path.name[:2]).values()}
    assert cited == objectives


@pytest.mark.parametrize("path", LESSONS[1:], ids=lambda path: path.stem)
def test_a_lesson_asks_in_several_ways(path):
    kinds = [item.kind for item in lesson_items(path.name[:2]).values()]
    assert len({*kinds} - {"code"}) >= 6


def test_all_kinds_are_used():
    assert {item.kind for item in ITEMS} == set(KINDS)


def right_answer(item):
    """What an item's controls, or a learner's code, give when the answer is right."""
    if item.kind == "single":
        return next(o.id for o in item.options if o.right)
    if item.kind == "multiple":
        return [o.id for o in item.options if o.right]
    if item.kind == "order":
        return [o.id for o in item.options]
    if item.kind == "match":
        return dict(item.key)
    if item.kind == "number":
        return str(item.answer)
    if item.kind == "text":
        return item.accept[0]
    if item.kind == "code":
        return value(item.expect)
    return KINDS[item.kind].call(item)["key"]


@cache
def value(expression):
    return eval(expression, {"load": cr.load, "pd": pd})


@every_item
def test_the_right_answer_is_right(item):
    assert mark(item, right_answer(item)).state == "right"


def to_digits(result, digits):
    """A result with its numbers rounded, by Python or by pandas, as a learner rounds."""
    if isinstance(result, dict):
        return {key: to_digits(one, digits) for key, one in result.items()}
    if isinstance(result, list | tuple):
        return [to_digits(one, digits) for one in result]
    is_number = hasattr(result, "__round__") and not isinstance(result, bool)
    return round(result, digits) if is_number or hasattr(result, "round") else result


@of_items(lambda item: item.kind == "code")
def test_a_rounded_result_is_right_to_its_digits_and_a_rounded_slip_never_is(item):
    assert mark(item, to_digits(value(item.expect), 3)).state == "right"
    for slip in item.slips:
        made = value(slip.answer)
        for digits in (0, 2):
            assert mark(item, to_digits(made, digits)).state != "right", slip.answer


@every_lesson
def test_money_in_a_text_is_no_formula(path):
    """Jupyter sets what stands between two dollar signs as a formula."""
    for cell in cells(path, "markdown"):
        words = re.sub(r"`[^`]*`|```.*?```", "", cell, flags=re.S)
        assert len(re.findall(r"(?<!\\)\$", words)) < 2, cell[:80]


IN_WORDS = {"Two": 2, "Six": 6}


@of_items(lambda item: item.kind == "number")
def test_a_number_is_the_one_of_its_explanation_and_no_other_counts(item):
    said = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?\b", item.why)]
    said += [number for word, number in IN_WORDS.items() if word in item.why]
    assert any(abs(number - item.answer) <= item.tolerance + 1e-9 for number in said)
    step = 0.1 if "to one decimal place" in item.prompt else 1
    for other in (item.answer - step, item.answer + step):
        assert mark(item, f"{other:g}").state != "right", other


@of_items(lambda item: item.slips)
def test_each_slip_gets_its_own_explanation(item):
    for slip in item.slips:
        given = slip.answer
        if item.kind == "code":
            given = value(slip.answer)
        elif item.kind == "order":
            given = slip.answer.split()
        verdict = mark(item, given)
        assert verdict.state != "right"
        assert verdict.words == (slip.why,)


@of_items(lambda item: item.options)
def test_each_option_explains_itself(item):
    reasons = [option.why for option in item.options]
    assert len(set(reasons)) == len(reasons)
    assert all(len(reason) >= 20 for reason in reasons)


def test_the_right_option_is_not_given_away_by_its_length_or_its_place():
    singles = [item for item in ITEMS if item.kind == "single"]
    longest = [max(item.options, key=lambda o: len(o.text)).right for item in singles]
    places = pd.Series(
        [next(i for i, o in enumerate(item.options) if o.right) for item in singles]
    ).value_counts(normalize=True)
    assert sum(longest) / len(singles) < 0.6
    assert places.max() < 0.7


# -- text between tasks


def on_the_page(text):
    """Markdown without what is folded away."""
    return re.sub(r"<details>.*?</details>", "", text, flags=re.S)


def word_count(text):
    return len(text.split())


def test_what_is_folded_away_is_not_counted_and_signs_are():
    text = "## One\n\n| two |\n\n<details>\n<summary>No</summary>\n\nno\n\n</details>\n\nthree"
    assert word_count(on_the_page(text)) == 6


@every_lesson
def test_a_lesson_has_at_most_1800_words_on_the_page(path):
    assert word_count(on_the_page("\n\n".join(cells(path, "markdown")))) <= 1800


@every_lesson
def test_a_fold_says_what_is_inside_and_leaves_markdown_its_blank_lines(path):
    text = "\n\n".join(cells(path, "markdown"))
    folds = re.findall(
        r"^<details>\n<summary>[^\n]+ \((?:½|\d+) minutes?\)</summary>\n\n(.+?)\n\n</details>$",
        text,
        re.M | re.S,
    )
    assert len(folds) == text.count("<details") == text.count("</details>")
    assert all("\n#" not in fold for fold in folds), "a heading would be missed by who reads on"


#: The capstone has a memo to read instead.
READ_IN_STEPS = [path for path in LESSONS[1:] if not path.stem.endswith("-capstone")]
#: Stands for a code cell: a question, a prediction, an explorer, a table to look at.
TO_DO = "[something to do]"


def steps(path):
    """The steps of "Read critically", each up to the next heading."""
    found = json.loads(path.read_text("utf-8"))["cells"]
    texts = ("".join(c["source"]) if c["cell_type"] == "markdown" else TO_DO for c in found)
    part = "\n".join(texts).split("## Read critically\n")[1].split("\n## ")[0]
    return re.split(r"^(?=### )", part, flags=re.M)[1:]


@pytest.mark.parametrize("path", READ_IN_STEPS, ids=lambda path: path.stem)
def test_every_step_of_read_critically_is_short_and_ends_in_something_to_do(path):
    assert len(steps(path)) > 1
    for number, step in enumerate(steps(path), 1):
        assert step.startswith(f"### Step {number}: ")
        assert word_count(on_the_page(step)) <= 160, step
        assert step.rstrip().endswith(TO_DO), step


# -- teacher's notes


def notes_on(path):
    return (TREE / "docs" / "teacher" / f"{path.name[:2]}.md").read_text("utf-8")


@every_lesson
def test_the_minutes_add_up_and_are_those_of_the_teacher_s_notes(path):
    whole, parts = minutes(path)
    assert sum(parts) == whole == about(path)["minutes"]
    plan = notes_on(path).split("## Minute plan")[1].split("##")[0]
    rows = [(int(m), what) for m, what in re.findall(r"^\| (\d+) \| (.*) \|$", plan, re.M)]
    assert [m for m, _ in rows] == parts
    assert f"Total: {whole} minutes" in plan
    for planned, what in rows:
        steps = [int(m) for m in re.findall(r"\((\d+)\)", what)]
        assert sum(steps) in (0, planned), what


def test_the_guide_s_plans_have_each_lesson_with_its_minutes_and_its_question():
    guide = (TREE / "docs" / "teacher.md").read_text("utf-8")
    plans = {"Ten": 10, "Thirteen": 13}
    for name, sessions in plans.items():
        plan = guide.split(f"## {name} sessions of 90 minutes")[1].split("\n## ")[0]
        rows = re.findall(r"^\| (\d+) \| (.*) \| (\d+) \| [^|]* \|$", plan, re.M)
        assert [int(number) for number, *_ in rows] == [*range(1, sessions + 1)]
        for number, what, minutes_ in rows:
            steps = [int(m) for m in re.findall(r"\((\d+)\)", what)]
            assert sum(steps) in (0, int(minutes_)) and int(minutes_) <= 90, number
    # Of thirteen, each session is a lesson.
    asked = {int(number): what.split(" | ") for number, what, _ in rows}
    for path in LESSONS[1:]:
        what, question = asked[about(path)["lesson"]]
        assert question == about(path)["question"]
        assert path == LESSONS[-1] or f"({about(path)['minutes']})" in what


@pytest.mark.parametrize("path", LESSONS[1:], ids=lambda path: path.stem)
def test_the_talk_lasts_as_long_as_planned(path):
    (said,) = re.findall(r"\*\*In class[^*]*\((\d+) minutes\)", section(path, "Talk about it"))
    assert int(said) == planned(path, "role-play" if path == LESSONS[-1] else "talk")


@pytest.mark.parametrize("path", LESSONS[1:-1], ids=lambda path: path.stem)
@pytest.mark.parametrize("part", ["Explain", "Read critically"])
def test_a_part_can_be_read_in_its_minutes(path, part):
    """At 130 words a minute; a self-check takes one minute."""
    text = section(path, part)
    words = len(re.sub(r"\]\([^)]*\)|[|#*]|---+", " ", text).split())
    assert words / 130 + text.count("cr.check(") <= planned(path, part.lower())


@every_lesson
def test_the_teacher_s_notes_have_their_parts(path):
    for part in ("Purpose", "Answers", "Common misconceptions", "Shorten, extend", "Discussion"):
        assert part in notes_on(path)


@every_lesson
def test_the_teacher_s_notes_name_items_that_exist(path):
    lesson = path.name[:2]
    named = set(re.findall(rf"\b{lesson}-[a-z][\w-]*", notes_on(path)))
    assert named <= set(lesson_items(lesson))
