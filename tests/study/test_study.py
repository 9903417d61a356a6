"""Self-study: when to ask again, what is mastered, what an attempt keeps, what a page claims."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import nbformat
import pandas as pd
import pseudo
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from quizzes import ASSIGNMENTS, items, one_line, put_answers

import crossroads as cr
from crossroads import cli, study
from crossroads.assignments import bank
from crossroads.grading import sandbox
from crossroads.grading.notes import Note, said, say
from crossroads.lessons import progress, schedule
from crossroads.lessons.checks import Check, lesson_items, lessons_dir
from crossroads.lessons.schedule import DAYS, LEARNED, Card
from crossroads.questions import variants
from crossroads.questions.kinds import AS_DATA
from crossroads.questions.outcome import Outcome
from crossroads.questions.self_check import mark
from crossroads.study import attempts, learner_progress, pages
from crossroads.study.learner_progress import Lesson, Quiz, Standing
from crossroads.study.words import feedback_text, missing

DAY = date(2027, 3, 1)
QUIZ = "quiz-02"
ITEMS = items(ASSIGNMENTS / QUIZ)
RIGHT = {i.id: i.answer for i in ITEMS if i.test} | {"q15": "I doubt it."}
# nbgrader's own, about its gradebook's sessions.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
    pytest.mark.usefixtures("warm_kernels"),
]


# -- when to ask again -----------------------------------------------------------------------------


def test_a_missed_question_that_is_always_right_comes_back_after_1_2_4_8_16_days():
    card, day, gaps = schedule.after(None, False, DAY), DAY, []
    while card.due:
        gaps.append((card.due - day).days)
        day = card.due
        card = schedule.after(card, True, day)
    assert gaps == [1, 2, 4, 8, 16]
    assert card == Card(LEARNED, None)


def test_a_wrong_answer_sends_a_card_back_from_any_box_on_any_day():
    for box in range(1, LEARNED + 1):
        card = Card(box, DAY + timedelta(days=5) if box < LEARNED else None)
        assert schedule.after(card, False, DAY) == Card(1, DAY + timedelta(days=1))


def test_what_was_never_missed_is_never_asked():
    assert schedule.after(None, True, DAY) is None
    assert not schedule.due(None, DAY)


cards = st.builds(
    lambda box, days: Card(box, DAY + timedelta(days=days) if box < LEARNED else None),
    st.integers(1, LEARNED),
    st.integers(-400, 400),
)


@given(cards, st.booleans())
def test_a_card_is_due_later_than_the_day_it_was_answered_unless_it_was_early(card, right):
    later = schedule.after(card, right, DAY)
    assert schedule.due(card, DAY) == (card.due is not None and card.due <= DAY)
    if not right or schedule.due(card, DAY):
        assert later.due is None or later.due > DAY
        assert abs(later.box - card.box) <= 1 or not right
    else:
        assert later == card, "practice before it is due is no review"


@given(cards)
def test_a_card_is_read_as_it_was_written(card):
    assert schedule.read(json.loads(json.dumps(schedule.write(card)))) == card


@pytest.mark.parametrize("box", [0, -3, 99, "2", None, True, 2.5, [1]])
def test_a_card_that_cannot_be_read_is_due_at_once(box):
    assert schedule.due(schedule.read({"box": box, "due": "soon"}), DAY)


def test_what_was_missed_before_there_were_cards_is_due_too():
    missed = {"state": "partly", "when": "2027-02-20T12:00:00+00:00"}
    assert schedule.due(schedule.read(missed), DAY)
    assert schedule.read(missed | {"state": "right"}) is None


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A course directory without anything in it, as ``crossroads study`` would name it."""
    monkeypatch.setenv(progress.VARIABLE, str(tmp_path / "course" / "progress"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "course"


def test_progress_keeps_the_card_with_its_item(kept):
    progress.record("07-x", "right", "a", DAY)
    assert "box" not in progress.recall("07-x")
    progress.record("07-x", "wrong", "b", DAY)
    progress.record("07-x", "right", "a", DAY)
    assert (progress.recall("07-x")["box"], progress.recall("07-x")["due"]) == (1, "2027-03-02")
    progress.record("07-x", "right", "a", DAY + timedelta(days=1))
    assert (progress.recall("07-x")["box"], progress.recall("07-x")["due"]) == (2, "2027-03-04")
    progress.record("quiz-03/q4", "wrong", None, DAY)
    assert sorted(p.name for p in (kept / "progress").iterdir()) == [
        "lesson-07.json",
        "quiz-03.json",
    ]


# -- quiz questions as cards -----------------------------------------------------------------------

ASKED = [
    (item, check)
    for folder in sorted(ASSIGNMENTS.iterdir())
    for item in bank.read(folder)
    if item.test and (check := learner_progress.as_check(item))
]


def key_of(item):
    """The right answer, as a check's controls give it."""
    key = item.call()["key"]
    if item.kind == "number":
        return repr(float(key))
    return {"multiple": sorted, "order": list, "match": dict}.get(item.kind, str)(key)


@pytest.mark.parametrize(("item", "check"), ASKED, ids=[item.code for item, _ in ASKED])
def test_a_quiz_question_asked_alone_marks_and_explains_as_in_the_quiz(item, check):
    assert mark(check, key_of(item)).state == "right"
    assert check.prompt and all(o.text for o in check.options)
    assert bool(check.options) == bool(item.options)
    if item.kind == "single":
        for option in check.options:
            verdict = mark(check, option.id)
            assert verdict.words == (item.call()["why"][option.id],)
            assert (verdict.state == "right") == (option.id == item.call()["key"])


def test_most_quiz_questions_can_be_asked_alone_and_none_with_values_of_its_own():
    marked = [i for f in ASSIGNMENTS.iterdir() for i in bank.read(f) if i.test]
    assert len(ASKED) > len(marked) / 2
    assert set(AS_DATA) == {item.kind for item, _ in ASKED}
    assert not any(item.varies for item, _ in ASKED)


def test_a_table_stands_above_its_question_and_nothing_of_the_stem_is_lost():
    laid_out = [(item, check) for item, check in ASKED if check.material]
    assert len(laid_out) > 50
    for item, check in laid_out:
        assert "<table>" in check.material or "<pre>" in check.material
        above = html.unescape(re.sub(r"<[^>]+>", " ", check.material))
        shown = re.findall(r"\w+", f"{above} {check.prompt}")
        wanted = re.findall(r"\w+", re.sub(r"```\w*|:---*:?|-{3,}:?", " ", item.question))
        assert len(shown) >= 0.9 * len(wanted), item.code
        assert check.prompt and "|" not in check.prompt and not check.prompt.endswith(":")
    assert check.material in Check(check).static()


# -- mastery ---------------------------------------------------------------------------------------


def objective(states, asked=5):
    names = {f"01-{n}": "L1.1" for n in range(asked)} | {"02-a": "L2.1"}
    entries = {f"01-{n}": {"state": state} for n, state in enumerate(states)}
    return learner_progress.mastery([("L1.1", "sort", 1)], names, entries)[0]


def test_mastery_counts_each_question_once_by_its_latest_answer():
    found = objective(["right", "partly", "wrong"])
    assert (found.questions, found.tried, found.credit) == (5, 3, 1.5)
    assert (found.share, found.level) == (0.3, "in progress")
    assert objective(["right"] * 4).level == "mastered"
    assert objective([]).level == "not started"


@given(st.lists(st.sampled_from(["right", "partly", "wrong"]), max_size=5))
def test_one_more_right_answer_never_lowers_mastery(states):
    before = objective(states)
    assert 0 <= before.share <= 1
    if len(states) < 5:
        assert objective([*states, "right"]).share > before.share


def test_every_objective_of_the_course_has_words_and_questions(kept):
    own = learner_progress.read(kept)
    named = {
        code
        for path in lessons_dir().glob("[0-9][0-9]-*.ipynb")
        for code in re.findall(r"\*\*(L\d+\.\d)\*\*", path.read_text("utf-8"))
    }
    assert named
    assert sorted(o.code for o in own.objectives) == sorted(named)
    assert all(o.words and o.questions and not o.tried for o in own.objectives)
    assert own.objectives[3].words == "sort claims by kind, and spot softening words (hedges)"


# -- one course, from the first mark to the second -------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of one quiz, answered with one mistake, marked; drawn anew, marked again."""
    place = tmp_path_factory.mktemp("study")
    shutil.copytree(ASSIGNMENTS / QUIZ, place / "assignments" / QUIZ)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crossroads.course.directory.assignments_dir", lambda: place / "assignments")
        root = place / "course"
        patch.setenv(progress.VARIABLE, str(root / "progress"))
        assert study.prepare(root) == []
        answer(root, q1=ITEMS[0].line(wrong(ITEMS[0])), q5="q5 = None")
        first, page = study.grade(root, QUIZ, DAY)
        command(root, "variant", QUIZ)
        drawn = variants.values_in(nbformat.read(notebook(root), 4))
        answer(root)
        second, _ = study.grade(root, QUIZ, DAY + timedelta(days=1))
        yield {"root": root, "first": first, "second": second, "page": page, "drawn": drawn}


def notebook(root: Path) -> Path:
    return root / "quizzes" / QUIZ / f"{QUIZ}.ipynb"


def answer(root, **changed):
    path = notebook(root)
    nbformat.write(put_answers(nbformat.read(path, 4), RIGHT | changed), path)


def wrong(item):
    return next(code for code in item.options if code != item.call()["key"])


def command(root, *words):
    return cli.main([*words, "--course", str(root)])


def test_an_attempt_is_marked_and_says_why(course):
    first = course["first"]
    states = {q.id: q.state for q in first.questions}
    assert states == {i.id: "right" for i in ITEMS} | {
        "q1": "wrong",
        "q5": "unanswered",
        "q15": "waiting",
    }
    lost = sum(i.points for i in ITEMS if i.id in ("q1", "q5"))
    assert (first.points, first.possible, first.by_hand) == (29 - lost, 29, 12)
    page = one_line(html.unescape(course["page"].read_text("utf-8")))
    assert one_line(ITEMS[0].call()["why"][wrong(ITEMS[0])]) in re.sub("</?p> ?", " ", page)
    assert "only a person can mark" in page
    assert say(attempts.SANDBOX) in page or say(attempts.NO_SANDBOX) in page


def test_feedback_shows_what_was_asked_and_chosen_laid_out(course):
    page = course["page"].read_text("utf-8")
    first = html.unescape(re.sub(r"<[^>]+>", "", page.split('id="q1"')[1].split("</section>")[0]))
    chosen = re.sub(r"[*`]", "", ITEMS[0].options[wrong(ITEMS[0])])
    answered = one_line(first.split("Your answer")[1])
    assert answered.startswith(f"{wrong(ITEMS[0])}. {one_line(chosen)}")
    tabled = next(item.id for item in ITEMS if re.search(r"^\|", item.stem, re.M) and item.test)
    asked = page.split(f'id="{tabled}"')[1].split("</section>")[0]
    assert "<table>" in asked and "|---" not in page and "**" not in page


def test_code_keeps_its_font_and_hostile_text_stays_text():
    item = next(item for item in items(ASSIGNMENTS / "quiz-01") if item.id == "q8")
    code = wrong(item)
    missed = Outcome("single", "wrong", code, wrong=(code,), missing=(item.call()["key"],))
    own = attempt_of(question("q8", "wrong", 0.0, outcome=missed))
    made = pages.feedback(own, {"q8": item})
    assert "`" not in made
    assert made.count("<code>count()</code>") == (code == "a")
    assert "<code>trips[" in made.split("Your answer")[1].split("cr-verdict")[0]
    assert "<li><code>trips[" in Check(learner_progress.as_check(item), fresh=True).static()
    hostile = replace(item, stem=f"{item.stem}\n\n<img src=x onerror=alert(1)> <script>x</script>")
    made = pages.feedback(own, {"q8": hostile})
    assert "<img" not in made and "<script" not in made and "&lt;img src=x" in made


@pytest.mark.parametrize("answer", [["a"], {"a": "b"}, 3, "z", "<b>"])
def test_an_answer_of_another_question_breaks_no_page(answer):
    missed = Outcome("single", "wrong", answer, wrong=("z",))
    own = attempt_of(question("q1", "wrong", 0.0, outcome=missed))
    made = pages.feedback(own, {item.id: item for item in ITEMS})
    assert "0 of 2 points" in made and "<b>" not in made


def test_what_was_right_once_counts_for_the_certificate(kept):
    progress.record("00-x", "wrong", "a", DAY)
    entry = progress.recall("00-x")
    row = pd.Series({"lesson": 0, "title": "Start here", "file": "00"})
    assert learner_progress._lesson(row, {"00-x": None}, {"00-x": entry}).right == 0
    progress.record("00-x", "right", "b", DAY)
    progress.record("00-x", "wrong", "a", DAY)
    entry = progress.recall("00-x")
    assert entry["state"] == "wrong" and entry["box"] == 1, "it comes back all the same"
    assert learner_progress._lesson(row, {"00-x": None}, {"00-x": entry}).right == 1


def test_a_second_attempt_has_other_values_and_both_are_kept(course):
    first, second = attempts.kept(course["root"], QUIZ)
    assert (first, second) == (course["first"], course["second"])
    assert second.points == second.possible == 29
    assert attempts.best([first, second]) == second
    (earlier,) = (course["root"] / "earlier" / QUIZ).glob("*/*.ipynb")
    assert variants.values_in(nbformat.read(earlier, 4)) != course["drawn"]


def test_what_was_missed_became_a_card_and_the_unanswered_did_not(course):
    entries = progress.read(course["root"] / "progress" / f"{QUIZ}.json")
    cards = {id_: schedule.read(entry) for id_, entry in entries.items()}
    # Missed on the first day, right on the next: one box on.
    assert {k: v for k, v in cards.items() if v} == {
        f"{QUIZ}/q1": Card(2, DAY + timedelta(days=1 + DAYS[1]))
    }


def test_an_earlier_copy_can_be_marked_too(course, tmp_path):
    (earlier,) = (course["root"] / "earlier" / QUIZ).glob("*/*.ipynb")
    assignment = nbformat.read(earlier, 4)
    assert attempts._drawn(earlier, assignment) == variants.values_in(assignment)
    foreign = variants.personalise(assignment, {"country": "XXX"})
    nbformat.write(foreign, tmp_path / "own.ipynb")
    assert attempts._drawn(tmp_path / "own.ipynb", assignment) is None


def test_without_a_sandbox_the_marks_are_the_same_and_it_is_said(course, monkeypatch):
    monkeypatch.setattr(sandbox, "trouble", lambda *_: sandbox.MISSING)
    attempt = attempts.grade(course["root"], QUIZ, DAY + timedelta(days=1))
    shutil.move(attempts.folder(course["root"], QUIZ) / "3.json", course["root"] / "third.json")
    assert attempt.questions == course["second"].questions
    assert attempts.NO_SANDBOX in attempt.notes
    assert not any("ended" in note.code for note in attempt.notes)


def test_review_asks_the_card_when_it_is_due_without_the_old_answer(course):
    own = learner_progress.read(course["root"])
    due = DAY + timedelta(days=1 + DAYS[1])
    assert own.due(due - timedelta(days=1)) == []
    assert own.next_due(due - timedelta(days=1)) == due
    (card,) = learner_progress.due_now(course["root"], own, due)
    assert (card.id, card.place) == (f"{QUIZ}/q1", f"quizzes/{QUIZ}/{QUIZ}.ipynb")
    assert Check(card.item, fresh=True).answer is None


def test_the_pages_say_what_is_known_need_nothing_else_and_axe_finds_nothing(course, page):
    root = course["root"]
    text = study.write_progress(root, learner_progress.read(root)).read_text("utf-8")
    assert "29 of 29 (attempt 2)" in text
    done = complete(learner_progress.read(root))
    made = study.page("Certificate of completion", pages.certificate("Ada", done, DAY))
    for whole in (text, course["page"].read_text("utf-8"), made):
        assert "http" not in whole and "url(" not in whole
        page.set_viewport_size({"width": 1000, "height": 900})
        page.set_content(whole)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.set_viewport_size({"width": 400, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_the_command_says_what_a_learner_wants_to_know(course, capsys):
    assert command(course["root"], "study", "--progress") == 0
    said = capsys.readouterr().out
    assert re.search(r"of \d+ objectives mastered", said) and "progress.html" in said
    assert command(course["root"], "study", "--certificate", "Ada") == 1
    said = capsys.readouterr().out
    assert "Lesson 0, Start here: 7 of 7 self-checks are not right yet." in said
    assert "Quiz 2" not in said, "it was fully answered once"
    assert not (course["root"] / "study" / "certificate.html").exists()
    assert command(course["root"], "study", "--grade", "quiz-99") == 1
    assert capsys.readouterr().err == (
        f"crossroads: there is no quiz 'quiz-99'; there are {QUIZ}\n"
    )


def test_quizzes_show_their_table_where_nobody_can_press_a_button(course):
    shown = study.QuizDesk(course["root"]).static()
    assert "29 of 29" in shown and "crossroads study --grade" in shown


# -- where something is missing or broken ----------------------------------------------------------


def test_an_installation_without_sources_says_so_in_one_line(kept, monkeypatch, capsys):
    monkeypatch.setattr("crossroads.course.directory.assignments_dir", lambda: None)
    kept.mkdir()
    assert command(kept, "study", "--grade", QUIZ) == 1
    assert capsys.readouterr().err == f"crossroads: {attempts.NO_SOURCES}\n"
    assert "no quizzes" not in cr.progress(), "their own table is beside it"
    assert "There are no quizzes in this installation" in cr.quizzes().static()
    assert "The quizzes: there are none" in cr.certificate("Ada")


def test_a_copy_that_is_gone_and_a_course_that_is_not_there(kept, capsys):
    assert command(kept, "study", "--progress") == 1
    assert "crossroads study makes it" in capsys.readouterr().err
    kept.mkdir()
    assert command(kept, "study", "--grade", QUIZ) == 1
    assert "your copy isn't there" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["{", "[]", "{}", '{"questions": [1]}', "\x00"])
def test_a_damaged_attempt_is_kept_aside_and_its_number_is_not_used_again(kept, damage):
    folder = attempts.folder(kept, QUIZ)
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(damage)
    with pytest.warns(UserWarning, match="was kept as 1.damaged-"):
        assert attempts.kept(kept, QUIZ) == []
    (aside,) = folder.iterdir()
    assert aside.read_text() == damage
    assert attempts._next_number(kept, QUIZ) == 2


# -- what a certificate claims ---------------------------------------------------------------------


def attempt_of(*questions, number=1):
    return attempts.Attempt(QUIZ, number, "2027-02-01T12:00:00+00:00", tuple(questions))


def question(id_="q1", state="right", points=2.0, **more):
    return attempts.Question(id_, state, points, 2.0, **more)


def complete(own):
    """The same learner with everything done."""
    lessons = tuple(
        Lesson(x.number, x.title, x.file, x.items, x.items, x.items, 1, DAY) for x in own.lessons
    )
    full = attempt_of(question(), question("q2", "wrong", 0.0))
    return Standing(own.objectives, lessons, (Quiz(QUIZ, "Quiz 2", (full,)),), own.cards)


def test_before_the_end_a_certificate_is_a_list_of_what_is_missing(kept):
    own = complete(learner_progress.read(kept))
    assert missing(own) == []
    half = Quiz(QUIZ, "Quiz 2", (attempt_of(question(state="unanswered", points=0.0)),))
    for quizzes, words in (
        ((Quiz(QUIZ, "Quiz 2", ()),), "Quiz 2: not yet marked."),
        ((half,), "Quiz 2: unanswered: question 1."),
        ((), "The quizzes: there are none in this installation."),
    ):
        less = Standing(own.objectives, own.lessons, quizzes, {})
        assert missing(less) == [words]
        made = pages.certificate("Ada", less, DAY)
        assert words in made and "Ada" not in made


def test_a_certificate_claims_no_more_than_it_knows(kept):
    made = pages.certificate("<Ada> & Bo", complete(learner_progress.read(kept)), DAY)
    assert "&lt;Ada&gt; &amp; Bo" in made and "<Ada>" not in made
    assert "2 of 4" in made, "points are shown as they are"
    assert "Self-checks right at least once" in made
    assert "1 March 2027" in made
    assert "Nobody supervised this work, and nobody's identity was checked" in html.unescape(made)
    for claim in ("passed", "certif", "achiev", "proves"):
        assert claim not in made.casefold()


def test_a_certificate_needs_a_name(kept):
    with pytest.raises(ValueError, match="type your name"):
        cr.certificate("  ")


# -- in other languages ----------------------------------------------------------------------------


def test_every_page_in_russian_has_none_of_our_words_in_english(kept, speak):
    speak("ru")
    earlier = "Cells had been moved; they are marked in the order of the release."
    left, chosen = Note("values-lost"), wrong(ITEMS[0])
    missed = Outcome("single", "wrong", chosen, wrong=(chosen,), missing=("d",))
    attempt = attempts.Attempt(
        QUIZ,
        3,
        "2027-02-01T12:00:00+00:00",
        (
            attempts.Question("q1", "wrong", 0.0, 1.0, outcome=missed),
            attempts.Question("q2", "unanswered", 0.0, 1.5),
            attempts.Question("q3", "wrong", 0.0, 0.0, notes=(said("Вы выбрали a."),)),
            attempts.Question("q15", "waiting", 0.0, 12.0, by_hand=True),
        ),
        # The first was kept by an earlier version, in English.
        (said(earlier), left, attempts.SANDBOX),
    )
    made = pages.feedback(attempt, {item.id: item for item in ITEMS})
    assert pseudo.latin_words(made) == []
    assert "Попытка 3, 1 февраля 2027 г.: Баллы: 0 из 2,5. Без ответа: вопрос 2." in made
    assert f'<span lang="en" dir="auto">{earlier}</span>' in made and "Вы выбрали a." in made
    assert "Строка с собственными значениями" in made and "отдельной песочнице" in made
    why = escape(ITEMS[0].call()["why"][chosen])
    assert f"Вы выбрали {chosen}, это неверно." in made
    assert f'<span lang="en" dir="auto">{why}</span>' in made
    text = feedback_text(attempt, {item.id: item for item in ITEMS})
    assert "попытка 3: Баллы: 0 из 2,5." in text and f"Вы выбрали {chosen}, это неверно." in text

    own = learner_progress.read(kept)
    quizzes = (Quiz(QUIZ, "Quiz 2", (attempt,)), Quiz("quiz-03", "Quiz 3", ()))
    begun = Standing(own.objectives, own.lessons, quizzes, own.cards)
    shown = pages.progress(begun, DAY)
    # A chart's labels are the lessons' own titles.
    assert pseudo.latin_words(shown, "svg") == []
    assert "0 из 2,5 (попытка 3)" in shown and "не начато" in shown
    assert "Quiz 2: без ответа: вопрос 2." in missing(begun)
    done = pages.certificate("Ада", complete(own), DAY)
    assert pseudo.latin_words(done) == []
    assert "1 марта 2027 г." in done and "2 из 4" in done


# -- the study notebook ----------------------------------------------------------------------------


def test_the_study_notebook_runs_clean_before_anything_is_done(kept, monkeypatch):
    from nbclient import NotebookClient

    kept.mkdir()
    source = Path(study.__file__).parents[1] / "static" / study.START
    own = nbformat.read(source, 4)
    assert not any(cell.get("outputs") for cell in own.cells)
    resources = {"metadata": {"path": str(kept)}}
    NotebookClient(own, timeout=60, resources=resources).execute()
    shown = [out for cell in own.cells for out in cell.get("outputs", [])]
    assert [out for out in shown if out.output_type == "error" or out.get("name")] == []
    said = "".join(out.get("data", {}).get("text/html", "") for out in shown)
    assert "Nothing to review yet" in said
    assert 'href="lessons/01-what-does-the-article-say.ipynb"' in said
    assert (kept / "study" / "progress.html").is_file()


def test_every_self_check_can_be_a_card(kept):
    lessons = [path.stem for path in (lessons_dir() / "checks").glob("*.yml")]
    assert len(lessons) > 5
    for lesson in lessons:
        for id_ in lesson_items(lesson):
            progress.record(id_, "wrong", None, DAY)
    own = learner_progress.read(kept)
    due = learner_progress.due_now(kept, own, DAY + timedelta(days=1))
    assert len(due) == sum(x.items for x in own.lessons)
    for card in due:
        assert (card.item is None) == (lesson_items(card.id[:2])[card.id].kind == "code")
        assert card.place.startswith(f"lessons/{card.id[:2]}-")
