"""Say below a line chart what it can't show."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence

from ..i18n import _


def missing_words(
    years: Sequence[int],
    names: Sequence[str],
    columns: Sequence[Sequence[float | None]],
    step: int,
    told: Container[str],
) -> str:
    """Name the lines without any value, and the years in which those in `told` have none."""
    if not years:
        return ""
    span = range(years[0], years[-1] + 1, step)
    empty, gaps = [], dict[tuple[int, ...], list[str]]()
    for name, column in zip(names, columns, strict=True):
        known = {year for year, v in zip(years, column, strict=True) if v is not None}
        without = tuple(year for year in span if year not in known)
        if not known:
            empty.append(name)
        elif without and name in told:
            gaps.setdefault(without, []).append(name)
    said = []
    if empty:
        said.append(_("No data: {names}.", names=", ".join(empty)))
    if gaps:
        listed = "; ".join(
            f"{', '.join(whose)}: {_spans(without, step)}" for without, whose in gaps.items()
        )
        said.append(_("Years without a value here: {listed}.", listed=listed))
    return " ".join(said)


def flag_words(
    what: str, names: Sequence[str], flagged: Sequence[Collection[int]], step: int
) -> str:
    """Say of which lines and years the hollow markers are, and `what` they mean."""
    listed = "; ".join(
        f"{name}: {_spans(sorted(years), step)}"
        for name, years in zip(names, flagged, strict=True)
        if years
    )
    return _("Hollow marker: {what} ({listed}).", what=what, listed=listed) if listed else ""


def _spans(years: Sequence[int], step: int) -> str:
    """Return years in words, neighbours together."""
    runs: list[list[int]] = []
    for year in years:
        if not runs or year - runs[-1][-1] > step:
            runs.append([])
        runs[-1].append(year)
    return ", ".join(
        str(run[0]) if len(run) == 1 else _("{first} to {last}", first=run[0], last=run[-1])
        for run in runs
    )
