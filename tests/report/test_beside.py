"""What stands beside a class's numbers: other forms of the quiz, and other classes."""

import math

import pandas as pd
import pytest
from quizzes import ASSIGNMENTS, items

from crossroads import item_analysis
from crossroads.cli import main
from crossroads.report import beside, history, words

ITEMS = items(ASSIGNMENTS / "quiz-03")
MOST = pd.Series({"q1": 1.0, "q2": 2.0, "q3": 2.0})


def points(*rows):
    return pd.DataFrame(rows, columns=list(MOST.index), index=[f"s{n}" for n in range(len(rows))])


# -- forms -----------------------------------------------------------------------------------------


def test_what_the_groups_and_what_the_forms_differ_by_is_told_apart():
    # By hand: on the common question both groups have half; on the others A has 3/4, B 1/4.
    a = points([1, 2, 2], [0, 2, 0])
    b = points([0, 2, 0], [1, 0, 0])
    found = item_analysis.parallel_forms({"A": a, "B": b}, {"A": MOST, "B": MOST}, ["q1"])
    assert found.loc["A"].to_dict() == pytest.approx(
        {"n": 2, "mean": 0.7, "sd": math.sqrt(0.18), "common": 0.5, "other": 0.75}
    )
    assert found.loc["B", "other"] == 0.25 and found.loc["B", "mean"] == pytest.approx(0.3)
    apart = item_analysis.difference(found, "A", "B")
    assert apart["group"] == 0 and apart["form"] == -0.5 and apart["mean"] == pytest.approx(-0.4)
    half = item_analysis.Z * math.sqrt(0.18 / 2 + 0.02 / 2)
    assert (apart["low"], apart["high"]) == pytest.approx((-0.4 - half, -0.4 + half))
    said = " ".join(words.form_words(beside.Beside(found, ("q1",))))
    assert "On form B the mean is -40%" in said and "(q1) it is +0%" in said
    assert "The rest, -50%, comes from the other questions" in said


def test_a_better_group_makes_no_form_easier():
    a, b = points([0, 0, 0], [1, 0, 0]), points([1, 2, 2], [1, 2, 2])
    found = item_analysis.parallel_forms({"A": a, "B": b}, {"A": MOST, "B": MOST}, list(MOST.index))
    apart = item_analysis.difference(found, "A", "B")
    assert apart["group"] > 0.8 and math.isnan(apart["form"])
    assert "impossible to tell" in " ".join(words.form_words(beside.Beside(found)))
    one = item_analysis.parallel_forms({"A": a, "B": b[:1]}, {"A": MOST, "B": MOST}, ["q1"])
    assert math.isnan(item_analysis.difference(one, "A", "B")["low"])


# -- classes ---------------------------------------------------------------------------------------


def rows(class_, difficulty, *, version=None, quiz="quiz-03", item="q1", r=0.3):
    version = history.version(ITEMS[0]) if version is None else version
    return pd.DataFrame(
        [[quiz, item, version, class_, 20, difficulty, r, r - 0.2, r + 0.2]],
        columns=history.COLUMNS,
    )


def test_a_class_is_there_once_and_the_file_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "item-history.csv"
    history.keep(path, rows("2025", 0.9, item="q10"))
    history.keep(path, rows("2026", 0.8))
    found = history.keep(path, rows("2025", 0.5, item="q10"))
    assert found[["item", "class", "difficulty"]].values.tolist() == [
        ["q1", "2026", 0.8],
        ["q10", "2025", 0.5],
    ]
    pd.testing.assert_frame_equal(history.read(path), found, check_dtype=False)
    # A class called like a formula is a text in any program.
    history.keep(path, rows("=1+1", 0.5))
    assert "'=1+1" in path.read_text() and "=1+1" in set(history.read(path)["class"])


def test_another_wording_has_no_figures_and_the_latest_class_counts():
    both = history.merged(rows("2025", 0.9), rows("2026", 0.4))
    known = history.of_items(both, ITEMS)
    assert known.loc["quiz-03/q1", "difficulty"] == 0.4
    both = history.merged(rows("2025", 0.9), rows("2026", 0.4, version="another"))
    assert history.of_items(both, ITEMS).loc["quiz-03/q1", "difficulty"] == 0.9
    assert history.of_items(rows("2025", 0.9, version="another"), ITEMS).empty


@pytest.mark.parametrize("text", ["", "student_id,mark\nann,3\n", "a;b\n", "\0\0"])
def test_another_file_is_named_and_kept(tmp_path, text):
    path = tmp_path / "marks.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"marks\.csv is not a history of questions"):
        history.keep(path, rows("2026", 0.5))
    assert path.read_text() == text


def test_the_list_goes_by_the_history(tmp_path, capsys):
    path = tmp_path / "all.csv"
    history.keep(path, rows("2025", 0.95))
    third = [item.id for item in ITEMS].index("q3")
    history.keep(path, rows("2025", 0.4, item="q3", r=-0.1, version=history.version(ITEMS[third])))
    command = ["items", "--lesson", "3", f"--history={path}", f"--course={tmp_path}"]

    def listed(*options):
        assert main([*command, *options]) == 0
        return [line.split()[0] for line in capsys.readouterr().out.splitlines()[:-1]]

    assert listed("--difficulty", "0.9-1") == ["quiz-03/q1"]
    assert listed("--difficulty", "0,3 to 0,5") == ["quiz-03/q3"]
    assert listed("--discrimination-below", "0") == ["quiz-03/q3"]
    assert {"quiz-03/q2", "quiz-03-b/q2"} <= set(listed())
    assert all(code.startswith("quiz-03-b/") for code in listed("--form", "b"))
    assert main(command) == 0
    assert "2025    95% r +0.30" in capsys.readouterr().out
    assert main([*command, "--difficulty", "hard"]) == 1
    assert main(["items", "--difficulty", "0-1", f"--course={tmp_path}"]) == 1
    assert "there is no history yet" in capsys.readouterr().err
    # What is no list of figures doesn't look into the history, whatever is wrong with it.
    path.write_text("another file", "utf-8")
    assert main(command) == 1 and "is not a history" in capsys.readouterr().err
    for other in (["--cues"], ["--options-alone", "7"], ["quiz-03/q1"]):
        assert main([*command, *other]) == 0, other
