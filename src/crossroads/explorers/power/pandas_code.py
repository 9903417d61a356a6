"""The pandas lines of the power corridor."""

from __future__ import annotations

from .._code import literal, program
from .choices import YEARS, Choices
from .corridor import hours, loads, megawatts, tariffs


def code(choices: Choices) -> str:
    """Pandas lines that make energy and revenue, low and high; or the lines of the record."""
    if choices.show == "record":
        return program(*_record(choices))
    return program(
        f"full = {megawatts(choices)} * {hours(choices)} / 1000  # MW x hours / 1000 = GWh",
        f'table = pd.DataFrame({{"load": {list(loads(choices))},'
        f' "cents": {list(tariffs(choices))}}}, index=["low", "high"])',
        'table["GWh"] = full * table["load"] / 100',
        'table["million US$"] = table["GWh"] * table["cents"] / 100',
    )


def _record(choices: Choices) -> list[str]:
    rows = [
        f'rows = cr.load("electricity").query("iso3 == \'{choices.country}\'")',
        f'rows = rows.set_index("year").reindex(range({YEARS.start}, {YEARS.stop}))',
    ]
    if choices.series == "share":
        return [*rows, 'table = rows[["hydro_share_pct"]]']
    column = "net_imports_twh" if choices.series == "net" else "demand_twh"
    more = ["generation_twh", "hydro_twh"] if choices.series == "made" else []
    repeats = [
        'same = rows["net_imports_twh"].diff() == 0',
        f'table["{column}"] = table["{column}"].where(~same)',
    ]
    apart = [f'table["the same as before"] = rows["{column}"].where(same)']
    return [
        *rows,
        f"table = rows[{literal([column, *more])}].copy()",
        *(repeats if choices.repeats != "keep" else []),
        *(apart if choices.repeats == "apart" else []),
        *(_book(choices) if choices.series == "net" else []),
    ]


def _book(choices: Choices) -> list[str]:
    newer = [
        'rows = cr.load("electricity_to_2025").query("iso3 == \'TJK\'")',
        "rows = rows.query(\"indicator == 'net_imports' and source_id == 'OWID-EMBER'\")",
        'rows.index = rows["period"].astype(int)',
        'table["2026 edition"] = rows["value"]',
    ]
    return [
        f'book = cr.load("electricity_factbook").query("iso3 == \'{choices.country}\'")',
        'book = book.pivot(index="year", columns="indicator", values="value")',
        'table["factbook"] = book["fb_electricity_imports"] - book["fb_electricity_exports"]',
        *(newer if choices.country == "TJK" else []),
    ]
