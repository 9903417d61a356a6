"""Requests to look at a mark again: read from forms and e-mails, answered, and given back."""

import json

import pytest
from desks import record
from graders import make_course, marks_in

from crossroads.classroom import privacy, regrade_requests, request_forms, roster
from crossroads.classroom.notes import say
from crossroads.classroom.regrade_requests import Asked, Request, take_in
from crossroads.cli import main
from crossroads.course import Person
from crossroads.manual_grading import dashboard_page, requests_taken
from crossroads.manual_grading.marking_desk import REQUESTS, MarkingDesk

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

NAME = "quiz-01"
PEOPLE = [
    Person("ann01", "Ann", "O'Hara", "ann@u.example", sis_id="0012", login="aohara"),
    Person("bob02", "Боб", "Иванов", "bob@u.example"),
    Person("cy", "Cy", "Lee", "cy@u.example"),
]
QUESTIONS = {f"q{n}": f"Question {n}" for n in range(1, 16)} | {"use": "Use of evidence"}


def parsed(text, encoding="utf-8", columns=None):
    content = text.encode(encoding)
    made = request_forms.parse(content, "f.csv", "quiz-03", PEOPLE, QUESTIONS, columns)
    asked = [(one.student, one.item, one.reason) for one in made.asked]
    return asked, [say(note) for note in made.notes]


def test_google_s_form_for_a_whole_term():
    asked, left = parsed(
        "Timestamp,Email Address,Which quiz?,Which question(s)?,Why should it be marked again?\n"
        '2026/11/20 9:01:12 AM GMT+5,ANN@u.example,Quiz 3,"3, 5","I said ""b"".\nSee lesson"\n'
        "2026/11/20,cy@u.example,Quiz 4,3,no\n2026/11/20,zed@u.example,quiz-03,3,no\n"
    )
    assert asked == [("ann01", q, 'I said "b".\nSee lesson') for q in ("q3", "q5")]
    assert left == ["line 4 is about Quiz 4", "line 5: nobody on the roster is 'zed@u.example'"]


def test_moodle_s_questionnaire_and_feedback():
    head = "Response;Submitted on:;Institution;Department;Course;Group;ID;Full name;Username;"
    asked, left = parsed(
        f"{head}Q01_Which question?;Q02_Why do you think the mark of this question is wrong?\n"
        "1;20/11/2026;;;;;7;Ann OHara;aohara;Question 15: I got 3 of 12 points;I named the limit\n"
    )
    assert (asked, left) == ([("ann01", "q15", "I named the limit")], [])
    text = "User,Date,Номер вопроса,Почему?\nИванов Боб,20 ноября,вопрос №5,Я ответил верно\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "windows-1251"):
        assert parsed(text, encoding) == ([("bob02", "q5", "Я ответил верно")], [])


def test_lines_of_the_feedback_page_as_an_e_mail_quotes_them():
    asked, left = parsed(
        "Dear teacher,\n"
        "> Regrade quiz-03 q1 ann01: \n"
        "> Regrade quiz-03 q5 ann01: my answer is right,\n> see “lesson 3”.\n"
        ">> regrade quiz-04 q5 ann01: other\n"
        "* Regrade quiz-03 q6 ann01:\n"
        "--\nAnn, 2nd year\n"
        'Regrade quiz-03 q7 CY: "an odd quote\n'
    )
    assert asked == [
        ("ann01", "q5", "my answer is right,\nsee “lesson 3”."),
        ("cy", "q7", '"an odd quote'),
    ]
    assert left == ["line 5 is about quiz-04"]
    assert parsed(request_forms.line("quiz-03", "q5", "ann01") + "so") == (
        [("ann01", "q5", "so")],
        [],
    )


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("q3", ["q3"]),
        ("Q3, q 5", ["q3", "q5"]),
        ("3 and 5", ["q3", "q5"]),
        ("Question 3 (b)", ["q3"]),
        ("Quiz 3, question 5", ["q5"]),
        ("quiz-03 q5", ["q5"]),
        ("use of Evidence", ["use"]),
        ("Question 5: 2 of 5 points", ["q5"]),
        ("5 (2 of 3 points)", []),  # a number too many
        ("3-5", []),
        ("q3, q99", []),
        ("99", []),
        ("all of them", []),
        ("", []),
    ],
)
def test_which_question_is_meant(text, items):
    assert request_forms.which(text, QUESTIONS) == items


