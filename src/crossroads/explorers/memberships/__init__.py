"""The map of memberships: who sits in which organisation, and which has all of a set of states."""

from .choices import FIRST, LAST, ORGANISATIONS, STATES, Choices
from .controls import controls
from .map import INSET, INSET_NAME_AT, MAP, NAME_AT, WAKHAN, shapes
from .pandas_code import code
from .standings import begun, founded, members, names, standings, together
from .view import describe, membership_map, view

__all__ = [
    "FIRST",
    "INSET",
    "INSET_NAME_AT",
    "LAST",
    "MAP",
    "NAME_AT",
    "ORGANISATIONS",
    "STATES",
    "WAKHAN",
    "Choices",
    "begun",
    "code",
    "controls",
    "describe",
    "founded",
    "members",
    "membership_map",
    "names",
    "shapes",
    "standings",
    "together",
    "view",
]
