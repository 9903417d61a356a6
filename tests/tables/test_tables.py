import hashlib
import json

import pandas as pd
import pytest

import crossroads as cr
from crossroads.tables import DataError, headings, read, resources

SCHEMA = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "year", "type": "year", "constraints": {"minimum": 1990, "maximum": 2030}},
        {"name": "share", "type": "number", "constraints": {"minimum": 0}},
        {"name": "seen", "type": "boolean"},
        {"name": "day", "type": "date"},
        {"name": "side", "type": "string", "constraints": {"enum": ["a", "b"]}},
    ],
    "primaryKey": ["id"],
}
HEADER = "id,year,share,seen,day,side\n"
GOOD = "x,2020,1.5,true,2020-01-31,a\n"


def written(tmp_path, rows, header=HEADER):
    path = tmp_path / "some.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


#: SHA-256 of the printed tables: headings, then rows; cells parted by tabs, lines by line ends.
PRINTED = {
    "roles": "77a0cfdebb5c1ef6f79fca8eedcf65a8666c77163d0c68b7cf77e46df303009e",
    "partners": "2d1cb010c2974135cdbcfdbaa18e6a4eae3783e8944512548cb24a86a9960e9e",
    "policies": "79499a28ae81b309aa81662a08986ca8cb6d74a5d6acc04319dae24d27fe80f1",
}


@pytest.mark.parametrize("name", PRINTED)
def test_the_article_s_tables_stand_as_printed(name):
    """Taken once from the article itself: one sign changed in a heading or a cell changes it."""
    frame = cr.load(name)
    heads = [headings(name)[column] for column in frame.columns[1:]]
    lines = [heads, *frame.iloc[:, 1:].to_numpy().tolist()]
    text = "\n".join("\t".join(line) for line in lines)
    assert hashlib.sha256(text.encode()).hexdigest() == PRINTED[name]
    assert list(frame["id"]) == [f"T{list(PRINTED).index(name) + 1}.{n}" for n in (1, 2, 3)]


def test_claims_are_complete_and_typed():
    claims = cr.load("claims")
    assert list(claims["id"]) == [f"A{n:02d}" for n in range(1, len(claims) + 1)]
    assert claims["hedged"].dtype == "boolean"
    assert claims["hedge"].notna().equals(claims["hedged"].astype(bool))
    assert set(claims["evidence"]) == {"none"}


def test_each_claim_of_a_table_names_a_row_that_exists():
    rows = pd.concat([cr.load(n) for n in ("roles", "partners", "policies")])["id"]
    claims = cr.load("claims")
    assert set(claims["table_row"].dropna()) == set(rows)
    assert (claims["table_row"].notna() == (claims["place"] == "table")).all()


def test_a_loaded_table_is_the_caller_s_own():
    mine = cr.load("roles")
    mine["impact"] = "changed"
    assert not (cr.load("roles")["impact"] == "changed").any()


@pytest.mark.parametrize(
    "wrong, near", [("role", "roles"), ("Claims", "claims"), ("polices", "policies")]
)
def test_an_unknown_name_suggests_the_nearest(wrong, near):
    with pytest.raises(KeyError, match=f"Did you mean '{near}'"):
        cr.load(wrong)


def test_types_and_missing_values(tmp_path):
    frame = read(written(tmp_path, GOOD + "y,,,,,\n"), SCHEMA)
    assert [str(t) for t in frame.dtypes] == [
        *("str", "Int64", "float64", "boolean", "datetime64[ns]", "str"),
    ]
    assert frame.loc[1, ["year", "share", "seen", "day", "side"]].isna().all()


@pytest.mark.parametrize(
    "row, column, why",
    [
        ("y,20x0,1,true,2020-01-31,a", "year", "'20x0' is not a year"),
        ("y,2020.5,1,true,2020-01-31,a", "year", "is not a year"),
        ("y,1066,1,true,2020-01-31,a", "year", "below 1990"),
        ("y,2066,1,true,2020-01-31,a", "year", "above 2030"),
        ("y,2020,-1,true,2020-01-31,a", "share", "below 0"),
        ("y,2020,many,true,2020-01-31,a", "share", "is not a number"),
        ("y,2020,1,maybe,2020-01-31,a", "seen", "is not a boolean"),
        ("y,2020,1,true,31.1.2020,a", "day", "is not a date"),
        ("y,2020,1,true,2020-01-31,c", "side", "is not one of a, b"),
        (",2020,1,true,2020-01-31,a", "id", "is empty"),
        ("x,2020,1,true,2020-01-31,a", "id", "earlier row"),
    ],
)
def test_a_broken_file_says_which_row_and_column_and_why(tmp_path, row, column, why):
    with pytest.raises(DataError) as caught:
        read(written(tmp_path, GOOD + row + "\n"), SCHEMA)
    assert f"some.csv, row 3, column {column}: " in str(caught.value)
    assert why in str(caught.value)


def test_a_wrong_header_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(DataError, match="row 1: the columns are"):
        read(written(tmp_path, GOOD, "id,jahr,share,seen,day,side\n"), SCHEMA)
    with pytest.raises(DataError, match="gone.csv is missing"):
        read(tmp_path / "gone.csv", SCHEMA)


def test_every_table_of_the_package_loads():
    assert len(resources()) > 10
    for name, entry in resources().items():
        if entry["path"].endswith(".csv"):
            assert len(cr.load(name)) > 0, name
        json.dumps(entry)
