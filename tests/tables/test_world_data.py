"""The open data under data/world: described, valid, unchanged, and consistent with itself."""

import csv
import hashlib
import json
from pathlib import Path

import frictionless
import numpy as np
import pandas as pd
import pytest

import crossroads as cr

DATA = Path(__file__).parents[2] / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {entry["name"]: entry for entry in PACKAGE["resources"]}
TABLES = {name: entry for name, entry in RESOURCES.items() if "schema" in entry}
WORLD = {name: entry for name, entry in RESOURCES.items() if entry["path"].startswith("world/")}
CARD_PARTS = [
    *("One row is", "Who measured, and how.", "Unit and definition.", "Years and gaps."),
    *("Changes of definition.", "Odd things to know.", "Who may be missing or harmed."),
    *("Licence.", "Cite as."),
]


def series(indicator: str, iso3: str = "TJK", table: str = "indicators") -> pd.Series:
    rows = cr.load(table).query("iso3 == @iso3 and indicator == @indicator")
    return rows.set_index("year")["value"]


def electricity(column: str, iso3: str = "TJK") -> pd.Series:
    return cr.load("electricity").query("iso3 == @iso3").set_index("year")[column]


# The description


def test_every_file_is_described_and_every_description_has_its_file():
    files = {
        path.relative_to(DATA).as_posix()
        for folder in ("article", "world")
        for path in (DATA / folder).iterdir()
    }
    assert {entry["path"] for entry in RESOURCES.values()} == files


@pytest.mark.parametrize("name", RESOURCES)
def test_source_licence_and_date_are_stated(name):
    entry = RESOURCES[name]
    assert entry["title"] and entry["description"]
    assert entry["sources"] and all(source["title"] for source in entry["sources"])
    assert entry["licenses"] and all(lic["name"] and lic["title"] for lic in entry["licenses"])
    pd.to_datetime(entry["retrieved"], format="%Y-%m-%d")


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_meaning_and_every_number_a_unit(name):
    assert TABLES[name]["schema"]["fields"]
    for field in TABLES[name]["schema"]["fields"]:
        assert field["description"], field["name"]
        if field["type"] in ("number", "integer"):
            assert field.get("unit"), field["name"]


@pytest.mark.parametrize("name", WORLD)
def test_each_table_has_a_complete_card_in_the_index(name):
    card = (DATA / "cards" / f"{name}.md").read_text(encoding="utf-8")
    assert WORLD[name]["licenses"]
    assert [part for part in CARD_PARTS if f"- **{part}**" not in card] == []
    for licence in WORLD[name]["licenses"]:
        assert licence["title"] in card
    assert f"(cards/{name}.md)" in (DATA / "README.md").read_text(encoding="utf-8")


# The files


@pytest.mark.parametrize("name", WORLD)
def test_the_bytes_are_those_described(name):
    content = (DATA / WORLD[name]["path"]).read_bytes()
    assert "sha256:" + hashlib.sha256(content).hexdigest() == WORLD[name]["hash"]
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_the_file_is_loaded(name):
    with (DATA / TABLES[name]["path"]).open(encoding="utf-8", newline="") as file:
        _header, *rows = csv.reader(file)
    assert rows and len(cr.load(name)) == len(rows)


@pytest.mark.parametrize("name", TABLES)
def test_no_column_of_numbers_is_described_as_text(name):
    cells = pd.read_csv(DATA / TABLES[name]["path"], dtype=str, keep_default_na=False)
    texts = [f["name"] for f in TABLES[name]["schema"]["fields"] if f["type"] == "string"]
    for column in texts:
        given = cells.loc[cells[column] != "", column]
        assert given.empty or pd.to_numeric(given, errors="coerce").isna().any(), column


def test_some_tables_have_rules_that_load_does_not_check():
    schemas = [entry["schema"] for entry in TABLES.values()]
    rules = [field.get("constraints", {}) for schema in schemas for field in schema["fields"]]
    assert any(rule.get("unique") for rule in rules)
    assert any(schema.get("foreignKeys") for schema in schemas)


