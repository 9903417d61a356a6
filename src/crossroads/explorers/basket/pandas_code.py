"""The pandas lines of the basket builder."""

from __future__ import annotations

from .._code import literal, program
from .choices import Choices
from .goods import chosen


def code(choices: Choices) -> str:
    """Pandas lines that make the goods' worth and advantage, and the basket's part."""
    if not chosen(choices):
        return ""
    return program(
        'rows = cr.load("exports_by_heading")',
        'exports = rows.pivot(index="code", columns="iso3", values="value_usd")',
        "exports = exports.astype(float) / 1e6",
        "shares = exports / exports.sum()",
        'advantage = shares.div(shares["WLD"], axis=0)',
        f"basket = {literal(chosen(choices))}",
        'table = pd.DataFrame({"sold": exports["TJK"], "RCA": advantage["TJK"],',
        f'    "RCA {choices.partner}": advantage["{choices.partner}"]}}).reindex(basket)',
        'whole = table["sold"].sum()',
        f"print(whole, whole * {choices.sent} / 100)",
    )
