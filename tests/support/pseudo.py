"""A language that nobody speaks, written from right to left: what isn't translated stays Latin."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from bs4 import BeautifulSoup

TREE = Path(__file__).parents[2]
CODE = "fa"
#: English letters as letters of Arabic script, one for one.
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz",
    "ابصدعفگهیژکلمنوپقرستثوخطزظ",
)
OWN = {
    ("direction of writing: ltr or rtl", "ltr"): "rtl",
    ("decimal sign", "."): "٫",
    ("thousands sign", ","): "٬",
}


def messages() -> ModuleType:
    """``tools/messages.py``, which is no module of the package."""
    spec = importlib.util.spec_from_file_location("messages", TREE / "tools" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_arabic_script(message: str) -> str:
    """A message in other letters; placeholders stay as they are."""
    return "".join(
        part if part.startswith("{") else part.lower().translate(LETTERS)
        for part in re.split(r"({[^}]*})", message)
    )


def latin_words(page: str, *others: str) -> list[str]:
    """The words in Latin letters of a page's own; not those marked as English, nor in ``others``.

    ``others`` are selectors of more that isn't the page's own, such as what a student wrote.
    """
    soup = BeautifulSoup(page, "html.parser")
    for node in soup.select(", ".join(["style", "title", "[lang=en]", *others])):
        node.decompose()
    return re.findall("[A-Za-z]{2,}", soup.get_text(" "))


def catalogue(folder: Path) -> Path:
    """Write the language's compiled catalogue; returns ``folder``."""
    tool = messages()
    catalog = tool.Catalog(locale=CODE, domain="crossroads", fuzzy=False)
    for message in tool.template("crossroads"):
        if not message.id:
            continue
        said = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = [OWN.get((message.context, one)) or in_arabic_script(one) for one in said]
        catalog.add(
            message.id,
            tuple(strings) if len(strings) > 1 else strings[0],
            context=message.context,
        )
    target = folder / CODE / "LC_MESSAGES" / "crossroads.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(tool.compiled(catalog))
    return folder
