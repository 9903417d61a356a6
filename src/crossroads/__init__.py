"""Crossroads: reading Tajikistan's South Asia outreach with data.

A notebook needs ``import crossroads as cr`` and pandas. Names are imported on first use,
so the import itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from . import charts as charts
    from .agreement import kappa as kappa
    from .assignments import capstone as memo  # noqa: F401
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
    from .i18n import language as language
    from .lessons.checks import check as check
    from .lessons.checks import course_map as course_map
    from .lessons.checks import predict as predict
    from .lessons.checks import prediction as prediction
    from .questions import answers as answers
    from .questions.variants import variant as variant
    from .study import certificate as certificate
    from .study import progress as progress
    from .study import quizzes as quizzes
    from .study import review as review
    from .tables import load as load
    from .validation import ready as ready
    from .web.html import table as table

_HOMES = {
    "article_table": "explorers.tables",
    "certificate": "study",
    "check": "lessons.checks",
    "claim_sorter": "explorers.claims",
    "course_map": "lessons.checks",
    "dependence_dial": "explorers.dependence",
    "evidence_board": "explorers.evidence",
    "evidence_code": "explorers.evidence",
    "evidence_table": "explorers.evidence",
    "kappa": "agreement",
    "language": "i18n",
    "load": "tables",
    "membership_map": "explorers.memberships",
    "power_corridor": "explorers.power",
    "predict": "lessons.checks",
    "prediction": "lessons.checks",
    "progress": "study",
    "quizzes": "study",
    "ready": "validation",
    "review": "study",
    "scorecard": "explorers.scorecard",
    "security_timeline": "explorers.security",
    "table": "web.html",
    "table_explorer": "explorers.tables",
    "target_lab": "explorers.target",
    "variant": "questions.variants",
    "vote_explorer": "explorers.votes",
}

#: Names that are modules, and what notebooks that people have called a module before.
_MODULES = {
    "answers": "questions.answers",
    "charts": "charts",
    "memo": "assignments.capstone",
    "analysis": "item_analysis",
    "desk": "manual_grading",
    "hub": "classroom.hub",
}

__all__ = sorted({*_HOMES, "answers", "charts", "memo"})


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        value = import_module(f".{_MODULES[name]}", __name__)
    elif name in _HOMES:
        value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    elif _is_explorer(name):
        value = getattr(import_module(f".explorers.{name}", __name__), name)
    else:
        raise AttributeError(f"module 'crossroads' has no attribute {name!r}")
    globals()[name] = value
    return value


def _is_explorer(name: str) -> bool:
    """Whether a module of explorers has a function of its own name: it needs no line above."""
    module = Path(__file__).parent / "explorers" / f"{name}.py"
    return module.is_file() and f"\ndef {name}(" in module.read_text("utf-8")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
