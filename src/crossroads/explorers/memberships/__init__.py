"""The map of memberships: who sits in which organisation, and which has all of a set of states."""

from .choices import FIRST, LAST, ORGANISATIONS, STATES, Choices
from .controls import controls
from .map import INSET_NAME_AT, NAME_AT, WAKHAN, WAKHAN_NAME_AT, label, places, spot
from .pandas_code import code
from .standings import begun, founded, members, names, standings, together
from .view import describe, membership_map, view

__all__ = [
    "FIRST",
    "INSET_NAME_AT",
    "LAST",
    "NAME_AT",
    "ORGANISATIONS",
    "STATES",
    "WAKHAN",
    "WAKHAN_NAME_AT",
    "Choices",
    "begun",
    "code",
    "controls",
    "describe",
    "founded",
    "label",
    "members",
    "membership_map",
    "names",
    "places",
    "spot",
    "standings",
    "together",
    "view",
]
