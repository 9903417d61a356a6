"""The basket builder: what could be sold to whom, who else sells it, and how much it comes to."""

from .choices import GOODS, PARTNERS, SECTORS, Choices
from .controls import controls
from .goods import advantage, bought, largest_other, sold, together
from .pandas_code import code
from .view import basket_builder, describe, view

__all__ = [
    "GOODS",
    "PARTNERS",
    "SECTORS",
    "Choices",
    "advantage",
    "basket_builder",
    "bought",
    "code",
    "controls",
    "describe",
    "largest_other",
    "sold",
    "together",
    "view",
]
