"""Translated lessons: a sound one passes, and each kind of damage is named."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest

from crossroads import course
from crossroads.course import translated_quiz
from crossroads.lessons import map as lesson_map
from crossroads.lessons import notebooks

TREE = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("translations", TREE / "tools" / "translations.py")
translations = importlib.util.module_from_spec(spec)
spec.loader.exec_module(translations)

NAME = "03-how-dependent-is-dependent.ipynb"


@pytest.fixture
def lessons(tmp_path):
    """A folder with all English lessons and a begun translation of one."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    for path in (TREE / "lessons").glob("*.ipynb"):
        shutil.copyfile(path, folder / path.name)
    assert translations.main(["new", "ru", "03", "--lessons", str(folder)]) == 0
    return folder


def change(lessons, cell, old, new):
    """Replace a piece of one cell of the translated lesson."""
    path = lessons / "ru" / NAME
    notebook = json.loads(path.read_text("utf-8"))
    (found,) = (c for c in notebook["cells"] if c["id"] == cell)
    text = "".join(found["source"])
    assert old in text
    found["source"] = text.replace(old, new, 1)
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def edit(lessons, how):
    """Let a function change the translated lesson."""
    path = lessons / "ru" / NAME
    notebook = json.loads(path.read_text("utf-8"))
    how(notebook)
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def test_the_translated_lessons_of_this_tree_agree_with_the_english_ones():
    assert translations.check(TREE / "lessons") == []


