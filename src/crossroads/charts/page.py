"""The finish of a drawing: title, text alternative and source around the SVG."""

from __future__ import annotations

from html import escape

from ..i18n import _, rtl
from ..web.html import Html
from .labels import sentence, wrap
from .palette import INK, LINE_HEIGHT, MUTED, PAD, PAPER, SMALL, SMALLEST, TEXT, TITLE
from .svg import Figure, px


def to_html(
    fig: Figure, *, title: str, alt: str, source: str, note: str = "", values: str = ""
) -> Html:
    """Finish a drawing: title above, source below, and `title` and `alt` as its text alternative.

    `alt` says in words what a reader sees: form, axes and units, key, and what it shows.
    `source` names the source and its date; `note` is what stands above it, such as what can't be
    shown; `values` is a table of the numbers drawn, as HTML. Raises ValueError if one of the first
    three is blank.
    """
    for name, words in (("title", title), ("alt", alt), ("source", source)):
        if not words.strip():
            raise ValueError(f"a chart needs its {name}")
    head = Figure(fig.width, 0)
    rows = wrap(title, fig.width - 2 * PAD, TITLE, bold=True)
    for i, row in enumerate(rows):
        head.text(PAD, PAD + TITLE * (0.8 + LINE_HEIGHT * i), row, size=TITLE, bold=True)
    top = PAD + TITLE * LINE_HEIGHT * len(rows)
    width, height = px(fig.width), px(top + fig.height)
    # Narrower places scroll: smaller, its words could no longer be read.
    least = px(fig.width * SMALLEST / SMALL)
    label = escape(f"{sentence(title)} {alt.strip()}")
    # Years and values run from left to right in every language; each text keeps its own direction.
    axes = ";direction:ltr" if rtl() else ""
    below = escape(_("Source: {source}", source=source.strip()))
    small = f"padding:0 {PAD}px %s;font-size:14px;line-height:1.4"
    guide = f' data-guide="{px(fig.guide[0])} {px(fig.guide[1])}"' if fig.guide else ""
    said = f'<p style="margin:0;{small % "6px"}">{escape(note)}</p>' if note else ""
    return Html(
        f'<figure class="cr-figure" style="margin:.5rem 0;max-width:{width}px;'
        f"overflow-x:auto;color:{INK};background:{PAPER};font-family:{_FONT};break-inside:avoid;"
        f'forced-color-adjust:none;print-color-adjust:exact"><svg role="img" aria-label="{label}" '
        f'aria-roledescription="{escape(_("chart"))}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-size="{TEXT}" '
        f'fill="{INK}" style="display:block;max-width:100%;min-width:{least}px;height:auto{axes}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(head.parts)}'
        f'<g transform="translate(0 {px(top)})"{guide}>{"".join(fig.parts)}</g></svg>'
        f'{said}{values}<figcaption style="{small % "14px"};'
        f'color:{MUTED}">{below}</figcaption></figure>'
    )


_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif"
