"""Pictures in answers: pasted into a cell, or submitted as files beside the notebook.

Only pictures that are nothing but points of colour are handed on, told by their bytes and not by
their names: PNG, JPEG, GIF and WebP. SVG can run scripts, so it's none of them.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

#: Kinds of pictures, with the ends of their files' names.
KINDS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
}
#: Pasted pictures of one cell; bytes of all pictures of one submission; points of one picture.
MOST, MOST_BYTES, MOST_POINTS = 20, 16 * 2**20, 10**8
#: Pictures of a cell by what its text calls them, as nbformat has them.
Attachments = dict[str, dict[str, str]]

_BASE64 = re.compile(r"[\w+/=\s]*")
#: ``![words](target "title")``; the target may stand in angle brackets, or hold one pair of round.
_IMAGE = re.compile(
    r"!\[[^\[\]\n]{0,1000}\]\(\s*"
    r"(?:<(?P<angled>[^<>\n]{1,500})>|(?P<bare>(?:[^\s()]|\([^\s()]*\)){1,500}))"
    r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_TAG = re.compile(
    r"<img\b[^<>]{0,500}?\bsrc\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))[^<>]{0,500}>",
    re.I,
)
_INLINE = re.compile(r"data:(image/\w{1,10});base64,([\w+/=%-]+)")


def kind(content: bytes) -> str:
    """Return the kind of picture that some bytes are.

    Return "" for anything else, and for what is too large.
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        found, size = "image/png", _unpacked(">II", content, 16)
    elif content.startswith((b"GIF87a", b"GIF89a")):
        found, size = "image/gif", _unpacked("<HH", content, 6)
    elif content.startswith(b"\xff\xd8\xff"):
        found, size = "image/jpeg", _jpeg_size(content)
    elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        found, size = "image/webp", _webp_size(content)
    else:
        return ""
    return found if size[0] * size[1] <= MOST_POINTS else ""


def _unpacked(form: str, content: bytes, place: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, content, place)
    except struct.error:
        return (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, ...]:
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker, (length,) = content[place + 1], _unpacked(">H", content, place + 2)[:1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _unpacked(">HH", content, place + 5)
        place += 2 + max(length, 2)
    return (0, 0)


def _webp_size(content: bytes) -> tuple[int, ...]:
    # The extended form says its canvas; the two plain ones hold at most 16,383 points each way.
    if content[12:16] != b"VP8X":
        return (0, 0)
    wide, high = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
    return (wide, high)


def pasted(given: Any) -> Attachments:
    """Return those of a cell's attachments that are pictures, each of the kind that it says."""
    kept: Attachments = {}
    for name, data in list(given.items())[:MOST] if isinstance(given, dict) else ():
        for says, text in data.items() if isinstance(data, dict) else ():
            content = decoded(text)
            if content and kind(content) == says:
                kept[_name(name)] = {says: encoded(content)}
    return kept


def decoded(text: Any) -> bytes:
    """Return the bytes of a text in base64; none where it isn't that."""
    if isinstance(text, list) and all(isinstance(part, str) for part in text):
        text = "".join(text)
    if not isinstance(text, str) or not _BASE64.fullmatch(text):
        return b""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def encoded(content: bytes) -> str:
    """Return bytes as nbformat holds a picture's."""
    return base64.b64encode(content).decode("ascii")


def inlined(source: str, is_text: bool = True) -> tuple[str, Attachments]:
    """Return a text whose pictures stand in it letter by letter, as Colab pastes them: they become
    attachments. Code stays as it is."""
    kept: Attachments = {}
    if not is_text or "data:image/" not in source:
        return source, kept

    def attach(found: re.Match[str]) -> str:
        content = decoded(unquote(found[2]))
        if len(kept) >= MOST or not content or kind(content) != found[1]:
            return "no-picture"
        name = f"pasted-{len(kept) + 1}{KINDS[found[1]][0]}"
        kept[name] = {found[1]: encoded(content)}
        return f"attachment:{name}"

    return _INLINE.sub(attach, source), kept


def as_markdown(source: str) -> str:
    """Return a text whose ``<img>`` tags are Markdown's pictures.

    Tags are shown as they were typed.
    """

    def typed(found: re.Match[str]) -> str:
        target = (found[1] or found[2] or found[3] or "").strip()
        words = re.search(r"\balt\s*=\s*[\"']([^\"'\]\n]*)", found[0], re.I)
        return f"![{words[1] if words else ''}](<{target}>)" if target else found[0]

    return _TAG.sub(typed, source) if "<img" in source.casefold() else source


def targets(source: str) -> Iterator[str]:
    """Yield what a Markdown text shows as pictures, as it calls them; those on the web are none."""
    for found in _IMAGE.finditer(source):
        target = found["angled"] or found["bare"]
        if not re.match(r"[a-z][a-z\d+.-]+:", target, re.I):
            yield target


def beside(target: str, files: Mapping[str, bytes]) -> str:
    """Return which of the files that were submitted a text's picture is; "" for none of them."""
    for typed in (target, unquote(target)):
        path = PurePosixPath(typed.replace("\\", "/").partition("?")[0])
        name = path.as_posix()
        if name in files and ".." not in path.parts:
            return name
    return ""


def _name(name: Any) -> str:
    return str(name).encode("utf-8", "replace").decode()[:200]
