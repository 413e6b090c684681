"""The digests of a load's files, worked out beside their reading.

A file is read once from the disk: who works out its digest goes a little before who cleans its rows, so that the second
finds it in the memory of the system; what both have read is forgotten there, for the blocks that are written meanwhile.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Condition

from django.utils.translation import gettext as _

from sanku.warehouse.loading.problems import LoadRefused
from sanku.warehouse.loading.sources import Source
from sanku.warehouse.progress import Tell, silent

PIECE = 8 << 20
BEFORE = 1 << 30  # bytes that the digest is before the rows
KEPT = 256 << 20  # bytes behind the rows that are not forgotten yet


class Stopped(Exception):
    """Nobody wants the digests any more."""


class Digests:
    """The digests of files in the making."""

    def __init__(self, sources: list[Source]) -> None:
        """Take the files in the order in which they are read."""
        self._sources = sources
        self._moved = Condition()
        self._read = 0  # bytes of all files whose rows are read
        self._hurried = self._stopped = False
        self._tell: Tell = silent
        self._result: Future[list[str]] | None = None

    @contextmanager
    def running(self) -> Iterator["Digests"]:
        """Work in a thread for the while."""
        with ThreadPoolExecutor(1) as pool:
            self._result = pool.submit(self._all)
            try:
                yield self
            finally:
                self._change(stopped=True)

    def follow(self, done: int) -> None:
        """Hear how many bytes of all files have been read for their rows."""
        self._change(read=done)

    def all(self, tell: Tell = silent) -> list[str]:
        """Return the digests, in the order of the files; what is missing is read without a pause.

        Raises:
            LoadRefused: a file is gone.
        """
        assert self._result is not None
        self._tell = tell
        self._change(hurried=True)
        return self._result.result()

    def _change(self, *, read: int = 0, hurried: bool = False, stopped: bool = False) -> None:
        with self._moved:
            self._read = max(self._read, read)
            self._hurried |= hurried
            self._stopped |= stopped
            self._moved.notify_all()

    def _all(self) -> list[str]:
        total, before, found = max(1, sum(source.size for source in self._sources)), 0, []
        for source in self._sources:
            try:
                found.append(self._of(source, before, total))
            except FileNotFoundError as gone:
                raise LoadRefused(_("There is no file or folder %(path)s.") % {"path": source.path}) from gone
            before += source.size
            self._tell(before, total)
        return found

    def _of(self, source: Source, before: int, total: int) -> str:
        digest, part, at, forgotten = hashlib.sha256(), memoryview(bytearray(PIECE)), 0, 0
        file = None if source.is_remote else Path(source.path).open("rb", buffering=0)  # noqa: SIM115 - either of two
        with source.opened() if file is None else file as stream:
            while size := stream.readinto(part):  # type: ignore[attr-defined]
                digest.update(part[:size])
                at += size
                behind = self._wait(before + at) - before - KEPT
                if file is not None and behind > forgotten:
                    _forget(file.fileno(), behind)
                    forgotten = behind
                self._tell(before + at, total)
        return digest.hexdigest()

    def _wait(self, at: int) -> int:
        """Wait for who reads the rows; return how far that is."""
        with self._moved:
            self._moved.wait_for(lambda: self._stopped or self._hurried or at < self._read + BEFORE)
            if self._stopped:
                raise Stopped
            return self._read


def _forget(file: int, end: int) -> None:
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file, 0, end, os.POSIX_FADV_DONTNEED)
