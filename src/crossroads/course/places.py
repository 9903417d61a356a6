"""Every place in a course directory, declared once: its name, what it holds, whose it is.

``Course`` makes its paths of these names only. The list of ``crossroads privacy`` and what
``crossroads forget`` looks for are made of them too, so a new place can't be forgotten there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Found(Enum):
    """A way to find one student's part of a place, and what ``crossroads forget`` does with it."""

    #: A file or folder that is theirs alone: deleted.
    WHOLE = "whole"
    #: A line of the roster.
    ROSTER = "roster"
    #: A JSON object with an entry for them, by id or with the id as its value.
    ENTRY = "entry"
    #: A JSON object of such objects.
    ENTRY_BELOW = "entry below"
    #: Lines of a log: when, who, what became of it.
    LOG = "log"
    #: The student's rows of nbgrader's gradebook.
    GRADEBOOK = "gradebook"
    #: A person has to look: at whatever is there; where a file names them; where a name is like
    #: theirs.
    LOOK = "look"
    LOOK_IF_NAMED = "look if named"
    LOOK_IF_LIKE = "look if like"


@dataclass(frozen=True)
class Part:
    """A student's part of a place: where it is, and what it is.

    ``pattern`` is below the course directory; ``{student}`` stands for the id, ``*`` for any name.
    In what a person reads, ``{name}`` stands for the name of what was found.
    """

    pattern: str
    what: str
    found: Found = Found.WHOLE


@dataclass(frozen=True)
class Place:
    """A file or folder of the course directory."""

    name: str
    holds: str
    #: Whether it holds personal data: then ``crossroads privacy`` names it.
    personal: bool = False
    parts: tuple[Part, ...] = ()
    #: Whether all of it is for students' eyes: then their code may see it, too.
    open: bool = False


def _personal(name: str, holds: str, *parts: Part) -> Place:
    return Place(name, holds, True, parts)


_SUBMITTED = "what was submitted, and when"
_MARKED = "what was submitted, with the tests' results"
_PAGES = "pages with answers, marks and comments"
_OWN_COPIES = "submissions made on this machine, exactly as they were submitted"