def test_what_cannot_be_told_is_said_with_what_to_do():
    with pytest.raises(ValueError, match=r"is not clear.*--item|--question HEADING"):
        parsed("Name,Text\nCy Lee,q3 please\n")
    with pytest.raises(ValueError, match="Was the form anonymous"):
        parsed("Question,Reason\n3,x\n")
    with pytest.raises(ValueError, match="has no column 'Warum'"):
        parsed("Name,Nr,Text\nCy Lee,3,x\n", columns={"item": "Nr", "reason": "Warum"})
    named = {"item": "nr", "reason": "Text"}
    assert parsed("Name,Nr,Text\nCy Lee,3,x\n", columns=named)[0] == [("cy", "q3", "x")]
    # What the platform says of who it is, and what was typed, disagree.
    _, left = parsed("Email,Student ID,Question,Reason\ncy@u.example,ann01,3,x\n")
    assert left == ["line 2: it names several students: ann01, cy"]


def test_reading_the_same_export_again_changes_nothing_and_new_words_open_it_again():
    _, taken = take_in({}, [Asked("cy", "q3", "Why?")])
    assert len(taken.new) == 1
    done = {"cy": {"q3": Request("Why?", answer="So.", is_open=False)}}
    again, taken = take_in(done, [Asked("cy", "q3", " Why? ")])
    assert again == done and taken.known == 1
    reopened, taken = take_in(done, [Asked("cy", "q3", "But still.")])
    one = reopened["cy"]["q3"]
    assert one.is_open and one.reason == "But still." and one.earlier == (done["cy"]["q3"],)
    assert take_in(reopened, [Asked("cy", "q3", "Why?")])[1].known == 1


@pytest.fixture
def course(tmp_path):
    root = make_course(tmp_path / "course", NAME)
    roster.update(root, PEOPLE)
    texts = {"ann01": "A text.", "cy": "Another."}
    record(root, NAME, texts, points=lambda student, item: 0 if item.id == "q1" else 1)
    return root


def test_a_request_is_an_entry_of_the_queue_and_its_answer_changes_the_mark_or_not(course, capsys):
    form = course.parent / "form.csv"
    form.write_text(
        "Email,Question,Reason\ncy@u.example,1,=cmd()<b>x</b>\ncy@u.example,15,I named it\n"
        "bob@u.example,1,I was ill\n"
    )
    ask = ["requests", NAME, "--course", str(course)]
    assert main([*ask[:2], str(form), *ask[2:]]) == 2
    said = capsys.readouterr().out
    assert "2 new, 0 again, 0 known" in said and "bob02 has no mark for q1 yet" in said
    assert "2 to answer" in said

    assert "Answer 2 regrade requests" in dashboard_page.board(course)["html"]
    desk, told = MarkingDesk(course, quiz=NAME), []
    desk.send = told.append
    assert [REQUESTS, "Regrade requests (2 to answer)"] in desk.state["modes"]
    desk._receive(None, {"do": "open", "quiz": NAME, "item": "", "mode": REQUESTS}, [])
    assert desk.state["mode"] == REQUESTS and desk.state["total"] == 2
    assert desk.state["items"] == [], "requests are on any question: there is none to choose"
    assert "cy" not in json.dumps(desk.state["request"])
    answers = {"Question 1": None, "Question 15": None}
    for _ in range(2):
        one = desk.state["request"]
        criteria = desk.state["criteria"]
        levels = {c["name"]: c["levels"][0][0] for c in criteria}
        changes = one["title"] == "Question 1"
        asked = {"do": "reply", "code": desk.state["answer"]["code"], "comment": ""}
        desk._receive(None, {**asked, "levels": levels, "reply": " "}, [])
        assert told[-1]["failed"] and "Write an answer" in told[-1]["said"]
        words = f"About {one['title']}."
        desk._receive(None, {**asked, "levels": levels if changes else None, "reply": words}, [])
        assert not told[-1]["failed"], told
        answers[one["title"]] = words
    assert all(answers.values())
    assert marks_in(course, "cy")["q1"][1] == 1 and marks_in(course, "cy")["q15"][1] is None
    kept = regrade_requests.read(course, NAME)["cy"]
    assert (kept["q1"].before, kept["q1"].after) == (0, 1) and not kept["q1"].is_open
    assert requests_taken.changed(kept["q15"].before, kept["q15"].after) == "The mark stays."
    assert regrade_requests.open_ones(regrade_requests.read(course, NAME)) == 0

    main(ask)
    assert "cy, q1 (answered): =cmd()" in capsys.readouterr().out
    assert any(place.where == "requests" for place in privacy.places(course))
    privacy.forget(privacy.holdings(course, "cy"))
    assert regrade_requests.read(course, NAME) == {}


def test_a_damaged_file_is_named_and_left_alone(course):
    path = course / "requests" / f"{NAME}.json"
    path.parent.mkdir()
    for damaged in ("[", '{"cy": {"q1": {"words": 1}}}', '{"cy": []}'):
        path.write_text(damaged)
        with pytest.raises(ValueError, match="damaged"):
            regrade_requests.read(course, NAME)
        assert path.read_text() == damaged
