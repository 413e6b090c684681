"""Provinces are written in their order, whole, whether sorted at once or in ranges."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sanku.warehouse.loading import sorting, staging
from sanku.warehouse.loading.blocks import Block
from sanku.warehouse.loading.sorting import Changes, Staged, write_provinces
from sanku.warehouse.tables import COMPANIES


def staged_block(folder: Path, number: int, provinces: list[str], mortons: list[int]) -> Block:
    rows = len(provinces)
    columns = {
        field.name: pa.array(range(number * 100, number * 100 + rows), field.type)
        if field.name == "company_id"
        else pa.array([f"示例{number}-{row}" for row in range(rows)])
        if field.name in ("name", "name_norm")
        else pa.nulls(rows, field.type)
        for field in COMPANIES.schema
    }
    for field in COMPANIES.schema:
        if not field.nullable and columns[field.name].null_count:
            value = "active" if field.type == pa.string() else 1
            columns[field.name] = pa.repeat(pa.scalar(value, field.type), rows)
    more = {"province": pa.array(map(int, provinces), pa.int8()), "morton": pa.array(mortons)}
    table = pa.table(columns | more | dict.fromkeys(("complete", "alike"), pa.array(mortons)))
    path = staging.companies_path(folder, number)
    staging._write_by_province(table, np.arange(rows), number, path)
    return Block(path)


def changes(gone: list[int], renumbered: dict[int, int]) -> Changes:
    return Changes(
        *(np.array(each, np.int64) for each in (gone, list(renumbered), list(renumbered.values())))
    )


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_order_duplicates_and_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(sorting, "ROWS_AT_ONCE", at_once)
    monkeypatch.setattr(sorting, "EVERY", 1)
    blocks = [
        staged_block(tmp_path, 0, ["37", "11", "37", "37"], [5, 1, 9, 5]),
        staged_block(tmp_path, 1, ["37", "37"], [7, 1 << 44]),
    ]
    told: list[tuple[int, int]] = []
    target = tmp_path / "companies"
    target.mkdir()
    # Rows are numbered inside a block before they are put in order of province.
    decided = changes([2], {staging.ROWS_OF_BLOCK: 999})
    write_provinces(Staged.of(blocks), decided, target, lambda done, total: told.append((done, total)))
    assert [path.name for path in sorted(target.iterdir())] == ["11.parquet", "37.parquet"]
    written = pq.read_table(target / "37.parquet")
    assert written["company_id"].to_pylist() == [0, 3, 999, 101]
    assert written.schema.equals(COMPANIES.schema)
    assert told[-1] == (6, 6)


def test_many_companies_at_one_point_are_not_sorted_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(sorting, "EVERY", 1)
    staged = Staged.of([staged_block(tmp_path, number, ["37"] * 3, [7, 7, 7]) for number in range(2)])
    found = [
        [rows["company_id"].to_pylist() for rows in staged.read("37", ["company_id"], least, most)]
        for least, most in sorting._ranges(staged, "37")
    ]
    assert found == [[[0, 1], []], [[2], [100]], [[], [101, 102]]]


def test_a_failure_leaves_no_file_that_looks_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [staged_block(tmp_path, 0, ["37", "11"], [5, 1])]

    def full(*args: object, **how: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(OSError, match="No space"):
        write_provinces(Staged.of(blocks), changes([], {}), tmp_path, lambda done, total: None)
    assert not list(tmp_path.glob("[0-9][0-9].parquet"))


def test_a_block_that_is_not_whole_is_cleaned_anew(tmp_path: Path) -> None:
    for number in range(2):
        staged_block(tmp_path, number, ["37", "11"], [5, 1])
        staging.keep(staging.Marker(0, {"row": number}, companies=2), number, tmp_path)
    assert len(staging.markers(tmp_path)) == 2
    path = staging.companies_path(tmp_path, 1)
    path.write_bytes(path.read_bytes()[:-100])
    assert [marker.state for marker in staging.markers(tmp_path)] == [{"row": 0}]
    assert not path.exists()
