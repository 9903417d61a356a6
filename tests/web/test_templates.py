"""Templates: what isn't HTML is escaped, a value that is missed is an error, messages are said."""

import subprocess
import sys

import payloads
import pytest
from bs4 import BeautifulSoup
from jinja2 import DictLoader, UndefinedError, nodes

from crossroads.web import templates
from crossroads.web.html import Html
from crossroads.web.texts import part, told, visible

SHARED = """\
{%- from "macros.html" import bar, fold, link, listed, paragraphs, section, table -%}
{% call section("one", text) %}{{ paragraphs([text]) }}{{ listed([text]) }}{% endcall %}
{% call table(text, [text]) %}{{ row(text, text, link(text, text), part("en", text)) }}{% endcall %}
{% call fold(text) %}{{ text|visible }}{{ _("For {student}.", student=text) }}{% endcall %}
"""


def made(source, **values):
    """A template of its own, filled in among the course's."""
    own = templates.environment().overlay(loader=DictLoader({"own.html": source, **shared()}))
    return own.get_template("own.html").render(**values)


def shared():
    return {"macros.html": (templates.TEMPLATES / "macros.html").read_text("utf-8")}


@pytest.mark.parametrize("text", [*payloads.TEXTS, *payloads.NAMES])
def test_a_hostile_text_stays_text_in_all_that_pages_share(text):
    soup = BeautifulSoup(made(SHARED, text=text), "html.parser")
    assert not soup.select("script, img, svg, iframe, object, input, style, [onerror], [onload]")
    assert {a["href"] for a in soup.select("a")} <= {text, text.replace("\x00", "\ufffd")}
    assert len(soup.select("section h2")) == len(soup.select("details summary")) == 1


def test_html_is_taken_as_it_is():
    text = Html("<b>bold</b>")
    soup = BeautifulSoup(made(SHARED, text=text), "html.parser")
    assert [len(soup.select(f"{where} b")) for where in ("h2", "p", "li", "caption")] == [1] * 4
    # A header, and three cells of which one is a link.
    assert len(soup.select("tbody b")) == 4


def test_a_template_that_misses_a_value_is_an_error():
    with pytest.raises(UndefinedError, match="title"):
        templates.render("page.html", body="", more="")


def test_a_template_is_read_and_compiled_once():
    find = templates.environment().get_template
    assert find("feedback/page.html") is find("feedback/page.html")
    assert not templates.environment().auto_reload


def test_every_template_stands_by_itself():
    names = templates.environment().list_templates(extensions=["html"])
    assert len(names) > 20
    for name in names:
        templates.environment().get_template(name)


def test_only_a_template_s_own_words_are_taken_as_html_by_its_own_say():
    """What comes from elsewhere is of the type for HTML, or it's escaped: never `value|safe`."""
    environment, own = templates.environment(), 0
    for name in environment.list_templates(extensions=["html"]):
        tree = environment.parse(environment.loader.get_source(environment, name)[0])
        for mark in tree.find_all(nodes.Filter):
            if mark.name == "safe":
                assert isinstance(mark.node, nodes.Const), f"{name}, line {mark.lineno}"
                own += 1
        assert not [*tree.find_all((nodes.MarkSafe, nodes.ScopedEvalContextModifier))], name
    assert own > 2


def test_a_message_in_a_template_fills_in_numbers_texts_and_html(speak):
    source = (
        '{{ _("{points:g} of {possible:g}", points=1.5, possible=2) }}; '
        '{{ ngettext("{points:g} point", "{points:g} points", 1, points=1) }}; '
        '{{ _("For {student}.", student=who) }}'
    )
    said = made(source, who=Html("<b>Ann</b>"))
    assert said == "1.5 of 2; 1 point; For <b>Ann</b>."
    assert made(source, who="<Ann>").endswith("For &lt;Ann&gt;.")
    speak("ru")
    assert made(source, who="Анна").startswith("1,5 из 2; 1 балл; ")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("1.25|figure", "1.25"),
        ("(-0.214)|figure", "−0.21"),
        ("(-0.001)|figure", "0.00"),
        ("0.625|share", "62\u00a0%"),
        ("between(-0.2, 0.4)", "−0.20 to 0.40"),
        ("between(0.2, 0.4, '%')", "20\u00a0% to 40\u00a0%"),
        ("with_interval(0.5, 0.2, 0.8)", "0.50 (0.20 to 0.80)"),
        ("with_interval(0.5, nan, nan)", "0.50"),
        ("nan|figure", "–missing"),
        ("nan|share", "–missing"),
        ("between(nan, 0.4)", "–missing"),
        ("with_interval(nan, 0.2, 0.8)", "–missing"),
    ],
)
def test_a_number_is_written_for_people_and_a_missing_one_is_said(call, text):
    source = f"<table>{{{{ row('x', {call}) }}}}</table>"
    soup = BeautifulSoup(made(source, nan=float("nan")), "html.parser")
    assert soup.td.get_text() == text


def test_what_a_student_wrote_can_neither_hide_nor_turn_round():
    assert visible("\u202etxt.exe\x1b<b>") == "[U+202E]txt.exe[U+001B]&lt;b&gt;"
    assert told("It’s {what} & more", what="<i>") == "It’s &lt;i&gt; &amp; more"
    assert told("{what}", what=Html("<i>")) == "<i>"


def test_words_of_another_language_say_so(speak):
    assert part("en", "<one>") == "&lt;one&gt;"
    speak("ru")
    assert part("en", "<one>") == '<span lang="en" dir="auto">&lt;one&gt;</span>'
    assert part("en", "") == ""


def test_what_a_lesson_needs_loads_no_templates():
    used = "import sys, crossroads as cr; cr.table, cr.check, cr.charts"
    code = f"{used}; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
