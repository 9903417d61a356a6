"""The dependence dial: draw a line first, then see the data, as they are or as an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from .. import charts
from ..i18n import N_, _, by_language, number
from ..tables.wide import by_country, countries, repeats
from ..web.html import table
from ..web.widget import live
from ._code import literal, program
from ._shell import Control, Explorer

#: The years at which a prediction is drawn.
ANCHORS = (2004, 2008, 2012, 2016, 2020, 2023)
FIRST, LAST = 1992, 2024
#: What each indicator of dependence is called, its unit, and the top of the sheet to draw on.
INDICATORS = {
    "remittances_received_pct_gdp": (N_("Remittances received"), N_("% of GDP"), 60),
    "exports_to_south_asia_pct": (N_("Goods exports to South Asia"), N_("% of goods exports"), 60),
    "imports_from_south_asia_pct": (
        N_("Goods imports from South Asia"),
        N_("% of goods imports"),
        60,
    ),
    "imports_from_europe_central_asia_lmic_pct": (
        N_("Goods imports from Europe and Central Asia (low and middle income)"),
        N_("% of goods imports"),
        100,
    ),
    "imports_from_east_asia_pacific_pct": (
        N_("Goods imports from East Asia and Pacific (low and middle income)"),
        N_("% of goods imports"),
        100,
    ),
    "external_debt_pct_gni": (N_("External debt"), N_("% of national income"), 140),
}
OTHERS = ("KGZ", "UZB", "KAZ", "PAK")
SOURCE = N_(
    "World Bank, World Development Indicators, edition of 2025. Retrieved 2026-11-23. The groups "
    "of states are the World Bank's, and can change."
)


@dataclass(frozen=True)
class Choices:
    """An indicator, countries beside Tajikistan, years, a base year ("" for none), a prediction.

    ``drawn`` holds, by indicator, the predicted values for Tajikistan at ``ANCHORS``; ``reveal``
    is whether the data are to be shown.
    """

    indicator: str = "remittances_received_pct_gdp"
    others: Sequence[str] = ("KGZ",)
    start: int = 2002
    end: int = LAST
    base: str = ""
    drawn: Mapping[str, Sequence[float]] = field(default_factory=dict)
    reveal: bool = False


@by_language
def names() -> dict[str, str]:
    """Return country names by code: Tajikistan and those that can be shown beside it."""
    return countries(("TJK", *OTHERS))


@cache
def recorded(indicator: str) -> pd.DataFrame:
    """Return an indicator as recorded: rows years, columns country codes; missing stays missing."""
    wide = by_country("indicators", indicator)
    return wide.reindex(index=range(FIRST, LAST + 1), columns=["TJK", *OTHERS])


def _indicator(choices: Choices) -> tuple[str, str, int]:
    """Return the indicator's name and unit in the language in use, and the top of the sheet."""
    name, unit, top = INDICATORS[choices.indicator]
    return _(name), _(unit), top


def shown(choices: Choices) -> pd.DataFrame:
    """Return the chosen countries and years, as recorded or with the base year as 100.

    A country without a value in the base year has no index: its column is missing.
    """
    start, end = sorted((choices.start, choices.end))
    codes = ["TJK", *(code for code in OTHERS if code in choices.others)]
    whole = recorded(choices.indicator)[codes]
    if choices.base:
        whole = whole / whole.loc[int(choices.base)] * 100
    return whole.loc[start:end]


def prediction(choices: Choices) -> pd.Series[float] | None:
    """Return the line drawn for this indicator, by anchor year; ``None`` if none was drawn."""
    values = choices.drawn.get(choices.indicator) or []
    if len(values) != len(ANCHORS):
        return None
    return pd.Series([float(v) for v in values], index=list(ANCHORS))


def missed_by(choices: Choices) -> pd.DataFrame:
    """Prediction and record at the anchor years, and the difference in percentage points."""
    drawn = prediction(choices)
    actual = recorded(choices.indicator)["TJK"].reindex(ANCHORS)
    frame = pd.DataFrame({"predicted": drawn, "recorded": actual}, index=list(ANCHORS))
    frame["difference"] = frame["predicted"] - frame["recorded"]
    return frame