@pytest.mark.parametrize("name", TABLES)
def test_the_table_obeys_its_schema(name):
    """``load`` checks types, required cells, enums, patterns, ranges and the primary key."""
    entry = TABLES[name]
    table = cr.load(name)
    for field in entry["schema"]["fields"]:
        rules = field.get("constraints", {})
        column = table[field["name"]]
        if rules.get("unique"):
            assert column.is_unique, field["name"]
        if field["type"] == "date" and "minimum" in rules:
            assert column.min() >= pd.Timestamp(rules["minimum"])
            assert column.max() <= pd.Timestamp(rules["maximum"])
    for key in entry["schema"].get("foreignKeys", []):
        target = cr.load(key["reference"]["resource"])[key["reference"]["fields"][0]]
        assert set(table[key["fields"][0]].dropna()) <= set(target), key


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_has_stray_space_or_a_word_for_missing(name):
    cells = pd.read_csv(DATA / TABLES[name]["path"], dtype="str", keep_default_na=False)
    assert len(cells) and len(cells.columns)
    for column in cells:
        text = cells[column]
        assert (text == text.str.strip()).all(), column
        assert not text.str.contains(r"[\n\t]|  ").any(), column
        assert not text.str.lower().isin(["na", "n/a", "nan", "null", "-", ".."]).any(), column


# Values that lessons quote


@pytest.mark.parametrize(
    "table, indicator, year, value, places",
    [
        ("indicators", "remittances_received_pct_gdp", 2008, 44.1, 1),
        ("indicators", "remittances_received_pct_gdp", 2016, 26.7, 1),
        ("indicators", "remittances_received_pct_gdp", 2022, 49.9, 1),
        ("indicators", "remittances_received_pct_gdp", 2023, 37.8, 1),
        ("indicators", "remittances_received_pct_gdp", 2024, 47.9, 1),
        ("indicators", "exports_to_south_asia_pct", 2001, 0.5, 1),
        ("indicators", "exports_to_south_asia_pct", 2005, 1.3, 1),
        ("indicators", "exports_to_south_asia_pct", 2010, 8.5, 1),
        ("indicators", "exports_to_south_asia_pct", 2020, 12.1, 1),
        ("indicators", "exports_to_south_asia_pct", 2023, 7.7, 1),
        ("military", "military_expenditure_pct_gdp", 2023, 2.4, 1),
        ("electricity_factbook", "fb_electricity_installed_generating_capacity", 2023, 6.481, 3),
    ],
)
def test_values_for_tajikistan(table, indicator, year, value, places):
    assert round(series(indicator, table=table)[year], places) == value


@pytest.mark.parametrize(
    "other, year, per_cent",
    [
        *(("RUS", 2010, 83), ("RUS", 2015, 61)),
        *(("IND", 2010, 67), ("IND", 2015, 76)),
        *(("PAK", 2010, 73), ("PAK", 2015, 77)),
    ],
)
def test_voting_agreement_with_tajikistan(other, year, per_cent):
    row = cr.load("un_agreement").query("iso3_a == 'TJK' and iso3_b == @other and year == @year")
    assert round(row["agreement_pct"].item()) == per_cent


def test_trade_with_south_asia_in_2023():
    exports, imports = (
        series("merchandise_exports_current_usd"),
        series("merchandise_imports_current_usd"),
    )
    to, from_ = series("exports_to_south_asia_pct"), series("imports_from_south_asia_pct")
    trade = (exports * to + imports * from_) / 100
    total = exports + imports
    assert round(trade[2023] / 1e6) == 340
    assert round(total[2023] / 1e9, 2) == 8.33
    assert round(100 * trade[2023] / total[2023], 1) == 4.1
    change = 100 * (trade / trade.shift() - 1)
    assert (round(change[2015]), round(change[2020])) == (-26, 57)
    assert (to[to.index < 2005] < 1).all()


