"""Which messages the code says, and which of them the catalogues translate.

`python -m scripts.messages` lists what is missing; `--write` adds the missing ones to each app's catalogue with an
empty translation, for a person to fill in.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from scripts.traditional import LOCALE, traditional_catalogue

PACKAGE = Path(__file__).resolve().parents[1] / "sanku"
NAMES = {
    "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "_": 1, "_now": 1, "ngettext": 2, "ngettext_lazy": 2,
    "pgettext": -1, "pgettext_lazy": -1, "npgettext": -2, "npgettext_lazy": -2,
}  # fmt: skip
# What templatize makes of {% translate %} and {% blocktranslate %}.
IN_TEMPLATE = re.compile(
    r"""\b(?P<name>gettext|ngettext|pgettext|npgettext|_)\(\s*(?P<arguments>u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
    r"""(?:\s*,\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))*)""",
    re.S,
)
LITERAL = re.compile(r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""", re.S)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its English text, its plural if it has one, its context if it has one, and where it stands."""

    text: str
    plural: str = ""
    context: str = ""
    where: str = ""


def in_python(path: Path) -> Iterator[Message]:
    """Yield the messages of a Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        words = [text for text in texts if isinstance(text, str)]
        where = f"{path.relative_to(PACKAGE.parent)}:{node.lineno}"
        match NAMES.get(name):
            case 1 if words:
                yield Message(words[0], where=where)
            case 2 if len(words) > 1:
                yield Message(words[0], plural=words[1], where=where)
            case -1 if len(words) > 1:
                yield Message(words[1], context=words[0], where=where)
            case -2 if len(words) > 2:
                yield Message(words[1], plural=words[2], context=words[0], where=where)


def in_template(path: Path) -> Iterator[Message]:
    """Yield the messages of a template."""
    where = str(path.relative_to(PACKAGE.parent))
    for found in IN_TEMPLATE.finditer(templatize(path.read_text(encoding="utf-8"))):
        words = [str(ast.literal_eval(literal)) for literal in LITERAL.findall(found["arguments"])]
        match found["name"]:
            case "ngettext" if len(words) > 1:
                yield Message(words[0], plural=words[1], where=where)
            case "pgettext" if len(words) > 1:
                yield Message(words[1], context=words[0], where=where)
            case "npgettext" if len(words) > 2:
                yield Message(words[1], plural=words[2], context=words[0], where=where)
            case _:
                yield Message(words[0], where=where)


def said() -> list[Message]:
    """Return every message of the product, each once."""
    found: dict[tuple[str, str], Message] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            for message in in_python(path):
                found.setdefault((message.context, message.text), message)
    for path in sorted(PACKAGE.rglob("*.html")) + sorted(PACKAGE.rglob("templates/**/*.txt")):
        for message in in_template(path):
            found.setdefault((message.context, message.text), message)
    return [message for message in found.values() if message.text]


def catalogues(language: str = "zh_Hans") -> dict[str, Catalog]:
    """Return the catalogue of each app; that of zh_Hant as it is made from zh_Hans."""
    found = {}
    for path in sorted(PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            read = read_po(file)
        found[path.parents[3].name] = traditional_catalogue(read) if language == LOCALE else read
    return found


def translations(language: str = "zh_Hans") -> dict[tuple[str, str], list[str]]:
    """Return every translation by (context, English text); a plural has several."""
    found: dict[tuple[str, str], list[str]] = {}
    for catalogue in catalogues(language).values():
        for entry in catalogue:
            if not entry.id or entry.fuzzy:
                continue
            text = entry.id if isinstance(entry.id, str) else entry.id[0]
            strings = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
            if strings and all(strings):
                found[(entry.context or "", text)] = strings
    return found


def missing(language: str = "zh_Hans") -> list[Message]:
    """Return the messages that have no translation."""
    known = translations(language)
    return [message for message in said() if (message.context, message.text) not in known]


def write_missing() -> None:
    """Add the missing messages to the catalogue of the app that says them, untranslated."""
    for message in missing():
        app = Path(message.where.split(":")[0]).parts[1]
        path = PACKAGE / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale="zh_Hans")
        if path.exists():
            with path.open("rb") as file:
                catalogue = read_po(file, locale="zh_Hans")
        text: str | tuple[str, str] = (message.text, message.plural) if message.plural else message.text
        catalogue.add(text, context=message.context or None)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, omit_header=False, sort_output=False)


if __name__ == "__main__":
    if "--write" in sys.argv:
        write_missing()
    for one in missing():
        print(f"{one.where}: {one.text!r}")
