"""Languages: Russian is complete, numbers and directions are its own, marks are not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from functools import cache
from string import Formatter

import pandas as pd
import pseudo
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crossroads import charts, i18n
from crossroads.course import RELEASES
from crossroads.course.translated_quiz import language_of
from crossroads.explorers import (
    basket,
    claims,
    dependence,
    evidence,
    memberships,
    power,
    routes,
    scorecard,
    security,
    tables,
    target,
    votes,
)
from crossroads.lessons.checks import lesson_items, lessons_dir
from crossroads.lessons.items import read_items
from crossroads.questions import answers, old_messages, work
from crossroads.questions.self_check import mark
from crossroads.validation import reading
from crossroads.web import html

TOOL = pseudo.messages()
#: What the sources say, read when a test asks: all processes read this file.
template = cache(TOOL.template)
RUSSIAN = TOOL.read(TOOL.LOCALE / "ru" / "LC_MESSAGES" / "crossroads.po")
EXPLORERS = {
    "basket": (
        basket,
        [
            basket.Choices(),
            basket.Choices("PAK", "energy", {"energy": ["HS2716", "HS2701"]}),
            basket.Choices(
                "AFG", "energy", {"energy": ["HS2716"], "textiles": [], "agriculture": []}
            ),
        ],
    ),
    "claims": (claims, [claims.Choices(compare=True, sorted={"A01": "causal"}, partner="C")]),
    "dependence": (
        dependence,
        [
            dependence.Choices(),
            dependence.Choices(
                reveal=True,
                base="2010",
                drawn={"remittances_received_pct_gdp": [1, 2, 3, 4, 5, 6]},
            ),
        ],
    ),
    "evidence": (
        evidence,
        [
            evidence.Choices(
                verdict={"A09": "supported", "A31": "supported"},
                confidence={"A09": "low"},
                map=True,
            )
        ],
    ),
    "memberships": (
        memberships,
        [memberships.Choices(), memberships.Choices("SCO", 1998), memberships.Choices(states=())],
    ),
    "power": (power, [power.Choices(), power.Choices(series="made", repeats="apart", what="own")]),
    "routes": (
        routes,
        [
            routes.Choices(month="2025-10", means="plans", aim="hours", also="E32"),
            routes.Choices(goal="BND"),
            routes.Choices(goal="DEL"),
            routes.Choices(goal="ISB", month="", aim="borders"),
            routes.Choices(start="KHI"),
        ],
    ),
    "scorecard": (scorecard, [scorecard.Choices()]),
    "security": (security, [security.Choices(missing=kind) for kind in security.TREATMENTS]),
    "tables": (tables, [tables.Choices(), tables.Choices("policies", find="trade")]),
    "target": (target, [target.Choices(), target.Choices(prices="real", trend="past", horizon=1)]),
    "votes": (votes, [votes.Choices(show=show, window=2) for show in votes.VIEWS]),
}


@pytest.fixture(scope="module")
def drafts(tmp_path_factory):
    """A folder with the catalogue of a right-to-left language."""
    return pseudo.catalogue(tmp_path_factory.mktemp("locale"))


@pytest.fixture
def rtl(speak, drafts):
    speak(pseudo.CODE, drafts)


def key(message):
    return message.context, message.id


def forms(value):
    return value if isinstance(value, tuple) else (value,)


def fields(text):
    return {(name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None}


def labels(controls):
    """What controls show; the codes of their options are never shown."""
    shown = [control.get(part, "") for control in controls for part in ("label", "hint", "unit")]
    return shown + [text for control in controls for _, text in control.get("options", [])]


# -- the catalogues --------------------------------------------------------------------------------


def test_every_message_has_a_russian_translation_that_nobody_doubts():
    there = {key(m): m for m in RUSSIAN if m.id}
    assert there.keys() == {key(m) for m in template("crossroads") if m.id}
    assert [m.id for m in there.values() if m.fuzzy or not all(forms(m.string))] == []
    counted = [m for m in there.values() if isinstance(m.id, tuple)]
    assert counted and all(len(forms(m.string)) == 3 for m in counted)


def test_a_translation_keeps_the_placeholders_and_the_form_of_numbers():
    wrong = [
        (m.id, m.string)
        for m in RUSSIAN
        # What holds braces of its own isn't filled in.
        if m.id and "{ }" not in forms(m.id)[0]
        for said in forms(m.string)
        if fields(said) != set().union(*map(fields, forms(m.id)))
    ]
    assert wrong == []


def test_a_translation_begins_and_ends_as_the_message_does():
    assert len(RUSSIAN) > 100
    for m in RUSSIAN:
        for said in forms(m.string) if m.id and m.context is None else ():
            first = forms(m.id)[0]
            assert said.startswith((", ", "; ")) == first.startswith((", ", "; ")), first
            assert said == said.strip()


@pytest.mark.parametrize(
    "n, said",
    [(1, "1 год"), (2, "2 года"), (5, "5 лет"), (11, "11 лет"), (21, "21 год"), (24, "24 года")],
)
def test_russian_has_three_plural_forms(speak, n, said):
    speak("ru")
    assert i18n.ngettext("{n} year", "{n} years", n) == said


def test_russian_counts_2_to_4_in_the_genitive_singular_and_5_in_the_plural():
    """Where the two differ: строки and строк, утверждения and утверждений."""
    counted = 0
    for m in RUSSIAN:
        if not isinstance(m.id, tuple) or not m.id:
            continue
        few, many = (re.findall("[а-яё]+", form) for form in forms(m.string)[1:])
        differ = [pair for pair in zip(few, many, strict=True) if pair[0] != pair[1]]
        if differ:
            counted += 1
            assert differ[-1][0][-1] in "аяыи" and differ[-1][1][-1] not in "аяыи", m.string
    assert counted > 10


@pytest.mark.parametrize("domain", TOOL.DOMAINS)
def test_the_templates_hold_what_the_sources_say(domain):
    kept = TOOL.read(TOOL.LOCALE / f"{domain}.pot")
    assert {key(m) for m in kept} == {key(m) for m in template(domain)}, "run: make messages"


def test_what_is_compiled_is_what_is_written():
    assert [*TOOL.catalogues()]
    for path in TOOL.catalogues():
        compiled = path.with_suffix(".mo").read_bytes()
        assert compiled == TOOL.compiled(TOOL.read(path)), "run: make messages"


def test_the_pen_carries_its_words_in_every_language():
    carried = (pseudo.TREE / "jupyterlab-extension" / "src" / "words.json").read_text("utf-8")
    assert carried == TOOL.pen(), "run: make messages, then make pen"


def test_every_text_of_every_self_check_is_in_the_template_for_items():
    there = {m.id for m in template("items")}
    paths = sorted((lessons_dir() / "checks").glob("*.yml"))
    assert len(paths) > 5
    for path in paths:
        for item in read_items(path).values():
            said = [item.prompt, item.why, item.hint, item.unit, *item.left.values(), *item.accept]
            said += [text for option in item.options for text in (option.text, option.why)]
            said += [slip.why for slip in item.slips]
            assert set(filter(None, said)) <= there, item.id


def test_a_new_language_begins_with_all_messages_and_its_own_plural_forms(tmp_path, monkeypatch):
    monkeypatch.setattr(TOOL, "LOCALE", tmp_path)
    TOOL.begin("uk")
    begun = TOOL.read(tmp_path / "uk" / "LC_MESSAGES" / "crossroads.po")
    assert {key(m) for m in begun} == {key(m) for m in template("crossroads")}
    assert begun.num_plurals == 3


# -- the language in use ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_in_russian_has_no_english_message_left(speak, name):
    explorer, every = EXPLORERS[name]
    speak("ru")
    english = {
        piece.strip()
        for m in template("crossroads")
        if m.id
        for text in forms(m.id)
        for piece in re.split(r"{[^}]*}", text)
        # A name may be the same in both.
        if len(piece.split()) >= 3 and piece not in str(RUSSIAN.get(m.id, m.context).string)
    }
    assert english and len([*every])
    for choices in every:
        shown = (
            f"{labels(explorer.controls(choices))} {explorer.view(choices)} "
            f"{explorer.describe(choices)}"
        )
        # The article's own words are English: its claims, its tables and events.
        assert [piece for piece in english if piece in shown] == []
        assert re.search("[а-яё]{3}", explorer.describe(choices))


def test_the_same_explorer_can_be_shown_in_one_language_after_another(speak):
    english = votes.describe(votes.Choices())
    speak("ru")
    russian = votes.describe(votes.Choices())
    speak("en")
    assert votes.describe(votes.Choices()) == english != russian


def test_the_variable_chooses_the_language_and_an_unknown_one_is_named():
    code = "import crossroads as cr; cr.answers.expect('b', one_of='ab')"
    said = {}
    for wanted in ("", "ru", "ru_RU.UTF-8", "en_GB.UTF-8", "xx"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, i18n.VARIABLE: wanted, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        said[wanted] = done.stdout.strip()
        assert ("there are only en, ru" in done.stderr) == (wanted == "xx")
    assert said["ru"] == said["ru_RU.UTF-8"] == "Ваш ответ: b"
    assert said[""] == said["en_GB.UTF-8"] == said["xx"] == "Your answer: b"


@pytest.mark.parametrize(
    "named",
    ["../../elsewhere/theirs", "/theirs", "ru/../ru", "", "xx", None, 3, ["ru"], {"ru": 1}],
)
def test_what_a_notebook_names_is_no_path_and_no_unknown_language(tmp_path, named):
    """A student may write anything into a notebook's metadata."""
    notebook = tmp_path / "quiz-01.ipynb"
    notebook.write_text(json.dumps({"metadata": {"crossroads": {"language": named}}}), "utf-8")
    with i18n.speaking(language_of(notebook)):
        assert i18n.current() == "en"


