"""The power corridor: units, ranges, the record with its gaps, and the lesson's figures."""

import dataclasses
import json
import math
from pathlib import Path

import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import power
from crossroads.explorers.power import Choices

LESSON = Path(__file__).parents[2] / "lessons" / "04-power-for-sale.ipynb"
percent = st.integers(5, 100)
cents = st.sampled_from([n / 2 for n in range(2, 21)])
some_choices = st.builds(
    Choices,
    show=st.sampled_from(list(power.VIEWS)),
    what=st.sampled_from(list(power.WHAT)),
    capacity=st.sampled_from(range(50, 5001, 50)),
    first=st.sampled_from(list(power.MONTHS)),
    last=st.sampled_from(list(power.MONTHS)),
    load_low=percent,
    load_high=percent,
    tariff_low=cents,
    tariff_high=cents,
    series=st.sampled_from(list(power.SERIES)),
    country=st.sampled_from(list(power.names())),
    repeats=st.sampled_from(list(power.REPEATS)),
)


def value(indicator, year, country="TJK", table="electricity_factbook"):
    """One cell of a long table, or None where it has no row."""
    rows = cr.load(table).query("iso3 == @country and indicator == @indicator and year == @year")
    return rows["value"].item() if len(rows) else None


def ember(column, country="TJK"):
    """A column of Ember's table for a country, by year."""
    return cr.load("electricity").query("iso3 == @country").set_index("year")[column]


# -- the corridor


def test_a_megawatt_for_an_hour_is_a_megawatt_hour():
    one = Choices(what="own", capacity=1000, load_low=100, load_high=100)
    june = dataclasses.replace(one, first="June", last="June")
    assert power.energy(june) == (720, 720)  # 1,000 MW x 30 days x 24 hours = 720,000 MWh
    assert power.revenue(dataclasses.replace(june, tariff_low=1, tariff_high=10)) == (7.2, 72.0)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("May", "September", 153),
        ("January", "December", 365),
        ("November", "March", 151),
        ("October", "September", 365),
        ("February", "February", 28),
    ],
)
def test_hours_of_the_months_also_over_new_year(first, last, days):
    assert power.hours(Choices(first=first, last=last)) == days * 24


@given(some_choices)
def test_a_range_holds_every_value_between_its_assumptions(choices):
    (low, high), (least, most) = power.energy(choices), power.revenue(choices)
    assert low <= high
    assert least <= most
    middle_load = (choices.load_low + choices.load_high) / 2
    middle_cents = (choices.tariff_low + choices.tariff_high) / 2
    kwh = power.megawatts(choices) * 1000 * power.hours(choices) * middle_load / 100
    dollars = kwh * middle_cents / 100
    assert low - 1e-6 <= kwh / 1e6 <= high + 1e-6
    assert least - 1e-6 <= dollars / 1e6 <= most + 1e-6


@given(some_choices)
def test_which_slider_holds_the_low_value_does_not_count(choices):
    turned = dataclasses.replace(
        choices,
        load_low=choices.load_high,
        load_high=choices.load_low,
        tariff_low=choices.tariff_high,
        tariff_high=choices.tariff_low,
    )
    assert power.view(choices) == power.view(turned)


def test_capacities_are_those_of_the_events():
    events = cr.load("events").set_index("id")
    assert events.loc[["E05", "E09"], "figure"].tolist() == [670, 1300]
    assert (events.loc[["E05", "E09"], "unit"] == "MW").all()
    assert "Pakistan (1,000 MW) and Afghanistan (300 MW)" in events.at["E09", "what"]
    assert power.CAPACITY == {"line": 1300, "pakistan": 1000, "afghanistan": 300, "sangtuda": 670}
    facts = cr.load("casa1000").set_index("id")
    assert facts.loc[["C01", "C17", "C18"], "value"].tolist() == [1300, 1000, 300]
    assert facts.at["C02", "said"] == "May-September"


