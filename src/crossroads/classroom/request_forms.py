"""Read requests to look at a mark again: a form's export as CSV, or the feedback page's lines.

A form's export (Moodle's Feedback or Questionnaire, Google or Microsoft Forms) has a row for each
request. Its headings are a teacher's own words, so columns are known by what their headings ask.
A line of the feedback page is ``Regrade quiz-03 q5 STUDENT: reason``, however an e-mail quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..course import Person, roster_csv, roster_headings
from .collect.name_forms import words
from .notes import Note
from .regrade_requests import Asked

#: Column, and the words of a heading that ask for it; the first that fits counts.
_ASKS = {
    "reason": r"reason|why|explain|explanation|justif|rationale|argument|comment|причин|почему|"
    r"обоснов|объясн|grund|warum|begründ|motivo|por qu|rais[o]n|pourquoi|justifica",
    "item": r"question|item|problem|task|exerci[sc]e|вопрос|задани|задач|frage|aufgabe|pregunta|"
    r"ejercicio",
    "quiz": r"quiz|assignment|homework|\blab\b|\btest\b|exam|тест|работ|викторин",
    "when": r"timestamp|submitted|date|time|дата|время|отметка|zeit|datum|fecha|heure",
}
#: Headings of forms that say who it is, besides those of a class list.
_WHO = {
    "user": "name",
    "fullname": "name",
    "user full name": "name",
    "your name": "name",
    "student name": "name",
    "фио": "name",
    "student id": "student_id",
    "your student id": "student_id",
    "student number": "student_id",
    "username": "login",
    "email": "email",
    "e-mail": "email",
    "электронная почта": "email",
}
_IDS = ("student_id", "sis_id", "login", "email")
_QUESTION = r"questions?|frage|pregunta|вопрос\w*|q|№|#|no|nr"
_LINE = re.compile(
    r"^[>|\s*•-]*regrade\s+(?P<quiz>[^\s:]+)\s+(?P<item>[^\s:]+)\s+(?P<who>[^:]{1,100}?)\s*:(?P<reason>.*)$",
    re.I,
)


@dataclass
class Reading:
    """Requests that were read, and what couldn't be taken, with its line."""

    asked: list[Asked] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def parse(
    content: bytes,
    where: str,
    quiz: str,
    people: Sequence[Person],
    questions: Mapping[str, str],
    columns: Mapping[str, str] | None = None,
) -> Reading:
    """Read a file's requests on an assignment; rows on other assignments are left out.

    ``questions`` are the headings of its questions by id, such as ``Question 5``; ``columns`` are
    the headings of the columns ``item`` and ``reason``, where a teacher says them. Raises
    ``ValueError`` for a file that is neither form.
    """
    text = roster_csv.text_of(content, where)
    if not columns and any(map(_LINE.match, text.splitlines())):
        return _of_lines(text, quiz, people, questions)
    rows, _ = roster_csv.sheet(content, where)
    return _of_rows(rows, where, quiz, people, questions, columns or {})


# -- the feedback page's lines ---------------------------------------------------------------------


def line(quiz: str, item: str, student: str) -> str:
    """Return the line that a student copies from the feedback page, without a reason."""
    return f"Regrade {quiz} {item} {student}: "


def _of_lines(
    whole: str, quiz: str, people: Sequence[Person], questions: Mapping[str, str]
) -> Reading:
    made, found = Reading(), list[tuple[int, re.Match[str], list[str]]]()
    for number, text in enumerate(whole.splitlines(), 1):
        plain = re.sub(r"^[>|\s]+", "", text).rstrip()
        if match := _LINE.match(text):
            found.append((number, match, [match["reason"]]))
        elif re.fullmatch(r"-- ?|_{3,}|-{3,}.*", plain) and found:
            found[-1][2].append("\0")
        elif found and "\0" not in found[-1][2]:
            found[-1][2].append(plain)
    for number, match, parts in found:
        reason = "\n".join(part for part in parts if part != "\0").strip()
        # Who copies the whole form fills in one line of it.
        if not reason:
            continue
        if match["quiz"].casefold() != quiz.casefold():
            made.notes.append(Note("request-other", values={"line": number, "quiz": match["quiz"]}))
            continue
        row = {"student_id": match["who"].strip()}
        _take(made, number, row, match["item"], reason, "", people, questions)
    return made


# -- a form's export -------------------------------------------------------------------------------


def _of_rows(
    rows: Sequence[tuple[int, list[str]]],
    where: str,
    quiz: str,
    people: Sequence[Person],
    questions: Mapping[str, str],
    asked: Mapping[str, str],
) -> Reading:
    made, head = Reading(), [" ".join(cell.split()) for cell in rows[0][1]]
    columns = _columns(head, where, asked)
    for number, row in rows[1:]:
        cells = dict(enumerate(row))
        record: dict[str, str] = {}
        for n, name in columns.items():
            if cells.get(n):
                record.setdefault(name, cells[n])
        reason, item = record.pop("reason", ""), record.pop("item", "")
        when, of = record.pop("when", ""), record.pop("quiz", "")
        if not reason and not item:
            continue
        if of and quiz_number(of) != quiz_number(quiz):
            made.notes.append(Note("request-other", values={"line": number, "quiz": of[:40]}))
            continue
        _take(made, number, record, item, reason, when, people, questions)
    return made


