"""Figures of the site's own pages, its templates and the data cards, follow from the tables."""

import re
import tomllib
from pathlib import Path

import pytest

import crossroads as cr

TREE = Path(__file__).parents[2]
CARDS = {path.stem: path.read_text("utf-8") for path in (TREE / "data/cards").glob("*.md")}
COUNT = re.compile(
    r"\b([\d,]+) (?:rows|figures|facts|fields|indicators|roll calls|pairs of|organisations;)"
)
SPAN = re.compile(r"(?:\d+ rows, )?(\d{4})(?:-| to (?:\w+ )?)(\d{4})\b")


def years_and_gaps(name):
    return re.search(r"\*\*Years and gaps\.\*\* (.*)", CARDS[name])[1]


COUNTED = [name for name in sorted(CARDS) if COUNT.search(years_and_gaps(name))]
SPANNED = [
    name
    for name in sorted(CARDS)
    if SPAN.match(years_and_gaps(name)) and "year" in getattr(cr.load(name), "columns", ())
]


def value(name, column="value", **where):
    """The one value of a column, where the others have these values."""
    rows = cr.load(name)
    for other, wanted in where.items():
        rows = rows[rows[other] == wanted]
    return rows[column].item()


def net(iso3, *years):
    """Ember's net imports, which must be the same in all these years."""
    found = cr.load("electricity").query("iso3 == @iso3 and year in @years")["net_imports_twh"]
    assert found.nunique() == 1
    return found.iloc[0]


def book(iso3, what, year):
    indicator = f"fb_electricity_{what}"
    return value("electricity_factbook", iso3=iso3, indicator=indicator, year=year)


def cast(iso3, *years):
    rows = cr.load("un_participation").set_index(["iso3", "year"])["participation_pct"]
    return [rows[iso3, year] for year in years]


def day(date):
    return f"{date.day} {date:%B %Y}"


