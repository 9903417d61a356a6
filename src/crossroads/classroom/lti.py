"""The class list and the marks by a platform's own services: LTI 1.3 Advantage.

*Names and Role Provisioning Services 2.0* gives who is in the course, *Assignment and Grade
Services 2.0* takes marks. Both are asked with a token that the course signs for with its own key;
no student's launch is needed. Where the platform is stands in ``lti.yml`` of the course directory.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..course import Course, Person, roster_csv
from ..files import write_whole
from ..grading import checked_yaml
from .export.marks import Marks, is_excused, of_known
from .export.table import rounded
from .notes import Note

FILE, KEY = "lti.yml", "lti-key.pem"
#: Seconds to wait for an answer, and how often a busy platform is asked again.
_TIMEOUT, _TRIES = 30, 4
_SCOPES = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_LEARNER = "learner"


@dataclass(frozen=True)
class Settings:
    """The addresses of a platform's services, and its id for this course's tool."""

    client_id: str
    token_url: str
    roster_url: str
    lineitems_url: str
    #: Whom the signed request is for, where that isn't ``token_url``.
    audience: str = ""

    @property
    def hosts(self) -> set[str]:
        """The servers that may be sent a token."""
        urls = (self.token_url, self.roster_url, self.lineitems_url)
        return {urlsplit(url).netloc for url in urls}


@dataclass(frozen=True)
class Score:
    """A mark on its way to the platform: whose it is there and here, points and maximum."""

    user_id: str
    student: str
    given: float
    most: float


# -- what is decided -------------------------------------------------------------------------------


def parse(content: bytes) -> Settings:
    """Return the settings in a file's bytes. Raises ``ValueError`` that names the line."""
    reader = checked_yaml.Reader(FILE)
    needed = ("client_id", "token_url", "roster_url", "lineitems_url")
    given = reader.optional(reader.root(content), "the file")
    reader.only(given, {*needed, "audience"})
    for name in needed:
        if name not in given or not checked_yaml.text(given[name]):
            raise ValueError(f"{FILE} needs {', '.join(needed)}: {name} is missing")
    for name, node in given.items():
        if name.endswith("_url") and not _is_safe(checked_yaml.text(node)):
            raise reader.wrong(
                node, f"{name} must begin with https://, so that nobody reads the token on its way"
            )
    return Settings(**{name: checked_yaml.text(node) for name, node in given.items()})


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.netloc) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def learners(members: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the members of a platform's course who are students, as the roster's columns."""
    found = []
    for member in members:
        roles = {str(role).rpartition("#")[2].lower() for role in member.get("roles") or ()}
        if _LEARNER not in roles or str(member.get("status") or "Active").lower() != "active":
            continue
        first, last = _said(member, "given_name"), _said(member, "family_name")
        whole = "" if first or last else _said(member, "name")
        found.append(
            {
                "first_name": first,
                "last_name": last,
                "name": whole,
                "email": _said(member, "email"),
                "lms_user_id": _said(member, "user_id"),
                "sis_id": _said(member, "lis_person_sourcedid"),
            }
        )
    return found


def _said(member: Mapping[str, Any], name: str) -> str:
    value = member.get(name)
    return "" if value is None else str(value)


def class_list(members: Iterable[Mapping[str, Any]], id_column: str = "") -> roster_csv.Reading:
    """Return a platform's students as a class list, by the rules of a file with the same columns.

    Raises ``ValueError`` where there is no student, or nothing that can be an id.
    """
    found = learners(members)
    if not found:
        raise ValueError("the platform names no student who is in the course now")
    out = io.StringIO()
    sheet = csv.DictWriter(out, fieldnames=list(found[0]))
    sheet.writeheader()
    sheet.writerows(found)
    return roster_csv.parse(out.getvalue().encode(), "the platform's list", id_column)


def scores(
    marks: Marks, people: Sequence[Person], members: Iterable[Mapping[str, Any]], decimals: int = 2
) -> tuple[list[Score], list[Note]]:
    """Return the marks that can be sent, and what is to be said of the others.

    Nobody is guessed: a student is the one member who has the same number, id or address. Raises
    ``ValueError`` where the roster is empty, or the assignment has no maximum.
    """
    if marks.whole <= 0:
        raise ValueError(f"{marks.assignment} is extra credit; a platform needs a maximum")
    most = float(rounded(marks.whole, decimals) or 0)
    known, notes = of_known(marks, people)
    there = learners(members)
    sent: list[Score] = []
    excused: list[str] = []
    unknown: list[str] = []
    several: list[str] = []
    for row, person in known:
        if is_excused(row):
            excused.append(person.student_id)
            continue
        if (total := rounded(marks.scaled(row), decimals)) is None:
            continue
        fitting = {one["lms_user_id"] for one in there if _same(person, one)}
        if len(fitting) == 1:
            sent.append(Score(fitting.pop(), person.student_id, max(0.0, float(total)), most))
        else:
            (several if fitting else unknown).append(person.student_id)
    # Two of the roster who fit one member: whose mark it would be isn't known.
    claims = Counter(score.user_id for score in sent)
    several += [score.student for score in sent if claims[score.user_id] > 1]
    sent = [score for score in sent if claims[score.user_id] == 1]
    for code, students in (
        ("excused-not-sent", excused),
        ("not-on-platform", unknown),
        ("several-on-platform", several),
    ):
        if students:
            notes.append(Note(code, values={"students": students}))
    return sent, notes


def _same(person: Person, member: Mapping[str, str]) -> bool:
    ids = {person.sis_id, person.student_id, person.login} - {""}
    return (
        (person.lms_user_id != "" and member["lms_user_id"] == person.lms_user_id)
        or member["sis_id"] in ids
        or (person.email != "" and member["email"].casefold() == person.email.casefold())
    )


# -- the platform ----------------------------------------------------------------------------------


def read(course: Path) -> Settings:
    """Return a course's settings. Raises ``ValueError`` where there are none."""
    path = Course(course).place(FILE)
    if not path.is_file():
        raise ValueError(f"there is no {path} yet: crossroads lti explains what to write in it")
    return parse(path.read_bytes())


def public_key(course: Path) -> tuple[str, str]:
    """Return the course's public key, as PEM and as JSON Web Key; a pair is made on first use."""
    key = _key(course)
    web_key = key.export_public(as_dict=True) | {"use": "sig", "alg": "RS256"}
    return key.export_to_pem().decode(), json.dumps(web_key)


def _key(course: Path) -> Any:
    try:
        from jwcrypto.jwk import JWK  # only who has a platform has it
    except ImportError as error:
        raise ValueError(
            "the services of a platform need another package: pip install 'crossroads-course[lti]'"
        ) from error
    path = Course(course).place(KEY)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = JWK.generate(kty="RSA", size=2048)
        write_whole(path, made.export_to_pem(private_key=True, password=None).decode(), mode=0o600)
    try:
        return JWK.from_pem(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} is not the key that crossroads lti made: {error}") from error


class Platform:
    """A platform's services, asked by a course. All its methods raise ``ValueError``."""

    def __init__(self, course: Path) -> None:
        self.settings = read(course)
        self._connector = _connector(self.settings, _key(course))

    def members(self) -> list[Mapping[str, Any]]:
        """Return everybody in the course there, whatever their role."""
        # Only who has a platform has these.
        from pylti1p3.names_roles import NamesRolesProvisioningService

        where = {"context_memberships_url": self.settings.roster_url}
        with _said_plainly("the class list"):
            return list(NamesRolesProvisioningService(self._connector, where).get_members())

    def send(
        self, assignment: str, scores: Sequence[Score], told: Callable[[int], None] = lambda n: None
    ) -> None:
        """Put marks into the assignment's column; it is made if it isn't there.

        ``told`` hears how many were sent. Sent again, a mark replaces the one before.
        """
        # Only who has a platform has these.
        from pylti1p3.assignments_grades import AssignmentsGradesService
        from pylti1p3.grade import Grade
        from pylti1p3.lineitem import LineItem

        where = {
            "scope": [f"{_SCOPES}lineitem", f"{_SCOPES}score"],
            "lineitems": self.settings.lineitems_url,
        }
        service = AssignmentsGradesService(self._connector, where)
        column = LineItem().set_tag(f"crossroads:{assignment}").set_resource_id(assignment)
        column.set_label(assignment).set_score_maximum(scores[0].most)
        with _said_plainly(f"the column of {assignment}"):
            column = service.find_or_create_lineitem(column)
        for number, score in enumerate(scores, 1):
            grade = Grade().set_user_id(score.user_id)
            grade.set_score_given(score.given).set_score_maximum(score.most)
            grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
            grade.set_timestamp(datetime.now(UTC).isoformat(timespec="milliseconds"))
            with _said_plainly(f"the mark of {score.student}, after {number - 1} were sent"):
                service.put_grade(grade, column)
            told(number)


@contextmanager
def _said_plainly(what: str) -> Iterator[None]:
    """Say in one line what a platform refused, and why."""
    # Only who has a platform has these.
    import requests
    from pylti1p3.exception import LtiException, LtiServiceException

    try:
        yield
    except LtiServiceException as error:
        words = " ".join(error.response.text.split())[:200]
        raise ValueError(
            f"the platform refused {what}: {error.response.status_code} at "
            f"{error.response.url.partition('?')[0]}: {words or error.response.reason}"
        ) from error
    except (LtiException, requests.RequestException, KeyError, TypeError) as error:
        raise ValueError(f"the platform did not give {what}: {error}") from error


def _connector(settings: Settings, key: Any) -> Any:
    """pylti1p3's connector: a token is kept while it's good, and sent to the platform only."""
    # Only who has a platform has these.
    import requests
    from pylti1p3.registration import Registration
    from pylti1p3.service_connector import ServiceConnector
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    class Session(requests.Session):
        def send(self, request: Any, **how: Any) -> Any:
            if urlsplit(request.url).netloc not in settings.hosts:
                host = urlsplit(request.url).netloc
                raise requests.RequestException(f"it leads to {host}, which is not in {FILE}")
            how["timeout"] = how.get("timeout") or _TIMEOUT
            return super().send(request, **how)

    kept: dict[str, tuple[str, float]] = {}

    class Connector(ServiceConnector):  # type: ignore[misc]
        def _get_cached_access_token(self, scope_key: str) -> str | None:
            token, until = kept.get(scope_key, ("", 0.0))
            return token if time.monotonic() < until else None

        def _cache_access_token(self, scope_key: str, access_token: str, expires_in: float) -> None:
            # A minute less, for clocks that differ and answers that take long.
            kept[scope_key] = (access_token, time.monotonic() + float(expires_in) - 60)

    session = Session()
    # Who answers so has done nothing yet: no column is made twice.
    again = Retry(
        total=_TRIES,
        status_forcelist=(429, 503),
        allowed_methods=None,
        backoff_factor=0.5,
        raise_on_status=False,
    )
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=again))
    known = Registration().set_client_id(settings.client_id).set_auth_token_url(settings.token_url)
    if settings.audience:
        known.set_auth_audience(settings.audience)
    known.set_tool_private_key(key.export_to_pem(private_key=True, password=None).decode())
    known.set_tool_public_key(key.export_to_pem().decode())
    return Connector(known, session)