def test_net_imports_of_electricity_change_sign_once():
    net = electricity("net_imports_twh").loc[:2023]  # 2024 stands otherwise in the edition of 2026
    assert (net[net.index <= 2010] > 0).all()
    assert (net[net.index > 2010] < 0).all()


def test_seats_at_the_table():
    status = cr.load("memberships").pivot(index="organisation", columns="iso3", values="status")
    four = ["TJK", "RUS", "IND", "PAK"]
    everyone = status.index[(status[four] == "member").all(axis=1)]
    assert set(everyone) == {"SCO", "WTO", "CICA"}
    five = status.index[(status[[*four, "AFG"]] == "member").all(axis=1)]
    assert set(five) == {"WTO", "CICA"}
    assert status.loc["SCO", "AFG"] == "partner"
    assert set(status.loc["SAARC", ["TJK", "RUS"]]) == {"none"}
    assert status.loc["EAEU", "TJK"] == "none"


def test_tajikistan_borders_four_states_and_not_pakistan():
    borders = cr.load("borders").query("iso3 == 'TJK'").set_index("neighbour_iso3")["border_km"]
    assert borders.to_dict() == {"AFG": 1357, "CHN": 477, "KGZ": 984, "UZB": 1312}


# Oddities of the sources that must stay as they are


def test_a_value_carried_forward_is_kept():
    net = electricity("net_imports_twh", "TKM")
    assert list(net.loc[2014:]) == [-3.21, *[-3.2] * 7, -9.0, -9.0]


def test_values_filled_by_the_source_are_kept():
    exports = series("exports_to_south_asia_pct", "UZB")
    assert set(exports[range(2000, 2004)]) == {12.05862}
    assert set(exports[range(2004, 2016)]) == {12.17749}


def test_a_list_of_shares_that_adds_up_to_more_than_all_is_kept():
    shares = cr.load("trade_partners").groupby(["iso3", "flow", "year"])["share_pct"].sum()
    assert shares[shares > 100].to_dict() == {("TJK", "imports", 2019): 102.0}


def test_absence_of_a_partner_is_an_absent_row():
    sources = cr.load("trade_partners").query(
        "iso3 == 'TJK' and flow == 'imports' and year == 2023"
    )
    assert sources.set_index("partner_iso3")["share_pct"].get("CHN") == 57
    assert "RUS" not in set(sources["partner_iso3"])


def test_press_figures_keep_their_errors_in_the_note():
    press = cr.load("trade_reported").set_index("id")
    assert press.loc["R02", "value"] == 134.7
    assert "bln" in press.loc["R02", "quality_note"]
    uzbek = press.query("partner_iso3 == 'UZB' and period == '2023'").set_index("reporter")["value"]
    assert sorted(uzbek) == [500.0, 756.8]


def test_missing_years_have_no_row_and_no_zero():
    assert 2000 not in series("exports_to_south_asia_pct").index
    arms = series("arms_imports_sipri_tiv", table="military")
    assert list(arms.index) == [1994, 2006, 2007, 2009, 2013, 2016, 2017, 2018, 2019, 2022]
    assert (arms > 0).all()
    tajik = cr.load("un_agreement").query("iso3_a == 'TJK' or iso3_b == 'TJK'")
    assert 2001 not in set(tajik["year"])


# The tables agree with each other


def test_definitions_name_the_table_that_holds_the_values():
    definitions = cr.load("indicator_definitions")
    for table in ("indicators", "electricity_factbook", "military"):
        assert set(definitions.query("table == @table")["indicator"]) == set(
            cr.load(table)["indicator"]
        )


def test_agreement_can_be_computed_from_the_single_votes():
    votes = cr.load("un_votes").pivot(index=["year", "rcid"], columns="iso3", values="vote")
    pairs = cr.load("un_agreement").query("year >= 2010")
    pairs = pairs[pairs["iso3_a"].isin(votes.columns) & pairs["iso3_b"].isin(votes.columns)]
    assert len(pairs) == 15 * 10
    for pair in pairs.itertuples():
        both = votes.loc[pair.year, [pair.iso3_a, pair.iso3_b]].dropna()
        a, b = both[pair.iso3_a], both[pair.iso3_b]
        same, abstained = (a == b).sum(), ((a == "abstain") ^ (b == "abstain")).sum()
        assert (len(both), same) == (pair.votes_both_cast, pair.same_vote)
        assert len(both) - same - abstained == pair.opposite_vote


