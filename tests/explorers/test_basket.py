"""The basket builder: what goes in, what it comes to, and what isn't known."""

import dataclasses
import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from explorers_text import Text, words
from hypothesis import given
from hypothesis import strategies as st

import crossroads as cr
from crossroads.explorers import basket, target
from crossroads.explorers.basket import Choices

ROWS = cr.load("exports_by_heading")
VALUE = {(r.iso3, r.code): r.value_usd for r in ROWS.itertuples()}
OFFERED = {code: words for goods in basket.GOODS.values() for code, words in goods.items()}
#: Who is named with its sales of raw cotton.
SOLD = {"UZB": "Uzbekistan", "KAZ": "Kazakhstan", "TJK": "Tajikistan", "PAK": "Pakistan"}
some_choices = st.builds(
    Choices,
    partner=st.sampled_from(basket.PARTNERS),
    sector=st.sampled_from(list(basket.SECTORS)),
    basket=st.fixed_dictionaries(
        {
            sector: st.lists(st.sampled_from(list(goods)), unique=True)
            for sector, goods in basket.GOODS.items()
        }
    ),
    sent=st.sampled_from(range(0, 101, 5)),
)


def total(iso3):
    return sum(value for (country, _), value in VALUE.items() if country == iso3)


def only(*codes, **choices):
    """Choices with nothing in the basket but these."""
    full = {s: [c for c in goods if c in codes] for s, goods in basket.GOODS.items()}
    return Choices(basket=full, **choices)


# -- the goods


def test_the_goods_offered_are_named_and_sorted_as_in_the_table():
    names = ROWS.drop_duplicates("code").set_index("code")[["product", "sector"]]
    assert {code: names.at[code, "product"] for code in OFFERED} == OFFERED
    for sector, goods in basket.GOODS.items():
        inside = set(names.loc[list(goods), "sector"])
        others = {"minerals", "metals", "precious metals"}
        assert inside <= others if sector == "outside" else inside == {sector}
        sold = [VALUE["TJK", code] for code in goods if ("TJK", code) in VALUE]
        assert sold == sorted(sold, reverse=True)


@pytest.mark.parametrize("sector", ["agriculture", "textiles"])
def test_the_largest_goods_of_a_sector_are_offered(sector):
    rows = ROWS.query("iso3 == 'TJK' and sector == @sector")
    largest = rows.nlargest(len(basket.GOODS[sector]), "value_usd")["code"]
    assert list(largest) == list(basket.GOODS[sector])


@given(st.sampled_from(list(OFFERED)), st.sampled_from(["TJK", "IND", "PAK", "AFG"]))
def test_an_advantage_is_a_share_divided_by_the_worlds(code, country):
    found = basket.advantage()[country][code]
    if (country, code) not in VALUE:
        assert math.isnan(found)
        return
    own = VALUE[country, code] / total(country)
    assert found == pytest.approx(own / (VALUE["WLD", code] / total("WLD")))


def test_the_basket_adds_up_what_is_recorded_and_nothing_else():
    value = basket.together(only("HS5201", "HS5205", "HS2716"))
    assert value == pytest.approx((VALUE["TJK", "HS5201"] + VALUE["TJK", "HS5205"]) / 1e6)
    assert math.isnan(basket.together(only("HS2716")))


def test_the_largest_other_seller_is_never_the_partner():
    assert basket.largest_other("HS5205", "IND")[0] == "PAK"
    assert basket.largest_other("HS5205", "PAK")[0] == "IND"
    country, value = basket.largest_other("HS0813", "PAK")
    assert country == "UZB"
    assert value == pytest.approx(VALUE["UZB", "HS0813"] / 1e6)


# -- what is shown


def test_absence_is_said_and_is_no_zero():
    sentence = basket.describe(only("HS2716"))
    assert "No sales are recorded" in sentence and "doesn't mean zero" in sentence
    assert "no data" in words(basket.view(only("HS2716")))
    mixed = basket.describe(only("HS2716", "HS5201"))
    assert "sold the 1 good in your basket" in mixed
    assert "not counted, because not recorded: Electrical energy" in mixed
    assert "0.0 million US$" not in mixed


def test_an_empty_basket_asks_for_a_good_and_keeps_what_is_known_of_the_partner():
    shown = words(basket.view(only()))
    assert "The basket is empty" in shown
    assert "1,353 km" in shown


