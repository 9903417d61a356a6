"""The roster: read from what people and platforms export, kept, and nobody lost."""

import io
import re
import zipfile
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from crossroads.classroom import roster
from crossroads.cli import main
from crossroads.course import Course, Person, roster_csv
from crossroads.course.notes import say
from crossroads.course.roster_csv import parse
from crossroads.web.spreadsheet import defused

OWN = """student_id,first_name,last_name,email,lms_user_id
ann,Ann,Lee,ann@uni.example,11
ben,Zoë,Müller,ben@uni.example,12
"""
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (55),Current Score
,,,,,Manual Posting,
    Points Possible,,,,,40,(read only)
"Lee, Ann",11,S-1,ann,Monday,12,30
"Müller, Zoë",12,S-2,ben,Monday,,
"Student, Test",99,,abc123,Monday,,
"""
MOODLE = """First name,Last name,ID number,Institution,Department,Email address,Quiz 1 (Real)
Ann,Lee,S-1,,,ann@uni.example,12.00
Zoë,Müller,S-2,,,ben@uni.example,-
"""


def read(text, encoding="utf-8", **how):
    return parse(text.encode(encoding), "class.csv", **how)


def test_ones_own_file_is_read():
    found = read(OWN)
    assert found.people == [
        Person("ann", "Ann", "Lee", "ann@uni.example", "11"),
        Person("ben", "Zoë", "Müller", "ben@uni.example", "12"),
    ]
    assert found.notes == [] and found.column == "student_id"


def test_canvas_gradebook_is_read_by_the_name_people_log_in_with():
    found = read(CANVAS)
    assert found.people == [
        Person("ann", "Ann", "Lee", "", "11", "S-1", "ann", "Monday"),
        Person("ben", "Zoë", "Müller", "", "12", "S-2", "ben", "Monday"),
    ]
    assert found.column == "SIS Login ID" and found.notes == []


def test_canvas_gradebook_with_names_in_two_columns_has_no_more_people():
    # A setting of its gradebook (show_student_first_last_name); headings are English everywhere.
    found = read(
        "LastName,FirstName,ID,SIS User ID,SIS Login ID,Root Account,Section,Quiz 1 (55)\n"
        ',,,,,,,Manual Posting\n    Points Possible,,,,,,,"40,0"\n'
        'Lee,Ann,11,S-1,ann,uni.example,"Monday and Tuesday","12,5"\n'
        "Student,Test,99,,abc123,,Monday,\n"
    )
    assert found.people == [
        Person("ann", "Ann", "Lee", "", "11", "S-1", "ann", "Monday and Tuesday")
    ]
    assert found.notes == []


def test_moodles_gradebook_is_read_old_headings_too():
    for text in (MOODLE, MOODLE.replace("Last name", "Surname")):
        found = read(text)
        assert [(p.student_id, p.name) for p in found.people] == [
            ("S-1", "Ann Lee"),
            ("S-2", "Zoë Müller"),
        ]
        assert found.column == "ID number"


def test_a_column_that_somebody_lacks_is_no_id_and_another_can_be_asked_for():
    found = read(MOODLE.replace("S-2", ""))
    assert found.column == "Email address"
    assert [p.student_id for p in found.people] == ["ann@uni.example", "ben@uni.example"]
    asked = read(CANVAS, id_column="sis user id")
    assert [p.student_id for p in asked.people] == ["S-1", "S-2"]
    with pytest.raises(ValueError, match="no column 'Matriculation'; it has Student, ID"):
        read(CANVAS, id_column="Matriculation")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_of_spreadsheets_make_no_difference(encoding, delimiter):
    found = read(OWN.replace(",", delimiter).replace("\n", "\r\n"), encoding)
    assert found.people == read(OWN).people
    assert not found.notes and (found.guessed == "windows-1252") == (encoding == "cp1252")


RUSSIAN = "Имя;Фамилия;Индивидуальный номер;Адрес электронной почты\nИван;Петров;s1;i@x.org\n"
GERMAN = "Vorname,Nachname,ID-Nummer,E-Mail-Adresse\nJörg,Müller,s1,j@x.org\n"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [(RUSSIAN, "cp1251", "Иван Петров"), (GERMAN, "cp1252", "Jörg Müller")],
)
def test_where_the_encoding_is_a_guess_names_are_shown_first(
    tmp_path, capsys, text, encoding, name
):
    path, course = tmp_path / "class.csv", tmp_path / "course"
    path.write_bytes(text.encode(encoding))
    command = ["roster", str(path), "--course", str(course)]
    assert main(command) == 2
    said = capsys.readouterr().out
    assert name in said and "Nothing was written" in said and not Course(course).roster.exists()
    assert main([*command, "--encoding", encoding]) == 0
    assert [person.name for person in roster.read(course)] == [name]
    assert main([*command, "--encoding", "klingon"]) == 1
    assert main([*command, "--encoding", "ascii"]) == 1


def test_a_column_of_logins_that_cannot_be_ids_is_left_for_another():
    found = read('Student,ID,SIS Login ID\n"Lee, Ann",11,UNI\\ann\n"Fox, Ben",12,UNI\\ben\n')
    assert [p.student_id for p in found.people] == ["11", "12"] and not found.notes
    with pytest.raises(ValueError, match=r"o'brien@x.org\", which cannot be the name of a folder"):
        read("First name,Last name,Email address\nSean,O'Brien,o'brien@x.org\nAnn,Lee,a@x.org\n")


def test_rows_that_cannot_be_used_get_a_line_each():
    text = (
        f"{OWN}\nann,Ann,Twin,,\nANN,Ann,Shout,,\n,No,Id,,\n../eve,Eve,Path,,\n"
        '"a\nb",New,Line,,\n=1+1,Formula,,,\ncem,Cem,Fine,,\n'
    )
    found = read(text)
    assert [p.student_id for p in found.people] == ["ann", "ben", "a b", "cem"]
    said = "\n".join(map(say, found.notes))
    assert "Line 5 (Ann Twin) was skipped: line 2 already has the id 'ann'." in said
    assert "Line 6 (Ann Shout) was skipped: line 2 already has the id 'ANN'." in said
    assert "Line 7 (No Id) was skipped: it has no id." in said
    assert "Line 8 (Eve Path) was skipped: '../eve' cannot be a student's id" in said
    assert "'=1+1' cannot be a student's id" in said
    assert len(found.notes) == 5


def test_a_student_of_two_sections_is_one_student():
    head = "Student,ID,SIS User ID,SIS Login ID,Section\n"
    row = '"Zoirova, Nigora",4,1011,nigora@x.org,'
    found = read(f"{head}{row}Evening\n{row}Day\n{row}Evening\n")
    assert [(p.student_id, p.section) for p in found.people] == [("nigora@x.org", "Evening")]
    again, section = found.notes[1], found.notes[0]
    assert "Line 4 (Nigora Zoirova) repeats line 2, so it was read once." in say(again)
    assert "put into 'Evening', not into 'Day'" in say(section)
    # Two people with one number are not: the teacher reads which lines to look at.
    with pytest.raises(ValueError, match="'ID number' is the same in lines 2 and 3; 'Email addr"):
        read("First name,Last name,ID number,Email address\nAnn,Lee,1,\nBen,Fox,1,b@x.org\n")


def test_signs_that_cannot_be_seen_are_taken_out_of_names():
    found = read("student_id,name\nann,Ann\u202eeel \x07 Lee\u200b\n")
    assert found.people[0].name == "Ann eel Lee"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("first_name,mood\nAnn,good\n", "no column with an id for every student"),
        (f'student_id,name\nann,"{"x" * 200_000}\n', "is not CSV"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_in_words(text, says):
    with pytest.raises(ValueError, match=says):
        read(text)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_names_survive_being_written_and_read(text):
    name = roster_csv._clean(text)
    if not re.match("'[=+@-]", name):
        assert roster_csv._clean(defused(name)) == name


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content):
    try:
        found = parse(content, "class.csv")
    except ValueError:
        return
    assert len({p.student_id for p in found.people}) == len(found.people)


def test_a_class_over_a_term(tmp_path, capsys):
    """Added, changed, gone from the file: all is said, nobody and nothing is lost."""
    course, file = tmp_path / "course", tmp_path / "class.csv"

    def command(text):
        file.write_text(text, "utf-8")
        code = main(["roster", str(file), "--course", str(course)])
        return code, capsys.readouterr().out

    code, said = command(OWN)
    assert code == 0
    assert said.startswith(
        "2 students, with ids from the column 'student_id': 2 added, 0 changed, 0 as"
    )
    assert command(OWN)[1].startswith(
        "2 students, with ids from the column 'student_id': 0 added, 0 ch"
    )
    code, said = command("student_id,email,section\nben,zoe@uni.example,Monday\neve,,\n../x,,\n")
    assert code == 2
    assert "1 added, 1 changed" in said and "changed: ben: email, section" in said
    assert "not in this file, and kept: ann" in said and "'../x' cannot be" in said
    assert roster.read(course) == [
        Person("ann", "Ann", "Lee", "ann@uni.example", "11"),
        Person("ben", "Zoë", "Müller", "zoe@uni.example", "12", section="Monday"),
        Person("eve"),
    ]
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        students = {
            s.id: (s.first_name, s.last_name, s.email, s.lms_user_id) for s in book.students
        }
    assert students == {
        "ann": ("Ann", "Lee", "ann@uni.example", "11"),
        "ben": ("Zoë", "Müller", "zoe@uni.example", "12"),
        "eve": (None, None, None, None),
    }
    assert main(["roster", "--course", str(course)]) == 0
    assert re.search(r"^ben +Zoë Müller$", capsys.readouterr().out, re.M)


def test_a_name_that_is_a_formula_is_kept_as_a_text(tmp_path):
    people = [Person("ann", "=HYPERLINK(1)", "-2"), Person("ben", "@x", "+y", "-z@uni.example")]
    roster.write(tmp_path, people)
    assert "'=HYPERLINK" in Course(tmp_path).roster.read_text("utf-8")
    assert roster.read(tmp_path) == people


@pytest.mark.parametrize(
    ("before", "after"),
    [("00123", "123"), ("123000", "1.23E+05"), ("ann", "ann@uni.example"), ("Ann", "ann")],
)
def test_a_class_that_would_double_is_noticed_before_anything_is_written(
    tmp_path, capsys, before, after
):
    sheet, place = tmp_path / "class.csv", tmp_path / "course"
    place.mkdir()
    roster.write(place, [Person(before, "Ann", "Lee")])
    sheet.write_text(f"student_id,name\n{after},Ann Lee\n", "utf-8")
    assert main(["roster", str(sheet), "--course", str(place)]) == 2
    said = capsys.readouterr().out
    assert f"{before} is {after} in the file" in said and "Nothing was written" in said
    assert [person.student_id for person in roster.read(place)] == [before]


def test_excels_line_that_says_the_separator_is_no_heading():
    for text in ("sep=;\r\nstudent_id;name\r\nann;Ann Lee\r\n", "\ufeffsep=,\nstudent_id\nann\n"):
        assert [person.student_id for person in read(text).people] == ["ann"]


@pytest.mark.parametrize(
    "head",
    [
        "نام,نام خانوادگی,نام کاربری",
        "نام,نام خانوادگي,نام كاربري",
        "Ном,Насаб,Username",
        "Prénom,Nom de famille,Nom d’utilisateur",
        "Имя,Фамилия,Имя пользователя",
    ],
)
def test_headings_of_other_languages_and_keyboards_are_read(head):
    (person,) = read(f"{head}\nАнна,Раҳимова,anna\n").people
    assert (person.student_id, person.name) == ("anna", "Анна Раҳимова")


@pytest.mark.parametrize("names", ["علي;محمدي", "فاطمه;رضائي", "محمد;احمد خان", "سارا;كريمي"])
def test_lists_in_the_windows_page_of_arabic_script_are_told_apart(names):
    found = read(f"نام;نام خانوادگي;student_id\n{names};s1\n", "windows-1256")
    assert found.guessed == "windows-1256"
    assert found.people[0].name == names.replace(";", " ")


@pytest.mark.parametrize("encoding", ["koi8-r", "windows-1251"])
def test_russian_lists_in_old_encodings_are_told_apart(encoding):
    found = read("Имя;Фамилия;Логин\nАнна;Рахимова;anna\n", encoding)
    assert found.guessed == encoding and found.people[0].name == "Анна Рахимова"


def workbook_of(*rows, formats=()):
    """An Excel workbook: an empty sheet, then one with these rows; formats by cell's name."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("Группа 1")
    for row in rows:
        sheet.append(row)
    for place, form in formats:
        sheet[place].number_format = form
    book.save(content)
    return content.getvalue()


