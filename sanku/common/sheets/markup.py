"""Read XML parts of office files as a stream, refusing entity declarations, and bounded by what was announced."""

import re
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from sanku.common.sheets.limits import MAX_PART_BYTES
from sanku.common.sheets.model import Refused

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]
Data = Callable[[str], Any]

_CHUNK = 1 << 18
_MAX_DEPTH = 200


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ENCODING = re.compile(rb"encoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An element that comes a hundred thousand times in a part, and what can read it as written, ten times as fast.

    `take` gets the text of a whole element, and returns whether it read it; else the parser does. Elements begin
    and end with the bytes given, and are looked for after `after`.
    """

    after: bytes
    begins: bytes
    ends: bytes
    take: Callable[[str], bool]


def _refuse_entity(*_: object) -> None:
    raise Refused("expands_too_far", "entities")


def read_part(
    archive: zipfile.ZipFile,
    name: str,
    start: Start,
    end: End,
    data: Data | None = None,
    shortcut: Shortcut | None = None,
) -> None:
    """Feed one part to the handlers; element names come without their prefix. What a shortcut takes is left out.

    Raises:
        Refused: corrupt or expands_too_far.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    parser.UnparsedEntityDeclHandler = _refuse_entity
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise Refused("corrupt", "nested")
        start(tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag.rpartition(":")[2])

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    if data is not None:
        parser.CharacterDataHandler = data
    try:
        chunks = _chunks(archive, name)
        for piece in chunks if shortcut is None else _besides(chunks, shortcut):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("corrupt", "xml") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Refused("corrupt", "zip") from error
    except (ValueError, LookupError) as error:
        raise Refused("corrupt", "content") from error


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    total = 0
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > MAX_PART_BYTES:
                raise Refused("expands_too_far", "part")
            yield chunk


def _besides(chunks: Iterator[bytes], shortcut: Shortcut) -> Iterator[bytes]:
    """Yield what a shortcut does not take, in order, up to the end of a tag each time.

    Where an element could be something else (within a comment, in another encoding) nothing is looked for.
    """
    kept = b""
    for chunk in chunks:
        kept += chunk
        at = kept.find(shortcut.after)
        if at >= 0:
            at += len(shortcut.after)
            head, kept = kept[:at], kept[at:]
            yield head
            if b"<!" not in head and b"\0" not in head and not _ENCODING.search(head[:200]):
                kept = yield from _taken(kept, chunks, shortcut)
            break
        if len(kept) > _LONGEST:
            break
    yield kept
    yield from chunks


def _taken(kept: bytes, chunks: Iterator[bytes], shortcut: Shortcut) -> Generator[bytes, None, bytes]:
    """Offer element after element to the shortcut; yield those it does not take, and return what follows the last."""
    begins, ends, take = shortcut.begins, shortcut.ends, shortcut.take
    while True:
        position = 0
        while (end := kept.find(ends, position)) >= 0:
            end += len(ends)
            begin = kept.find(begins, position, end)
            element = kept[max(begin, position) : end]
            between = kept[position:begin] if begin > position else b""
            if begin < 0 or between.strip():
                return kept[position:]  # something else stands there: the parser reads the rest
            text = element.decode("utf-8", "replace")
            if not (_is_plain(text) and take(text)):
                yield element
            position = end
        kept = kept[position:]
        chunk = next(chunks, b"")
        if not chunk or len(kept) > _LONGEST:
            return kept + chunk
        kept += chunk


def _is_plain(text: str) -> bool:
    """Return whether a text holds nothing that only a parser reads: references, declarations, what is no XML."""
    if "&" in text or "<!" in text or "\ufffd" in text:
        return False
    return text.isprintable() or not _CONTROL.search(text)


def plain_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """Drop the prefixes of attribute names."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}