def test_the_part_sent_and_the_thirty_per_cent_are_those_of_the_data():
    sentence = basket.describe(only("HS5201", partner="PAK", sent=50))
    then, now = (target.trade("both")[year] * 0.3 for year in (2017, 2023))
    assert f"{VALUE['TJK', 'HS5201'] / 2e6:.1f} million." in sentence
    assert "if 50 % of these sales went to Pakistan," in sentence
    assert f"30 % of trade with South Asia was {then:.1f} million in 2017" in sentence
    assert f"{now:.1f} million in 2023" in sentence


def test_only_indias_purchases_are_shown_by_chapter():
    imports = cr.load("trade_by_chapter").query(
        "iso3 == 'IND' and flow == 'imports' and period == '2017-18' and code == 'HS52'"
    )
    figure = f"{imports['value_usd'].item() / 1e6:,.0f}"
    assert figure in words(basket.view(only("HS5201")))
    for partner in ("PAK", "AFG"):
        shown = words(basket.view(only("HS5201", partner=partner)))
        assert "imports of the whole product chapter" not in shown
        assert "not in the data" in shown


def test_what_is_said_of_agreements_is_what_the_table_says():
    rows = cr.load("trade_agreements").set_index("id")
    assert rows.at["P37", "status"] == "none found"
    assert rows.at["P27", "status"] == "announced"
    assert "2014" in rows.at["P27", "terms"] and "2024" in rows.at["P27", "terms"]
    assert "not applied" in rows.at["P08", "status"]
    assert {"TJK", "PAK", "AFG"} <= set(rows.at["P08", "parties"].split(";"))
    both = rows[rows["parties"].str.contains("TJK")]["parties"].str.split(";")
    assert not any("IND" in parties for label, parties in both.items() if label != "P37")


def test_duty_distance_border_and_purchases_are_those_of_the_tables():
    shown = {p: words(basket.view(only("HS5201", partner=p))) for p in basket.PARTNERS}
    assert "13.8 % in 2018" in shown["IND"] and "12.2 % in 2018" in shown["PAK"]
    assert "Average import duty not in the data" in " ".join(shown["AFG"].split())
    assert "1,357 km" in shown["AFG"] and "none: goods pass" in shown["IND"]
    assert "0.3 million US$ of all goods in 2019" in shown["IND"]
    assert "19.1 million US$" in shown["PAK"] and "79.1 million US$" in shown["AFG"]


@given(some_choices)
def test_every_choice_has_a_view_and_a_sentence_that_agree(choices):
    html = basket.view(choices)
    Text(html)
    assert "nan" not in html.lower()
    sentence = basket.describe(choices)
    assert sentence.endswith(".")
    chosen = [code for codes in choices.basket.values() for code in codes]
    assert ("<svg" in html) == bool(chosen)
    for code in chosen:
        assert OFFERED[code].split("'")[0] in words(html).replace("\u2019", "'")


def test_choices_are_frozen_and_each_control_has_its_field():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Choices().sent = 1
    for sector in basket.SECTORS:
        for control in basket.controls(Choices(sector=sector)):
            assert control["label"]
            assert hasattr(Choices(), control["field"])


def test_a_basket_of_one_sector_is_kept_while_another_is_looked_at():
    lab = cr.basket_builder(sector="textiles")
    lab.choices = {**lab.choices, "basket": {"textiles": ["HS6203"]}}
    lab.choices = {**lab.choices, "sector": "agriculture"}
    assert "Men's suits" in pd.Series([words(lab.html)]).str.replace("\u2019", "'").item()
    assert "Dried fruit" in words(lab.html)


# -- the figures in the lesson


def text():
    """The lesson, its self-checks and its teacher's notes."""
    tree = Path(__file__).parents[2]
    (lesson,) = (tree / "lessons").glob("11-*.ipynb")
    cells = json.loads(lesson.read_text("utf-8"))["cells"]
    more = [tree / "lessons" / "checks" / "11.yml", tree / "docs" / "teacher" / "11.md"]
    return "\n".join(
        ["".join(cell["source"]) for cell in cells] + [path.read_text("utf-8") for path in more]
    )


