"""Read XML parts of office files as a stream, refusing entity declarations, and bounded by what was announced."""

import zipfile
import zlib
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from sanku.common.sheets.limits import MAX_PART_BYTES
from sanku.common.sheets.model import Refused

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]
Data = Callable[[str], Any]

_CHUNK = 1 << 18
_MAX_DEPTH = 200


def _refuse_entity(*_: object) -> None:
    raise Refused("expands_too_far", "entities")


def read_part(archive: zipfile.ZipFile, name: str, start: Start, end: End, data: Data | None = None) -> None:
    """Feed one part to the handlers; element names come without their prefix.

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
    total = 0
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > MAX_PART_BYTES:
                    raise Refused("expands_too_far", "part")
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("corrupt", "xml") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise Refused("corrupt", "zip") from error
    except (ValueError, LookupError) as error:
        raise Refused("corrupt", "content") from error


def plain_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """Drop the prefixes of attribute names."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}
