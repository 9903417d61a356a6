"""The public names and where they live: read by type checkers, and when a name is first used."""

import crossroads.assignments.capstone
import crossroads.item_analysis
import crossroads.manual_grading
import crossroads.questions.answers

from . import charts as charts
from .cohens_kappa import kappa as kappa
from .explorers.basket import basket_builder as basket_builder
from .explorers.claims import claim_sorter as claim_sorter
from .explorers.dependence import dependence_dial as dependence_dial
from .explorers.evidence import evidence_board as evidence_board
from .explorers.evidence import evidence_code as evidence_code
from .explorers.evidence import evidence_table as evidence_table
from .explorers.exchange import exchange_balance as exchange_balance
from .explorers.memberships import membership_map as membership_map
from .explorers.power import power_corridor as power_corridor
from .explorers.routes import route_finder as route_finder
from .explorers.scorecard import scorecard as scorecard
from .explorers.security import security_timeline as security_timeline
from .explorers.studies import study_weigher as study_weigher
from .explorers.tables import article_table as article_table
from .explorers.tables import table_explorer as table_explorer
from .explorers.target import target_lab as target_lab
from .explorers.votes import vote_explorer as vote_explorer
from .i18n import language as language
from .lessons.checks import check as check
from .lessons.checks import course_map as course_map
from .lessons.checks import predict as predict
from .lessons.checks import prediction as prediction
from .questions.variants import variant as variant
from .study import certificate as certificate
from .study import progress as progress
from .study import quizzes as quizzes
from .study import review as review
from .tables import load as load
from .validation import ready as ready
from .web.html import table as table

# Not one of the lines above: these are modules under another name.
answers = crossroads.questions.answers
memo = crossroads.assignments.capstone
analysis = crossroads.item_analysis
desk = crossroads.manual_grading

__all__: list[str]
__version__: str
