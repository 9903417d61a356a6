"""Match submissions to students, by id, login, address, name or the platform's number.

A name that only resembles a student's is a guess, and a person says yes to it first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...course import Person
from ..notes import Note
from .canvas import run_together
from .name_forms import key, without_apostrophes, words
from .origin import Origin

#: What is said of a student who was found by a guess.
GUESSES = ("name-alike", "group-before-name")


def match(
    origin: Origin, people: Sequence[Person], told: Mapping[str, str]
) -> tuple[str, Note | None]:
    """Return the student whom a submission is from, or "" and why nobody was found.

    ``told`` are a teacher's own words on it, by ``key`` of a label or name. Where two people fit,
    or name and number speak of different ones, it's nobody. A student with a note, one of
    ``GUESSES``, is a guess.
    """
    # Only what was said of this very sender: a folder or file within may be called anything.
    for label in (origin.label, origin.names[0]):
        if student := told.get(key(label)):
            return student, None
    for name in origin.names:
        if found := _by_id(people, name, exact=origin.layout != "plain"):
            return _one(found, name)
    by_name: list[Person] = []
    for name in origin.names:
        by_name = by_name or [person for person in people if _named(person, name, origin.layout)]
    by_number = [p for p in people if origin.number and p.lms_user_id == origin.number]
    if origin.layout == "canvas" and by_number:
        strangers = by_name and not {p.student_id for p in by_name} & {
            p.student_id for p in by_number
        }
        if strangers:
            student = by_number[0].student_id
            return "", Note("number-of-another", values={"student": student})
        return _one(by_number, origin.number)
    # Moodle's number is a user's only by chance: it may choose among namesakes, not find anybody.
    if len(by_name) > 1 and (both := [p for p in by_name if p in by_number]):
        by_name = both
    name = origin.names[0]
    if by_name:
        return _one(by_name, name)
    if found := [p for p in people if _has_address(p, name)]:
        return _one(found, name)
    # As some write themselves: without spaces, or by a login in capitals or with its domain.
    by_name = [person for person in people if _run_together(person, name)]
    # A first name alone looks like a login, and may be another person's.
    if "@" in name or name.isupper() or re.search(r"\d", name):
        by_name = by_name or _by_id(people, name, exact=False)
    if not by_name:
        return _nearly(origin, people)
    student, why = _one(by_name, name)
    about = {"student": student, "name": by_name[0].name}
    return student, why or Note("name-alike", values=about)


def _has_address(person: Person, name: str) -> bool:
    """Return whether this is a person's whole address, which nobody tells apart by its capitals."""
    return "@" in name and name.casefold() == person.email.casefold()


def _nearly(origin: Origin, people: Sequence[Person]) -> tuple[str, Note]:
    """Return a possible student, or why nobody fits, where a platform's name has other parts."""
    name = origin.names[0]
    if origin.layout == "moodle" and re.fullmatch(r"Participant[ _]?\d*", name):
        return "", Note("names-hidden")
    # A group stands before the name. A hyphen may be the name's own too, so it's a guess.
    ends = [name[found.end() :] for found in re.finditer("-", name)]
    fit = {p.student_id for end in ends for p in people if _named(p, end, origin.layout)}
    if origin.layout == "moodle" and len(fit) == 1:
        student = fit.pop()
        whole = next(p.name for p in people if p.student_id == student)
        return student, Note("group-before-name", values={"student": student, "name": whole})
    return "", Note("nobody-like-it")


def _by_id(people: Sequence[Person], name: str, *, exact: bool) -> list[Person]:
    """Return whose id, login or address this is.

    With ``exact``, upper and lower case count; otherwise they don't.
    """
    if not name:
        return []
    found = [p for p in people if name in (p.student_id, p.login, p.email)]
    if exact:
        return found
    small = name.casefold()
    found = [
        p
        for p in people
        if small in (p.student_id.casefold(), p.login.casefold(), p.email.casefold())
    ]
    # A login with the university's domain, as anna@uni.example or UNI\\anna for anna; who writes
    # from another address may be another person.
    domains = {p.email.casefold().partition("@")[2] for p in people} - {""}
    own_domain = small.partition("@")[2]
    if found or (own_domain and domains and own_domain not in domains):
        return found
    alone = _without_domain(small)
    return [
        p
        for p in people
        if alone in {_without_domain(own.casefold()) for own in (p.student_id, p.login) if own}
    ]


def _without_domain(login: str) -> str:
    return login.partition("@")[0].rpartition("\\")[2]


def _named(person: Person, name: str, layout: str) -> bool:
    if not (person.first_name or person.last_name):
        return False
    if layout == "canvas":
        return _run_together(person, name)
    forms = [{words(full), words(without_apostrophes(full))} for full in (name, person.name)]
    return bool(words(name)) and not forms[0].isdisjoint(forms[1])


def _run_together(person: Person, name: str) -> bool:
    """Return whether this is a person's name written as one word, in either order."""
    orders = ((person.last_name, person.first_name), (person.first_name, person.last_name))
    named = bool(person.first_name or person.last_name)
    return named and run_together(name) in {run_together(*order) for order in orders}


def _one(found: Sequence[Person], name: str) -> tuple[str, Note | None]:
    if len(found) == 1:
        return found[0].student_id, None
    students = [person.student_id for person in found]
    return "", Note("several-fit", values={"name": name, "students": students})
