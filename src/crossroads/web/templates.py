"""Pages from Jinja templates, which lie in ``templates/``: what isn't ``Html`` is escaped there.

Nothing that a lesson shows needs Jinja: import this module inside the function that makes a page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from .. import i18n
from .html import Html, style, table

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> jinja2.Environment:
    """The one environment: a name that a template misses is an error, never an empty place."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "_": i18n._,
        "ngettext": i18n.ngettext,
        "pgettext": i18n.pgettext,
        "attributes": lambda: Html(i18n.attributes()),
        "style": lambda: Html(style()),
        "table": table,
    }
    made.filters |= {"number": i18n.number, "date": i18n.long_date}
    return made


def render(name: str, /, **values: Any) -> Html:
    """A template of ``templates/`` filled in; texts are escaped, ``Html`` is taken as it is."""
    return Html(environment().get_template(name).render(**values))