@pytest.mark.parametrize(
    "damaged",
    ["", "[" * 100_000, "[]", "{}", '{"metadata": 3}', '{"metadata": {"crossroads": []}}'],
)
def test_a_damaged_notebook_is_in_english(tmp_path, damaged):
    (tmp_path / "quiz-01.ipynb").write_text(damaged, "utf-8")
    assert language_of(tmp_path / "quiz-01.ipynb") == language_of(tmp_path) == "en"


def test_a_language_that_is_not_there_is_refused_with_those_that_are(speak):
    with pytest.raises(ValueError, match="there is no language 'tg'; there are en, ru"):
        speak("tg")


def test_english_reads_no_catalogue():
    code = (
        "import crossroads as cr; from crossroads import i18n; cr.table_explorer();"
        "print(i18n._catalogue.cache_info().currsize)"
    )
    environment = {k: v for k, v in os.environ.items() if k != i18n.VARIABLE}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0"


# -- marks -----------------------------------------------------------------------------------------

WHY = {"a": "Reason a.", "b": "Reason b.", "c": "Reason c."}


def double(x):
    return 2 * x


SCORED = {
    "single, right": lambda: answers.single("b", "b", WHY, 2),
    "single, wrong": lambda: answers.single("a", "b", WHY, 2),
    "single, strange": lambda: answers.single("z", "b", WHY, 2),
    "multiple": lambda: answers.multiple({"a", "b"}, "bc", WHY, 2),
    "multiple, one right": lambda: answers.multiple({"b"}, "bc", WHY, 2),
    "order": lambda: answers.order(["b", "a", "c"], ["a", "b", "c"], "So.", 3),
    "match": lambda: answers.match(
        {"1": "a"}, {"1": "a", "2": "b"}, {"1": "One.", "2": "Two."}, 2, options="abc"
    ),
    "number": lambda: answers.number("37,1", 37.1, 0.05, 1, unit="%"),
    "number, slip": lambda: answers.number(40, 37.1, 0.05, 1, slips={40: "You rounded."}),
    "number, unclear": lambda: answers.number("1,234", 1234, 1, 1),
    "function": lambda: answers.function(double, double, {"two": [2]}, 2),
    "function, wrong": lambda: answers.function(abs, double, {"two": [2]}, 2),
    "blank": lambda: answers.single(None, "b", WHY, 2),
}


