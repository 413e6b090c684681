"""The files of a load: found in folders and object stores, told apart by their names, read in blocks that can be resumed.

A block comes as raw rows (`raw.COMPANIES` or `raw.INVESTMENTS`) with the state from which reading goes on after it.
"""

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs
import pyarrow.parquet as pq
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanku.common.sheets import open_workbook
from sanku.common.sheets.delimited import text_value
from sanku.common.sheets.model import Refused
from sanku.warehouse import raw
from sanku.warehouse.cleaning.cells import mark_said
from sanku.warehouse.cleaning.text import signs_of, whole
from sanku.warehouse.loading import delimited
from sanku.warehouse.loading.headers import Mapping, recognise
from sanku.warehouse.loading.problems import LoadRefused, NotReached

FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".csv.gz": "csv", ".tsv.gz": "csv", ".txt.gz": "csv",
    ".xlsx": "xlsx", ".xls": "xlsx", ".ods": "xlsx", ".parquet": "parquet",
}  # fmt: skip
BLANKS = (
    "", "-", "--", "---", "—", "——", "/", "//", "*", "**", "无", "暂无", "没有", "未知", "不详", "待定", "空", "null", "NULL", "None",
    "none", "n/a", "N/A", "NA", "nan", "NaN", "nil", "(空)", "\\N",
)  # fmt: skip
ROWS_OF_PARQUET = 200_000
State = dict[str, int]
_S3 = gettext_lazy(
    "Its keys stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the address of another store than Amazon's in AWS_ENDPOINT_URL."
)


@dataclass(frozen=True)
class Source:
    """A file: its place, its format, its size, and where its bytes come from."""

    path: str
    format: str
    size: int
    files: pa.fs.FileSystem = field(compare=False)
    changed: int = 0  # when its content was last, nanoseconds

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open the file for reading from any place in it."""
        with self.files.open_input_file(self.path) as stream:
            yield cast(BinaryIO, stream)

    @property
    def looks(self) -> list[str | int]:
        """Return what a file that is not read is known again by."""
        return [self.path, self.size, self.changed]

    @property
    def is_remote(self) -> bool:
        """Whether the file is in an object store."""
        return not isinstance(self.files, pa.fs.LocalFileSystem)

    @contextmanager
    def on_disk(self) -> Iterator[str]:
        """Give the path of the file on this machine's disk: a copy for the while if it is in an object store."""
        if not self.is_remote:
            yield self.path
            return
        with tempfile.TemporaryDirectory(prefix="sanku-load-") as folder:
            path = Path(folder) / Path(self.path).name
            with self.opened() as stream, path.open("wb") as copy:
                shutil.copyfileobj(stream, copy, 16 << 20)
            yield str(path)


@dataclass
class Rows:
    """A block of raw rows of one file, what was refused in it, and where to go on."""

    source: int
    kind: str
    table: pa.Table
    refused: list[tuple[int, str, str]]  # row in the file, reason, sample
    state: State
    done: int  # of the file's bytes, about


def find(paths: list[str]) -> list[Source]:
    """Return the files that are meant: files, all in folders and below, s3:// addresses of either.

    Raises:
        LoadRefused: there is none, or one has a format that is not read.
    """
    found: list[Source] = []
    for path in paths:
        files, inside = _file_system(path)
        with _reached(path):
            info = files.get_file_info(inside)
        if info.type == pa.fs.FileType.NotFound:
            raise LoadRefused(_("There is no file or folder %(path)s.") % {"path": path})
        if info.type == pa.fs.FileType.Directory:
            with _reached(path):
                infos = files.get_file_info(pa.fs.FileSelector(inside, recursive=True))
            inner = [
                each
                for each in infos
                if each.type == pa.fs.FileType.File
                and format_of(each.path)
                and not _hidden(each.path, inside)
            ]
            if not inner:
                raise LoadRefused(_("%(path)s holds no .csv, .xlsx or .parquet file.") % {"path": path})
            found += [
                Source(each.path, format_of(each.path), each.size, files, each.mtime_ns or 0)
                for each in sorted(inner, key=lambda e: e.path)
            ]
            continue
        if not format_of(path):
            raise LoadRefused(
                _("%(path)s has a format that is not read: give .csv, .tsv, .xlsx or .parquet (.gz too).")
                % {"path": path}
            )
        found.append(Source(inside, format_of(path), info.size, files, info.mtime_ns or 0))
    return found


def _hidden(path: str, folder: str) -> bool:
    return any(part.startswith((".", "_")) for part in path.removeprefix(folder).split("/"))