def test_excel_s_own_file_is_read_as_it_looks():
    """With an office's title above, ids that Excel holds as numbers, and names of every script."""
    found = parse(
        workbook_of(
            ["Список группы, осень 2026"],
            [],
            ["ID number", "Имя", "Фамилия", "Email address", "Дата"],
            [123, "Зарина", "Раҳимова", "z@uni.example", datetime(2026, 9, 1)],
            [20260001.0, "علی", "محمدی", None, None],
            [7, "Ann", "=SUM(A1)", " a@uni.example ", True],
            formats=[("A4", "00000")],
        ),
        "class.xlsx",
    )
    assert [(p.student_id, p.name) for p in found.people] == [
        ("00123", "Зарина Раҳимова"),
        ("20260001", "علی محمدی"),
        ("7", "Ann"),
    ]
    assert found.people[0].email == "z@uni.example" and found.people[2].email == "a@uni.example"


def test_the_sheet_with_the_class_is_found_behind_others():
    book, content = (
        openpyxl.load_workbook(io.BytesIO(workbook_of(["student_id"], ["ann"]))),
        io.BytesIO(),
    )
    book.create_sheet("Notes", 0).append(["For the dean", "by Friday"])
    book.save(content)
    assert [p.student_id for p in parse(content.getvalue(), "class.xlsx").people] == ["ann"]


def test_a_platform_s_own_number_alone_is_no_id_where_nobody_has_a_name():
    """Canvas in a language whose headings aren't known: it would look like success."""
    with pytest.raises(ValueError, match="no column that is known to hold names.*Schülerin, ID"):
        read('Schülerin,ID,Abschnitt\n"A, B",12,1\n')


def test_a_title_above_the_headings_is_no_heading_in_csv_either():
    (person,) = read("Autumn 2026;;\n;;\nVorname;Nachname;Anmeldename\nAnn;Lee;ann\n").people
    assert (person.student_id, person.name) == ("ann", "Ann Lee")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\3\4rest", "cannot be read as an Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel workbook, or has a password"),
        (workbook_of(), "is empty"),
        (workbook_of(["Marks"], [12]), "Its columns are Marks. Name"),
        (
            b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "Libre",
        ),
    ],
)
def test_a_workbook_that_is_no_class_list_says_what_to_do(content, said):
    with pytest.raises(ValueError, match=said):
        parse(content, "class.xlsx")


def test_a_workbook_that_unfolds_without_end_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", bytes(65 * 2**20))
    with pytest.raises(ValueError, match="too large"):
        parse(content.getvalue(), "class.xlsx")