KEY = cr.load("un_key_votes")["date"]
CALLS = cr.load("un_roll_calls_to_2026")["date"]
LOSSES = [book("TJK", "transmission_distribution_losses", year) for year in (2019, 2022)]
CAPACITY = [book("TJK", "installed_generating_capacity", year) for year in (2020, 2022)]
FROM_RUSSIA = cr.load("remittances_bilateral").query("iso3_to == 'TJK'").set_index("iso3_from")
FROM_RUSSIA = FROM_RUSSIA["million_usd"]
GRADES = cr.load("memberships")["confidence"]
UNTRIED = cr.load("indicators").query("indicator == 'fdi_net_inflows_pct_gdp' and value == 0")
COCOONS = value("exports_by_heading", "value_usd", iso3="TJK", code="HS5001")
FISH = value("exports_by_heading", "value_usd", iso3="TJK", code="HS0304")
SOLD = cr.load("exports_by_heading").query("iso3 == 'TJK'")["value_usd"].sum()
FIGURES = [
    ("electricity", "Turkmenistan {:.2f} from 2015 to 2021", [net("TKM", *range(2015, 2022))]),
    ("electricity", "Turkmenistan has {:.2f} in 2022 and in 2023", [net("TKM", 2022, 2023)]),
    ("electricity", "Kazakhstan {:.2f} from 2022 to 2024", [net("KAZ", 2022, 2023, 2024)]),
    ("electricity", "Iran {:.2f} in 2020 and 2021", [net("IRN", 2020, 2021)]),
    ("electricity", "Pakistan {:.2f} in 2020 and 2021", [net("PAK", 2020, 2021)]),
    ("electricity", "swing to {:.2f} TWh", [net("TJK", 2024)]),
    ("electricity", "here those two are {:.2f} and {:.2f}", [net("TJK", 2020), net("TJK", 2021)]),
    ("electricity_factbook", "losses go from {:.2f} to {:.2f} TWh", LOSSES),
    ("electricity_factbook", "from {:.1f} to {:.1f} GW", CAPACITY),
    (
        "electricity_factbook",
        "its exports {:.3f} and {:.3f}",
        [book("TKM", "exports", 2019), book("TKM", "exports", 2022)],
    ),
    (
        "distances",
        "Dushanbe to Islamabad is {:.0f} km",
        [value("distances", "capital_distance_km", iso3_a="PAK", iso3_b="TJK")],
    ),
    ("indicators", "exactly 0 in {} rows", [{10: "ten"}[len(UNTRIED)]]),
    (
        "migrant_stock",
        "{:,} Tajik-born in Russia in 2020",
        [value("migrant_stock", "persons", iso3_from="TJK", iso3_to="RUS", year=2020)],
    ),
    (
        "remittances_bilateral",
        "{:,.1f} of {:,.1f}, {:.0f} %",
        [
            FROM_RUSSIA["RUS"],
            FROM_RUSSIA["WLD"],
            100 * FROM_RUSSIA["RUS"] / FROM_RUSSIA["WLD"],
        ],
    ),
    ("memberships", "{} of the {} rows have grade B", [(GRADES == "B").sum(), len(GRADES)]),
    ("un_key_votes", "{} to {}.", [day(KEY.min()), day(KEY.max())]),
    ("un_participation", "29 to {:.0f} % in 1992, 1993 and 1995", [max(cast("TJK", 1992, 1995))]),
    ("un_participation", "Turkmenistan {:.0f} % in 1996", cast("TKM", 1996)),
    ("un_roll_calls_to_2026", "2025 has {} votes", [(CALLS.dt.year == 2025).sum()]),
    ("un_roll_calls_to_2026", "2026 has {}.", [(CALLS.dt.year == 2026).sum()]),
    ("exports_by_heading", "silk cocoons (HS5001) over 8,000 with {:.0f} million", [COCOONS / 1e6]),
    ("exports_by_heading", "{:.0f} million dollars, from a landlocked country", [FISH / 1e6]),
    ("trade_by_chapter", "{:.0f} million dollars here", [SOLD / 1e6]),
    (
        "trade_by_chapter",
        "{:,.0f} million in `indicators`",
        [
            value("indicators", iso3="TJK", year=2017, indicator="merchandise_exports_current_usd")
            / 1e6
        ],
    ),
    (
        "bilateral_trade",
        "({:.0f} % in 2018-19, {:.0f} % in 2024-25",
        [
            value("bilateral_trade", "coverage_pct", period=p, code="all", buyer_iso3="TJK")
            for p in ("2018-19", "2024-25")
        ],
    ),
    ("un_votes", "missing in {} of them", [cr.load("un_votes")["vote"].isna().sum()]),
]


@pytest.mark.parametrize(("name", "words", "figures"), FIGURES, ids=[f[1] for f in FIGURES])
def test_a_figure_on_a_card_follows_from_the_table(name, words, figures):
    assert words.format(*figures) in CARDS[name]


@pytest.mark.parametrize("name", COUNTED)
def test_a_card_counts_the_rows_of_its_table(name):
    counts = [int(count.replace(",", "")) for count in COUNT.findall(years_and_gaps(name))]
    assert len(cr.load(name)) in counts


@pytest.mark.parametrize("name", SPANNED)
def test_a_card_s_years_are_those_of_its_table(name):
    years = cr.load(name)["year"]
    assert tuple(map(int, SPAN.match(years_and_gaps(name)).groups())) == (years.min(), years.max())


def test_every_number_in_the_templates_is_the_course_s():
    """The pages that no notebook makes: what they count is counted here, too."""
    project = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))["project"]
    quizzes = sorted(int(path.name[-2:]) for path in (TREE / "assignments").glob("quiz-??"))
    right = {
        "index.md.j2": [project["requires-python"].removeprefix(">="), str(quizzes[0])],
        "quizzes.html.j2": [str(quizzes[0]), str(quizzes[-1])],
        "page.html.j2": re.findall(r"CC-BY-(\d\.\d) ", project["license"]),
    }
    paths = [*(TREE / "website/template").glob("*.j2")]
    assert right.keys() <= {path.name for path in paths}
    for path in paths:
        text = re.sub(r"\{[{%#].*?[#%}]\}|\]\([^)]*\)|<[^>]*>|&\S+;", " ", path.read_text("utf-8"))
        assert re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text) == right.get(path.name, []), path.name
