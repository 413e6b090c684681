"""What a backup says of itself: made by which version, from what, with which content."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
NAME = "manifest.json"


class BackupRefused(Exception):
    """A backup cannot be made or restored; the message says why and what to do."""


class OtherFormat(Exception):
    """A manifest is written in another way than this version reads."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(version)


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table: its columns in the order of its rows, how many there are, their digest, the last id it gave."""

    columns: list[str]
    rows: int
    sha256: str
    last_id: int | None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file: the folder it is kept in and its path there, its size and digest."""

    folder: str
    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last part of a backup, written when everything else is in."""

    version: str
    made_at: str
    database: str
    migrations: list[str]
    zones: list[str]
    tables: dict[str, TableFacts] = field(default_factory=dict)
    files: list[FileFacts] = field(default_factory=list)
    format: int = FORMAT

    def encoded(self) -> bytes:
        """Return the manifest as it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def decoded(cls, text: bytes) -> "Manifest":
        """Read a manifest.

        Raises:
            ValueError, KeyError, TypeError: it is none.
            OtherFormat: it is one of another version, whatever that keeps in it.
        """
        given: Any = json.loads(text)
        if not isinstance(given, dict):
            raise ValueError(NAME)
        if given.get("format", FORMAT) != FORMAT:
            raise OtherFormat(str(given["version"]))
        tables = {name: TableFacts(**facts) for name, facts in given.pop("tables").items()}
        files = [FileFacts(**facts) for facts in given.pop("files")]
        return cls(**given, tables=tables, files=files)


def table_member(table: str) -> str:
    """Return where a table's rows stand in the file."""
    return f"tables/{table}.jsonl"


def file_member(folder: str, path: str) -> str:
    """Return where a file stands in the file."""
    return f"files/{folder}/{path}"


def is_inside(path: str) -> bool:
    """Return whether a file's path stays within its folder."""
    parts: Sequence[str] = path.split("/")
    return bool(path) and "\\" not in path and "\0" not in path and not {"", ".", ".."} & set(parts)