def chapters(iso3, period):
    rows = cr.load("trade_by_chapter").query("iso3 == @iso3 and period == @period")
    rows = rows[rows["flow"] == ("imports" if "-" in period else "exports")].set_index("code")
    return (rows["value_usd"] / rows["value_usd"].sum() * 100).astype(float), rows["sector"]


def meeting(iso3, period="2017-18"):
    """The smaller share of each chapter that the one sells and India buys."""
    sold, bought = chapters(iso3, "2017")[0], chapters("IND", period)[0]
    return pd.concat([sold, bought], axis=1).fillna(0).min(axis=1)


def test_the_figures_on_sectors_and_goods_are_those_of_the_data():
    share, sector = chapters("TJK", "2017")
    by = share.groupby(sector).sum()
    three = by[["agriculture", "energy", "textiles"]].sum()
    rows = ROWS.query("iso3 == 'TJK'").set_index("code")
    of_all = rows["value_usd"] / rows["value_usd"].sum() * 100
    textiles = rows.query("sector == 'textiles'")["value_usd"]
    farm = of_all[rows["sector"] == "agriculture"]
    world = VALUE["WLD", "HS5201"] / total("WLD") * 100
    rca = basket.advantage()
    quoted = [
        f"earned {three:.1f} of every 100 export dollars: textiles {by['textiles']:.1f}, "
        f"agriculture {by['agriculture']:.1f} and energy {by['energy']:.1f}",
        f"other minerals earned {by[['metals', 'minerals', 'precious metals']].sum():.0f}",
        f"aluminium, with {of_all['HS7601']:.1f}",
        f"before gold with {of_all['HS7108']:.1f} %",
        f"textiles, {textiles.sum() / 1e6:.0f} million dollars in 2017.",
        f"{textiles['HS5201'] / textiles.sum() * 100:.0f} % of that, which is "
        f"{textiles['HS5201'] / 1e6:.0f} million",
        f"Raw cotton is {textiles['HS5201'] / textiles.sum() * 100:.1f} % of the listed textiles, "
        f"and these are {textiles.sum() / rows['value_usd'].sum() * 100:.1f} % of all",
        f"14.2 = {of_all['HS5201']:.1f} % of all",
        f"raw cotton is {world:.3f} % of all exports",
        f"{of_all['HS5201']:.2f} ÷ {world:.4f} = {rca.at['HS5201', 'TJK']:.0f}",
        f"cotton yarn is {rca.at['HS5205', 'PAK']:.0f}, close to Tajikistan's "
        f"{rca.at['HS5205', 'TJK']:.0f}",
        f"With them it is {farm.sum():.1f} %",
        f"{farm.drop('HS0304').sum():.1f} % instead of {farm.sum():.1f} %",
        f"{rca.at['HS6203', 'PAK']:.1f} against {rca.at['HS6203', 'TJK']:.1f}, Pakistan",
        f"Aluminium alone is {VALUE['TJK', 'HS7601'] / 1e6:.1f} million",
        f"first basket is {basket.together(Choices()):.1f} million",
        f"Pakistan's RCA for raw cotton is {rca.at['HS5201', 'PAK']:.1f}",
        f"Tajikistan's RCA is {rca.at['HS0813', 'TJK']:.0f}, India's is "
        f"{rca.at['HS0813', 'IND']:.1f}",
        f"sold {VALUE['TJK', 'HS0813'] / 1e6:.1f} million dollars of dried fruit",
        f"The world's sales, {VALUE['WLD', 'HS5001'] / 1e6:.1f} and "
        f"{VALUE['WLD', 'HS5201'] / 1e6:,.0f} million dollars",
        f"Tajikistan's sales, {VALUE['TJK', 'HS5001'] / 1e6:.0f} and "
        f"{VALUE['TJK', 'HS5201'] / 1e6:.0f} million dollars",
        *(f"{name} {VALUE[code, 'HS5201'] / 1e6:,.0f}" for code, name in SOLD.items()),
    ]
    assert [words_ for words_ in quoted if words_ not in text()] == []
    assert rca.at["HS5001", "TJK"] > 8000 and VALUE["TJK", "HS5001"] < 2.1e6


