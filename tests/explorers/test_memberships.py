"""The map of memberships: standings by year, forums that have all, and the lesson's figures."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads import charts
from crossroads.explorers import _land, memberships
from crossroads.explorers.memberships import FIRST, LAST, ORGANISATIONS, STATES, Choices
from crossroads.lessons.checks import lesson_items
from crossroads.tables import data_dir

LESSON = Path(__file__).parents[2] / "lessons" / "02-who-sits-at-which-table.ipynb"
TEXT = "\n".join("".join(c["source"]) for c in json.loads(LESSON.read_text("utf-8"))["cells"])
any_choices = st.builds(
    Choices,
    organisation=st.sampled_from(ORGANISATIONS),
    year=st.integers(FIRST, LAST),
    states=st.lists(st.sampled_from(STATES), unique=True),
)


def now(organisation, status):
    rows = cr.load("memberships").query("organisation == @organisation and status == @status")
    return set(rows["iso3"])


def test_the_latest_year_is_the_list_as_it_stands():
    for organisation in ORGANISATIONS:
        assert set(memberships.members(organisation, LAST)) == now(organisation, "member")


def test_up_to_2014_the_history_speaks():
    rows = cr.load("memberships_history").query("year == 2013")
    full = rows[rows["status"] == "full"].groupby("organisation")["iso3"].agg(set)
    for organisation in ("SCO", "SAARC", "CSTO", "CIS", "ECO", "WTO"):
        assert set(memberships.members(organisation, 2013)) == full[organisation] & set(STATES)


@pytest.mark.parametrize(
    ("organisation", "state", "year", "standing"),
    [
        ("SCO", "IND", 2016, "none"),
        ("SCO", "IND", 2017, "member"),
        ("SCO", "IRN", 2022, "none"),
        ("SCO", "IRN", 2023, "member"),
        ("SCO", "AFG", 2020, "observer"),
        ("SCO", "AFG", 2024, "observer"),
        ("SCO", "AFG", 2025, "partner"),
        ("SCO", "TUR", 2020, "dialogue partner"),
        ("WTO", "TKM", 2019, "none"),
        ("WTO", "TKM", 2020, "observer"),
        ("EAEU", "RUS", 2014, "not founded"),
        ("SCO", "TJK", 1995, "not founded"),
        ("SCO", "TJK", 1996, "member"),
        ("CAREC", "PAK", 2009, "none"),
        ("CAREC", "PAK", 2010, "member"),
        ("EAEU", "RUS", 2015, "member"),
        ("SAARC", "AFG", 2026, "member"),
        ("WTO", "TJK", 2012, "none"),
        ("WTO", "TJK", 2018, "member"),
    ],
)
def test_a_standing_follows_its_dates(organisation, state, year, standing):
    assert memberships.standings(year).at[state, organisation] == standing


@pytest.mark.parametrize(
    ("organisation", "state", "year"), [("EAEU", "TJK", 2016), ("WTO", "IRN", 2018)]
)
def test_what_no_table_says_is_unknown_and_not_no(organisation, state, year):
    assert pd.isna(memberships.standings(year).at[state, organisation])
    shown = memberships.view(Choices(organisation, year, (state,)))
    assert "unknown" in words(shown)


@given(any_choices)
def test_together_means_each_one_is_a_member(choices):
    found = memberships.together(choices)
    table = memberships.standings(choices.year)
    for organisation in ORGANISATIONS:
        every = all(table.at[s, organisation] == "member" for s in choices.states)
        assert (organisation in found) == (every and bool(choices.states))
    said = memberships.describe(choices)
    assert said.endswith(".") and str(choices.year) in said
    assert all(organisation in said for organisation in found)


@given(any_choices)
def test_what_is_shown_is_sound_html(choices):
    shown = memberships.view(choices)
    Text(shown)
    for state in STATES:
        assert memberships.names()[state] in shown


def test_a_forum_that_is_not_founded_is_not_a_forum_without_members():
    shown = words(memberships.view(Choices("EAEU", 2014, ("TJK",))))
    assert "EAEU in 2014: founded in 2015" in memberships.view(Choices("EAEU", 2014))
    assert "not founded" in shown and "as far as the tables say" in memberships.describe(
        Choices(year=1991)
    )


def test_before_2001_the_sco_is_called_a_forerunner():
    assert "its forerunner" in memberships.view(Choices("SCO", 2000))
    assert "its forerunner" not in memberships.view(Choices("SCO", 2001))


def test_the_date_of_the_list_and_of_each_of_its_sources_is_shown():
    shown = memberships.view(Choices("SAARC"))
    assert "list of 26 November 2026" in shown
    rows = cr.load("memberships").query("organisation == 'SAARC'")
    assert rows["as_of"].notna().any()
    rows_shown = words(memberships.view(Choices("SAARC")))
    assert all(str(date) in rows_shown for date in rows["as_of"].dropna())
    assert "no date" in words(memberships.view(Choices("CAREC")))
    assert "by the course" not in memberships.view(Choices("SAARC", 2014))


@pytest.mark.parametrize("year", [1998, 2013, 2018, LAST])
def test_who_sits_with_whom_is_the_intersection_of_two_sets(year):
    shown = words(memberships.view(Choices(year=year, states=("TJK", "PAK"))))
    both = [o for o in ORGANISATIONS if {"TJK", "PAK"} <= set(memberships.members(o, year))]
    assert f"Tajikistan and Pakistan {', '.join(both)}" in shown


def test_one_state_alone_makes_no_pair():
    assert "pair by pair" not in memberships.view(Choices(states=("TJK",)))


def test_a_missing_choice_of_states_is_asked_for():
    assert memberships.describe(Choices(states=())).startswith("Choose the countries")


WIDTHS = range(320, 1201, 40)


def boundaries(layer="boundaries"):
    """Each shape's polygons in degrees, by its code."""
    rows = json.loads((data_dir() / "world" / f"{layer}.geojson").read_text("utf-8"))["features"]
    return {r["properties"]["iso3"]: r["geometry"]["coordinates"] for r in rows}