def test_agreement_by_issue_can_be_computed_from_the_single_votes():
    votes = cr.load("un_votes").pivot(index="rcid", columns="iso3", values="vote")
    rights = cr.load("un_roll_calls").query("human_rights")["rcid"]
    both = votes.loc[rights, ["TJK", "RUS"]].dropna()
    row = cr.load("un_agreement_by_issue").query(
        "iso3_b == 'RUS' and issue == 'Human rights' and period == '2010-2019'"
    )
    assert len(both) == row["votes_both_cast"].item()
    assert (both["TJK"] == both["RUS"]).sum() == row["same_vote"].item()


@pytest.mark.parametrize(
    "table, part, whole, share",
    [
        ("un_agreement", "same_vote", "votes_both_cast", "agreement_pct"),
        ("un_agreement_by_issue", "same_vote", "votes_both_cast", "agreement_pct"),
        ("un_participation", "votes_cast", "roll_calls", "participation_pct"),
        ("un_agreement_to_2026", "same_vote", "votes_both_cast", "agreement_pct"),
        ("un_participation_to_2026", "votes_cast", "roll_calls", "participation_pct"),
    ],
)
def test_computed_shares_are_right(table, part, whole, share):
    rows = cr.load(table)
    assert (100 * rows[part] / rows[whole] - rows[share]).abs().max() < 0.0051


def test_each_pair_stands_once():
    for table in ("un_agreement", "distances"):
        pairs = cr.load(table)[["iso3_a", "iso3_b"]].drop_duplicates()
        assert len({frozenset(pair) for pair in pairs.itertuples(index=False)}) == len(pairs)
        assert (pairs["iso3_a"] != pairs["iso3_b"]).all()


def test_borders_are_the_same_from_both_sides():
    borders = cr.load("borders").groupby(["iso3", "neighbour_iso3"])["border_km"].sum()
    inside = {
        pair: km for pair, km in borders.items() if pair[1] in set(cr.load("countries")["iso3"])
    }
    assert all(inside[b, a] == km for (a, b), km in inside.items())
    assert inside["CHN", "RUS"] == 4179


def test_distances_follow_from_the_coordinates():
    places = np.radians(cr.load("countries").set_index("iso3")[["latitude", "longitude"]])
    for pair in cr.load("distances").itertuples():
        (lat_a, lon_a), (lat_b, lon_b) = places.loc[pair.iso3_a], places.loc[pair.iso3_b]
        cos = np.sin(lat_a) * np.sin(lat_b) + np.cos(lat_a) * np.cos(lat_b) * np.cos(lon_b - lon_a)
        assert abs(6371 * np.arccos(cos) - pair.capital_distance_km) < 1


def test_ideal_points_lie_in_their_interval_and_distances_follow():
    points = cr.load("un_ideal_points")
    assert points["ideal_point"].between(points["interval_low"], points["interval_high"]).all()
    tajik = points.query("iso3 == 'TJK'").set_index("year")["ideal_point"]
    gap = (points["ideal_point"] - points["year"].map(tajik)).abs() - points["distance_to_tjk"]
    assert gap.abs().max() < 0.00011
    assert set(points[points["distance_to_tjk"].isna()]["year"]) == {1991}


def test_a_date_says_no_more_than_is_known():
    events = cr.load("events")
    lengths = events["precision"].map({"year": 4, "month": 7, "day": 10})
    assert (events["date"].str.len() == lengths).all()
    assert (events["date"].str[:4].astype("Int64") == events["year"]).all()
    assert list(events["date"]) == sorted(events["date"])
    assert events["figure"].notna().equals(events["unit"].notna())
    named = events["countries"].str.split(";").explode()
    assert set(named) <= set(cr.load("countries")["iso3"])
    weak = events.query("confidence == 'C'")
    assert (weak["source"].eq("memberships table") | weak["note"].notna()).all()


