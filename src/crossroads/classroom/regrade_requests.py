"""Students' requests to look at a mark again: one for each question, with reason and answer.

They are kept in ``requests/ASSIGNMENT.json``, by student and question. A request is open until a
person answers it; the answer stands on the student's next feedback page. What is asked once more
with the same words, as when an export is read again, changes nothing; with other words, it opens
the request again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..course import Course
from ..files import write_whole

#: Letters of a reason; the rest is cut.
MOST_REASON = 4000


@dataclass(frozen=True)
class Request:
    """A request: why, when by the platform's word, and what was answered.

    ``before`` and ``after`` are the points before and after it was answered, where it was.
    ``earlier`` are the requests on the same question that were answered before this one.
    """

    reason: str
    asked: str = ""
    answer: str = ""
    is_open: bool = True
    before: float | None = None
    after: float | None = None
    earlier: tuple[Request, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A request as it was read from a file: whose, on which question, why and when."""

    student: str
    item: str
    reason: str
    when: str = ""


#: Requests by student and item.
Requests = dict[str, dict[str, Request]]


@dataclass
class Taken:
    """The result of reading requests: new ones, those asked again, and those that were known."""

    new: list[Asked] = field(default_factory=list)
    again: list[Asked] = field(default_factory=list)
    known: int = 0


def take_in(
    kept: Mapping[str, Mapping[str, Request]], asked: Iterable[Asked]
) -> tuple[Requests, Taken]:
    """Put requests among those that are kept. A pure function."""
    made = {student: dict(own) for student, own in kept.items()}
    taken = Taken()
    for one in asked:
        reason = one.reason.strip()[:MOST_REASON]
        own = made.setdefault(one.student, {})
        before = own.get(one.item)
        if before is None:
            own[one.item] = Request(reason, one.when)
            taken.new.append(one)
        elif _same(reason, before) or any(_same(reason, other) for other in before.earlier):
            taken.known += 1
        elif before.is_open:
            # Whoever asks again before an answer means the new words.
            own[one.item] = replace(before, reason=reason, asked=one.when)
            taken.again.append(one)
        else:
            earlier = (*before.earlier, replace(before, earlier=()))
            own[one.item] = Request(reason, one.when, earlier=earlier)
            taken.again.append(one)
    return made, taken


def _same(reason: str, request: Request) -> bool:
    return reason.split() == request.reason.split()


def read(course: Path, quiz: str) -> Requests:
    """Return the requests on an assignment; raises ``ValueError`` for a file that is damaged."""
    path = Course(course).requests(quiz)
    if not path.is_file():
        return {}
    try:
        return {
            str(student): {str(item): _request(one) for item, one in own.items()}
            for student, own in json.loads(path.read_text("utf-8")).items()
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError(
            f"{path} is damaged: it should hold requests by student and question. Move it away, "
            "or fix it"
        ) from None


def _request(data: Any) -> Request:
    earlier = tuple(_request(one) for one in data.pop("earlier", ()))
    made = Request(**data, earlier=earlier)
    if not (isinstance(made.reason, str) and isinstance(made.answer, str)):
        raise ValueError("no request")
    return made


def write(course: Path, quiz: str, requests: Requests) -> None:
    """Keep the requests on an assignment."""
    plain = {
        student: {item: asdict(one) for item, one in sorted(own.items())}
        for student, own in sorted(requests.items())
    }
    text = json.dumps(plain, indent=1, ensure_ascii=False)
    write_whole(Course(course).requests(quiz), text)


def answer(
    course: Path,
    quiz: str,
    student: str,
    item: str,
    words: str,
    before: float | None,
    after: float | None,
) -> None:
    """Answer a request and close it, or change the answer. Raises ``ValueError``.

    ``before`` and ``after`` are the points that it had and has.
    """
    kept = read(course, quiz)
    request = kept.get(student, {}).get(item)
    if request is None:
        raise ValueError(f"there is no request of this student on {quiz}/{item} any more")
    if not words.strip():
        raise ValueError("write an answer to the student first")
    first = request.before if not request.is_open else before
    made = replace(request, answer=words.strip(), is_open=False, before=first, after=after)
    write(course, quiz, {**kept, student: {**kept[student], item: made}})


def open_ones(requests: Mapping[str, Mapping[str, Request]]) -> int:
    """Return how many requests wait for an answer."""
    return sum(one.is_open for own in requests.values() for one in own.values())