def test_prices_and_the_part_are_those_of_the_tables():
    facts = cr.load("casa1000").set_index("id")
    assert facts.at["C08", "value"] == power.PUBLISHED
    assert facts.at["C15", "value"] == power.TAJIK_PART
    money = cr.load("trade_reported").query(
        "partner_iso3 == 'AFG' and measure == 'electricity_exports_to' and period == '2025'"
    )
    energy = cr.load("electricity_to_2025").query("indicator == 'exports_to_AFG'")
    cents = money["value"].item() / energy["value"].item() / 10
    assert round(cents, 1) == power.PAID


def test_assumptions_sources_and_both_sellers_are_named():
    shown = words(power.view(Choices()))
    assert shown.count("an assumption") == 1
    assert "what Afghanistan paid Tajikistan in 2025" in shown
    assert "your own tariffs, as a what-if; the published price is 5.15" in words(
        power.view(Choices(tariff_high=6))
    )
    assert "Tajikistan's part of it" in shown
    assert "for both sellers, Kyrgyzstan and Tajikistan, together" in shown
    assert "both sellers" not in words(power.view(Choices(what="sangtuda")))
    assert "designed for CASA-1000" in shown
    assert "designed for CASA-1000" not in words(power.view(Choices(first="April")))
    assert "designed for CASA-1000" not in words(power.view(Choices(what="own")))


# -- the record

RECORD = Choices("record")


def test_repeated_values_have_hollow_markers_and_are_said():
    for series, told in (("net", "the same as in the year before"), ("made", "uses")):
        shown = power.view(Choices("record", series=series, country="TKM"))
        note, alt = words(shown), shown[shown.index("aria-label") : shown.index("viewBox")]
        for said in (note, alt):
            assert f"Hollow marker: {told}" in said and "2016 to 2021, 2023" in said
        assert shown.count('fill="#FFFFFF" stroke="#') >= 7
    assert "Hollow" not in power.view(Choices("record", country="IND"))
    assert "Hollow" not in power.view(Choices("record", country="TKM", repeats="apart"))


def test_the_record_is_the_table_with_its_gaps():
    drawn, net = power.lines(Choices()), ember("net_imports_twh")
    assert drawn.index.tolist() == list(range(2000, 2026))
    for year in drawn.index:
        printed = net.get(year)
        bought, sold = (value(f"fb_electricity_{way}", year) for way in ("imports", "exports"))
        for found, wanted in (
            (drawn.at[year, "Ember, release of 2025"], printed),
            (
                drawn.at[year, "Factbook: imports minus exports"],
                None if bought is None or sold is None else bought - sold,
            ),
        ):
            assert math.isnan(found) if wanted is None else found == pytest.approx(wanted)
    newer = drawn["Ember, edition of 2026"].dropna()
    assert newer.index.tolist() == list(range(2019, 2026))
    assert (newer[2024], drawn.at[2024, "Ember, release of 2025"]) == (-2.6, 0.23)
    assert "no data between 2019 and 2022" in power.view(RECORD)
    assert "Ember, edition of 2026" not in power.lines(Choices(country="KGZ"))


def test_repeated_values_are_found_and_can_be_set_apart_or_left_out():
    same = power.repeated("TKM")
    assert same[same].index.tolist() == [*range(2016, 2022), 2023]
    apart = power.lines(Choices(country="TKM", repeats="apart"))
    assert apart["Ember, release of 2025: same as the year before"].dropna().to_dict() == {
        **dict.fromkeys(range(2016, 2022), -3.2),
        2023: -9.0,
    }
    for repeats in ("apart", "out"):
        choices = Choices("record", country="TKM", repeats=repeats)
        own = power.lines(choices)["Ember, release of 2025"].loc[2014:].dropna()
        assert own.index.tolist() == [2014, 2015, 2022]
        assert "2020, 2021, 2023" in power.describe(choices)
    assert "2021" not in power.describe(Choices("record", country="TKM"))
    for country in ("IND", "TJK"):
        assert "never the same two years running" in power.describe(
            Choices("record", country=country, repeats="out")
        )


