"""`sanku match FILE --base VERSION|CSV --out OUT.csv`: link a messy list to the base. Needs neither server nor database."""

import csv
import gc
import json
import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from sanku.common.commands import SankuCommand
from sanku.warehouse.progress import bar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanku.warehouse.matching.bases import ListBase, VersionBase
    from sanku.warehouse.matching.linking import Answer
    from sanku.warehouse.matching.reading import Listed

COLUMNS = ("row", "uscc", "score", "decision", "second", "third", "why")


class Command(SankuCommand):
    """Link the rows of FILE to companies of the base."""

    help = (
        "Link a list of companies to the base: for each row the best candidate, how probable it is, and why."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "file", type=Path, help="CSV or workbook: name and any of row, uscc, province, city, address"
        )
        parser.add_argument(
            "--base",
            required=True,
            metavar="VERSION|CSV",
            help="a published version (or “current”), or a CSV of companies",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, link, write; OUT is there whole or not at all."""
        # What is read is kept to the end: to look through it for what is not, again and again, costs a sixth of the time.
        gc.disable()
        try:
            self._match(options)
        finally:
            gc.enable()

    def _match(self, options: dict[str, Any]) -> None:
        from concurrent.futures.process import BrokenProcessPool

        from sanku.warehouse.loading.problems import LoadRefused, told
        from sanku.warehouse.matching import linking, reading

        begin = time.perf_counter()
        out: Path = options["out"]
        if not out.parent.is_dir():
            raise CommandError(
                _("There is no folder %(path)s: make it, or choose another --out.") % {"path": out.parent}
            )
        try:
            listed = reading.read_list(options["file"])
            base = self._base(options["base"])
        except reading.UnreadableList as unreadable:
            raise CommandError(str(unreadable)) from unreadable
        opened = time.perf_counter()
        try:
            with told():
                answers = list(
                    linking.link([each.company for each in listed], base, bar(_("Linking"), sys.stderr))
                )
        except LoadRefused as refused:  # the cluster that was asked for does not answer
            raise CommandError(str(refused)) from refused
        except BrokenProcessPool as broken:
            raise CommandError(
                _(
                    "A process that linked rows was ended from outside, most likely for want of memory: try again."
                )
            ) from broken
        counts = self._write(out, listed, answers, base)
        base.close()
        summary = {
            "rows": len(listed), **counts, "companies": len(base.postings.rows),
            "seconds_open": round(opened - begin, 2), "seconds": round(time.perf_counter() - begin, 2),
        }  # fmt: skip
        self.stdout.write(
            _("%(rows)s rows: %(auto)s linked, %(review)s to review, %(none)s without a company in the base.")
            % {key: f"{summary[key]:,}" for key in ("rows", "auto", "review", "none")}
        )
        repeated = len(listed) - len({each.row for each in listed})
        if repeated:
            self.stderr.write(
                _("%(count)d rows carry a number that another row has as well.") % {"count": repeated}
            )
        if options["json"]:
            self.stdout.write(json.dumps(summary))

    def _base(self, name: str) -> "ListBase | VersionBase":
        from sanku.warehouse.matching import bases, reading
        from sanku.warehouse.versions import Base, NoSuchVersion

        path = Path(name)
        if path.is_file():
            return bases.ListBase(reading.read_base(path), bar(_("Indexing"), sys.stderr))
        kept = Base(settings.BASE_DIR)
        try:
            version = kept.current() if name == "current" else kept.get(name)
        except NoSuchVersion:
            version = None
        if version is None:
            raise CommandError(
                _(
                    "There is neither a version nor a file “%(name)s”: `sanku base versions` lists the versions."
                )
                % {"name": name}
            )
        return bases.VersionBase(version, bar(_("Indexing"), sys.stderr))

    def _write(
        self, out: Path, listed: "list[Listed]", answers: "list[Answer]", base: "ListBase | VersionBase"
    ) -> dict[str, int]:
        codes = base.codes_of({number for answer in answers for number in answer.rows})
        counts = {"auto": 0, "review": 0, "none": 0}
        fresh = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            with fresh.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(COLUMNS)
                for each, answer in zip(listed, answers, strict=True):
                    counts[answer.decision] += 1
                    writer.writerow([each.row, *_cells(answer, codes), _why(each, answer)])
            fresh.replace(out)
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(reason)s.") % {"path": out, "reason": error.strerror}
            ) from error
        finally:
            fresh.unlink(missing_ok=True)
        return counts


def _cells(answer: "Answer", codes: dict[int, str]) -> "Iterable[object]":
    """Return uscc, score, decision, second, third: the score of six places, never rounded up to certainty."""
    found = [codes.get(number, "") for number in answer.rows] + ["", "", ""]
    score = f"{min(answer.scores[0], 0.999999):.6f}" if answer.scores else "0"
    return (found[0], score, answer.decision, found[1], found[2])


def _why(each: "Listed", answer: "Answer") -> str:
    from sanku.warehouse.matching.explaining import reasons

    if not each.company.name.strip() and not each.company.uscc.strip():
        return _("the row has neither name nor code")
    if answer.features is None:
        return _("nothing in the base is like it")
    return _("; ").join(reasons(answer.features))
