"""How old each table is: said from the data alone, and the texts that depend on it are known."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from crossroads import cli
from crossroads.tables import resources
from crossroads.tables.editions import Edition, editions

TREE = Path(__file__).parents[2]


@cache
def found():
    """Every table's edition, by name."""
    return {edition.name: edition for edition in editions()}


def test_every_table_has_an_edition():
    assert set(found()) == {name for name, entry in resources().items() if "schema" in entry}


@pytest.mark.parametrize(
    ("name", "latest"),
    [
        ("un_votes", "2019"),
        ("un_roll_calls", "2019-12-27"),
        ("un_roll_calls_to_2026", "2026-06-04"),
        ("un_agreement_by_issue", "2019"),
        ("memberships", "2026-01-22"),
        ("events", "2026-02-24"),
        ("trade_partners", "2023"),
        ("claims", "2026-11-26"),
    ],
)
def test_a_table_speaks_to_its_latest_row(name, latest):
    assert found()[name].latest == latest


@pytest.mark.parametrize(
    ("latest", "months"),
    [("2025", 11), ("2025-11", 12), ("2025-11-30", 12), ("2026", 0), ("2026-12", 0), ("2014", 143)],
)
def test_age_is_counted_from_the_end_of_what_a_table_speaks_of(latest, months):
    edition = Edition("some", "Some", latest, "2026-01-01", ())
    assert edition.months(date(2026, 11, 26)) == months


def test_the_command_says_age_and_place_and_downloads_nothing(capsys, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("nothing is downloaded"))
    assert cli.main(["data", "--check"]) == 0
    said = capsys.readouterr().out
    assert found() and all(name in said for name in found())
    assert "speaks to 2026-06-04" in said and "github.com/UNxml/GAresolutions" in said
    assert "docs/updating-data.md" in said
    assert cli.main(["data"]) == 0
    assert f"{len(found())} tables" in capsys.readouterr().out