def changes(choices: Choices) -> pd.DataFrame:
    """Return each country's first and last known year and value, and the change."""
    start, end = sorted((choices.start, choices.end))
    rows = {}
    for code in shown(choices).columns:
        known = recorded(choices.indicator)[code].loc[start:end].dropna()
        if len(known) < 2:
            continue
        first, last = known.iloc[0], known.iloc[-1]
        rows[code] = {
            "from": known.index[0],
            "to": known.index[-1],
            "first": first,
            "last": last,
            "points": last - first,
            "per cent": (last / first - 1) * 100 if first else float("nan"),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def herfindahl(shares: Sequence[float]) -> float:
    """Concentration of listed shares (in per cent): the sum of their squares, 0 to 10,000.

    Where the list of partners is cut off, this is a lower bound: what isn't listed can only add.
    Herfindahl-Hirschman index; Hirschman 1964, American Economic Review 54(5).
    """
    return float(sum(share**2 for share in shares))


def controls(choices: Choices) -> list[Control]:
    """Indicator, the prediction, whether to reveal; then countries, years and the base year."""
    name, unit, top = _indicator(choices)
    first: list[Control] = [
        {
            "kind": "select",
            "field": "indicator",
            "label": _("Indicator"),
            "options": [[key, _(about[0])] for key, about in INDICATORS.items()],
        },
        {
            "kind": "draw",
            "field": "drawn",
            "key": choices.indicator,
            "label": _("Your prediction for Tajikistan: {name}, {unit}", name=name, unit=unit),
            "points": [str(year) for year in ANCHORS],
            "min": 0,
            "max": top,
            "step": 1,
            "unit": "%",
        },
        {"kind": "toggle", "field": "reveal", "label": _("Show the data")},
    ]
    if not choices.reveal:
        return first
    years = {"min": FIRST, "max": LAST, "step": 1}
    bases = [["", _("none: the values as they are")]]
    bases += [[str(year), f"{year} = 100"] for year in range(FIRST, LAST + 1)]
    return [
        *first,
        {
            "kind": "checks",
            "field": "others",
            "label": _("Compare with"),
            "options": [[code, names()[code]] for code in OTHERS],
            "inline": True,
        },
        {"kind": "slider", "field": "start", "label": _("From"), **years},
        {"kind": "slider", "field": "end", "label": _("To"), **years},
        {"kind": "select", "field": "base", "label": _("Base year"), "options": bases},
    ]


def view(choices: Choices) -> str:
    """Before revealing, the line drawn; after it, the data and what changed."""
    if not choices.reveal:
        drawn = prediction(choices)
        words = _("Draw your line, then tick “Show the data”.")
        return f"<p>{words}</p>" if drawn is None else _drawn_table(choices)
    parts = [_lines(choices), _change_table(choices)]
    if prediction(choices) is not None:
        parts.append(_drawn_table(choices))
    return "".join(parts)


def describe(choices: Choices) -> str:
    """Return what was drawn, or what the record shows from the first to the last known year."""
    name, unit, _top = _indicator(choices)
    drawn = prediction(choices)
    if not choices.reveal:
        if drawn is None:
            return _("{name}: nothing is drawn yet, and the data are hidden.", name=name)
        return _(
            "{name}: you drew {first:g} in {start} and {last:g} in {end} ({unit}); the data are "
            "hidden.",
            name=name,
            first=drawn[ANCHORS[0]],
            start=ANCHORS[0],
            last=drawn[ANCHORS[-1]],
            end=ANCHORS[-1],
            unit=unit,
        )
    found = changes(choices)
    if "TJK" not in found.index:
        return _("{name}: fewer than two values for Tajikistan in these years.", name=name)
    row = found.loc["TJK"]
    said = _(
        "{name}, Tajikistan: {first:.1f} in {start:.0f} and {last:.1f} in {end:.0f} ({unit}), a "
        "change of {points:+.1f} percentage points or {percent:+.0f} %",
        name=name,
        first=row["first"],
        start=row["from"],
        last=row["last"],
        end=row["to"],
        unit=unit,
        points=row["points"],
        percent=row["per cent"],
    )
    if choices.base:
        said += _("; as an index, {year} is 100", year=choices.base)
        base = recorded(choices.indicator)["TJK"][int(choices.base)]
        if pd.notna(base):
            said += _(
                ", {start:.0f} is {first:.1f} and {end:.0f} is {last:.1f}",
                start=row["from"],
                first=row["first"] / base * 100,
                end=row["to"],
                last=row["last"] / base * 100,
            )
    if drawn is not None:
        far = missed_by(choices)["difference"].abs().mean()
        said += _("; your line was {far:.1f} points off on average", far=far)
    return f"{said}."


def code(choices: Choices) -> str:
    """Pandas lines that make the lines drawn; before the data are shown, the prediction alone."""
    drawn = prediction(choices)
    if not choices.reveal:
        values = {} if drawn is None else drawn.to_dict()
        table_ = f'table = pd.Series({values}, name="predicted").to_frame()'
        return program(table_) if values else ""
    start, end = sorted((choices.start, choices.end))
    codes = ["TJK", *(code for code in OTHERS if code in choices.others)]
    return program(
        'rows = cr.load("indicators")',
        f'rows = rows[rows["indicator"] == "{choices.indicator}"]',
        'wide = rows.pivot(index="year", columns="iso3", values="value")',
        f"wide = wide.reindex(index=range({FIRST}, {LAST + 1}), columns={literal(codes)})",
        f"wide = wide / wide.loc[{choices.base}] * 100" if choices.base else "",
        f"table = wide.loc[{start}:{end}]",
    )


def dependence_dial(**choices: Any) -> Explorer:
    """Draw a prediction of an indicator of dependence, then reveal and compare.

    Where nobody can draw, on a printed page for example, the data are there from the start.
    """
    start = Choices(**{"reveal": not live(), **choices})
    return Explorer(_("Dependence dial"), start, controls, view, describe, code)


def _lines(choices: Choices) -> str:
    name, unit, _top = _indicator(choices)
    frame, note = shown(choices), ""
    if choices.base:
        whole = recorded(choices.indicator)[frame.columns].loc[int(choices.base)]
        without = list(whole.index[whole.isna()])
        frame = frame.drop(columns=without)
        if without:
            note = _(
                "No value in {year}, so no index: {states}.",
                year=choices.base,
                states=", ".join(names()[code] for code in without),
            )
    looks = [charts.country(code) for code in frame.columns]
    flags = repeats(recorded(choices.indicator), within=1e-4).rename(columns=names())
    frame = frame.rename(columns=names())
    states = list(frame.columns)
    drawn = prediction(choices)
    if drawn is not None and not choices.base:
        line = drawn.reindex(range(ANCHORS[0], ANCHORS[-1] + 1)).interpolate().reindex(frame.index)
        if line.notna().any():
            frame[_("Your line")] = line
            looks.append(charts.OWN)
    if frame.empty or not frame.notna().any(axis=None):
        none = _("There is no value for these countries and years, or none in the base year.")
        return f"<p>{none}</p>"
    label = _("index, {year} = 100", year=choices.base) if choices.base else unit
    alt = _("Lines over the years, {label}; gaps are years without a value.", label=label)
    return charts.lines(
        frame,
        title=name,
        y_label=label,
        alt=f"{alt} {describe(choices)}",
        source=_(SOURCE),
        looks=looks,
        gaps=states,
        flags=flags,
        flagged=_("almost the same value as the year before, so perhaps not a new one"),
        note=note,
        digits=1,
    )


def _change_table(choices: Choices) -> str:
    found = changes(choices)
    if found.empty:
        return ""
    unit = _indicator(choices)[1]
    rows = {
        _("Country"): [names()[code] for code in found.index],
        _("From"): [f"{int(year)}" for year in found["from"]],
        _("First ({unit})", unit=unit): [number(value, ".1f") for value in found["first"]],
        _("To"): [f"{int(year)}" for year in found["to"]],
        _("Last ({unit})", unit=unit): [number(value, ".1f") for value in found["last"]],
        _("Change, percentage points"): [number(value, "+.1f") for value in found["points"]],
        _("Change, %"): [number(value, "+.0f") for value in found["per cent"]],
    }
    if choices.base:
        base = recorded(choices.indicator).loc[int(choices.base), list(found.index)]
        for end, label in (
            ("first", _("First, index ({year} = 100)", year=choices.base)),
            ("last", _("Last, index ({year} = 100)", year=choices.base)),
        ):
            rows[label] = [_number(value) for value in found[end] / base * 100]
    return table(pd.DataFrame(rows), _("From the first to the last known year"))


def _drawn_table(choices: Choices) -> str:
    found = missed_by(choices)
    unit = _indicator(choices)[1]
    rows = {_("Year"): [str(year) for year in found.index]}
    rows[_("Your guess ({unit})", unit=unit)] = [number(value, "g") for value in found["predicted"]]
    if choices.reveal:
        rows[_("Data ({unit})", unit=unit)] = [_number(value) for value in found["recorded"]]
        rows[_("Your guess minus the data (points)")] = [
            _number(v, "+") for v in found["difference"]
        ]
    return table(pd.DataFrame(rows), _("Your prediction for Tajikistan"))


def _number(value: float, sign: str = "") -> str:
    return _("no data") if pd.isna(value) else number(value, f"{sign}.1f")