def quiz_number(text: str) -> str:
    """Return what two ways to write an assignment's name have in common.

    This is its number, or else its words.
    """
    found = re.findall(r"\d+", text)
    return str(int(found[0])) if len(found) == 1 else " ".join(words(text))


def _columns(head: Sequence[str], where: str, asked: Mapping[str, str]) -> dict[int, str]:
    """Return what each column holds, by its place. Raises ``ValueError``."""
    found: dict[int, str] = {}
    for name, heading in asked.items():
        places = [n for n, own in enumerate(head) if own.casefold() == heading.strip().casefold()]
        if not places:
            raise ValueError(f"{where} has no column {heading!r}; it has {', '.join(head)}")
        found[places[0]] = name
    for n, heading in enumerate(head):
        # Moodle's Questionnaire puts Q01_ before each of its questions.
        plain = re.sub(r"^q\d+_", "", heading.casefold())
        who = roster_headings.HEADINGS.get(plain) or _WHO.get(plain)
        if n not in found and who:
            found[n] = who
        elif n not in found:
            asks = (name for name, ask in _ASKS.items() if re.search(ask, plain))
            name = next(asks, "")
            if name and name not in found.values():
                found[n] = name
    there = ", ".join(map(repr, head))
    words_for = {"item": "question", "reason": "reason"}
    if missing := [words for name, words in words_for.items() if name not in found.values()]:
        options = " and ".join(f"--{name} HEADING" for name in missing)
        raise ValueError(
            f"{where}: it is not clear which column holds the {' and the '.join(missing)}; name "
            f"it with {options}. There are {there}"
        )
    if not {*found.values()} & {*_IDS, "lms_user_id", "name", "first_name", "last_name"}:
        raise ValueError(
            f"{where} does not say who asks: it needs a column such as Email address, Username, "
            f"Full name or student_id. There are {there}. Was the form anonymous?"
        )
    return found


# -- who, and which question -----------------------------------------------------------------------


def _take(
    made: Reading,
    number: int,
    record: Mapping[str, str],
    item: str,
    reason: str,
    when: str,
    people: Sequence[Person],
    questions: Mapping[str, str],
) -> None:
    about = {"line": number, "who": " ".join(record.values())[:60]}
    students = _students(record, people)
    items = which(item, questions)
    if len(students) != 1:
        code = "request-several" if students else "request-nobody"
        made.notes.append(Note(code, values=about | {"students": sorted(students)}))
    elif not items:
        made.notes.append(Note("request-question", values=about | {"item": item[:60]}))
    elif not reason:
        made.notes.append(Note("request-no-reason", values=about))
    else:
        (student,) = students
        made.asked += [Asked(student, one, reason, when) for one in items]


def _students(record: Mapping[str, str], people: Sequence[Person]) -> set[str]:
    """Return whom a row names. By every id in it.

    The name counts only where no id is known.
    """
    found = set()
    for given in filter(None, (record.get(name, "").casefold() for name in _IDS)):
        for person in people:
            own = (person.student_id, person.sis_id, person.login, person.email)
            if given in map(str.casefold, own):
                found.add(person.student_id)
    number = record.get("lms_user_id", "")
    if number and not found:
        found = {p.student_id for p in people if p.lms_user_id == number}
    full = record.get("name") or " ".join(record.get(k, "") for k in ("first_name", "last_name"))
    if not found and words(full):
        found = {p.student_id for p in people if words(p.name) == words(full)}
    return found


def which(text: str, questions: Mapping[str, str]) -> list[str]:
    """Return the ids of the questions that a text names: by id, heading or number.

    Return none where the text is unclear.
    """
    ids = {id_.casefold(): id_ for id_ in questions}
    headings = {" ".join(words_in(heading)): id_ for id_, heading in questions.items()}
    whole = " ".join(words_in(text))
    if whole in headings:
        return [headings[whole]]
    plain = re.sub(r"\b(?:quiz|assignment|test|lab)[\s_-]*\d+\b/?", " ", text.casefold())
    by_number = {n: id_ for id_, heading in questions.items() for n in _numbers(id_, heading)}
    # Numbers alone, or after the word for a question: "3 and 5", "Question 3 (b)", "№ 3".
    if re.fullmatch(r"[\d\s,;&+]*(?:(?:and|und|и|y|et)[\d\s,;]*)*", plain):
        named = re.findall(r"\d+", plain)
    else:
        known = "|".join(sorted(map(re.escape, ids), key=len, reverse=True)) or "(?!)"
        said = rf"(?<![^\W_])(?:({known})(?![^\W_])|(?:{_QUESTION})\W*(\d+))"
        named = [id_ or number for id_, number in re.findall(said, plain)]
    found = [ids.get(one) or by_number.get(one.lstrip("0"), "") for one in named]
    return list(dict.fromkeys(found)) if all(found) else []


def _numbers(id_: str, heading: str) -> list[str]:
    found = re.findall(r"\d+", heading) or re.findall(r"^q(\d+)$", id_)
    return [str(int(found[0]))] if len(found) == 1 else []


def words_in(text: str) -> list[str]:
    """Return the words of a text in order, without case."""
    return re.findall(r"[^\W_]+", text.casefold())