def _file_system(path: str) -> tuple[pa.fs.FileSystem, str]:
    if "://" not in path:
        return pa.fs.LocalFileSystem(), str(Path(path).absolute())
    with _reached(path):
        return cast(tuple[pa.fs.FileSystem, str], pa.fs.FileSystem.from_uri(path))


@contextmanager
def _reached(path: str) -> Iterator[None]:
    """Say in words that a place cannot be reached, by an object store also how it is given."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        why = str(error).splitlines()[0][:300]
        message = _("%(path)s cannot be reached: %(why)s") % {"path": path, "why": why}
        if path.startswith("s3://"):
            message = f"{message}\n{_S3}"
        raise NotReached(message) from error


def format_of(path: str) -> str:
    """Return csv, xlsx or parquet by the end of a name, empty for others."""
    low = path.lower()
    return next((kind for end, kind in FORMATS.items() if low.endswith(end)), "")


def read(source: Source, number: int, asked: dict[str, str], state: State) -> Iterator[Rows]:
    """Yield the rows of a file block by block, going on from a state.

    Raises:
        LoadRefused: the file is damaged, in no known encoding, or holds no companies or investments.
    """
    reader = {"csv": _read_csv, "xlsx": _read_xlsx, "parquet": _read_parquet}[source.format]
    try:
        yield from reader(source, number, asked, state)
    except (pa.ArrowInvalid, EOFError, zlib.error) as error:
        raise LoadRefused(
            _("%(file)s is damaged or incomplete: get it anew. (%(why)s)")
            % {"file": source.path, "why": str(error).splitlines()[0][:200]}
        ) from error
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError) or "AWS Error" in str(error):
            with _reached(f"s3://{source.path}" if source.is_remote else source.path):
                raise
        if error.errno is None:  # of a reader, not of the system
            raise LoadRefused(
                _("%(file)s is damaged or incomplete: get it anew. (%(why)s)")
                % {"file": source.path, "why": str(error).splitlines()[0][:200]}
            ) from error
        raise


def _read_csv(source: Source, number: int, asked: dict[str, str], state: State) -> Iterator[Rows]:
    with source.opened() as packed:
        stream = delimited.open_bytes(packed, source.path.lower())
        sample = stream.read(1 << 20)
        if not sample.strip():
            raise LoadRefused(_("%(file)s is empty: get it anew.") % {"file": source.path})
        encoding = delimited.find_encoding(sample, source.path)
        if encoding == "utf-16":
            raise LoadRefused(_("%(file)s is UTF-16 text: save it as UTF-8.") % {"file": source.path})
        headers, separator, header_bytes = delimited.split_header(sample, encoding)
        mapping = recognise(headers, asked, source.path)
        row = state.get("row", 2)
        for block in delimited.blocks(stream, state.get("offset", header_bytes)):
            table = delimited.parse(block, headers, separator, encoding, source.path)
            places, dropped = block.places(table.num_rows)
            refused = [(row + place, reason, sample) for place, reason, sample in dropped]
            rows = as_raw(table, mapping, number, places + row)
            row += len(places) + len(dropped)
            yield Rows(
                number,
                mapping.kind,
                rows,
                refused,
                {"offset": block.offset, "row": row},
                _done(packed, source, block.offset),
            )


def _done(packed: BinaryIO, source: Source, offset: int) -> int:
    return packed.tell() if source.path.lower().endswith(".gz") else min(offset, source.size)


def _read_parquet(source: Source, number: int, asked: dict[str, str], state: State) -> Iterator[Rows]:
    with source.opened() as stream:
        file = pq.ParquetFile(stream)
        mapping = recognise(file.schema_arrow.names, asked, source.path)
        names = [file.schema_arrow.names[index] for index in sorted(mapping.columns.values())]
        where = {
            field: names.index(file.schema_arrow.names[index]) for field, index in mapping.columns.items()
        }
        mapping = Mapping(mapping.kind, where, mapping.capital_unit, mapping.branches)
        row, total = 0, max(1, file.metadata.num_rows)
        for batch in file.iter_batches(ROWS_OF_PARQUET, columns=names):
            first, row = row, row + batch.num_rows
            if row <= state.get("row", 0):
                continue
            table = pa.table([_as_written(batch.column(name)) for name in names], names=names)
            rows = as_raw(table, mapping, number, np.arange(first + 2, row + 2))
            yield Rows(number, mapping.kind, rows, [], {"row": row}, source.size * row // total)


def _as_written(column: pa.Array) -> pa.Array:
    """Return a column of any type as text."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return pc.binary_join(column.cast(pa.list_(pa.string())), ";")
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        text = column.cast(pa.string())
        return pc.replace_substring_regex(text, r"\.0$", "")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("s"), safe=False)
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def _read_xlsx(source: Source, number: int, asked: dict[str, str], state: State) -> Iterator[Rows]:
    if state.get("row"):
        return
    try:
        with source.on_disk() as path:
            book = open_workbook(path)
    except Refused as refused:
        raise LoadRefused(
            _("%(file)s cannot be read as a workbook (%(why)s): save it anew as .xlsx without a password.")
            % {"file": source.path, "why": refused}
        ) from refused
    sheet = max(book.sheets, key=lambda each: len(each.rows))
    first = min(sheet.rows, default=0)
    headers = [text_value(value) if value is not None else "" for value in sheet.rows.get(first, [])]
    mapping = recognise(headers, asked, source.path)
    numbers = [row for row in sorted(sheet.rows) if row > first]
    width = len(headers)
    columns: list[list[str | None]] = [[] for _ in range(width)]
    for row in numbers:
        values = sheet.rows[row]
        for index in range(width):
            value = values[index] if index < len(values) else None
            columns[index].append(None if value is None else text_value(value))
    table = pa.table(
        [pa.array(column, pa.string()) for column in columns], names=[str(i) for i in range(width)]
    )
    yield Rows(
        number,
        mapping.kind,
        as_raw(table, mapping, number, np.array(numbers, dtype=np.int64)),
        [],
        {"row": 1 << 40},
        source.size,
    )


