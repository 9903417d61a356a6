"""Lessons and quizzes in other languages: make one to be translated, and check one that was.

    python tools/translations.py new ru 03         make lessons/ru/03-*.ipynb, a copy to translate
    python tools/translations.py new ru quiz-03    make translations/ru/quiz-03, the same of a quiz
    python tools/translations.py check             compare every translation with the English

A translation changes what people read: Markdown, and the texts in a code cell's quotes that a
person sees. Everything else is the same as in English: the cells with their ids and order, code,
metadata, numbers, figures and links (which lead one folder up). One line is added: where a cell
imports the course's tools, ``cr.language("ru")`` follows, so that questions and explorers speak the
lesson's language. The lesson's self-checks are translated in the catalogue ``items.po``. Of a quiz
the reasons are translated where they stand, and the rubric with the same criteria and levels; keys,
points, tests and the names of misconceptions, which teachers read, stay.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parent))
import messages

TREE = Path(__file__).parents[1]
LESSONS = TREE / "lessons"
#: Titles that the start page shows; the rest of a notebook's metadata stays as it is.
SHOWN = ("title", "question")
#: Which arguments of a call are for people to read. Any other text in code is a name or a value.
READ: dict[str, set[int | str | None]] = {
    "predict": {1},
    "table": {1},
    "print": set(range(20)),
    "plot": {"title", "xlabel", "ylabel"},
    "set_xlabel": {0},
    "set_ylabel": {0},
    "set_title": {0},
    # Of a quiz: reasons, and what a function is tried on, by name.
    **{
        kind: {"why", "slips"}
        for kind in ("single", "multiple", "match", "order", "number", "text")
    },
    "function": {"why", "cases"},
    "expect": {"function"},
}
#: What nbgrader goes by in a source's comments.
_PARTS = re.compile(r"### (?:BEGIN|END) [A-Z ]+")
#: The letters of a question's options, and the numbers of what is matched.
_OPTIONS = re.compile(r"^- \*\*([a-z0-9])\.\*\*", re.M)
_FIGURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)")
_TARGET = re.compile(r"\]\(([^)\s]+)")
_ABSOLUTE = re.compile(r"[a-z]+:|#|/")
_CODE = re.compile(r"`([^`\n]+)`")
#: The line after which a translated lesson sets its language.
_TOOLS = re.compile(r"^import crossroads as cr$", re.M)
_NUMBER = re.compile(r"\d[\d\u00a0\u202f .,٫٬]*\d|\d")


def skeleton(english: dict[str, Any], language: str) -> dict[str, Any]:
    """A copy of a notebook to be translated, which says its language and lies one folder down."""
    begun = copy.deepcopy(english)
    begun["metadata"]["crossroads"]["language"] = language
    for cell in begun["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = _TARGET.sub(_one_up, text)
        elif cell["cell_type"] == "code":
            text = _TOOLS.sub(lambda found: f"{found[0]}\n\n{_speaks(language)}", text)
        cell["source"] = text.splitlines(keepends=True)
    return begun


def _speaks(language: str) -> str:
    """The line that sets the language of questions and explorers."""
    return f'cr.language("{language}")'


def _one_up(found: re.Match[str]) -> str:
    """A link or figure as it leads from one folder further down."""
    target = found[1]
    return found[0] if _ABSOLUTE.match(target) else f"](../{target}"


def _home(target: str) -> str:
    """Where a translated notebook's link leads, as the English one would write it."""
    return target.removeprefix("../")


def problems(english: dict[str, Any], translated: dict[str, Any]) -> list[str]:
    """What differs that mustn't, in sentences; none for a sound translation."""
    found = _metadata(english["metadata"], translated["metadata"])
    ids = [cell.get("id") for cell in english["cells"]]
    theirs = [cell.get("id") for cell in translated["cells"]]
    if ids != theirs:
        missing = [i for i in ids if i not in theirs]
        extra = [i for i in theirs if i not in ids]
        words = [f"missing: {', '.join(missing)}"] if missing else []
        words += [f"not in the English one: {', '.join(map(str, extra))}"] if extra else []
        return [*found, f"the cells differ ({'; '.join(words) or 'in another order'})."]
    language = str(translated["metadata"].get("crossroads", {}).get("language", ""))
    for before, after in zip(english["cells"], translated["cells"], strict=True):
        found += [f"cell {before['id']}: {words}" for words in _cell(before, after, language)]
    return found


