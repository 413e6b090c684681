"""Open any workbook by its content, safely, and give its sheets."""

import os
import re
import struct
import zipfile
import zlib

from sanku.common.sheets.biff import check_globals, read_biff, read_ole
from sanku.common.sheets.delimited import decode, read_delimited
from sanku.common.sheets.limits import MAX_FILE_BYTES, check_archive
from sanku.common.sheets.model import (
    Book,
    CellError,
    Merge,
    Reason,
    Refused,
    Sheet,
    Value,
    column_index,
    column_letter,
)
from sanku.common.sheets.ods import read_ods
from sanku.common.sheets.ooxml import read_ooxml

__all__ = [
    "Book",
    "CellError",
    "Merge",
    "Reason",
    "Refused",
    "Sheet",
    "Value",
    "column_index",
    "column_letter",
    "open_workbook",
]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_OTHER_TYPES = (
    (b"%PDF", "pdf"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"), (b"BM", "image"),
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"{\\rtf", "rtf"), (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ", "archive"),
    (b"AC10", "drawing"), (b"AutoCAD Binary DXF", "drawing"),
)  # fmt: skip


def open_workbook(path: str | os.PathLike[str]) -> Book:
    """Open a workbook (.xlsx, .xls, .ods, delimited text) by what it holds, whatever it is called.

    Nothing is evaluated, no link is followed, and what a hostile file would expand to is refused before it does.

    Raises:
        Refused: with a reason of five (see `Reason`).
    """
    path = os.fspath(path)
    size = os.path.getsize(path)
    if size > MAX_FILE_BYTES:
        raise Refused("expands_too_far", "file")
    with open(path, "rb") as stream:
        head = stream.read(4096)
    if not head.strip(b"\0 \r\n\t"):
        raise Refused("wrong_type", "empty")
    if head.startswith(b"PK"):
        return _open_archive(path)
    if head.startswith(_OLE):
        return read_ole(path)
    if head.startswith(_BIFF) and b"\0" in head[:16]:
        with open(path, "rb") as stream:
            check_globals(stream.read(4 << 20))
        return read_biff(path)
    for mark, name in _OTHER_TYPES:
        if head.startswith(mark) and (name != "image" or b"\0" in head or mark[0] > 127):
            raise Refused("wrong_type", name)
    _refuse_markup(head)
    with open(path, "rb") as stream:
        return read_delimited(stream.read())


def _open_archive(path: str) -> Book:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise Refused("corrupt", "zip") from error
    with archive:
        try:
            return _read_archive(archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise Refused("corrupt", "zip") from error


def _read_archive(archive: zipfile.ZipFile) -> Book:
    check_archive(archive)
    names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        raise Refused("wrong_type", "xlsb")
    if "content.xml" in names:
        return read_ods(archive)
    return read_ooxml(archive)


def _refuse_markup(head: bytes) -> None:
    """Refuse web pages and other markup saved under the name of a workbook, as many systems export them."""
    try:
        text, _ = decode(head[: len(head) // 4 * 4 - 8] if len(head) >= 64 else head)
    except Refused:
        return  # cut in the middle of a character: the whole file is judged later
    start = text.lstrip("\ufeff \r\n\t").lower()
    if start.startswith(
        ("<!doctype", "<html", "<head", "<body", "<table", "<meta", "<style", "<script", "<div")
    ):
        raise Refused("wrong_type", "html")
    if start.startswith(("<?xml", "<workbook", "<svg")):
        raise Refused("wrong_type", "xml")
    if start.startswith("mime-version:"):
        raise Refused("wrong_type", "html")
    if re.match(r"(999\s*\n.*\n\s*)?0\s*\n\s*section\b", start):
        raise Refused("wrong_type", "drawing")
    if start.startswith(("[属性描述]", "[地块坐标]")):  # corner points as land offices exchange them
        raise Refused("wrong_type", "coordinates")
    if re.match(r"[\[{]\s*[\"\[{]", start):
        raise Refused("wrong_type", "json")
    if start.startswith(("#!", "<?php", "%!ps")):
        raise Refused("wrong_type", "program")