#: In the order in which people are told of them.
_PLACES = (
    _personal(
        "roster.csv",
        "names, addresses, ids on the learning platform",
        Part("roster.csv", "the line of the roster", Found.ROSTER),
    ),
    _personal(
        "gradebook.db",
        "nbgrader's gradebook: names, addresses, marks, comments",
        Part("gradebook.db", "name and address, every mark and comment", Found.GRADEBOOK),
        Part("gradebook.db.*", "nbgrader's copy of the gradebook before an update", Found.LOOK),
    ),
    _personal("submitted", _SUBMITTED, Part("submitted/{student}", _SUBMITTED)),
    _personal("autograded", _MARKED, Part("autograded/{student}", _MARKED)),
    _personal("feedback", _PAGES, Part("feedback/{student}", _PAGES)),
    _personal(
        "grading",
        "results of grading, with the answers, and a log with times",
        Part("grading/*/{student}.json", "the result of the grading"),
        Part("grading/*/.overruled.json", "marks that were overridden", Found.ENTRY),
        Part("grading/*/log.txt", "lines of the log", Found.LOG),
    ),
    _personal(
        "marking",
        "marks and comments of other markers; which marker has whose answers",
        Part(
            "marking/*/*.json",
            "other markers' marks and comments; which marker has their answers",
            Found.ENTRY_BELOW,
        ),
    ),
    _personal(
        "requests",
        "regrade requests, with reasons and answers",
        Part("requests/*.json", "regrade requests", Found.ENTRY),
    ),
    _personal(
        "variants",
        "the values drawn for each student, and each student's copy with these values",
        Part("variants/*/{student}", "the copy with the student's own values"),
        Part("variants/*.json", "the values drawn", Found.ENTRY),
    ),
    _personal(
        "collected",
        "replaced and unmatched submissions; names in a platform's downloads; who was late",
        Part("collected/earlier/*/{student}", "submissions that were replaced"),
        Part(
            "collected/arrivals/*/{student}.json",
            "when the student submitted, according to the platform",
        ),
        Part("collected/senders/*/{student}.json", "the student's name in a platform's downloads"),
        Part("collected/from/*/{student}.json", "the sender of the student's submissions"),
        Part("collected/moved/*.json", "a submission that was moved to the student", Found.ENTRY),
        Part("collected/shared/*/{student}.json", "whose submission was copied for the student"),
        Part(
            "collected/shared/*/*.json",
            "a group member's copy of the student's submission",
            Found.ENTRY,
        ),
        Part("collected/matches.json", "a name in a download", Found.ENTRY),
        Part(
            "collected/unmatched/*/*", "a submission that may be the student's", Found.LOOK_IF_LIKE
        ),
    ),
    _personal(
        "reports",
        "item analysis: students' points by question",
        Part(
            "reports/*",
            "make it again (crossroads report {name}) or delete it",
            Found.LOOK_IF_NAMED,
        ),
    ),
    _personal(
        "exports",
        "points for learning platforms and for research",
        Part("exports/*-solutions/{student}.html", "the solutions for the student's own values"),
        Part("exports/*", "points: make it again, or delete it", Found.LOOK_IF_NAMED),
    ),
    _personal(
        "packages",
        "what students are given: quizzes, and a copy for each student with their own values",
        Part("packages/*-copies/{student}", "the copy that was made to be handed out"),
        Part("packages/*-copies.zip", "has everybody's copy in it: make it again", Found.LOOK),
    ),
    _personal(
        "exchange",
        "nbgrader's exchange: submissions to collect, feedback to fetch",
        Part(
            "exchange/*/inbound/{student}+*",
            "still in nbgrader's exchange: delete it there",
            Found.LOOK,
        ),
    ),
    _personal("handed_in", _OWN_COPIES, Part("handed_in/*/{student}+*", _OWN_COPIES)),
    _personal(
        "deadlines.yml",
        "students' own deadlines",
        Part("deadlines.yml", "names the student: delete the line", Found.LOOK_IF_NAMED),
    ),
    _personal(
        "adjustments.yml",
        "marks overridden, and who is excused from what, with the reasons",
        Part("adjustments.yml", "names the student: delete the lines", Found.LOOK_IF_NAMED),
    ),
    _personal(
        "groups.yml",
        "who submits together",
        Part("groups.yml", "names the student: delete the name", Found.LOOK_IF_NAMED),
    ),
    _personal(
        "markers.yml",
        "who marks what, and whose work they must not mark",
        Part("markers.yml", "names the student: delete the name", Found.LOOK_IF_NAMED),
    ),
    *(
        _personal(
            f"{name}.ipynb",
            f"the {what}, including its output if it was saved",
            Part(f"{name}.ipynb", "names the student: delete it", Found.LOOK_IF_NAMED),
        )
        for name, what in (("marking", "marking desk"), ("dashboard", "dashboard"))
    ),
    _personal("progress", "a learner's self-checks on this machine"),
    _personal("quizzes", "a learner's copies of quizzes on this machine"),
    _personal("earlier", "a learner's copies of quizzes from before new values were drawn"),
    _personal("study", "a learner's marked quizzes"),
    Place("study.ipynb", "the page of self-study"),
    Place("lessons", "the lessons", open=True),
    Place("data", "the tables", open=True),
    Place("crossroads.yml", "what the course is called", open=True),
    Place("source", "the assignments with keys and explanations"),
    Place("release", "the assignments as students get them"),
    Place(
        "setup",
        "the course's software and a released quiz, in students' packages",
        open=True,
    ),
    Place("comments.yml", "the bank of comments"),
    Place("item-history.csv", "difficulty and discrimination of questions by class, no names"),
    Place("lti.yml", "where the learning platform's services are"),
    Place("lti-key.pem", "the key by which the platform knows this course: keep it to yourself"),
    Place("nbgrader_config.py", "nbgrader's settings for this course"),
    Place(".crossroads.json", "when each of the course's files was copied"),
)
PLACES: dict[str, Place] = {place.name: place for place in _PLACES}