def test_a_copy_to_translate_is_sound_says_its_language_and_overwrites_nothing(lessons, capsys):
    assert translations.check(lessons) == []
    begun = json.loads((lessons / "ru" / NAME).read_text("utf-8"))
    assert begun["metadata"]["crossroads"]["language"] == "ru"
    assert translations.main(["new", "ru", "03", "--lessons", str(lessons)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert translations.main(["new", "../x", "03", "--lessons", str(lessons)]) == 1
    assert translations.main(["new", "ru", "77", "--lessons", str(lessons)]) == 1


def test_every_english_lesson_can_be_begun(lessons):
    for path in (TREE / "lessons").glob("[0-9][0-9]-*.ipynb"):
        if path.name != NAME:
            translations.begin(lessons, "tg", path.name[:2])
    assert translations.check(lessons) == []


def test_links_of_a_copy_lead_to_the_same_place(lessons):
    english = (lessons / NAME).read_text("utf-8")
    begun = (lessons / "ru" / NAME).read_text("utf-8")
    (link,) = re.findall(r"\]\((\.\./quizzes/quiz-03[^)]*)\)", english)
    assert f"](../{link})" in begun


def test_words_titles_and_texts_for_readers_may_change(lessons):
    change(lessons, "m00", "# How dependent is dependent?", "# Насколько зависим зависимый?")
    change(lessons, "c08", "Where will your line be highest, and why?", "Где линия выше всего?")
    edit(lessons, lambda n: n["metadata"]["crossroads"].update(title="Насколько зависим?"))
    code = "c05"
    change(lessons, code, "import crossroads as cr", "# комментарий\nimport crossroads as cr")
    assert translations.check(lessons) == []


def test_a_translated_lesson_sets_the_language_of_its_questions(lessons):
    change(lessons, "c05", 'cr.language("ru")', 'cr.language("en")')
    (words,) = {w.partition(": ")[2] for w in translations.check(lessons) if "missing" in w}
    assert words == 'cell c05: the line cr.language("ru") is missing after import crossroads as cr.'


def test_a_self_check_that_changed_after_its_translation_is_named(lessons, tmp_path):
    """A slip in English that is corrected leaves the Russian behind: gettext calls it fuzzy."""
    checks = lessons / "checks"
    checks.mkdir()
    text = "- {id: 03-a, prompt: 'How high is it?', why: Look at 2024.}\n"
    (checks / "03.yml").write_text(text, "utf-8")
    assert translations.check(lessons, tmp_path) == [
        f"ru/{NAME}: there is no items.po with its self-checks: run tools/messages.py --new."
    ]
    catalogue = tmp_path / "ru" / "LC_MESSAGES" / "items.po"
    catalogue.parent.mkdir(parents=True)
    said = 'msgid "How high is it?"\nmsgstr "Какова высота?"\n'
    catalogue.write_text(f'{said}\nmsgid "Look at 2024."\nmsgstr ""\n', "utf-8")
    where = f"ru/{NAME}: self-check 03-a: "
    assert translations.check(lessons, tmp_path) == [f"{where}'Look at 2024.' isn't translated."]
    doubted = said.replace("msgid", "#, fuzzy\nmsgid")
    catalogue.write_text(doubted, "utf-8")
    assert translations.check(lessons, tmp_path) == [
        f"{where}'How high is it?' has changed since it was translated.",
        f"{where}'Look at 2024.' is new: run tools/messages.py.",
    ]


def test_a_number_may_be_written_in_the_language_s_way():
    before = {"id": "a", "cell_type": "markdown", "metadata": {}, "source": "1,300 MW, 37.9 %"}
    for text in ("1\u00a0300 МВт, 37,9 %", "۱٬۳۰۰ مگاوات، ۳۷٫۹ ٪"):
        assert translations._cell(before, {**before, "source": text}) == []


DAMAGE = {
    "a cell is gone": (lambda n: n["cells"].pop(3), "the cells differ (missing: m03)"),
    "a cell too many": (
        lambda n: n["cells"].append({**n["cells"][0], "id": "new"}),
        "the cells differ (not in the English one: new)",
    ),
    "another order": (lambda n: n["cells"].reverse(), "in another order"),
    "another kind": (lambda n: n["cells"][0].update(cell_type="raw"), "it was markdown"),
    "cell metadata": (
        lambda n: n["cells"][0]["metadata"].update(tags=["x"]),
        "its metadata differ",
    ),
    "metadata": (lambda n: n["metadata"]["crossroads"].update(lesson=4), "its metadata differ"),
    "kernel": (lambda n: n["metadata"]["kernelspec"].update(name="x"), "its metadata differ"),
    "no language": (
        lambda n: n["metadata"]["crossroads"].pop("language"),
        "don't say the language",
    ),
    "outputs": (
        lambda n: n["cells"][5].update(outputs=[{"output_type": "stream"}]),
        "it has outputs",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_to_the_notebook_is_named_with_its_file(lessons, kind):
    how, words = DAMAGE[kind]
    edit(lessons, how)
    found = translations.check(lessons)
    assert found and all(f.startswith(f"ru/{NAME}: ") for f in found)
    assert any(words in f for f in found)


@pytest.mark.parametrize(
    "cell, old, new, words",
    [
        ("c05", "as cr", "as crossroads", "cell c05: its code differs."),
        ("c06", "03-before", "03-after", "cell c06: its code differs."),
        ("c08", "03-p-line", "03-p-other", "cell c08: its code differs."),
        ("c10", "()", "(", "cell c10: its code can't be read"),
        ("m02", "**L3.1**", "**L3.9**", "cell m02: its numbers differ (missing: 31; new: 39)"),
        ("m03", "90 minutes in class", "45 minutes in class", "cell m03: its numbers differ"),
        ("m01", "## Guiding", "# Guiding", "cell m01: its headings differ"),
    ],
)
def test_damage_to_a_cell_is_named(lessons, cell, old, new, words):
    change(lessons, cell, old, new)
    assert any(words in found for found in translations.check(lessons))


@pytest.mark.parametrize(
    "after, words",
    [
        ("![вид](b.png) [там](../x.md) `df`", "its figures differ (missing: a.png; new: b.png)"),
        ("![вид](../a.png) [там](../y.md) `df`", "its links differ (missing: x.md; new: y.md)"),
        ("![вид](../a.png) [там](../x.md) `ряд`", "its pieces of code differ"),
    ],
)
def test_figures_links_and_code_in_the_text_stay(after, words):
    before = {"id": "a", "cell_type": "markdown", "metadata": {}}
    english = {**before, "source": "![a view](a.png) [there](x.md) `df`"}
    assert words in " ".join(translations._cell(english, {**before, "source": after}))


def test_what_an_f_string_computes_stays():
    print_ = translations._program
    assert print_('print(f"in {year}: {x:.1f}")') == print_('print(f"за {year}: {x:.1f}")')
    assert print_('print(f"in {year}")') != print_('print(f"за {years}")')
    assert print_('print(frame["trade"])') != print_('print(frame["торговля"])')


def test_a_file_that_is_no_notebook_and_one_without_an_original_are_named(lessons):
    (lessons / "ru" / NAME).write_text("{", "utf-8")
    (lessons / "ru" / "77-unknown.ipynb").write_text("{}", "utf-8")
    broken, lost = translations.check(lessons)
    assert f"ru/{NAME}: {NAME} is no notebook" in broken
    assert lost == "ru/77-unknown.ipynb: there is no English lesson of this name."


def test_a_translated_lesson_gets_its_own_folder_in_a_course(lessons, tmp_path, monkeypatch):
    monkeypatch.setattr("crossroads.course.preparation.lessons_dir", lambda: lessons)
    assert course.prepare(tmp_path / "course", quizzes=False) == []
    placed = tmp_path / "course" / "lessons"
    assert (placed / "ru" / NAME).read_bytes() == (lessons / "ru" / NAME).read_bytes()
    assert (placed / NAME).read_bytes() == (lessons / NAME).read_bytes()


def test_the_course_opens_and_lists_the_lessons_of_the_language_in_use(lessons, speak, monkeypatch):
    assert notebooks.first_lesson(lessons) == "00-start-here.ipynb"
    translations.begin(lessons, "ru", "00")
    speak("ru")
    assert notebooks.first_lesson(lessons) == "ru/00-start-here.ipynb"
    for folder, links in (
        (lessons, ["ru/00-start-here.ipynb", "01-what-does-the-article-say.ipynb"]),
        (lessons / "ru", ["00-start-here.ipynb", "../01-what-does-the-article-say.ipynb"]),
    ):
        monkeypatch.chdir(folder)
        found = re.findall(r'href="([^"]+)"', lesson_map.view(lesson_map.rows(lessons)))
        assert found[:2] == links
        assert all((folder / link).is_file() for link in found)


def test_the_russian_lessons_run_clean_and_speak_russian(executed):
    russian = [run for path, run in executed.items() if path.parent.name == "ru"]
    assert len(russian) >= 2
    for notebook in russian:
        shown = [out for cell in notebook.cells for out in cell.get("outputs", [])]
        assert [out for out in shown if out.output_type == "error" or out.get("name")] == []
        said = "".join(out.get("data", {}).get("text/html", "") for out in shown)
        assert "Вопрос для самопроверки." in said and "Self-check" not in said


# -- quizzes ---------------------------------------------------------------------------------------


@pytest.fixture
def quizzes(tmp_path):
    """A tree with the translated quiz of this one, and its English original."""
    for place in ("assignments/quiz-01", "translations/ru/quiz-01"):
        shutil.copytree(TREE / place, tmp_path / place)
    return tmp_path


def damage(tree, cell, old, new):
    """Replace a piece of one cell of the translated quiz."""
    path = tree / "translations" / "ru" / "quiz-01" / "quiz-01.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    (found,) = (c for c in notebook["cells"] if c["id"] == cell)
    text = "".join(found["source"])
    assert old in text
    found["source"] = text.replace(old, new, 1)
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


def test_the_translated_quizzes_of_this_tree_agree_with_the_english_ones():
    assert translations.check_quizzes(TREE) == []


@pytest.mark.parametrize(
    ("cell", "old", "new", "named"),
    [
        ("q1", 'key="d"', 'key="c"', "its code differs"),
        ("q3", "points=4", "points=5", "its code differs"),
        ("q9", "tolerance=0.1", "tolerance=1", "its code differs"),
        ("q1", '"a": "mistakes advising for judging"', '"a": "other"', "its code differs"),
        ("q1", "### END HIDDEN TESTS", "", "its marks for nbgrader differ"),
        ("q2-stem", "- **d.**", "- **e.**", "its options differ"),
        ("q4-stem", "десять", "10", "its numbers differ"),
        ("q8-stem", '`trips["weekday"].count()`', "`trips.count()`", "its pieces of code differ"),
        ("setup", 'cr.language("ru")', "", "is missing after import crossroads"),
    ],
)
def test_what_a_translated_quiz_may_not_change_is_named(quizzes, cell, old, new, named):
    damage(quizzes, cell, old, new)
    (said,) = translations.check_quizzes(quizzes)
    assert said.startswith(f"translations/ru/quiz-01/quiz-01.ipynb: cell {cell}: ")
    assert named in said


def test_a_rubric_keeps_its_criteria_and_levels(quizzes):
    rubric = quizzes / "translations" / "ru" / "quiz-01" / "rubric.yml"
    rubric.write_text(rubric.read_text("utf-8").replace("    3: ", "    4: ", 1), "utf-8")
    (said,) = translations.check_quizzes(quizzes)
    assert "rubric.yml has other criteria or levels" in said


def test_a_quiz_to_translate_is_begun_once(quizzes, capsys):
    (quizzes / "lessons").mkdir()
    begin = ["new", "ky", "quiz-01", "--lessons", str(quizzes / "lessons")]
    assert translations.main(begin) == 0
    assert translations.check_quizzes(quizzes) == []
    assert translations.main(begin) == 1 and "is there already" in capsys.readouterr().err
    assert translations.main([*begin[:2], "quiz-77", *begin[3:]]) == 1


def test_a_class_takes_a_translation_as_its_source(tmp_path, capsys):
    assert translated_quiz.languages("quiz-01") == ["ru"]
    own = course.Course(tmp_path).own_source("quiz-01")
    assert translated_quiz.take(tmp_path, "quiz-01", "ru")
    brought = TREE / "translations" / "ru" / "quiz-01"
    assert {p.name: p.read_bytes() for p in own.iterdir()} == {
        p.name: p.read_bytes() for p in brought.iterdir()
    }
    # What a teacher changes in it stays.
    (own / "rubric.yml").write_text("q15: []\n", "utf-8")
    assert not translated_quiz.take(tmp_path, "quiz-01", "ru")
    assert (own / "rubric.yml").read_text("utf-8") == "q15: []\n"
    with pytest.raises(ValueError, match="translated into 'fr'; there is English and ru"):
        translated_quiz.take(tmp_path, "quiz-01", "fr")


def test_a_quiz_that_the_class_may_have_in_english_is_not_replaced(tmp_path):
    own = course.Course(tmp_path).own_source("quiz-01")
    shutil.copytree(TREE / "assignments" / "quiz-01", own)
    released = tmp_path / "release" / "quiz-01"
    released.mkdir(parents=True)
    (released / "quiz-01.ipynb").write_text("{}", "utf-8")
    with pytest.raises(ValueError, match="exists already and is not the ru translation"):
        translated_quiz.take(tmp_path, "quiz-01", "ru")
    # Where nobody has it yet, the language is the teacher's choice.
    shutil.rmtree(released.parent)
    assert translated_quiz.take(tmp_path, "quiz-01", "ru")
