"""The choices of the basket: goods and partners."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...i18n import N_

PARTNERS = ("IND", "PAK", "AFG")
#: Who else may sell the same: neighbours and partners, as far as the table has them.
SELLERS = ("UZB", "KGZ", "KAZ", "IRN", "AFG", "PAK", "IND")

SECTORS = {
    "agriculture": N_("agriculture"),
    "energy": N_("energy"),
    "textiles": N_("textiles"),
    "outside": N_("metals and ores (in none of the article's three sectors)"),
}
#: The goods of each sector that Tajikistan sells most of, the largest first, by heading of the
#: Harmonized System. Electricity is among them because the article's word is energy.
GOODS = {
    "agriculture": {
        "HS0304": N_("Fish fillets"),
        "HS0802": N_("Other nuts"),
        "HS0813": N_("Dried fruit (apricots and others)"),
        "HS0703": N_("Onions and garlic"),
        "HS0806": N_("Grapes and raisins"),
        "HS1006": N_("Rice"),
        "HS0809": N_("Apricots, cherries, peaches (fresh)"),
    },
    "energy": {
        "HS2716": N_("Electrical energy"),
        "HS2701": N_("Coal"),
        "HS2710": N_("Refined petroleum"),
    },
    "textiles": {
        "HS5201": N_("Raw cotton"),
        "HS5205": N_("Cotton yarn"),
        "HS6203": N_("Men's suits and trousers"),
        "HS5001": N_("Silk cocoons"),
        "HS6211": N_("Tracksuits and other garments"),
        "HS5208": N_("Cotton fabric"),
    },
    "outside": {
        "HS7601": N_("Unwrought aluminium"),
        "HS7108": N_("Gold"),
        "HS2608": N_("Zinc ores"),
        "HS2607": N_("Lead ores"),
        "HS2617": N_("Other ores (antimony)"),
        "HS2603": N_("Copper ores"),
    },
}
#: What is in the basket at first.
FIRST = {
    "agriculture": ["HS0813", "HS0806"],
    "energy": [],
    "textiles": ["HS5201", "HS5205"],
    "outside": [],
}
YEAR = 2017  # of the table of exports

#: What was found on trade agreements, November 2026 (`trade_agreements`: P37; P27, P08; P08).
AGREEMENTS = {
    "IND": N_(
        "none found; India charges Tajikistan the duties that any member of the World Trade "
        "Organization pays"
    ),
    "PAK": N_(
        "none between the two countries: they agreed to hold talks in 2014, and to explore an "
        "agreement in 2024; the Economic Cooperation Organization's agreement (2003) is in force "
        "on paper but, according to a source from 2012, not applied"
    ),
    "AFG": N_(
        "the Economic Cooperation Organization's agreement (2003) is in force on paper but, "
        "according to a source from 2012, not applied"
    ),
}
SOURCE = N_(
    "Open Trade Statistics (UN Comtrade, mirrored), 2017; World Bank, WDI. Retrieved 2026-11-26."
)


@dataclass(frozen=True)
class Choices:
    """The partner, the sector whose goods are offered, what is in the basket of each sector.

    ``sent`` is the part of the basket that would go to the partner, in per cent: an assumption.
    """

    partner: str = "IND"
    sector: str = "textiles"
    basket: dict[str, list[str]] = field(default_factory=dict)
    sent: int = 20
