"""The vote explorer: who votes with whom in the UN General Assembly, and how sure that is."""

from .agreement import absent, key_votes, lines, links, names, pair, points, pooled, recent
from .choices import (
    FIRST,
    ISSUES,
    LAST,
    MOST_LINES,
    PERIODS,
    RING,
    TOPICS,
    VIEWS,
    Choices,
    partners,
)
from .controls import controls
from .ideal_points import told_apart
from .pandas_code import code
from .view import describe, view, vote_explorer

__all__ = [
    "FIRST",
    "ISSUES",
    "LAST",
    "MOST_LINES",
    "PERIODS",
    "RING",
    "TOPICS",
    "VIEWS",
    "Choices",
    "absent",
    "code",
    "controls",
    "describe",
    "key_votes",
    "lines",
    "links",
    "names",
    "pair",
    "partners",
    "points",
    "pooled",
    "recent",
    "told_apart",
    "view",
    "vote_explorer",
]
