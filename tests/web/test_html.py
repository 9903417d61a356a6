import pandas as pd
import payloads
import pytest
from bs4 import BeautifulSoup

import crossroads as cr
from crossroads.web.html import Html, page


def test_a_table_has_caption_and_scopes():
    html = cr.table(pd.DataFrame({"row_name": ["x"], "value": [1.5]}), "A caption")
    assert "<caption>A caption</caption>" in html
    assert '<th scope="col">row name</th>' in html
    assert '<th scope="row" class="cr-short">x</th><td>1.5</td>' in html


def test_text_is_escaped_and_missing_is_said():
    html = cr.table(pd.DataFrame({"a": ["<script>"], "b": [None]}), "<b>")
    assert "<script>" not in html
    assert "<caption>&lt;b&gt;</caption>" in html
    assert "missing" in html


def test_html_takes_html_as_it_is_and_escapes_every_other_text():
    assert Html("<b>") + "<i>" == "<b>&lt;i&gt;"
    assert Html("<p>{}</p>").format(Html("<b>")) == "<p><b></p>"
    assert Html("<p>{}</p>").format("<b>") == "<p>&lt;b&gt;</p>"
    assert Html("")._repr_html_().startswith('<div class="cr mathjax_ignore"><style>')


def test_a_page_escapes_its_title_and_says_its_language():
    made = page("<script>", "<p>body</p>", ".own {}")
    assert "<title>&lt;script&gt;</title>" in made and "<h1>&lt;script&gt;</h1>" in made
    assert '<html lang="en">' in made and "<p>body</p></main>" in made and ".own {}</style>" in made


@pytest.mark.parametrize("text", [*payloads.TEXTS, *payloads.NAMES])
def test_a_hostile_text_stays_text_in_tables_and_templates(text):
    made = cr.table(pd.DataFrame({"a": [text], "b": [text]}), text) + page(text, "")
    soup = BeautifulSoup(made, "html.parser")
    assert not soup.select("script, img, svg, iframe, object, a, input, [onerror], [onload]")
    # A reader of HTML takes some control characters for others.
    shown = text.replace("\x00", "\ufffd")
    assert {shown.strip(), text.strip()} & {soup.caption.get_text().strip()}