def test_demand_is_generation_plus_net_imports_so_it_repeats_with_them():
    assert len(power.names()) > 3
    for country in power.names():
        parts = ember("generation_twh", country) + ember("net_imports_twh", country)
        assert (ember("demand_twh", country) - parts).abs().max() < 0.0051
    out = power.lines(Choices(series="made", country="TKM", repeats="out"))
    assert out["Demand"].last_valid_index() == 2022
    assert out["Generation"].last_valid_index() == 2023


def test_a_country_whose_record_ends_early_has_no_line_there():
    drawn = power.lines(Choices(country="UZB"))
    assert drawn["Ember, release of 2025"].last_valid_index() == 2023
    shown = power.view(Choices("record", country="UZB", series="share"))
    assert '<th scope="row" class="cr-short">2024</th><td><span aria-hidden' in shown


def test_source_and_licence_stand_under_the_record():
    for series in power.SERIES:
        assert "Ember (2025), CC BY 4.0" in words(power.view(Choices("record", series=series)))


# -- showing


def test_choices_are_frozen_and_controls_name_fields():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Choices().what = "own"
    for choices in (Choices(), Choices(what="own"), RECORD, Choices("record", series="share")):
        fields = [control["field"] for control in power.controls(choices)]
        assert fields and all(hasattr(choices, field) for field in fields)
        assert ("capacity" in fields) == (choices.what == "own")
        assert ("repeats" in fields) == (choices in (RECORD,))
        assert ("country" in fields) == (choices.show == "record")


def test_a_label_names_the_end_that_its_control_moves():
    labels = {control["field"]: control["label"] for control in power.controls(Choices())}
    ends = {f"{what}_{end}": end for what in ("load", "tariff") for end in ("low", "high")}
    assert {field: labels[field].split(", ")[1] for field in ends} == ends
    assert (labels["first"], labels["last"]) == ("From month", "To month")


@given(some_choices)
def test_every_choice_has_a_view_and_a_sentence(choices):
    html = power.view(choices)
    Text(html)
    assert "nan" not in words(html).lower()
    sentence = power.describe(choices)
    assert sentence.endswith(".")
    if choices.show == "record":
        assert html.count('role="img"') == 1
        return
    assert html.count('role="img"') == 2
    low, high = power.energy(choices)
    assert f"{low:,.0f}" in sentence
    assert f"{high:,.0f} GWh" in sentence
    assert f"{power.revenue(choices)[1]:,.1f} million US$" in sentence
    assert f"{power.revenue(choices)[0]:,.1f}" in words(html)


def test_the_explorer_starts_with_the_choices_given():
    shown = cr.power_corridor(what="sangtuda", load_low=46, load_high=46, last="April")
    assert shown.sentence.startswith(
        "670 MW at 46 % of full load, all year (8,760 hours), is 2,700"
    )
    shown.choices = {**shown.choices, "load_high": 50}
    assert "46 to 50 %" in shown.sentence


# -- the figures in the lesson


