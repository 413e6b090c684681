"""Reading CSV and TSV of any size in blocks of whole records: UTF-8, UTF-16 or GB18030, packed with gzip or not."""

import codecs
import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from sanku.warehouse.cleaning.bytes import count
from sanku.warehouse.loading.problems import LoadRefused

BLOCK = 48 << 20  # bytes that are cleaned at once: of smaller ones, sorting has more pieces to put together
PIECE = 4 << 20
AT_ONCE = (
    512 << 10
)  # bytes that the parser works on at once: what fits the processor's cache goes twice as fast
LONGEST_RECORD = 1 << 20
SAMPLE = 200
QUOTE = ord('"')


@dataclass
class Block:
    """Whole records of a file: where they end, and those that could not be read.

    Records are taken out in steps; each step says which, by their place in what the step before it left.
    """

    data: bytes
    offset: int  # of the byte after it, unpacked
    dropped: list[list[tuple[int, str, str]]] = field(default_factory=list)  # place, reason, sample

    def places(self, kept: int) -> tuple[NDArray[np.int64], list[tuple[int, str, str]]]:
        """Return the place in the block of each record kept, and of those dropped with why, counted from 0."""
        places = np.arange(kept + sum(map(len, self.dropped)))
        found = []
        for step in self.dropped:
            found += [(int(places[place]), reason, sample) for place, reason, sample in step]
            places = np.delete(places, [place for place, _, _ in step])
        return places, found


def open_bytes(stream: BinaryIO, name: str) -> BinaryIO:
    """Return the file's bytes, unpacked where its name ends in .gz."""
    return gzip.GzipFile(fileobj=stream) if name.endswith(".gz") else stream  # type: ignore[return-value]


def find_encoding(sample: bytes, where: str) -> str:
    """Return the encoding of a file by its beginning.

    Raises:
        LoadRefused: it is none of those that files of companies come in.
    """
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    lines = sample.split(b"\n")[:-1] or [sample]
    failing = {
        encoding: sum(not _decodes(line, encoding) for line in lines) for encoding in ("utf-8", "gb18030")
    }
    best = min(failing, key=lambda encoding: failing[encoding])  # the first of equals: UTF-8
    if b"\0" not in sample[:4096] and failing[best] * 3 <= len(
        lines
    ):  # a few bad lines are refused one by one
        return best
    raise LoadRefused(
        _("%(file)s is neither UTF-8 nor GB18030 text: save it in one of these, or as .xlsx.")
        % {"file": where}
    )


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(line)
    except UnicodeDecodeError:
        return False
    return True


def split_header(sample: bytes, encoding: str) -> tuple[list[str], str, int]:
    """Return the header's cells, the separator, and how many bytes the header takes."""
    end = sample.find(b"\n")
    line = sample if end < 0 else sample[: end + 1]
    text = line.decode(encoding, "replace").lstrip("\ufeff").rstrip("\r\n")
    separator = max(",\t;|", key=text.count)
    return next(csv.reader([text], delimiter=separator), []), separator, len(line)


def blocks(stream: BinaryIO, start: int, size: int = BLOCK) -> Iterator[Block]:
    """Yield blocks of whole records from an offset on; records longer than 1 MB are skipped and told."""
    _skip(stream, start)
    kept, offset = b"", start
    while True:
        data = _read_to(stream, kept, size)
        if not data:
            return
        end = len(data) if len(data) < size else _end_of_records(data)
        if end == 0:
            piece, kept, skipped = _skip_record(stream, data)
            offset += skipped
            yield Block(b"", offset, [[(0, "line_too_long", piece)]])
            continue
        offset += end
        kept = data[end:]
        yield Block(data[:end], offset)


def _skip(stream: BinaryIO, start: int) -> None:
    if stream.seekable():
        stream.seek(start)  # gzip unpacks up to there
        return
    while start > 0:
        start -= len(stream.read(min(start, PIECE))) or start


def _read_to(stream: BinaryIO, kept: bytes, size: int) -> bytes:
    parts, total = [kept] if kept else [], len(kept)
    while total < size:
        part = stream.read(size - total)
        if not part:
            break
        parts.append(part)
        total += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _end_of_records(data: bytes) -> int:
    """Return where the last whole record ends: at a line break outside quotation marks; 0 where there is none."""
    parity = count_of(data, QUOTE) % 2
    at, lowest = len(data), max(0, len(data) - 16 * LONGEST_RECORD)
    first_tried = 0
    while (found := data.rfind(b"\n", lowest, at)) >= 0:
        first_tried = first_tried or found + 1
        parity ^= data.count(b'"', found, at) % 2
        if parity == 0:
            return found + 1
        at = found
    # Quotation marks do not pair up here: lines are taken as they are.
    return first_tried or data.rfind(b"\n") + 1


