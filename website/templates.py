"""The site's templates, over those that all pages of the course share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from crossroads.web import templates as shared

TEMPLATES = Path(__file__).parent / "template"


@cache
def environment() -> jinja2.Environment:
    """The package's own environment, which looks here first."""
    places = [jinja2.FileSystemLoader(folder) for folder in (TEMPLATES, shared.TEMPLATES)]
    # Markdown is written for Markdown: only pages escape.
    escapes = jinja2.select_autoescape(["html.j2", "html"])
    return shared.environment().overlay(loader=jinja2.ChoiceLoader(places), autoescape=escapes)


def render(name: str, /, **values: Any) -> str:
    """A template filled in: of a page, or of a Markdown document or code."""
    return environment().get_template(name).render(**values)
