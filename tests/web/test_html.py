import pandas as pd

import crossroads as cr


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