def _skip_record(stream: BinaryIO, data: bytes) -> tuple[str, bytes, int]:
    """Read on to the end of a record that fills a whole block; return its beginning, what follows, and its length."""
    sample, skipped = data[:SAMPLE].decode("utf-8", "replace"), len(data)
    while part := stream.read(PIECE):
        end = part.find(b"\n")
        if end >= 0:
            return sample, part[end + 1 :], skipped + end + 1
        skipped += len(part)
    return sample, b"", skipped


def parse(block: Block, headers: list[str], separator: str, encoding: str, where: str) -> pa.Table:
    """Return the records of a block as text; the block learns which were refused.

    Raises:
        LoadRefused: half of the block or more is in another encoding.
    """
    data = _as_utf8(block, encoding, where)
    if data.find(b"\0") >= 0:
        data = data.replace(b"\0", b"")
    data = _without_long_lines(block, data)
    names = [str(index) for index in range(len(headers))]
    if not data or data.isspace():
        return pa.table({name: pa.array([], pa.string()) for name in names})
    if count_of(data, QUOTE) % 2:  # one would swallow all lines up to the next
        data = _with_paired_quotes(block, data)
    return _parse(block, data, names, separator)


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8, without decoding them."""
    if len(data) >= 1 << 31:
        return _decodes(data, "utf-8")
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def count_of(data: bytes, sign: int) -> int:
    """Return how often a byte stands in others (fast where it is frequent, as quotation marks are)."""
    return int(count(np.frombuffer(data, dtype=np.uint8), sign))


def _parse(block: Block, data: bytes, names: list[str], separator: str) -> pa.Table:
    try:
        return _parsed(block, data, names, separator, AT_ONCE)
    except pa.ArrowInvalid:  # a record is longer than that
        return _parsed(block, data, names, separator, len(data) + 1)


def _parsed(block: Block, data: bytes, names: list[str], separator: str, at_once: int) -> pa.Table:
    bad: list[tuple[int, str, str]] = []

    def refuse(row: Any) -> str:
        bad.append((row.number - 1, "cells", row.text[:SAMPLE]))
        return "skip"

    table = pa.csv.read_csv(
        pa.BufferReader(data),
        pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=at_once),
        pa.csv.ParseOptions(
            delimiter=separator, newlines_in_values=True, invalid_row_handler=refuse, ignore_empty_lines=False
        ),
        pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    block.dropped.append(bad)
    return table.combine_chunks()


def _as_utf8(block: Block, encoding: str, where: str) -> bytes:
    """Return the block as UTF-8, without the lines that are not in the file's encoding."""
    try:
        if encoding == "utf-8":
            if is_utf8(block.data):
                return block.data
        else:
            return block.data.decode(encoding).encode("utf-8")
    except UnicodeDecodeError:
        pass
    lines, kept, dropped = block.data.splitlines(keepends=True), [], []
    for number, line in enumerate(lines):
        try:
            kept.append(line.decode(encoding).encode("utf-8"))
        except UnicodeDecodeError:
            dropped.append((number, "encoding", line[:SAMPLE].decode(encoding, "replace")))
    if len(kept) < len(dropped) and len(lines) > 100:
        raise LoadRefused(
            _(
                "%(file)s changes its encoding half way: it begins as %(encoding)s. Save it anew in one encoding."
            )
            % {"file": where, "encoding": encoding}
        )
    block.dropped.append(dropped)
    return b"".join(kept)


def _without_long_lines(block: Block, data: bytes) -> bytes:
    """Take out lines longer than 1 MB: no company needs them, and they would break the parser."""
    at = start = 0
    kept, dropped = [], []
    while len(data) - at > LONGEST_RECORD:
        end = data.rfind(b"\n", at, at + LONGEST_RECORD)
        if end >= 0:
            at = end + 1
            continue
        place = data.count(b"\n", 0, at)
        dropped.append((place, "line_too_long", data[at : at + SAMPLE].decode("utf-8", "replace")))
        kept.append(data[start:at])
        start = at = data.find(b"\n", at) + 1 or len(data)
    block.dropped.append(dropped)
    return b"".join([*kept, data[start:]]) if dropped else data


def _with_paired_quotes(block: Block, data: bytes) -> bytes:
    """Take out lines whose quotation marks do not pair up."""
    kept, dropped = [], []
    for number, line in enumerate(data.splitlines(keepends=True)):
        if line.count(b'"') % 2 == 0:
            kept.append(line)
        else:
            dropped.append((number, "quotes", line[:SAMPLE].decode("utf-8", "replace")))
    block.dropped.append(dropped)
    return b"".join(kept)
