"""Export of a whole library at growing sizes, all its columns, beside other writers given the same rows.

Each run is a process of its own, so that its peak memory is its own. Sanku's run is the task of the worker from end to
end: snapshot, scope, rows to cells, file, digest, ledger. The peers get the cells ready-made and only write them.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bench.imports import peak_mb
from bench.measure import write

FORMS = ("xlsx", "csv")
PEERS = ("xlsxwriter constant_memory", "openpyxl write_only", "csv module")


def run(sizes: list[int], folder: Path) -> None:
    """Fill a zone of each size, export its companies in every form, and let the peers write the same rows."""
    from bench.fill import fill

    figures: dict[str, Any] = {}
    peers: dict[str, Any] = {}
    for rows in sizes:
        office, _officers = fill(rows // 2, seed=rows)
        asked = {"person": office.pk, "folder": str(folder)}
        figures[str(rows)] = {form: _apart(asked | {"form": form}) for form in FORMS}
        peers[str(rows)] = {name: _apart(asked | {"peer": name}) for name in PEERS}
    settings = {"columns": "all of the library of companies", "sort": "-updated", "filter": "none"}
    write("export", sizes, figures, peers, settings)


def _apart(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one export in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.exports", json.dumps(asked)], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _export(asked: dict[str, Any]) -> dict[str, Any]:
    from django.core.files.storage import default_storage
    from django.utils import timezone

    from sanku.accounts.models import User
    from sanku.audit.models import Channel
    from sanku.audit.operations import Via
    from sanku.library.known import libraries
    from sanku.library.operations import exports

    exports.AT_ONCE = -1
    person = User.objects.select_related("zone").get(pk=asked["person"])
    columns = [column.key for column in libraries()["companies"].columns]
    made = exports.order_export(
        "companies",
        "",
        columns,
        form=asked["form"],
        actor=person,
        now=timezone.now(),
        via=Via(Channel.COMMAND),
    )
    begin = time.perf_counter()
    exports.make_export(made.pk, made.run)
    seconds = time.perf_counter() - begin
    made.refresh_from_db()
    size = Path(default_storage.path(made.path)).stat().st_size
    return {"seconds": round(seconds, 2), "rows": made.rows_done, "columns": len(columns), "bytes": size}


def _cells(person: Any) -> Iterator[list[Any]]:
    from django.utils import timezone

    from sanku.library.exports import records_of, rows_of, view_of
    from sanku.library.known import libraries
    from sanku.library.specs import Reader

    library = libraries()["companies"]
    state = view_of(library, "", [column.key for column in library.columns])
    reader = Reader(person, timezone.localdate())
    yield from map(list, rows_of(state, reader, records_of(state, reader)))


def _peer(asked: dict[str, Any]) -> dict[str, Any]:
    from sanku.accounts.models import User

    person = User.objects.select_related("zone").get(pk=asked["person"])
    path = Path(asked["folder"]) / "peer"
    spent, rows, columns = 0.0, 0, 0
    sink, close = _sink(asked["peer"], path)
    for cells in _cells(person):
        begin = time.perf_counter()
        sink(cells)
        spent += time.perf_counter() - begin
        rows, columns = rows + 1, len(cells)
    begin = time.perf_counter()
    close()
    spent += time.perf_counter() - begin
    return {"seconds": round(spent, 2), "rows": rows, "columns": columns, "bytes": path.stat().st_size}


def _sink(name: str, path: Path) -> tuple[Any, Any]:
    """Return what takes a row and what finishes the file."""
    if name.startswith("openpyxl"):
        from openpyxl import Workbook

        whole = Workbook(write_only=True)
        return whole.create_sheet("export").append, lambda: whole.save(path)
    if name.startswith("csv"):
        file = path.open("w", encoding="utf-8-sig", newline="")
        return csv.writer(file).writerow, file.close
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
    sheet, day, number = (
        book.add_worksheet(),
        book.add_format({"num_format": "yyyy-mm-dd"}),
        iter(range(10**7)),
    )

    def take(cells: list[Any]) -> None:
        row = next(number)
        for place, value in enumerate(cells):
            if isinstance(value, datetime | date):
                sheet.write_datetime(row, place, value, day)
            elif isinstance(value, str):
                sheet.write_string(row, place, value)
            elif value is not None:
                sheet.write_number(row, place, float(value))

    return take, book.close


if __name__ == "__main__":
    import django

    django.setup()
    given = json.loads(sys.argv[1])
    result = _peer(given) if "peer" in given else _export(given)
    print(json.dumps(result | {"peak_mb": peak_mb()}))
