"""The choices of the route finder."""

from __future__ import annotations

from dataclasses import dataclass

from ...i18n import N_

#: A road is so many times as long as the great circle: the median of the 15 sourced roads.
DETOUR = 1.25
#: Kilometres an hour between the stops, as drivers wrote down: 25 in Pakistan, 35 in Tajikistan.
SPEED = 30
#: The goal "the sea": whichever of these ports comes first.
SEA = "SEA"

NAMES = {
    "DYU": N_("Dushanbe"),
    "KHU": N_("Khujand"),
    "KLB": N_("Kulob"),
    "KHG": N_("Khorog"),
    "MUR": N_("Murghab"),
    "ISH": N_("Ishkashim"),
    "PPO": N_("Panji Poyon"),
    "SHB": N_("Sherkhan Bandar"),
    "KUL": N_("Kulma pass"),
    "KRM": N_("Karamyk"),
    "STA": N_("Sary-Tash"),
    "IRK": N_("Irkeshtam"),
    "OSH": N_("Osh"),
    "TAS": N_("Tashkent"),
    "TRM": N_("Termez"),
    "HRT": N_("Hairatan"),
    "MZR": N_("Mazar-i-Sharif"),
    "KDZ": N_("Kunduz"),
    "KBL": N_("Kabul"),
    "TOR": N_("Torkham"),
    "PEW": N_("Peshawar"),
    "ISB": N_("Islamabad"),
    "LHE": N_("Lahore"),
    "ATT": N_("Attari-Wagah"),
    "DEL": N_("Delhi"),
    "MUM": N_("Mumbai"),
    "KAN": N_("Kandahar"),
    "SPB": N_("Chaman"),
    "QTA": N_("Quetta"),
    "KHI": N_("Karachi"),
    "GWD": N_("Gwadar"),
    "HRA": N_("Herat"),
    "ISQ": N_("Islam Qala"),
    "DRM": N_("Delaram"),
    "ZAR": N_("Zaranj"),
    "MHD": N_("Mashhad"),
    "ZAH": N_("Zahedan"),
    "BND": N_("Bandar Abbas"),
    "CHB": N_("Chabahar"),
    "KSG": N_("Kashgar"),
    "KJB": N_("Khunjerab pass"),
    "GIL": N_("Gilgit"),
}
#: Where a way can begin or end; the others lie between.
ENDS = (
    *("DYU", "KHU", "KHG", "TAS", "OSH", "KSG", "KBL", "HRA", "KAN", "MHD"),
    *("ISB", "LHE", "DEL", "KHI", "GWD", "CHB", "BND", "MUM"),
)
PORTS = ("KHI", "GWD", "CHB", "BND")

AIMS = {
    "km": N_("fewest kilometres"),
    "hours": N_("fewest hours"),
    "borders": N_("fewest borders"),
}
MEANS = {
    "road": N_("road only: one truck all the way"),
    "all": N_("roads, railways and ships"),
    "plans": N_("all of these, plus what is only planned, as if it were built"),
}
#: Months in whose course something changed, and one before; "" is the map with nothing closed.
MONTHS = (
    *("", "2024-01", "2024-07", "2025-03", "2025-04", "2025-09", "2025-10", "2025-12"),
    *("2026-04", "2026-10"),
)
#: Crossings that can be closed besides, by their way.
CROSSINGS = {
    "E10": N_("Panji Poyon (Tajikistan-Afghanistan)"),
    "E11": N_("the border on the way to Termez (Tajikistan-Uzbekistan)"),
    "E32": N_("Hairatan (Uzbekistan-Afghanistan)"),
    "E08": N_("Kulma (Tajikistan-China)"),
    "E13": N_("Karamyk (Tajikistan-Kyrgyzstan)"),
    "E19": N_("Irkeshtam (Kyrgyzstan-China)"),
    "E30": N_("Khunjerab (China-Pakistan)"),
    "E49": N_("Torkham (Afghanistan-Pakistan)"),
    "E50": N_("Chaman (Afghanistan-Pakistan)"),
    "E62": N_("Islam Qala (Afghanistan-Iran)"),
    "E64": N_("Zaranj (Afghanistan-Iran)"),
    "E61": N_("Taftan (Iran-Pakistan)"),
}
SOURCE = N_(
    "the course's tables of connections and closures, which name a source for each row; where "
    "only the great-circle distance is known, it is multiplied by {detour}. Places: GeoNames. "
    "Boundaries: Natural Earth 1:50m, which draws them as they are de facto; several are disputed "
    "(in Kashmir, for example), and the course takes no position. Retrieved 2026-11-26."
)


@dataclass(frozen=True)
class Choices:
    """From where to where, by what, and what is closed.

    ``month`` is YYYY-MM, and counts as it stands on its last day; "" closes nothing. ``doubtful``
    leaves out what is limited or of unknown state, too. ``also`` is one more way to close.
    ``border`` is the cost of a border in hours; it counts where hours do.
    """

    start: str = "DYU"
    goal: str = SEA
    aim: str = "km"
    means: str = "road"
    month: str = "2025-09"
    doubtful: bool = False
    also: str = ""
    border: int = 24