def test_the_figures_that_the_lesson_quotes_are_those_of_the_data():
    fb = "fb_electricity_"
    full = 670 * 8760 / 1000
    (low, high), (least, most) = power.energy(Choices()), power.revenue(Choices())
    goods = value("merchandise_exports_current_usd", 2023, table="indicators") / 1e6
    installed = {y: value(f"{fb}installed_generating_capacity", y) for y in (2020, 2022, 2023)}
    net, made = ember("net_imports_twh"), ember("generation_twh")
    sold_on, made_there = ember("net_imports_twh", "TKM"), ember("generation_twh", "TKM")
    there = {y: value(f"{fb}exports", y, "TKM") for y in (2019, 2022, 2023)}
    losses = [value(f"{fb}transmission_distribution_losses", y, "TKM") for y in (2019, 2022)]
    sold = {year: value(f"{fb}exports", year) for year in (2022, 2023)}
    casa = cr.load("casa1000").set_index("id")["value"]
    later = cr.load("electricity_to_2025").query("iso3 == 'TJK'").set_index("period")
    ministry = later.query("source_id == 'PRESS'").loc["2025"].set_index("indicator")["value"]
    newer = later.query("indicator == 'net_imports'")["value"].rename(index=int)
    trade = cr.load("trade_reported").query(
        "measure == 'electricity_exports_to' and period == '2025'"
    )
    trade = trade.set_index("partner_iso3")["value"]
    season, year = power.hours(Choices()), 8760
    quoted = [
        f"full power would give {full:,.0f} GWh",
        f"a load factor of {2700 / full * 100:.0f} %",
        f"it delivered about 2 TWh (Asia-Plus, 8 May 2014), which is {2000 / full * 100:.0f} %",
        f"give {installed[2020]} GW (2020), {installed[2022]} GW (2022) and {installed[2023]} GW",
        f"that would be {min(installed.values()) * 8.76:.0f} to "
        f"{max(installed.values()) * 8.76:.0f} TWh",
        f"In 2022 the country made {made[2022]} TWh",
        f"In 2023 Tajikistan sold {sold[2023]} TWh",
        f"a flow of {sold[2023] * 1e6 / year:.0f} MW on average",
        f"has {season // 24} days, or {season:,} hours",
        f"would carry {1.3 * season:,.0f} GWh.",
        f"it would carry {1.3 * year:,.0f} GWh, {year / season:.1f} times as much",
        f"| energy, May to September | {low:,.0f} GWh | {high:,.0f} GWh | {high / low:.1f} |",
        f"| revenue | {least:.1f} million dollars | {most:.1f} million dollars | "
        f"{most / least:.1f} |",
        f"1.6 × {power.PUBLISHED / power.PAID:.2f} is {most / least:.2f}",
        f"part would then be {least * 0.7:.0f} to {most * 0.7:.0f} million",
        f"| tariff (computed; published) | {power.PAID} US cents per kWh | "
        f"{power.PUBLISHED} US cents",
        f"Uzbekistan paid about {trade['UZB'] / ministry['exports_to_UZB'] / 10:.1f} (",
        f"({trade['UZB']} million dollars for {ministry['exports_to_UZB']} TWh)",
        f"Add {casa['C09']} for transmission, {casa['C11']} for transit through Afghanistan and "
        f"{casa['C12']:.2f} for a charge within Tajikistan, and Pakistan's price is "
        f"{power.PUBLISHED + casa['C09'] + casa['C11'] + casa['C12']:.2f} cents",
        f"The release of 2025 has −{-net[2019]}, −{-net[2020]} and −{-net[2021]}.",
        f"In the release of 2025 Tajikistan is a net buyer ({net[2024]} TWh)",
        f"(through Our World in Data) it is a net seller (−{-newer[2024]:.2f} TWh)",
        f"has −{-newer[2025]:.2f} TWh for 2025",
        f"exports of {ministry['exports_total_as_reported']} TWh in all",
        f"add up to {sum(ministry[f'exports_to_{c}'] for c in ('AFG', 'UZB', 'KGZ')):.3f}.",
        f"would give −{-(2 * net[2019] + net[2022]) / 3:.2f} and "
        f"−{-(net[2019] + 2 * net[2022]) / 3:.2f} for the two years between",
        f"{casa['C27']:.0f} % of the Afghan towers",
        f"converter station above {casa['C32']:.0f} % in April 2025",
        f"that {casa['C31']:.0f} % of the Afghan section was done",
        f"check the minister's {casa['C31']:.0f} %?",
        f"named {casa['C36']:.0f} as the start",
        f'"About {round((least + most) / 2, -1):.0f} million"',
        f'"{least:.0f} to {most:.0f} million, if …"',
        f"were {goods:,.0f} million dollars in 2023",
        f"would be {least / goods * 100:.1f} to {most / goods * 100:.1f} % of that",
        f"above zero until 2010 ({net[2010]} TWh), and below zero from 2011 (−{-net[2011]} TWh)",
        f"Turkmenistan has −{-sold_on[2015]:.2f} TWh in 2015",
        f"made went from {made_there[2015]} to {made_there[2021]:.2f} TWh",
        f"Then comes −{-sold_on[2022]:.2f} TWh, in 2022 and 2023",
        f"imports minus exports are −{there[2019]:.2f}, too",
        f"Its exports are {there[2022]} TWh for 2022 and {there[2023]} TWh for 2023",
        f"line losses, {losses[0]} TWh in 2019 and in 2022",
        f"to 2013 electricity generation rose by {made[2013] - made[2010]:.2f} TWh, and net "
        f"exports by {net[2010] - net[2013]:.2f} TWh",
        f"to 2014 generation *fell* by {made[2010] - made[2014]:.2f} TWh, and net exports rose by "
        f"{net[2010] - net[2014]:.2f} TWh",
        f"is {low / 1000:.1f} to {high / 1000:.1f} TWh",
        f"{least:.0f} to {most:.0f} million dollars, for two sellers",
    ]
    text = "\n".join("".join(c["source"]) for c in json.loads(LESSON.read_text("utf-8"))["cells"])
    assert [line for line in quoted if line not in text] == []
    assert (net.loc[:2010] > 0).all()
    assert (net.loc[2011:2023] < 0).all()
    assert set(sold_on.loc[2015:2021]) == {sold_on[2015]}
    assert sold_on[2022] == sold_on[2023]
    assert losses[0] == losses[1]
    assert value(f"{fb}imports", 2019, "TKM") == 0
    assert value(f"{fb}imports", 2022, "TKM") is None


