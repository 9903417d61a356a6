"""The pandas lines of each view of the vote explorer."""

from __future__ import annotations

from .._code import literal, program
from .choices import FIRST, LAST, Choices, partners

#: Where a pair stands once, the other state is whichever of the two isn't the base.
_OTHER = 'rows["other"] = rows["iso3_a"].where(rows["iso3_a"] != "{base}", rows["iso3_b"])'
_OF_BASE = "rows = cr.load(\"{table}\").query(\"iso3_a == '{base}' or iso3_b == '{base}'\")"


def code(choices: Choices) -> str:
    """Pandas lines that make what the view shows."""
    early = choices.show == "network" and choices.year < FIRST + choices.window - 1
    if early or (choices.show != "network" and not partners(choices)):
        return ""
    return program(
        *{
            "years": _years,
            "issues": _issues,
            "network": _network,
            "points": _points,
            "recent": _recent,
            "key": _key,
        }[choices.show](choices)
    )


def _same(choices: Choices, both: str, counts: str) -> str:
    """Return the lines that make the per cent of agreement from counts of votes."""
    if choices.half:
        return (
            f'share = ({both} + {counts}["same_vote"] - {counts}["opposite_vote"]) / 2 '
            f"/ {both} * 100"
        )
    return f'share = {counts}["same_vote"] / {both} * 100'


def _years(choices: Choices) -> list[str]:
    few = [
        'calls = cr.load("un_participation").query("iso3 == \'USA\'").set_index("year")',
        f'held = calls["roll_calls"].astype(float).sort_index().rolling({choices.window}).sum()',
        "table = table.where(both[table.columns].div(held, axis=0) >= 0.5)",
    ]
    return [
        _OF_BASE.format(table="un_agreement", base=choices.base),
        _OTHER.format(base=choices.base),
        'wide = rows.drop(columns=["iso3_a", "iso3_b"]).pivot(index="year", columns="other")',
        f"wide = wide.astype(float).reindex(range({FIRST}, {LAST + 1}))",
        "sums = wide"
        if choices.window == 1
        else f"sums = wide.rolling({choices.window}, min_periods=1).sum().where(wide.notna())",
        'both = sums["votes_both_cast"]',
        _same(choices, "both", "sums"),
        f"table = share.loc[{FIRST + choices.window - 1}:, {literal(partners(choices))}]",
        *([] if choices.weak else few),
    ]


def _issues(choices: Choices) -> list[str]:
    return [
        'rows = cr.load("un_agreement_by_issue")',
        f'rows = rows[rows["issue"] == "{choices.issue}"]',
        'wide = rows.pivot(index="iso3_b", columns="period", values="agreement_pct")',
        f"table = wide.loc[{literal(partners(choices))}]",
        f'print(table["{choices.period}"])',
    ]


def _network(choices: Choices) -> list[str]:
    first = choices.year - choices.window + 1
    return [
        'rows = cr.load("un_agreement")',
        f'rows = rows[rows["year"].between({first}, {choices.year})]',
        'now = rows.query("year == @rows.year.max()")[["iso3_a", "iso3_b"]]',
        'sums = rows.drop(columns="year").groupby(["iso3_a", "iso3_b"], as_index=False).sum()',
        "sums = now.merge(sums)",
        _same(choices, 'sums["votes_both_cast"]', "sums").replace("share =", 'sums["agreement"] ='),
        f'table = sums.loc[sums["agreement"] >= {choices.threshold} - 1e-9,'
        ' ["iso3_a", "iso3_b", "agreement"]]',
    ]


def _points(choices: Choices) -> list[str]:
    return [
        'rows = cr.load("un_ideal_points")',
        f'rows = rows[rows["year"] == {choices.points_year}].set_index("iso3")',
        f"codes = {literal([choices.base, *partners(choices)])}",
        'table = rows.reindex(codes)[["interval_low", "ideal_point", "interval_high"]]',
    ]


def _recent(choices: Choices) -> list[str]:
    return [
        _OF_BASE.format(table="un_agreement_to_2026", base=choices.base),
        _OTHER.format(base=choices.base),
        _same(choices, 'rows["votes_both_cast"]', "rows").replace("share =", 'rows["share"] ='),
        'wide = rows.pivot(index="year", columns="other", values="share")',
        f"table = wide.reindex(columns={literal(partners(choices))})",
    ]


def _key(choices: Choices) -> list[str]:
    return [
        'rows = cr.load("un_key_votes")',
        f'rows = rows[rows["topic"] == "{choices.topic}"]',
        'wide = rows.pivot(index=["date", "resolution", "title"], columns="iso3", values="vote")',
        f"table = wide.sort_index().reindex(columns={literal([choices.base, *partners(choices)])})",
    ]
