"""Crossroads: reading Tajikistan's South Asia outreach with data.

A notebook needs ``import crossroads as cr`` and pandas. Names are imported on first use,
so the import itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from . import answers as answers
    from . import charts as charts
    from . import memo as memo
    from .checks import check as check
    from .checks import course_map as course_map
    from .checks import predict as predict
    from .checks import prediction as prediction
    from .explorers.claims import claim_sorter as claim_sorter
    from .explorers.dependence import dependence_dial as dependence_dial
    from .explorers.evidence import evidence_board as evidence_board
    from .explorers.evidence import evidence_code as evidence_code
    from .explorers.evidence import evidence_table as evidence_table
    from .explorers.memberships import membership_map as membership_map
    from .explorers.power import power_corridor as power_corridor
    from .explorers.scorecard import scorecard as scorecard
    from .explorers.security import security_timeline as security_timeline
    from .explorers.tables import article_table as article_table
    from .explorers.tables import table_explorer as table_explorer
    from .explorers.target import target_lab as target_lab
    from .explorers.votes import vote_explorer as vote_explorer
    from .handin import ready as ready
    from .html import table as table
    from .study import certificate as certificate
    from .study import progress as progress
    from .study import quizzes as quizzes
    from .study import review as review
    from .tables import load as load
    from .text import kappa as kappa
    from .variants import variant as variant
    from .wording import language as language

_HOMES = {
    "answers": "answers",
    "article_table": "explorers.tables",
    "certificate": "study",
    "charts": "charts",
    "check": "checks",
    "claim_sorter": "explorers.claims",
    "course_map": "checks",
    "dependence_dial": "explorers.dependence",
    "evidence_board": "explorers.evidence",
    "evidence_code": "explorers.evidence",
    "evidence_table": "explorers.evidence",
    "kappa": "text",
    "language": "wording",
    "load": "tables",
    "membership_map": "explorers.memberships",
    "memo": "memo",
    "power_corridor": "explorers.power",
    "predict": "checks",
    "prediction": "checks",
    "progress": "study",
    "quizzes": "study",
    "ready": "handin",
    "review": "study",
    "scorecard": "explorers.scorecard",
    "security_timeline": "explorers.security",
    "table": "html",
    "table_explorer": "explorers.tables",
    "target_lab": "explorers.target",
    "variant": "variants",
    "vote_explorer": "explorers.votes",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'crossroads' has no attribute {name!r}")
    module = import_module(f".{_HOMES[name]}", __name__)
    value = module if name == _HOMES[name] else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