@pytest.mark.parametrize("case", SCORED)
def test_marks_are_the_same_in_every_language(speak, drafts, capsys, case):
    found = []
    for choose in (("en",), ("ru",), (pseudo.CODE, drafts)):
        speak(*choose)
        try:
            points, said = SCORED[case](), capsys.readouterr().out
        except answers.NotYet as problem:
            points, said = None, str(problem)
        found.append((points, said))
    assert len({points for points, _ in found}) == 1
    assert len({said for _, said in found}) == 3


def test_no_answer_is_known_as_such_in_whatever_language_it_was_said(speak):
    speak("ru")
    with pytest.raises(answers.NotYet) as russian:
        answers.read_single(None, "ab")
    assert str(russian.value).startswith("Ответа пока нет.")
    speak("en")
    assert russian.value.outcome.code == "unanswered"
    for problem in (russian.value, work.unanswered("words")):
        assert old_messages.read(str(problem), 0, 1).code == "unanswered"
    assert old_messages.read("You chose a, which is right.", 0, 1).code == "wrong"


def test_open_questions_are_found_in_russian(speak, tmp_path):
    quiz = (RELEASES / "quiz-01.json").read_text("utf-8")
    (tmp_path / "quiz-01.ipynb").write_text(quiz.replace("q3 = None", "q3 = {}"), "utf-8")
    speak("ru")
    (problem,) = reading.check(tmp_path / "quiz-01.ipynb", "quiz-01")
    assert str(problem).startswith("Вопросы 1, 2, 3, 4,")


# -- numbers and dates -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["37.9", "37,9", " 37,9 % ", "٣٧٫٩", "٣٧٫٩ ٪", "۳۷٫۹", "+37,90", "37.9%"]
)
def test_a_number_is_read_however_it_is_written(typed):
    assert answers.read_number(typed, "%") == 37.9


