"""Times as people and programs write them: dates with a time of day, in a zone or without one."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from .notes import Note, say

# Imported late: dateutil. Nearly every time is written so that it isn't needed.

#: What a time must look like, for people who wrote another one.
EXAMPLE = "2027-01-31 12:00:00 +05:00"
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ \t]+|[Tt])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"[ \t]*(.*)"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.I)
_ZONE = re.compile(r"[A-Za-z][\w+-]*(?:/[\w+-]+){0,2}", re.A)
#: Names of zones that computers write in timestamps, and that the list of zones doesn't have.
_SUMMER = {"CEST": 2, "EEST": 3, "WEST": 1, "EDT": -4, "CDT": -5, "MDT": -6, "PDT": -7}
_WINTER = {"CET": 1, "EET": 2, "WET": 0, "MSK": 3, "PST": -8}


class NoTime(ValueError):
    """A text can't be read as a time, or as a zone; ``note`` says why."""

    def __init__(self, code: str, **values: Any) -> None:
        self.note = Note(code, values=values)
        super().__init__(say(self.note))


def read_time(text: str, zone: tzinfo = UTC, *, certain: bool = False) -> datetime:
    """Return a time as it's written, in its own zone, or in ``zone`` where it names none.

    Raises ``NoTime`` with why it can't be read: a date or a time is missing, day and month could be
    either, nobody knows the zone. With ``certain`` it's also refused when that clock
    showed it twice, or never; else the earlier one counts.
    """
    text = " ".join(text.split())
    if not text:
        raise NoTime("time-empty")
    if len(text) > 100 or not text.isprintable():
        raise NoTime("time-without-date")
    found = _ISO.fullmatch(text)
    time = _iso(found, zone) if found else _other(text, zone)
    if time.year < 2000:
        raise NoTime("time-too-early", text=text)
    return _settled(time, text, certain)


def _iso(found: re.Match[str], zone: tzinfo) -> datetime:
    *parts, second, fraction, name = found.groups()
    numbers = [*map(int, parts), int(second or 0), int((fraction or "").ljust(6, "0")[:6])]
    try:
        time = datetime(*numbers)  # type: ignore[arg-type]
    except ValueError as error:
        raise NoTime("time-wrong", text=found[0], reason=str(error)) from None
    return time.replace(tzinfo=zone_of(name) if name else zone)


def zone_of(name: str) -> Any:
    """Return a time zone by its offset or name. Raises ``NoTime`` for one that nobody knows."""
    from dateutil import tz

    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes <= 15 * 60:
            return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    hours = (_SUMMER | _WINTER).get(name.upper())
    if hours is not None:
        return timezone(timedelta(hours=hours), name.upper())
    made = tz.gettz(name) if _ZONE.fullmatch(name) else None
    if made is None:
        raise NoTime("no-zone", zone=name)
    return made


def _other(text: str, zone: tzinfo) -> datetime:
    """Return a date that isn't written year first: only where it can be read in one way."""
    from dateutil import parser

    found: list[datetime] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", parser.UnknownTimezoneWarning)
        for number, first in ((3, False), (4, False), (3, True)):
            try:
                default = datetime(2000 + number, number, number, number, number)
                found.append(parser.parse(text, default=default, dayfirst=first))
            except parser.UnknownTimezoneWarning:
                raise NoTime("time-of-no-zone", text=text) from None
            except (ValueError, OverflowError, TypeError, AttributeError):
                raise NoTime("time-incomplete", text=text) from None
    if found[0] != found[1]:
        raise NoTime("time-incomplete", text=text)
    if found[0] != found[2]:
        raise NoTime("time-either", text=text)
    return found[0] if found[0].tzinfo else found[0].replace(tzinfo=zone)


def _settled(time: datetime, text: str, certain: bool) -> datetime:
    from dateutil import tz

    if certain and not tz.datetime_exists(time):
        raise NoTime("time-skipped", text=text)
    if certain and tz.datetime_ambiguous(time):
        raise NoTime("time-twice", text=text)
    settled: datetime = tz.resolve_imaginary(time)
    return settled