def test_the_dated_facts_of_the_ladder_are_those_of_the_events():
    events = cr.load("events").set_index("id")
    assert events.loc[["E05", "E09", "E12", "E17"], "date"].tolist() == [
        "2009-07-31",
        "2014-03-27",
        "2021-08",
        "2024-02-15",
    ]
    assert events.at["E10", "figure"] == 417.6
    assert "52 % of the bill" in events.at["E10", "what"]
    assert "About 11 % of the country's electricity in 2012" in events.at["E05", "what"]
    assert events.at["E12", "figure"] == 18
    assert "95 % of the materials" in events.at["E12", "what"]
    borders = cr.load("borders")
    assert "IND" not in set(borders.loc[borders["iso3"] == "TJK", "neighbour_iso3"])
    with_india = events[events["countries"].str.contains("IND") & events["theme"].eq("energy")]
    assert list(with_india.index) == ["N01", "N11"]
    assert not with_india["title"].str.contains("line").any()


def test_the_self_checks_quote_the_data():
    text = (LESSON.parent / "checks" / "04.yml").read_text("utf-8")
    share, made = ember("hydro_share_pct")[2022], ember("generation_twh")
    assert f"Hydropower was {share:.1f} % of the electricity that Tajikistan made in 2022" in text
    kazakh = ember("net_imports_twh", "KAZ")
    book = {
        year: value("fb_electricity_imports", year, "KAZ")
        - value("fb_electricity_exports", year, "KAZ")
        for year in (2022, 2023)
    }
    assert set(kazakh.loc[2022:2024]) == {kazakh[2022]}
    assert f"net imports of {kazakh[2022]} TWh for Kazakhstan in 2022" in text
    assert f"has −{-book[2022]:.2f} for 2022, {book[2023]:.2f} for 2023" in text
    assert f"to 2013 electricity generation rose by {made[2013] - made[2010]:.2f} TWh" in text
    assert f"generation fell by {made[2010] - made[2014]:.2f} TWh" in text
    capacity = cr.load("factbook_text").astype(str).agg(" ".join, axis=1)
    assert capacity.str.contains("92.6% of total installed capacity", regex=False).any()