def inside(polygons, x, y):
    """Whether a point lies in an area: a ray from it crosses the outline an odd number of times."""
    crossings = 0
    for ring in (polygon[0] for polygon in polygons):
        for (x1, y1), (x2, y2) in pairwise(ring):
            crossings += (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1)
    return crossings % 2 == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_outlines_names_and_key_lie_where_they_belong(width):
    here = memberships.places(width)
    for frame, at in (
        (here.map, memberships.NAME_AT),
        (here.inset, memberships.INSET_NAME_AT | {"": memberships.WAKHAN_NAME_AT}),
    ):
        (left, top), _, (right, bottom) = frame.corners()[:3]
        assert right <= width - charts.PAD + 0.1 and bottom <= here.height
        for polygons in _land.shapes(frame).values():
            for ring in (ring for polygon in polygons for ring in polygon):
                assert all(left - 0.1 <= x <= right + 0.1 for x, _ in ring)
                assert all(top - 0.1 <= y <= bottom + 0.1 for _, y in ring)
        boxes = []
        for state, place in at.items():
            words = memberships.names()[state] if state else "Wakhan corridor"
            if frame is here.map:
                words = memberships.label(state, "member", frame)
            x, y = memberships.spot(frame, place, words)
            half = charts.text_width(words, charts.SMALL) / 2
            assert left <= x - half and x + half <= right and top + 8 <= y <= bottom
            assert not [b for b in boxes if abs(b[0] - x) < b[2] + half and abs(b[1] - y) < 12]
            boxes.append((x, y, half))
        drawn = {state for state, polygons in _land.shapes(frame).items() if polygons}
        assert {*at} - {""} <= drawn  # of Kazakhstan the inset has a corner too small for a name
    assert here.inset.top >= here.map.top + here.map.height or (
        here.inset.left >= here.map.left + here.map.width
    )