@given(st.integers(-(10**6), 10**6), st.from_regex(r"\d{1,2}|\d{4,6}", fullmatch=True))
def test_a_decimal_comma_is_a_point(whole, decimals):
    assert answers.read_number(f"{whole},{decimals}") == float(f"{whole}.{decimals}")


@pytest.mark.parametrize("typed", ["1,234", "-12,500", "١,٢٣٤"])
def test_what_could_be_two_numbers_is_asked_about(typed):
    with pytest.raises(answers.NotYet, match="can be read in two ways"):
        answers.read_number(typed)


def test_a_comma_without_quotes_is_explained():
    with pytest.raises(answers.NotYet, match="In Python 37,9 is two numbers. Use a point: 37.9."):
        answers.read_number((37, 9))


def test_options_may_be_named_in_other_digits():
    assert answers.read_match({"١": "a", "۲": "b"}, ("12", "ab")) == {"1": "a", "2": "b"}


def test_russian_writes_numbers_and_dates_its_own_way(speak):
    speak("ru")
    assert i18n.number(1234567.89, ",.1f") == "1\u00a0234\u00a0567,9"
    assert i18n.long_date(date(2027, 3, 5)) == "5 марта 2027 г."
    assert "<td>1\u00a0234,5</td>" in html.table(pd.DataFrame({"a": ["x"], "b": [1234.5]}), "T")
    drawn = charts.bars(
        pd.Series({"a": 1234.5}), title="T", value_label="v", alt="a", source="s", digits=1
    )
    assert ">1\u00a0234,5</text>" in drawn
    assert "Источник: s" in drawn
    # A coordinate is no number for a reader.
    assert not re.search(r'(?:x|y|width|height)="[^"]*,', drawn)


# -- from right to left ----------------------------------------------------------------------------


def test_a_fragment_says_its_language_and_direction(rtl):
    shown = html.Html("<p>x</p>")._repr_html_()
    assert shown.startswith('<div class="cr mathjax_ignore" lang="fa" dir="rtl">')
    assert '<html lang="fa" dir="rtl">' in html.page("T", "")


def test_in_english_nothing_is_said_of_it(speak):
    speak("en")
    assert html.Html("<p>x</p>")._repr_html_().startswith('<div class="cr mathjax_ignore"><style>')
    assert '<html lang="en"><head>' in html.page("T", "")
    assert "dir=" not in html.table(pd.DataFrame({"a": [1.5]}), "T")
    assert "direction" not in charts.bars(
        pd.Series({"a": 1.0}), title="T", value_label="v", alt="a", source="s"
    )


def test_axes_run_from_left_to_right_and_each_text_has_its_own_direction(rtl):
    drawn = charts.lines(
        pd.DataFrame({"Russia": [1.0, 2.5]}, index=[2012, 2013]),
        title="T",
        y_label="v",
        alt="a",
        source="s",
    )
    assert "direction:ltr" in drawn
    texts = re.findall(r"<text[^>]*>(.*?)</text>", drawn)
    assert "2012" in "".join(texts)
    assert all(t.startswith(i18n.FSI) and t.endswith(i18n.PDI) for t in texts)
    assert "2٫5" in drawn


def test_a_cell_finds_its_own_direction_and_a_value_in_a_sentence_is_isolated(rtl):
    assert '<td dir="auto">−5</td>' in html.table(pd.DataFrame({"a": ["x"], "b": ["−5"]}), "T")
    said = i18n._("{right} of {all} pairs are right.", right=1, all=2)
    assert f"{i18n.FSI}1{i18n.PDI}" in said


# -- self-checks -----------------------------------------------------------------------------------


def test_a_self_check_speaks_the_language_and_takes_an_answer_in_either(speak, tmp_path):
    path = lessons_dir() / "checks"
    item = next(
        i
        for file in sorted(path.glob("*.yml"))
        for i in read_items(file).values()
        if i.kind == "text"
    )
    folder = pseudo.catalogue(tmp_path)
    catalog = TOOL.Catalog(locale=pseudo.CODE, domain="items", fuzzy=False)
    for text in TOOL.texts(
        next(
            e
            for e in yaml.safe_load((path / f"{item.id[:2]}.yml").read_text("utf-8"))
            if e["id"] == item.id
        )
    ):
        catalog.add(text, pseudo.in_arabic_script(text))
    (folder / pseudo.CODE / "LC_MESSAGES" / "items.mo").write_bytes(TOOL.compiled(catalog))
    speak(pseudo.CODE, folder)
    shown = lesson_items(item.id[:2])[item.id]
    assert shown.prompt == pseudo.in_arabic_script(item.prompt) != item.prompt
    for typed in (item.accept[0], pseudo.in_arabic_script(item.accept[0])):
        assert mark(shown, typed).state == "right"
