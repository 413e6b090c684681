"""The encoding of a shapefile's table: what its .cpg says where that fits, else what the bytes themselves tell."""

from pathlib import Path

_SAMPLE_BYTES = 2_000_000
_HEADER_BYTES = 32
_NAMES = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "54936": "gb18030",
          "65001": "utf-8", "utf8": "utf-8", "950": "big5"}  # fmt: skip


def encoding_of(shapefile: Path) -> str:
    """Return the encoding in which the names and texts of a shapefile's .dbf are written, as GDAL calls it."""
    texts = _texts(shapefile.with_suffix(".dbf"))
    said = _said(shapefile.with_suffix(".cpg"))
    for encoding in dict.fromkeys([said, "utf-8", "gb18030", "big5"]):
        if encoding and all(_reads(text, encoding) for text in texts):
            return {"utf-8": "UTF-8", "gb18030": "GB18030", "big5": "BIG5"}.get(encoding, encoding)
    return "GB18030"


def end_names_whole(dbf: Path, encoding: str) -> None:
    """Cut names of fields that end in the middle of a character: ten bytes are three Chinese characters and a third."""
    with open(dbf, "r+b") as stream:
        size = int.from_bytes(stream.read(10)[8:10], "little")
        for start in range(_HEADER_BYTES, size - 31, 32):
            stream.seek(start)
            name = stream.read(11).split(b"\0")[0]
            whole = name.decode(encoding, "ignore").encode(encoding)
            if name.startswith(b"\r"):
                break
            if whole != name:
                stream.seek(start)
                stream.write(whole.ljust(11, b"\0"))


def _said(cpg: Path) -> str:
    if not cpg.exists():
        return ""
    word = cpg.read_bytes()[:40].decode("ascii", "ignore").strip().lower().replace("-", "").replace("_", "")
    found = _NAMES.get(word.removeprefix("ansi").removeprefix("cp").strip(), word)
    try:
        "".encode(found)
    except LookupError:
        return ""
    # Single-byte encodings read any bytes: that they fit says nothing.
    return found if found in ("utf-8", "gb18030", "big5") else ""


def _texts(dbf: Path) -> set[bytes]:
    """Return the names of the fields and the texts in the first records that are not plain ASCII."""
    with open(dbf, "rb") as stream:
        content = stream.read(_SAMPLE_BYTES)
    if len(content) < _HEADER_BYTES:
        return set()
    head, record = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    found: set[bytes] = set()
    fields: list[tuple[int, int]] = []
    at = 1
    for start in range(_HEADER_BYTES, min(head, len(content)) - 31, 32):
        if content[start] == 0x0D:
            break
        found.add(content[start : start + 11].split(b"\0")[0])
        width = content[start + 16]
        if content[start + 11 : start + 12] == b"C":
            fields.append((at, width))
        at += width
    for start in range(head, len(content) - record + 1, max(record, 1)):
        found |= {content[start + at : start + at + width].strip(b"\0 ") for at, width in fields}
    return {text for text in found if not text.isascii()}


def _reads(text: bytes, encoding: str) -> bool:
    """Return whether bytes are a text of an encoding; a field may end in the middle of a character."""
    for cut in range(4):
        try:
            text[: len(text) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