@pytest.mark.parametrize(
    "organisation, iso3, year",
    [
        *(("SCO", "TJK", 2001), ("SCO", "IND", 2017), ("SCO", "PAK", 2017), ("SCO", "AFG", 2025)),
        *(
            ("SCO", "IRN", 2023),
            ("SAARC", "AFG", 2007),
            ("WTO", "TJK", 2013),
            ("SAARC", "IND", 1985),
        ),
    ],
)
def test_events_and_memberships_agree(organisation, iso3, year):
    memberships = cr.load("memberships").set_index(["organisation", "iso3"])
    assert memberships.loc[(organisation, iso3), "since_year"] == year
    events = cr.load("events").query("year == @year")
    assert events["countries"].str.contains(iso3).any()


def test_membership_dates_make_sense():
    rows = cr.load("memberships")
    assert rows["since"].str[:4].astype("Int64").equals(rows["since_year"])
    assert rows.loc[rows["status"] == "none", "since"].isna().all()
    assert rows.loc[rows["until_year"].notna(), "status"].eq("none").all()
    assert (rows.groupby("organisation")["iso3"].nunique() == 12).all()


def test_boundaries_have_each_country_of_the_region_once():
    shapes = json.loads((DATA / "world" / "boundaries.geojson").read_text(encoding="utf-8"))
    codes = [feature["properties"]["iso3"] for feature in shapes["features"]]
    region = cr.load("countries").query("iso3 != 'USA'")["iso3"]
    assert sorted(codes) == sorted(region)
    assert {feature["geometry"]["type"] for feature in shapes["features"]} == {"MultiPolygon"}


def test_the_data_package_is_valid_by_the_standards_own_tool():
    """Frictionless reads every table against its schema, and every licence against the standard."""
    report = frictionless.validate(str(DATA / "datapackage.json"))
    problems = report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert report.valid, problems[:10]
    assert {task.name for task in report.tasks} == set(RESOURCES)


#: Names of licences that the Open Definition or SPDX knows; any other says where its terms stand.
KNOWN = {"CC-BY-4.0", "CC-BY-3.0-IGO", "CC0-1.0"}


@pytest.mark.parametrize("name", RESOURCES)
def test_a_licence_says_where_its_terms_stand(name):
    assert RESOURCES[name]["licenses"]
    for licence in RESOURCES[name]["licenses"]:
        assert licence["title"] and licence["path"], licence
        if not licence["path"].startswith("https://"):
            assert (DATA / licence["path"]).is_file()
            assert licence["name"] not in KNOWN


def test_no_table_holds_a_made_up_zero():
    """Zeros of people and money between countries came from copies that filled absent pairs."""
    assert cr.load("migrant_stock")["persons"].min() > 0
    assert cr.load("remittances_bilateral")["million_usd"].min() > 0


def test_the_two_sources_of_un_votes_agree_where_they_overlap():
    old = cr.load("un_votes").merge(cr.load("un_roll_calls"), on="rcid")
    old = old[old["date"] >= "2019-11-07"].assign(
        resolution=lambda rows: "A/RES/" + rows["resolution"].str.extract(r"(\d+/\d+.*)$")[0]
    )
    new = cr.load("un_votes_to_2026")
    both = old.merge(new, on=["resolution", "iso3"], suffixes=("_old", "_new"))
    assert len(both) == 540
    assert (both["vote_old"].fillna("") == both["vote_new"].fillna("")).all()


def test_recent_agreement_can_be_computed_from_the_single_votes():
    votes = cr.load("un_votes_to_2026").pivot(
        index=["year", "resolution"], columns="iso3", values="vote"
    )
    assert len(cr.load("un_agreement_to_2026"))
    for pair in cr.load("un_agreement_to_2026").itertuples():
        both = votes.loc[pair.year, [pair.iso3_a, pair.iso3_b]].dropna()
        same = (both[pair.iso3_a] == both[pair.iso3_b]).sum()
        assert (len(both), same) == (pair.votes_both_cast, pair.same_vote)


