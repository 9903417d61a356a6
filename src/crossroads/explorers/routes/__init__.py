"""The route finder: the best way to the sea, and what a closed border does to it."""

from .choices import (
    AIMS,
    CROSSINGS,
    DETOUR,
    ENDS,
    MEANS,
    MONTHS,
    NAMES,
    PORTS,
    SEA,
    SPEED,
    Choices,
)
from .controls import controls
from .network import (
    Leg,
    Route,
    allowed,
    best,
    closed,
    detours,
    next_best,
    states,
    total,
    ways,
    worst,
)
from .pandas_code import code
from .view import describe, route_finder, view

__all__ = [
    "AIMS",
    "CROSSINGS",
    "DETOUR",
    "ENDS",
    "MEANS",
    "MONTHS",
    "NAMES",
    "PORTS",
    "SEA",
    "SPEED",
    "Choices",
    "Leg",
    "Route",
    "allowed",
    "best",
    "closed",
    "code",
    "controls",
    "describe",
    "detours",
    "next_best",
    "route_finder",
    "states",
    "total",
    "view",
    "ways",
    "worst",
]