def test_the_figures_on_complementarity_are_those_of_the_data():
    both = meeting("TJK")
    sector = chapters("IND", "2017-18")[1]
    three = both[sector[both.index].isin(["agriculture", "energy", "textiles"])].sum()
    metals = both[sector[both.index].isin(["metals", "minerals", "precious metals"])].sum()
    years = [f"{meeting('TJK', y).sum():.1f}" for y in ("2015-16", "2016-17", "2017-18", "2018-19")]
    quoted = [
        f"For Tajikistan and India it is {both.sum():.1f}",
        f"for Uzbekistan and India is {meeting('UZB').sum():.1f}",
        f"gives {both['HS71']:.1f} of the {both.sum():.1f}",
        f"three sectors contribute {three:.1f}",
        f"ores and other metals give {metals:.1f}",
        f"fruit and nuts for {basket.bought()['HS08'] / 1e3:.1f} billion dollars in 2017-18",
        f"fuels and electricity are {chapters('IND', '2017-18')[0]['HS27']:.1f} % of what India",
        f"({', '.join(years)})",
    ]
    assert [words_ for words_ in quoted if words_ not in text()] == []


def test_the_figures_on_duties_and_sales_are_those_of_the_data():
    press = cr.load("trade_reported").set_index("id")["value"]
    trade = cr.load("bilateral_trade")
    china = trade.query("source_id == 'PAIRS' and seller_iso3 == 'CHN' and buyer_iso3 == 'TJK'")
    china = china.set_index("period")
    mean = cr.load("tariffs").query("indicator == 'applied_simple_mean'")
    mean = mean.set_index(["iso3", "year"])["value_pct"]
    cuts = (
        cr.load("early_harvest")
        .query("buyer_iso3 == 'PAK'")
        .merge(ROWS.query("iso3 == 'AFG'")[["code", "value_usd"]], on="code")
    )
    weight = cuts["value_usd"].astype(float) / cuts["value_usd"].sum()
    sold = trade.query("source_id == 'EIDB' and buyer_iso3 == 'TJK' and period == '2024-25'")
    sold = sold.set_index("code")["value_musd"]
    exports = (
        cr.load("indicators")
        .query("iso3 == 'TJK' and year == 2017 and indicator == 'merchandise_exports_current_usd'")[
            "value"
        ]
        .item()
    )
    top = cr.load("top_goods").query("flow == 'exports'").set_index("code")["share_pct"]
    quoted = [
        f"rose from {press['R71']:.1f} to {press['R72']:.1f} million dollars in one fiscal year",
        f"from {china.at['2004', 'value_musd']:.0f} million in 2004 to "
        f"{round(china.at['2008', 'value_musd'], -1):,.0f} million in 2008",
        f"{mean['IND', 2018]:.1f} % for India and {mean['PAK', 2018]:.1f} % for Pakistan",
        f"({mean['TJK', 2017]:.1f} % on average in 2017)",
        f"before the cut is {cuts['before_pct'].mean():.1f} %",
        f"{(cuts['before_pct'] * weight).sum():.1f} (after the cut "
        f"{(cuts['after_pct'] * weight).sum():.1f})",
        f"rises to {(cuts['before_pct'].sum() + 500) / 5:.1f} %",
        f"{press['R109'] + press['R110']:.0f} million dollars for 2025, "
        f"{press['R109']:.0f} million",
        f"has {total('TJK') / 1e6:.0f} million dollars of Tajik exports",
        f"the World Bank {exports / 1e6:,.0f} million",
        f"gave {press['R73']:.0f} million dollars a year",
        f"State Bank {press['R69'] + press['R71']:.1f} million for July 2023",
        f"gold alone was {top['HS7108']} % of exports",
        f"with {top['HS5201']} %",
    ]
    assert [words_ for words_ in quoted if words_ not in text()] == []
    assert set(china["agreement"]) == {"none"}
    assert sold["HS30"] / sold["all"] == pytest.approx(0.75, abs=0.02)
    assert set(top.index) & {"HS5201", "HS5205", "HS0813", "HS2716"} == {"HS5201"}


def test_the_figures_of_studies_are_those_of_the_table():
    rows = cr.load("agreement_effects").set_index("id")
    assert f"about {rows.at['S01', 'per_cent']:.0f} % more" in text()
    assert "2,508 estimates" in rows.at["S01", "finding"] and "2,508 estimates" in text()
    assert re.search(r"two thirds of the variation [^.]*is \*within\*", text())
    assert "two thirds of the variation lies within" in rows.at["S07", "finding"]
    assert rows.at["S05", "value"] == 2
