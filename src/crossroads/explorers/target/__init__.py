"""The target lab: 30 % of what, from when, by when, and has it happened before?"""

from .choices import FIRST, LAST, LONGEST, MEASURES, PASTS, PRICES, RISE, TRENDS, Choices
from .controls import controls
from .labels import share_words
from .pandas_code import code
from .simulation import DRAWS, Chance, apart, chance, known, needed, spans, trade
from .view import describe, target_lab, view

__all__ = [
    "DRAWS",
    "FIRST",
    "LAST",
    "LONGEST",
    "MEASURES",
    "PASTS",
    "PRICES",
    "RISE",
    "TRENDS",
    "Chance",
    "Choices",
    "apart",
    "chance",
    "code",
    "controls",
    "describe",
    "known",
    "needed",
    "share_words",
    "spans",
    "target_lab",
    "trade",
    "view",
]