def test_every_name_stands_on_its_state():
    shapes = boundaries()
    for at in (memberships.NAME_AT, memberships.INSET_NAME_AT):
        for state, place in at.items():
            assert inside(shapes[state], *place), state


def test_neighbours_are_land():
    shapes = boundaries("surroundings")
    for code, place in {
        "NPL": (84.0, 28.2),
        "BTN": (90.4, 27.4),
        "BGD": (90.3, 23.8),
        "LKA": (80.7, 7.6),
        "IRQ": (43.7, 33.0),
    }.items():
        assert inside(shapes[code], *place)
    here = memberships.places(680).map
    chart = memberships.view(Choices())
    for code in ("NPL", "BTN", "BGD", "LKA", "MMR"):
        (ring, *_), *_ = charts.outlines(
            json.dumps(
                {
                    "features": [
                        {
                            "properties": {"iso3": code},
                            "geometry": {"type": "MultiPolygon", "coordinates": shapes[code]},
                        }
                    ]
                }
            ),
            here,
        )[code]
        assert charts.path_of([[ring]]) in chart


def test_the_key_shows_each_colour_that_the_map_has():
    chart = memberships.view(Choices("SCO"))
    key = chart[chart.rindex("Wakhan corridor</text>") : chart.index("</svg>")]
    for kind in (">member<", ">partner<", ">not in it<", ">other states: not in the table<"):
        assert kind in key
    fills = set(re.findall(r'<path [^>]*fill="(#[0-9A-Fa-f]{6})"', chart))
    assert len(fills) > 3
    for fill in fills - {_land.SEA}:
        assert f'fill="{fill}"' in key


def test_the_corridor_is_named_in_afghanistan():
    assert inside(boundaries()["AFG"], *memberships.WAKHAN)
    assert "Wakhan corridor" in words(memberships.view(Choices()))


def test_the_map_says_in_words_where_each_state_sits():
    (said,) = re.findall(r'<svg role="img" aria-label="([^"]*)"', memberships.view(Choices("SCO")))
    parts = dict(part.split(": ") for part in said.split("SCO: ")[1].split(". An")[0].split("; "))
    assert sum(len(re.split(", | and ", names)) for names in parts.values()) == len(STATES)
    there = {memberships.names()[state] for state in now("SCO", "member") & {*STATES}}
    assert set(re.split(", | and ", parts["member"])) == there


# -- the lesson ------------------------------------------------------------------------------------


def test_the_forums_of_the_lesson():
    four = {"TJK", "RUS", "IND", "PAK"}
    assert memberships.together(Choices(states=tuple(four))) == ["SCO", "CICA", "WTO"]
    assert memberships.together(Choices(states=(*four, "AFG"))) == ["CICA", "WTO"]
    assert "CICA and the WTO are left" in TEXT and "two more have all four" in TEXT
    assert not four & {"TJK", "RUS"} & (now("SAARC", "member") | now("SAARC", "observer"))
    assert now("SAARC", "observer") == {"CHN", "IRN"}
    assert now("SCO", "partner") == {"AFG", "TUR"}
    assert "the SCO and SAARC" in TEXT


def test_where_tajikistan_and_russia_sit_together():
    both = memberships.together(Choices(states=("TJK", "RUS")))
    assert both == ["SCO", "CICA", "CSTO", "CIS", "WTO"]
    assert "in the SCO, CICA, the CSTO, the CIS and the WTO" in TEXT


def test_the_dates_in_the_lesson():
    since = cr.load("memberships").set_index(["organisation", "iso3"])["since_year"]
    assert since["SCO", "IND"] == since["SCO", "PAK"] == 2017 and "member since 2017" in TEXT
    assert since["SCO", "TJK"] == 2001 and "founder (2001)" in TEXT
    before = cr.load("memberships").set_index(["organisation", "iso3"]).loc[("SCO", "AFG")]
    assert (before["before"], before["before_year"]) == ("observer", 2012)
    assert before["since"] == "2025-09-01" and "an observer from 2012" in TEXT
    assert 'since 1 September 2025 it has been an "SCO partner"' in TEXT
    assert since["SAARC", "AFG"] == 2007 and "the latest (2007)" in TEXT
    assert since["WTO", "TJK"] == 2013 and "joined in 2013" in TEXT


