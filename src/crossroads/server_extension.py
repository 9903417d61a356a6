"""A server extension: nbgrader's pages run no script but nbgrader's own, and ask nobody outside.

On a hub it also loads nbgrader for a student when the student first opens the list of assignments
or validates one: ``CrossroadsServer.on_demand`` names the extensions.

What is written into ``autograded/`` is harmless already (``grading.sanitise``). Should something
slip through, from stock ``nbgrader autograde`` for instance, the browser is told here to run only
scripts that stand in nbgrader's own files: each has a word that is drawn anew for each page.
Formulas aren't typeset, since nbgrader would ask a server on the internet for that.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# Imported late: nbgrader, jinja2, tornado. Jupyter loads this also where there is no formgrader.

FORMGRADER = "nbgrader.server_extensions.formgrader"
#: Where nbgrader's buttons for students ask a server, below its own address.
ADDRESSES = r"(?:assignments(?:/.*)?|courses|nbgrader_version)"
#: What nbgrader's own buttons do when they are pressed.
PRESSED = ("toggle_name(true);", "toggle_name(false);", "toggleAllNames()")
#: nbgrader's page waits until formulas are typeset; there are none to wait for.
_NO_FORMULAS = """{% macro mathjax(url="") %}<script nonce="{{ crossroads_nonce() }}">
var MathJax = {Hub: {Startup: {signal: {Interest: (tell) => setTimeout(() => tell("End"))}}}};
</script>{% endmacro %}"""
_SCRIPT = re.compile(r"<script(?=[\s>])")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "crossroads.server_extension"}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Guard formgrader's pages, where formgrader is switched on, before it is loaded or after."""
    if names := app.config.get("CrossroadsServer", {}).get("on_demand"):
        load_on_demand(app, list(names))
    extensions = getattr(app.extension_manager, "extensions", {})
    if not any(name.startswith(FORMGRADER) and one.enabled for name, one in extensions.items()):
        return
    guard()
    if "nbgrader_jinja2_env" in app.web_app.settings:
        guard_templates(app.web_app.settings)


def load_on_demand(app: Any, names: list[str]) -> None:
    """Load nbgrader's server extensions when somebody first asks for one of their addresses.

    nbgrader takes 33 MiB of each server that loads it, and most lessons don't use it.
    """
    from tornado.routing import PathMatches, Router, Rule

    class OnDemand(Router):
        def find_handler(self, request: Any, **_: Any) -> None:
            """Load what isn't loaded yet; the rules that follow this one find its handlers."""
            while names:
                import_module(names.pop(0))._load_jupyter_server_extension(app)

    asked = re.escape(app.web_app.settings["base_url"]) + ADDRESSES
    app.web_app.default_router.rules.insert(0, Rule(PathMatches(asked), OnDemand()))


def policy(nonce: str = "") -> str:
    """Return a page's Content-Security-Policy.

    Scripts that know ``nonce`` run; without a nonce, none does.
    """
    pressed = [base64.b64encode(hashlib.sha256(x.encode()).digest()).decode() for x in PRESSED]
    hashes = " ".join(f"'sha256-{one}'" for one in pressed)
    scripts = f"'nonce-{nonce}' 'unsafe-hashes' {hashes}" if nonce else "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'"
    )


#: What files that somebody submitted may do: be looked at.
FILES = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"


def framed(rules: str) -> str:
    """Rules by which JupyterLab may show a page of its own server in its tab.

    JupyterHub forbids every frame, and nbgrader shows formgrader in one.
    """
    return rules.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def guard() -> None:
    """Give all pages of formgrader their policy. Doing it twice does no harm."""
    from nbgrader.server_extensions.formgrader import base, formgrader, handlers

    page = base.BaseHandler
    if hasattr(page, "crossroads_guarded"):
        return
    page.crossroads_guarded = True
    plain, render, exporter = page.content_security_policy, page.render, page.exporter
    start = formgrader.FormgradeExtension.init_tornado_settings

    def stricter(rules: Callable[[], str]) -> property:
        return property(lambda self: f"{framed(plain.fget(self))}; {rules()}")

    def rendered(self: Any, name: str, **values: Any) -> str:
        _renew(self, plain)
        return str(render(self, name, **values))

    def started(self: Any, webapp: Any) -> None:
        start(self, webapp)
        guard_templates(webapp.settings)

    page.content_security_policy = stricter(policy)
    handlers.SubmissionFilesHandler.content_security_policy = stricter(lambda: FILES)
    page.render = rendered
    page.exporter = property(lambda self: _Exporter(self, exporter.fget(self), plain))
    page.on_finish = _without_connection(page.on_finish)
    formgrader.FormgradeExtension.init_tornado_settings = started


def _without_connection(finish: Callable[[Any], None]) -> Callable[[Any], None]:
    """Keep no connection to a database server between formgrader's pages.

    nbgrader keeps one for good, and where it's lost every page fails from then on. A file's is
    left as it is.
    """

    def finished(self: Any) -> None:
        finish(self)
        book = self.settings.get("nbgrader_gradebook")
        if book is not None and book.engine.dialect.name != "sqlite":
            book.close()

    return finished


def guard_templates(settings: Any) -> None:
    """Let nbgrader's own templates say the word that lets their scripts run."""
    from nbgrader.server_extensions.formgrader import handlers

    own = settings["nbgrader_jinja2_env"]
    # A student's id in an address is text, too.
    own.autoescape = True
    for environment in (own, settings["nbgrader_exporter"].environment):
        if "crossroads_nonce" not in environment.globals:
            environment.globals["crossroads_nonce"] = lambda: _nonce[0]
            environment.loader = _loader(environment.loader, handlers.template_path)


#: The word of the page that is being made: it's made in one go, and one at a time.
_nonce = [""]


def _renew(handler: Any, plain: property) -> None:
    _nonce[0] = secrets.token_urlsafe(16)
    assert plain.fget
    rules = f"{framed(plain.fget(handler))}; {policy(_nonce[0])}"
    handler.set_header("Content-Security-Policy", rules)


class _Exporter:
    """nbgrader's exporter, with a policy for the page and names that are text."""

    def __init__(self, handler: Any, exporter: Any, plain: property) -> None:
        self._handler, self._exporter, self._plain = handler, exporter, plain

    def from_filename(self, filename: str, resources: dict[str, Any]) -> Any:
        _renew(self._handler, self._plain)
        kept = {k: escape(v) if isinstance(v, str) else v for k, v in resources.items()}
        return self._exporter.from_filename(filename, resources=kept)


def _loader(other: Any, folder: str) -> Any:
    """Return a loader of templates that marks the scripts of those that lie in ``folder``."""
    from jinja2 import BaseLoader

    class Marking(BaseLoader):
        def get_source(self, environment: Any, template: str) -> Any:
            if template.endswith("mathjax.html.j2"):
                return _NO_FORMULAS, template, lambda: True
            if template == "formgrade_macros.tpl":
                # By this name nbgrader's page for a missing file asks for it.
                template = "formgrade/formgrade_macros.html.j2"
            source, path, fresh = other.get_source(environment, template)
            if path and str(path).startswith(folder):
                source = _SCRIPT.sub('<script nonce="{{ crossroads_nonce() }}"', source)
            return source, path, fresh

        def list_templates(self) -> list[str]:
            return list(other.list_templates())

    return Marking()