def test_key_votes_are_those_of_the_single_votes_where_both_have_them():
    both = cr.load("un_key_votes").merge(
        cr.load("un_votes_to_2026"), on=["resolution", "iso3"], suffixes=("", "_all")
    )
    assert both["resolution"].nunique() == 48
    assert (both["vote"].fillna("") == both["vote_all"].fillna("")).all()


def test_the_article_s_files_have_hashes_too():
    for name, entry in RESOURCES.items():
        content = (DATA / entry["path"]).read_bytes()
        assert entry["hash"] == "sha256:" + hashlib.sha256(content).hexdigest(), name


def test_the_parts_of_electricity_fit_together():
    rows = cr.load("electricity")
    total = rows["generation_twh"]
    for part in ("hydro", "fossil"):
        share = 100 * rows[f"{part}_twh"] / total
        assert ((share - rows[f"{part}_share_pct"]).abs() < 0.02 + 1 / total).all()
    net = rows["demand_twh"] - total
    assert (net - rows["net_imports_twh"]).abs().max() < 0.0051
    tajik = rows.query("iso3 == 'TJK'").set_index("year")["net_imports_twh"]
    later = cr.load("electricity_to_2025").query(
        "indicator == 'net_imports' and period in ['2019', '2020', '2021', '2022']"
    )
    assert list(tajik.loc[2019:2022]) == list(later["value"])


# Goods


def goods(table: str, where: str) -> pd.Series:
    """Value by code, in US dollars."""
    return cr.load(table).query(where).set_index("code")["value_usd"]


@pytest.mark.parametrize("iso3", ["TJK", "UZB", "AFG", "PAK", "IND", "WLD"])
def test_chapters_and_headings_add_up_to_the_same_exports(iso3):
    chapters = goods("trade_by_chapter", f"iso3 == '{iso3}' and flow == 'exports'")
    headings = goods("exports_by_heading", f"iso3 == '{iso3}'")
    assert abs(chapters.sum() / headings.sum() - 1) < 0.001
    inside = headings.drop("rest").groupby(lambda code: code[:4]).sum()
    assert (inside <= chapters.reindex(inside.index).fillna(0)).all()


def test_the_chapters_of_indias_imports_add_up_to_its_printed_totals():
    rows = cr.load("trade_by_chapter").query("flow == 'imports'")
    million = rows.groupby("period")["value_usd"].sum() / 1e6
    printed = {"2015-16": 381_007.2, "2016-17": 384_356.6, "2017-18": 465_580.6}
    assert {year: round(million[year], 1) for year in printed} == printed


def test_a_sector_is_a_range_of_chapters_in_both_tables():
    chapters = cr.load("trade_by_chapter").drop_duplicates("code").set_index("code")["sector"]
    headings = cr.load("exports_by_heading").query("code != 'rest'")
    assert (headings["sector"] == headings["code"].str[:4].map(chapters)).all()


def test_tajikistans_electricity_is_an_absent_row_and_no_zero():
    sold = goods("exports_by_heading", "iso3 == 'TJK'")
    assert "HS2716" not in sold.index
    assert (cr.load("exports_by_heading")["value_usd"] > 0).all()


def test_what_cannot_be_believed_is_kept_and_marked_or_named_on_the_card():
    tariffs = cr.load("tariffs")
    zero = tariffs[tariffs["value_pct"] == 0]
    assert set(zero["confidence"]) == {"C"}
    assert goods("exports_by_heading", "iso3 == 'TJK'")["HS0304"] > 24e6  # fish
    card = (DATA / "cards" / "exports_by_heading.md").read_text(encoding="utf-8")
    assert "landlocked" in card


def test_an_effect_in_per_cent_follows_from_its_coefficient():
    rows = cr.load("agreement_effects").query("unit == 'log points'")
    assert (100 * (np.exp(rows["value"]) - 1) - rows["per_cent"]).abs().max() < 0.5
