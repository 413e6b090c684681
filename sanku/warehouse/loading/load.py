"""`sanku base load`: files into a new version of the base, published whole or not at all."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.feather as feather
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from sanku.common.coordinates import Datum
from sanku.warehouse.derive import derive
from sanku.warehouse.engine import duck, in_threads, on_spark
from sanku.warehouse.loading import merging, staging
from sanku.warehouse.loading.digests import Digests
from sanku.warehouse.loading.problems import REASONS, LoadRefused, NotReached, told
from sanku.warehouse.loading.sources import Rows, Source, find, read
from sanku.warehouse.progress import Tell, silent
from sanku.warehouse.versions import NAME, Base, Version

EDITION = 2  # of the cleaning: the same files cleaned otherwise are another version
AT_ONCE = 1 + max(2, os.cpu_count() or 1)  # blocks in the making: one of them waits for the disk


@dataclass(frozen=True)
class Order:
    """What is to be loaded, and how it is to be read."""

    files: list[str]
    name: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    datum: Datum = "WGS-84"
    wait: bool = True
    derived: bool = True  # build the derived structures too


@dataclass
class Outcome:
    """The version that the load ended with; not fresh where the same files had been loaded before."""

    version: Version
    fresh: bool


Bars = Callable[[str], Tell]


def no_bars(what: str) -> Tell:
    """Show nothing."""
    return silent


def load(
    base: Base, order: Order, bars: Bars = no_bars, say: Callable[[str], None] = lambda text: None
) -> Outcome:
    """Load files into a new version and give it to readers.

    Raises:
        LoadRefused: with what is wrong; nothing that was published has changed.
    """
    with told(), alone(base, wait=order.wait, say=say):
        sources = find(order.files)
        Thread(target=staging.make_ready, daemon=True).start()  # while the files are looked at
        with Digests(sources).running() as digests:
            digest = ""
            if _may_be_known(base, sources, order):
                digest = digest_of(digests.all(bars(_("Checking files"))), order)
                for version in base.versions():
                    if version.manifest.get("digest") == digest and order.name in ("", version.name):
                        return Outcome(base.use(version.name), fresh=False)
            staged = prepare(base, sources, order, digest)
            if not (staged / "manifest.json").exists():  # it may have been stopped while it derived
                with removed_if_refused(staged):
                    read_all(
                        sources, order, staged / "blocks", bars(_("Reading and cleaning")), digests=digests
                    )
                    digest = digest or digest_of(digests.all(), order)
                    describe(staged, sources, order, digest)
                    finish(staged, sources, order, digest, bars)
        if order.derived:
            derive(Version(staged), bars)
        return Outcome(published(base, staged), fresh=True)


@contextmanager
def removed_if_refused(staged: Path) -> Iterator[None]:
    """Remove a version in the making whose files would be refused again: nothing goes on from it."""
    try:
        yield
    except NotReached:
        raise
    except LoadRefused:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def published(base: Base, staged: Path) -> Version:
    """Give readers a finished version, without what it was made from."""
    for left in ("blocks", "spill"):
        shutil.rmtree(staged / left, ignore_errors=True)
    return base.publish(staged)


@contextmanager
def alone(base: Base, *, wait: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Let one load at a time work on a base: the next one waits, or is refused if it does not want to."""
    base.folder.mkdir(parents=True, exist_ok=True)
    with (base.folder / "load.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            lock.seek(0)
            other = lock.read().strip()
            if not wait:
                raise LoadRefused(
                    _(
                        "Another load is at work on this base (process %(process)s): give the command again when it is done."
                    )
                    % {"process": other}
                ) from busy
            say(
                _("Another load is at work on this base (process %(process)s): waiting for it.")
                % {"process": other}
            )
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def digest_of(digests: list[str], order: Order, *, kind: str = "load") -> str:
    """Return what makes a load the same as another: the contents of its files, and how they are read."""
    how = json.dumps([kind, EDITION, sorted(digests), sorted(order.mapping.items()), order.datum])
    return hashlib.sha256(how.encode("utf-8")).hexdigest()


def _may_be_known(base: Base, sources: list[Source], order: Order) -> bool:
    """Tell whether the same files may have been read before, by their sizes: then their digest is needed first."""
    sizes = sorted(source.size for source in sources)
    looks = _looks(sources, order)
    read = [
        sorted(each["bytes"] for each in version.manifest["sources"])
        for version in base.versions()
        if order.name in ("", version.name)
    ]
    staged = [known for _folder, known in _in_the_making(base)]
    read += [known["sizes"] for known in staged if known["digest"] and known["looks"] != looks]
    return sizes in read


def _in_the_making(base: Base) -> list[tuple[Path, dict[str, Any]]]:
    """Return the loads that were broken off, and what is known of each; of an earlier edition nothing is."""
    nothing = {"digest": "", "looks": [], "sizes": []}
    found = sorted((base.folder / "staging").glob("*/load.json"))
    return [(path.parent, nothing | json.loads(path.read_text(encoding="utf-8"))) for path in found]


def _looks(sources: list[Source], order: Order, kind: str = "load") -> list[Any]:
    """Return what a load is known again by before its files are read whole: as `digest_of`, without their contents."""
    files = sorted(source.looks for source in sources)
    return [kind, EDITION, files, sorted(map(list, order.mapping.items())), order.datum]


def describe(staged: Path, sources: list[Source], order: Order, digest: str, *, kind: str = "load") -> None:
    """Keep by what a load that is broken off is known again; the digest is empty until all is read."""
    known = {
        "digest": digest,
        "sizes": sorted(source.size for source in sources),
        "looks": _looks(sources, order, kind),
    }
    staging.write_whole(staged / "load.json", json.dumps(known, ensure_ascii=False))


def prepare(base: Base, sources: list[Source], order: Order, digest: str, *, kind: str = "load") -> Path:
    """Return the folder of the version in the making: that of a load of the same files that was broken off, or a new one."""
    taken = {version.name for version in base.versions()}
    if order.name and (not NAME.fullmatch(order.name) or order.name in taken):
        raise LoadRefused(
            _("The name %(name)s is taken or holds other signs than letters, digits, dot, - and _.")
            % {"name": order.name}
        )
    looks = _looks(sources, order, kind)
    for folder, known in _in_the_making(base):
        same = known["looks"] == looks or (digest and known["digest"] == digest)
        if same and order.name in ("", folder.name):
            return folder
        if folder.name == order.name or not _goes_on(known):
            shutil.rmtree(folder)
    mark = digest or hashlib.sha256(json.dumps(looks).encode("utf-8")).hexdigest()
    name = order.name or f"{datetime.now(UTC):%Y%m%d}-{mark[:8]}"
    if name in taken:
        name = f"{name}-{os.getpid()}"
    staged = base.folder / "staging" / name
    shutil.rmtree(staged, ignore_errors=True)
    (staged / "blocks").mkdir(parents=True)
    describe(staged, sources, order, digest, kind=kind)
    return staged


def _goes_on(known: dict[str, Any]) -> bool:
    """Tell whether a load that was broken off could still go on: its files are there, unchanged where they were not read whole."""
    if not known["looks"]:
        return False
    for path, size, changed in known["looks"][2]:
        if not path.startswith("/"):
            continue  # in an object store
        try:
            now = Path(path).stat()
        except OSError:
            return False
        if not known["digest"] and (now.st_size, now.st_mtime_ns) != (size, changed):
            return False
    return True


def read_all(
    sources: list[Source],
    order: Order,
    folder: Path,
    tell: Tell,
    *,
    partial: bool = False,
    first: int = 0,
    digests: Digests | None = None,
) -> None:
    """Read and clean all files block by block, several at once; blocks that are whole already are not read again.

    A `partial` row, of an increment, may have a code and no name; its files are numbered from `first` on.
    """
    folder.mkdir(exist_ok=True)
    whole = staging.markers(folder)
    total = max(1, sum(source.size for source in sources))
    blocks = _blocks(sources, order, whole, first)
    staged = _on_cluster if on_spark() else _in_threads
    if digests is not None:
        blocks = _followed(blocks, digests)
    for number, done, marker in staged(blocks, folder, order.datum, partial):
        staging.keep(marker, number, folder)
        tell(done, total)
    tell(total, total)


Block = tuple[int, Rows, int]  # number, rows, bytes of all files done with it


def _followed(blocks: Iterator[Block], digests: Digests) -> Iterator[Block]:
    for block in blocks:
        digests.follow(block[2])
        yield block


def _in_threads(
    blocks: Iterator[Block], folder: Path, datum: Datum, partial: bool
) -> Iterator[tuple[int, int, staging.Marker]]:
    """Clean blocks on this machine, several at once; yield (number, bytes done, marker) in order."""

    def clean(block: Block) -> tuple[int, int, staging.Marker]:
        number, rows, done = block
        return number, done, staging.stage(rows, number, folder, datum, partial=partial)

    return in_threads(clean, blocks, AT_ONCE)


def _on_cluster(
    blocks: Iterator[Block], folder: Path, datum: Datum, partial: bool
) -> Iterator[tuple[int, int, staging.Marker]]:
    """Clean blocks on the cluster: raw rows go to it through the shared folder, so tasks stay small."""
    from sanku.warehouse.cluster import spread

    def tasks() -> Iterator[tuple[int, int, Rows, Path, Datum, bool]]:
        for number, rows, done in blocks:
            feather.write_feather(rows.table, staging.raw_path(folder, number), compression="lz4")
            yield number, done, replace(rows, table=None), folder, datum, partial

    for number, done, marker in spread(clean_in_task, tasks()):
        staging.raw_path(folder, number).unlink(missing_ok=True)
        yield number, done, marker


def clean_in_task(task: tuple[int, int, Rows, Path, Datum, bool]) -> tuple[int, int, staging.Marker]:
    """Clean one block on a machine of the cluster; run again after a failure, it writes the same files anew."""
    number, done, rows, folder, datum, partial = task
    table = feather.read_table(staging.raw_path(folder, number), memory_map=False)
    whole = replace(rows, table=table)
    return number, done, staging.stage(whole, number, folder, datum, partial=partial)


def _blocks(
    sources: list[Source], order: Order, whole: list[staging.Marker], first: int
) -> Iterator[tuple[int, Rows, int]]:
    """Yield (number, rows, bytes done) of the blocks still to be made, over all files."""
    number, before = len(whole), 0
    for index, source in enumerate(sources, first):
        own = [marker for marker in whole if marker.source == index]
        later = any(marker.source > index for marker in whole)
        if not later:
            for rows in read(source, index, order.mapping, own[-1].state if own else {}):
                yield number, rows, before + rows.done
                number += 1
        before += source.size


def finish(staged: Path, sources: list[Source], order: Order, digest: str, bars: Bars) -> None:
    """Make the version of the blocks: companies, investments, what was refused, and the manifest."""
    blocks = merging.Blocks(staged / "blocks", staged)
    sums = staging.totals(staging.markers(blocks.folder))
    if not sums["companies"] and not sums["investments"]:
        raise LoadRefused(
            _("None of the rows can be taken: %(reasons)s.")
            % {
                "reasons": ", ".join(
                    f"{REASONS.get(reason, reason)} ({count:,})" for reason, count in sums["refused"].items()
                )
                or _("there is none below the header")
            }
        )
    spill = staged / "spill"
    spill.mkdir(exist_ok=True)
    with duck(spill) as connection:
        merging.find_duplicates(connection, blocks, sums["companies"])
        sums["refused"] |= merging.write_refused(connection, blocks)
        merging.write_companies(connection, blocks, bars(_("Sorting and writing")))
        merging.write_investments(connection, blocks)
    write_manifest(staged, sources, order, digest, sums)


def write_manifest(
    staged: Path,
    sources: list[Source],
    order: Order,
    digest: str,
    sums: dict[str, Any],
    earlier: list[dict[str, Any]] | None = None,
    **more: Any,
) -> None:
    """Write what the version holds and what it was made of."""
    manifest = {
        "name": staged.name,
        "digest": digest,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "edition": EDITION,
        "datum": order.datum,
        "mapping": order.mapping,
        "sources": [*(earlier or []), *({"path": source.path, "bytes": source.size} for source in sources)],
        "read": {"companies": sums["companies"], "investments": sums["investments"]},
        "refused": sums["refused"],
        "notes": sums["notes"],
        "samples": sums["samples"],
        **more,
    }
    for table in ("companies", "investments"):
        files = [
            {"name": path.name, "rows": pq.read_metadata(path).num_rows, "bytes": path.stat().st_size}
            for path in sorted((staged / table).glob("*.parquet"))
        ]
        manifest[table] = {"rows": sum(each["rows"] for each in files), "files": files}
    staging.write_whole(staged / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
