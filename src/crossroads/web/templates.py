"""Pages from Jinja templates, which lie in ``templates/``: what isn't HTML is escaped there.

A template says messages with ``_``, ``ngettext`` and ``pgettext``, which fill in texts and HTML
alike; ``tools/messages.py`` collects them. ``macros.html`` has what pages share.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import i18n
from . import html, numbers, texts
from .html import Html

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> jinja2.Environment:
    """Return the one environment.

    A name that a template misses is an error, never an empty place.
    """
    # For start-up speed: Jinja is slow to import, and nothing that a lesson shows needs it.
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Each is read and compiled once.
        auto_reload=False,
    )
    made.globals |= {
        "_": _said,
        "ngettext": _counted,
        "pgettext": _meant,
        "attributes": lambda: Html(i18n.attributes()),
        "style": lambda: Html(html.style()),
        "framed": html.framed,
        "row": html.row,
        "between": numbers.between,
        "with_interval": numbers.with_interval,
        "part": texts.part,
        "whose": texts.whose,
    }
    made.filters |= {
        "number": i18n.number,
        "date": i18n.long_date,
        "figure": numbers.figure,
        "share": numbers.share,
        "visible": texts.as_html,
    }
    return made


def render(name: str, /, **values: Any) -> Html:
    """Return a template of ``templates/`` filled in.

    Texts are escaped, ``Html`` is taken as it is.
    """
    return Html(environment().get_template(name).render(**values))


def _said(message: str, /, **values: Any) -> Html:
    return texts.told(i18n._(message), **values)


def _counted(one: str, many: str, n: int, /, **values: Any) -> Html:
    return texts.told(i18n.plural(one, many, n), **{"n": n, **values})


def _meant(context: str, message: str, /, **values: Any) -> Html:
    return texts.told(i18n.pgettext(context, message), **values)
