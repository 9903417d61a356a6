"""The pandas lines of the target lab."""

from __future__ import annotations

import numpy as np

from .._code import program
from .choices import FIRST, LAST, RISE, Choices
from .simulation import DRAWS, SEED, chance, trade

_BOTH = {"both": "exports + imports", "exports": "exports", "imports": "imports"}


def code(choices: Choices) -> str:
    """Pandas lines that make trade, the path to the target, and the chance in simulated years."""
    if np.isnan(trade(choices.measure)[choices.baseline]):
        return ""
    base, years = choices.baseline, choices.horizon
    real = f" * (1 + {choices.inflation} / 100)" if choices.prices == "real" else ""
    flows = [
        f'{flow} = wide["merchandise_{flow}_current_usd"] * '
        f'wide["{flow}_{way}_south_asia_pct"] / 1e8'
        for flow, way in (("exports", "to"), ("imports", "from"))
        if flow in _BOTH[choices.measure]
    ]
    both = choices.measure == "both"
    return program(
        f'rows = cr.load("indicators").query("iso3 == \'TJK\' and {FIRST} <= year <= {LAST}")',
        'wide = rows.pivot(index="year", columns="indicator", values="value").astype(float)',
        *(flows if both else [flows[0].replace(choices.measure, "trade", 1)]),
        f"trade = {_BOTH[choices.measure]}" if both else "",
        f"growth = {1 + RISE / 100} ** (1 / {years}){real}",
        f"needed = pd.Series({{{base} + n: trade[{base}] * growth**n "
        f"for n in range({years + 1})}})",
        'table = pd.DataFrame({"recorded": trade, "needed": needed})',
        *(_simulated(choices) if chance(choices) else []),
    )


def _simulated(choices: Choices) -> list[str]:
    first = FIRST if choices.past == "all" else max(FIRST, choices.baseline - int(choices.past))
    noise = "" if choices.noise == 100 else f" * {choices.noise / 100}"
    trend = f" + changes.mean() * {choices.horizon}" if choices.trend == "past" else ""
    return [
        f"changes = np.log(trade.loc[{first}:{choices.baseline}]).diff().dropna()",
        f"luck = np.random.default_rng({SEED}).standard_normal(({DRAWS // 2}, 10))"
        f"[:, :{choices.horizon}].sum(axis=1)",
        # Each draw and its opposite.
        f"end = np.concatenate([luck, -luck]) * changes.std(){noise}{trend}",
        f"print((end >= np.log(growth**{choices.horizon}) - 1e-9).mean() * 100)",
    ]