def as_raw(table: pa.Table, mapping: Mapping, number: int, places: Any) -> pa.Table:
    """Return the columns that are known, trimmed, nothing where nothing is said, under the fields' names."""
    rows, fields = (
        table.num_rows,
        raw.COMPANY_FIELDS if mapping.kind == "companies" else raw.INVESTMENT_FIELDS,
    )
    columns = []
    for name in fields:
        index = mapping.columns.get(name)
        column = pa.nulls(rows, pa.string()) if index is None else tidy(table.column(index))
        if name in ("capital", "amount") and mapping.capital_unit:
            bare = pc.fill_null(pc.match_substring_regex(column, r"^[\d.,]+$"), False)
            column = pc.if_else(bare, pc.binary_join_element_wise(column, mapping.capital_unit, ""), column)
        if name == "investment_kind" and mapping.branches:
            column = pa.array(["branch"] * rows, pa.string())
        columns.append(column)
    columns += [pa.array(np.full(rows, number, dtype=np.int32)), pa.array(np.asarray(places, dtype=np.int64))]
    return pa.table(columns, schema=raw.schema(fields))


# Bytes that a blank or an invisible character begins or ends with: most texts have none at their ends.
_BYTES = np.arange(256)
_EDGES = np.isin(_BYTES, [*b" \t\r\n\v\f'`", 0xC2, 0xE2, 0xE3, 0xEF]).astype(np.uint8)
_EDGES |= np.isin(_BYTES, [*b" \t\r\n\v\f'`", 0x80, 0x8B, 0xA0, 0xBF]).astype(np.uint8) << 1
_BLANK_WORDS = np.sort(
    np.array([int.from_bytes(word.encode("utf-8"), "big") for word in BLANKS if word], np.uint64)
)
_BLANK_SET = pa.array(BLANKS)


def tidy(column: pa.ChunkedArray) -> pa.Array:
    """Return texts without blanks around them, null where nothing is said."""
    texts = whole(column)
    said, odd = np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.bool_)
    data, offsets = signs_of(texts)
    if mark_said(data, offsets, _BLANK_WORDS, _EDGES, said, odd) == len(texts):
        return pa.nulls(len(texts), pa.string())
    if texts.null_count:
        said &= texts.is_valid().to_numpy(zero_copy_only=False)
    odd &= said
    bits = pa.py_buffer(np.packbits(said, bitorder="little"))
    found = pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(data), bits)
    if not odd.any():
        return found
    trimmed = pc.utf8_trim(found.filter(pa.array(odd)), " \t\r\n\v\f\u3000\u00a0\ufeff\u200b'`")
    blank = pc.is_in(trimmed, value_set=_BLANK_SET)
    return pc.replace_with_mask(
        found, pa.array(odd), pc.if_else(blank, pa.scalar(None, pa.string()), trimmed)
    )