def _metadata(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    mine, theirs = copy.deepcopy(before), copy.deepcopy(after)
    own = theirs.get("crossroads", {})
    found = [] if own.pop("language", "") else ["its metadata don't say the language."]
    for about in (mine.get("crossroads", {}), own):
        for name in SHOWN:
            about.pop(name, None)
    return found if mine == theirs else [*found, "its metadata differ."]


def _cell(before: dict[str, Any], after: dict[str, Any], language: str = "") -> list[str]:
    if before["cell_type"] != after["cell_type"]:
        return [f"it was {before['cell_type']}, and is {after['cell_type']}."]
    found = [] if before["metadata"] == after["metadata"] else ["its metadata differ."]
    if after.get("outputs"):
        found.append("it has outputs: clear them.")
    mine, theirs = "".join(before["source"]), "".join(after["source"])
    if before["cell_type"] == "code":
        if _TOOLS.search(mine):
            line, lines = _speaks(language), theirs.splitlines()
            if line not in lines:
                found.append(f"the line {line} is missing after import crossroads as cr.")
            theirs = "\n".join(one for one in lines if one != line)
        found += _same("marks for nbgrader", _PARTS.findall(mine), _PARTS.findall(theirs))
        return found if mine == theirs else [*found, *_code(mine, theirs)]
    if before["cell_type"] != "markdown":
        return found if mine == theirs else [*found, "its text differs."]
    for what, pattern in (("figures", _FIGURE), ("links", _LINK)):
        found += _same(what, pattern.findall(mine), [*map(_home, pattern.findall(theirs))])
    found += _same("pieces of code", _CODE.findall(mine), _CODE.findall(theirs))
    found += _same("headings", _levels(mine), _levels(theirs))
    found += _same("options", _OPTIONS.findall(mine), _OPTIONS.findall(theirs))
    return found + _same("numbers", _numbers(mine), _numbers(theirs))


def _code(mine: str, theirs: str) -> list[str]:
    """Code may differ in comments and in the texts that a person reads, and in nothing else."""
    try:
        if _program(mine) == _program(theirs):
            return []
    except SyntaxError as error:
        return [f"its code can't be read: {error.msg} (line {error.lineno})."]
    return ["its code differs."]


def _program(source: str) -> str:
    """Code without comments and without what is only read. Notebook magics count as text."""
    if source.lstrip().startswith(("%", "!")):
        return source
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            _blank(node.body[0].value)  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            wanted = READ.get(str(name), set())
            for place, argument in enumerate(node.args):
                if place in wanted:
                    _blank(argument)
            for keyword in node.keywords:
                if keyword.arg in wanted:
                    _blank(keyword.value)
    return ast.dump(tree)


def _blank(node: ast.expr) -> None:
    """Take the words out of a text, or of those in a dictionary; what an f-string computes stays.

    Of a dictionary the values are read where they are texts, and else its keys.
    """
    if isinstance(node, ast.Dict):
        texts = [one for one in node.values if isinstance(one, ast.Constant | ast.JoinedStr)]
        for one in texts or filter(None, node.keys):
            _blank(one)
        return
    for part in node.values if isinstance(node, ast.JoinedStr) else [node]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            part.value = ""


def _levels(text: str) -> list[str]:
    return re.findall(r"^(#+) ", text, re.M)


def _numbers(text: str) -> list[str]:
    """The numbers of a text by their digits alone: signs between them are a language's own."""
    plain = _CODE.sub("", re.sub(r"\]\([^)]*\)", "]", text))
    return sorted(
        "".join(str(int(digit)) for digit in found if digit.isdigit())
        for found in _NUMBER.findall(plain)
    )


def _same(what: str, mine: list[str], theirs: list[str]) -> list[str]:
    lost = list((Counter(mine) - Counter(theirs)).elements())
    new = list((Counter(theirs) - Counter(mine)).elements())
    if not lost and not new:
        return []
    words = [f"missing: {', '.join(lost)}"] if lost else []
    words += [f"new: {', '.join(new)}"] if new else []
    return [f"its {what} differ ({'; '.join(words)})."]


def read(path: Path) -> dict[str, Any]:
    """A notebook file. Raises ``ValueError`` with what is wrong with it."""
    try:
        notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
        notebook["metadata"], notebook["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is no notebook: {error}") from None
    return notebook


def check(lessons: Path, locale: Path = messages.LOCALE) -> list[str]:
    """What is wrong with the translated notebooks under ``lessons``, file by file."""
    found = []
    for path in sorted(lessons.glob("*/[0-9][0-9]-*.ipynb")):
        where = f"{path.parent.name}/{path.name}"
        source = lessons / path.name
        if not source.is_file():
            found.append(f"{where}: there is no English lesson of this name.")
            continue
        try:
            found += [f"{where}: {words}" for words in problems(read(source), read(path))]
        except ValueError as error:
            found.append(f"{where}: {error}")
        checks = lessons / "checks" / f"{path.name[:2]}.yml"
        if checks.is_file():
            catalogue = locale / path.parent.name / "LC_MESSAGES" / "items.po"
            found += [f"{where}: {words}" for words in untranslated(checks, catalogue)]
    return found


def untranslated(checks: Path, catalogue: Path) -> list[str]:
    """What a translated lesson's self-checks still say in English, or said otherwise before."""
    if not catalogue.is_file():
        return [f"there is no {catalogue.name} with its self-checks: run tools/messages.py --new."]
    said = messages.read(catalogue)
    found = []
    for item in yaml.safe_load(checks.read_text("utf-8")):
        for text in messages.texts(item):
            there = said.get(text)
            if there is None:
                found.append(f"self-check {item['id']}: {text!r} is new: run tools/messages.py.")
            elif there.fuzzy or not there.string:
                how = "has changed since it was translated" if there.fuzzy else "isn't translated"
                found.append(f"self-check {item['id']}: {text!r} {how}.")
    return found


def check_quizzes(tree: Path) -> list[str]:
    """Return what is wrong with the translated quizzes, file by file."""
    found = []
    for path in sorted((tree / "translations").glob("*/*/*.ipynb")):
        where = path.relative_to(tree).as_posix()
        source = tree / "assignments" / path.parent.name / path.name
        if not source.is_file():
            found.append(f"{where}: there is no English quiz of this name.")
            continue
        try:
            found += [f"{where}: {words}" for words in problems(read(source), read(path))]
            rubrics = [one.parent / "rubric.yml" for one in (source, path)]
            if len({_form(one) for one in rubrics}) > 1:
                found.append(f"{where}: its rubric.yml has other criteria or levels.")
        except (ValueError, yaml.YAMLError) as error:
            found.append(f"{where}: {error}")
    return found


def _form(rubric: Path) -> str:
    """Return a rubric without its words: how many criteria each item has, with which levels."""
    if not rubric.is_file():
        return ""
    items = yaml.safe_load(rubric.read_text("utf-8"))
    return str({item: [sorted(one["levels"]) for one in of] for item, of in items.items()})


def begin_quiz(tree: Path, language: str, quiz: str) -> Path:
    """Write the copy of a quiz to be translated. Raises ``ValueError`` rather than overwrite."""
    source, target = tree / "assignments" / quiz, tree / "translations" / language / quiz
    if not (source / f"{quiz}.ipynb").is_file():
        raise ValueError(f"there is no quiz {quiz!r}; write its name, such as quiz-03")
    if target.exists():
        raise ValueError(f"translations/{language}/{quiz} is there already")
    target.mkdir(parents=True)
    text = json.dumps(
        skeleton(read(source / f"{quiz}.ipynb"), language), indent=1, ensure_ascii=False
    )
    (target / f"{quiz}.ipynb").write_text(f"{text}\n", "utf-8")
    if (source / "rubric.yml").is_file():
        (target / "rubric.yml").write_bytes((source / "rubric.yml").read_bytes())
    return target


def begin(lessons: Path, language: str, lesson: str) -> Path:
    """Write the copy of a lesson to be translated. Raises ``ValueError`` rather than overwrite."""
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", language):
        raise ValueError(f"{language!r} is no language; write ru, or pt_BR")
    if not lesson[:2].isdigit():
        return begin_quiz(lessons.parent, language, lesson)
    found = sorted(lessons.glob(f"{lesson}-*.ipynb"))
    if len(found) != 1:
        raise ValueError(f"there is no lesson {lesson!r}; write its two digits, such as 03")
    target = lessons / language / found[0].name
    if target.exists():
        raise ValueError(f"{language}/{target.name} is there already")
    target.parent.mkdir(exist_ok=True)
    text = json.dumps(skeleton(read(found[0]), language), indent=1, ensure_ascii=False)
    target.write_text(f"{text}\n", "utf-8")
    return target


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Lessons and quizzes in other languages.")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="make a copy to translate")
    new.add_argument("language", help="such as ru")
    new.add_argument("lesson", help="a lesson's two digits, such as 03, or a quiz's name")
    commands.add_parser("check", help="compare every translation with the English")
    for command in commands.choices.values():
        command.add_argument("--lessons", type=Path, default=LESSONS, help="the lessons' folder")
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "new":
            print(begin(arguments.lessons, arguments.language, arguments.lesson))
            return 0
    except ValueError as error:
        print(f"translations: {error}", file=sys.stderr)
        return 1
    found = check(arguments.lessons) + check_quizzes(arguments.lessons.parent)
    print("\n".join(found) or "Every translation agrees with the English.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