def test_tajikistans_neighbours():
    rows = cr.load("borders").query("iso3 == 'TJK'")
    assert set(rows["neighbour_iso3"]) == {"AFG", "CHN", "KGZ", "UZB"}
    assert "Afghanistan, China, Kyrgyzstan and Uzbekistan" in TEXT
    length = rows.set_index("neighbour_iso3")["border_km"]
    assert f"{length.sum():,} km long, {length['AFG']:,} km of it with Afghanistan" in TEXT


def test_the_table_of_two_forums():
    standing = memberships.standings(LAST)
    for organisation in ("SCO", "SAARC"):
        (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| {organisation} |")]
        cells = [cell.strip().split(" since")[0] for cell in row.strip("|").split("|")]
        seats = [standing.at[s, organisation] for s in ("TJK", "RUS", "IND", "PAK")]
        assert cells[1:5] == ["not in it" if seat == "none" else seat for seat in seats]


def test_the_crosstab_in_the_teacher_s_notes():
    counted = cr.load("memberships").query("status == 'member'")["iso3"].value_counts()
    assert set(counted[counted == counted.max()].index) == {"KAZ", "KGZ"} and counted.max() == 9
    missing = cr.load("memberships").query("iso3 == 'TJK' and status == 'none'")["organisation"]
    assert set(missing) == {"SAARC", "EAEU"}
    notes = (LESSON.parents[1] / "docs" / "teacher" / "02.md").read_text("utf-8")
    assert "Kazakhstan and Kyrgyzstan, with nine each; two of Tajikistan's rows" in notes


def test_what_the_lesson_says_of_its_sources():
    rows = cr.load("memberships")
    saarc = rows.query("organisation == 'SAARC' and status == 'member'")
    assert set(saarc["published"]) == {"2016-10-02"}
    assert TEXT.count("*The Hindu*, 2 October 2016") == 3
    assert set(saarc["source"]) == {"The Hindu"}
    sco = rows.query("organisation == 'SCO' and status == 'member'")
    assert set(sco["as_of"]) == {"2025-09-01"} and "TASS, 1 September 2025" in TEXT
    wto = rows.query("organisation == 'WTO'").set_index("iso3")
    assert wto.at["TUR", "confidence"] == "B" and "ranking" in wto.at["TUR", "url"]
    assert wto["as_of"].str.startswith("2013").any()
    cica = rows.query("organisation == 'CICA'")
    assert (cica["as_of"] == "2019-06-17").sum() == 11 and "Eleven of CICA's twelve rows" in TEXT
    assert cica["note"].str.contains("Iceland").any()
    events = cr.load("events").set_index("id")
    assert "Last SAARC summit" in events.at["N13", "title"] and "November 2014" in TEXT
    assert events.at["N46", "date"] == "2025-07-03" and "3 July 2025" in TEXT


def test_the_self_checks_follow_from_the_data():
    items = lesson_items("02")
    seats = cr.load("memberships")
    sco = set(seats.query("organisation == 'SCO' and status == 'member'")["iso3"])
    near = set(cr.load("borders").query("iso3 == 'TJK'")["neighbour_iso3"])
    assert str(len(near & sco)) == items["02-both"].expect
    assert near - sco == {"AFG"} and "Three of four" in items["02-both"].why
    full = seats[seats["iso3"].isin(["TJK", "RUS", "IND", "PAK"]) & (seats["status"] == "member")]
    counts = full["organisation"].value_counts()
    assert set(counts[counts == 4].index) == eval(items["02-forums"].expect)
    afghan = seats.query("iso3 == 'AFG' and status == 'member'")["organisation"]
    assert set(afghan) == {"SAARC", "ECO", "CAREC", "CICA", "OIC", "WTO"}
    assert "SAARC, ECO, CAREC, CICA, the OIC and the WTO" in items["02-five"].why
