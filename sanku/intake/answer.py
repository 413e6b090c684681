"""Write what was read of a workbook as JSON: the answer of the dry run."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from sanku.common.sheets import Refused, Sheet
from sanku.intake.cell import Problem
from sanku.intake.fields import FOREIGN_CAPITAL
from sanku.intake.read import ReadTable, Workbook, read_workbook
from sanku.intake.rows import Row

_EXAMPLES = 5


def _told(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.record.items() if name not in FOREIGN_CAPITAL}


def write_answer(workbook: Workbook, stream: TextIO) -> None:
    """Write the answer for a file that was read; records go out one by one, so that long files stay small in memory."""
    head = {
        "file": workbook.name,
        "readable": True,
        "type": workbook.book.type,
        "encoding": workbook.book.encoding,
        "rates": {code: float(rate) for code, rate in workbook.rates.items()},
    }
    stream.write(_dump(head)[:-1] + ', "sheets": [')
    for index, (sheet, table) in enumerate(_entries(workbook)):
        stream.write(",\n" if index else "\n")
        if table is None:
            stream.write(_dump({"sheet": sheet.name, "kind": "none", "hidden": sheet.hidden, "good_rows": 0}))
            continue
        stream.write(_dump(describe(table))[:-1] + ', "all_records": [')
        for number, row in enumerate(accepted(table)):
            stream.write(
                (",\n" if number else "\n")
                + _dump({_axis(table): table.place(row.number), "record": _told(row)})
            )
        stream.write("]}")
    stream.write("]}\n")


def write_refusal(name: str, refusal: Refused, stream: TextIO) -> None:
    """Write the answer for a file that was refused."""
    stream.write(
        _dump(
            {
                "file": name,
                "readable": False,
                "reason": refusal.reason,
                "detail": refusal.detail,
                "sheets": [],
            }
        )
        + "\n"
    )


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _entries(workbook: Workbook) -> Iterator[tuple[Sheet, ReadTable | None]]:
    for sheet in workbook.book.sheets:
        tables = workbook.tables_of(sheet)
        for table in tables:
            yield sheet, table
        if not tables:
            yield sheet, None


def _axis(table: ReadTable) -> str:
    return "column" if table.table.transposed else "row"


def accepted(table: ReadTable) -> Iterator[Row]:
    """Yield the rows that would be imported."""
    return (row for row in table.rows if row.status in ("good", "doubtful"))


def describe(table: ReadTable) -> dict[str, Any]:
    """Return everything about a table but its records."""
    good = list(accepted(table))
    records = [row for row in table.rows if row.status != "skipped"]
    axis = _axis(table)
    entry: dict[str, Any] = {
        "sheet": table.sheet.name,
        "kind": table.kind,
        "records_in": f"{axis}s",
        "header_rows": [
            table.place(row) if table.table.transposed else row for row in table.table.header_rows
        ],
        f"first_data_{axis}": table.place(records[0].number) if records else None,
        "columns": {
            table.key(column.index): _column(table, column.index) for column in table.mapping.columns
        },
        "unmapped_columns": _unmapped(table),
        "title": table.table.context,
        "good_rows": len(good),
        "rejected_rows": [
            _problem_row(table, row, "refused") for row in table.rows if row.status == "rejected"
        ],
        "doubtful_rows": [_problem_row(table, row, "doubtful") for row in good if row.status == "doubtful"],
        "skipped_rows": [
            {axis: table.place(row.number), "reason": row.skip}
            for row in table.rows
            if row.status == "skipped"
        ],
        "hidden_rows": [table.place(row.number) for row in records if row.hidden],
        "examples": [{axis: table.place(row.number), "record": _told(row)} for row in good[:_EXAMPLES]],
    }
    if table.mapping.site_kind:
        entry["site_kind"] = table.mapping.site_kind
    return entry


def _column(table: ReadTable, index: int) -> dict[str, Any] | str:
    column = next(column for column in table.mapping.columns if column.index == index)
    entry: dict[str, Any] = {
        "field": column.field.name,
        "header": column.header,
        "confidence": column.confidence,
        "why": column.why,
    }
    units = column.units
    unit: Any = {
        "money": units.money, "investment": units.money,
        "foreign": units.money, "area": units.area, "sale_price": units.price, "rent_price": units.rent,
    }.get(column.field.type)  # fmt: skip
    if unit:
        entry["unit"] = unit.written
    if column.field.type in ("lon", "lat", "lon_lat"):
        entry["datum"] = units.datum or "WGS-84"
    if column.unit_column is not None:
        entry["unit_column"] = table.key(column.unit_column)
    if column.facet:
        entry["facet"] = column.facet
    return entry


def _unmapped(table: ReadTable) -> dict[str, str]:
    used = (
        {column.index for column in table.mapping.columns} | table.mapping.helpers | {table.mapping.ordinal}
    )
    used |= {other for column in table.mapping.columns for other in column.others}
    return {
        table.key(header.column): header.leaf.replace("\n", "")
        for header in table.table.headers
        if header.column not in used and header.levels
    }


def _problem_row(table: ReadTable, row: Row, severity: str) -> dict[str, Any]:
    problems = [problem for problem in row.problems if problem.severity == severity]
    return {
        _axis(table): table.place(row.number),
        "reason": problems[0].code,
        "problems": [_problem(table, problem) for problem in problems],
    }


def _problem(table: ReadTable, problem: Problem) -> dict[str, Any]:
    expected: str | int = problem.expected
    if problem.code == "duplicate_in_file":
        expected = table.place(int(problem.expected))
    entry = {
        "code": problem.code,
        "column": table.key(problem.column) if problem.column is not None else None,
        "field": problem.field,
        "value": problem.value,
        "expected": expected,
    }
    return {name: value for name, value in entry.items() if value not in (None, "")}


def answer_file(
    path: str, *, kind: Any = None, out: str | None = None
) -> tuple[Workbook | None, Refused | None]:
    """Read a file and write the answer to `out`, if given; return the workbook, or why it was refused."""
    workbook: Workbook | None = None
    refusal: Refused | None = None
    try:
        workbook = read_workbook(path, kind=kind)
    except Refused as error:
        refusal = error
    if out is not None:
        with open(out, "w", encoding="utf-8") as stream:
            if workbook is not None:
                write_answer(workbook, stream)
            elif refusal is not None:
                write_refusal(os.path.basename(path), refusal, stream)
    return workbook, refusal


def main(arguments: list[str]) -> int:
    """Read one file and print its answer: `python -m sanku.intake.read FILE [OUT]`."""
    workbook, refusal = answer_file(arguments[0], out=arguments[1] if len(arguments) > 1 else None)
    if refusal is not None:
        print(refusal, file=sys.stderr)
        return 2
    if workbook is not None and len(arguments) == 1:
        write_answer(workbook, sys.stdout)
    return 0
