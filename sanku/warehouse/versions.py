"""Versions of the base: a folder each, published whole or not at all, never changed afterwards.

    BASE_DIR/
      current                      the name of the version that readers get
      versions/<name>/
        manifest.json              what is in it, from what it was made
        companies/*.parquet        in the order of `tables.COMPANIES`
        investments/*.parquet
        refused/*.parquet          rows that were not taken, and why
        derived/<structure>/       made from the files above, by one command
      staging/<name>/              a version in the making

A reader holds a shared lock on the manifest of the version that it opened; removing waits for it, or refuses.
"""

import fcntl
import json
import os
import re
import shutil
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
ROWS_IN_A_GROUP = 122_880


class NoSuchVersion(Exception):
    """The base has no version of this name, or none at all."""


class VersionInUse(Exception):
    """Somebody reads the version that was to be removed."""


@dataclass(frozen=True)
class Version:
    """One published version."""

    folder: Path

    @property
    def name(self) -> str:
        """Return the name that people know it by."""
        return self.folder.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Return what stands in the manifest."""
        manifest: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    @property
    def rows(self) -> int:
        """Return how many companies it holds."""
        return int(self.manifest["companies"]["rows"])

    @cached_property
    def company_files(self) -> list[Path]:
        """Return the files of companies in the order in which their rows are numbered."""
        return [self.folder / "companies" / each["name"] for each in self.manifest["companies"]["files"]]

    @cached_property
    def investment_files(self) -> list[Path]:
        """Return the files of investments."""
        return [self.folder / "investments" / each["name"] for each in self.manifest["investments"]["files"]]

    def derived(self, structure: str) -> Path:
        """Return the folder of a derived structure, which may not be there yet."""
        return self.folder / "derived" / structure

    @cached_property
    def _groups(self) -> list[tuple[int, Path, int, int]]:
        """Return (first row, file, group in the file, rows) of each row group."""
        import pyarrow.parquet as pq  # with the first row: pages without the base stay small

        groups, first = [], 0
        for path in self.company_files:
            metadata = pq.read_metadata(path)
            for number in range(metadata.num_row_groups):
                rows = metadata.row_group(number).num_rows
                groups.append((first, path, number, rows))
                first += rows
        return groups

    def read_rows(self, rows: list[int], columns: list[str] | None = None) -> "pa.Table":
        """Return companies by their row numbers, in the order asked for; reads only the row groups that hold them."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        from sanku.warehouse.tables import COMPANIES

        by_group: dict[int, list[int]] = {}
        starts = [first for first, _, _, _ in self._groups]
        for row in rows:
            by_group.setdefault(bisect_right(starts, row) - 1, []).append(row)
        found: list[pa.Table] = []
        at: dict[int, int] = {}
        for index, wanted in by_group.items():
            first, path, number, _ = self._groups[index]
            group = pq.ParquetFile(path).read_row_group(number, columns=columns)
            for row in wanted:
                at.setdefault(row, len(at))
            found.append(group.take([row - first for row in dict.fromkeys(wanted)]))
        if not found:
            schema = COMPANIES.schema
            return schema.empty_table() if columns is None else schema.empty_table().select(columns)
        return pa.concat_tables(found).take([at[row] for row in rows])

    @contextmanager
    def held(self) -> Iterator["Version"]:
        """Keep the version from being removed while it is read."""
        with (self.folder / "manifest.json").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield self


@dataclass(frozen=True)
class Base:
    """All versions of one installation's base."""

    folder: Path

    def versions(self) -> list[Version]:
        """Return the published versions, oldest first."""
        found = [Version(path.parent) for path in (self.folder / "versions").glob("*/manifest.json")]
        return sorted(found, key=lambda version: (version.manifest["published_at"], version.name))

    def get(self, name: str) -> Version:
        """Return a version by its name.

        Raises:
            NoSuchVersion: there is none of this name.
        """
        version = Version(self.folder / "versions" / name)
        if not NAME.fullmatch(name) or not (version.folder / "manifest.json").exists():
            raise NoSuchVersion(name)
        return version

    def current(self) -> Version | None:
        """Return the version that readers get, None where nothing is published."""
        try:
            return self.get((self.folder / "current").read_text(encoding="utf-8").strip())
        except (FileNotFoundError, NoSuchVersion):
            return None

    def use(self, name: str) -> Version:
        """Give readers this version from now on; those who opened another one keep it."""
        version = self.get(name)
        fresh = self.folder / f"current.{os.getpid()}"
        fresh.write_text(version.name + "\n", encoding="utf-8")
        fresh.replace(self.folder / "current")
        return version

    def publish(self, staged: Path) -> Version:
        """Move a finished version from staging into its place and use it: readers see all of it or nothing."""
        target = self.folder / "versions" / staged.name
        target.parent.mkdir(parents=True, exist_ok=True)
        staged.rename(target)
        return self.use(target.name)

    def drop(self, name: str) -> None:
        """Remove a version.

        Raises:
            NoSuchVersion: there is none of this name.
            VersionInUse: it is the current one, or somebody reads it.
        """
        version, current = self.get(name), self.current()
        if current is not None and current.name == name:
            raise VersionInUse(name)
        with (version.folder / "manifest.json").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as busy:
                raise VersionInUse(name) from busy
            shutil.rmtree(version.folder)
