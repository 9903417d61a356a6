"""The power corridor: from megawatts to gigawatt-hours to dollars, as ranges, beside the record."""

from .choices import (
    CAPACITY,
    MONTHS,
    PAID,
    PUBLISHED,
    REPEATS,
    SERIES,
    TAJIK_PART,
    VIEWS,
    WHAT,
    Choices,
)
from .controls import controls
from .corridor import energy, hours, loads, megawatts, revenue, season, tariffs
from .pandas_code import code
from .record import lines, names, recorded, repeated
from .view import describe, power_corridor, view

__all__ = [
    "CAPACITY",
    "MONTHS",
    "PAID",
    "PUBLISHED",
    "REPEATS",
    "SERIES",
    "TAJIK_PART",
    "VIEWS",
    "WHAT",
    "Choices",
    "code",
    "controls",
    "describe",
    "energy",
    "hours",
    "lines",
    "loads",
    "megawatts",
    "names",
    "power_corridor",
    "recorded",
    "repeated",
    "revenue",
    "season",
    "tariffs",
    "view",
]
