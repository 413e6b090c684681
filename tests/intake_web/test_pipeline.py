"""A large file is read in a process of its own: what comes of it is the same, and that process may die."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from sanku.common.sheets import Refused
from sanku.companies.models import Company
from sanku.intake import kept, operations, pipeline
from sanku.intake.kept import FileReader, Json, Known
from sanku.intake.models import Batch, BatchRow, BatchTable
from sanku.intake.operations.work import go_on
from sanku.intake.own import own_field
from sanku.intake.problems import refusal_message
from tests import make
from tests.cast import Cast
from tests.intake_web.books import COMPANIES, book, hand_in, save

PROJECTS = ["项目名称", "投资方", "总投资", "示例评级"]
KNOWN = Known((own_field("custom-pj", "text", library="projects", label="示例评级"),))


def mixed() -> bytes:
    """Return a workbook with good, doubtful, refused and skipped rows of two kinds."""
    companies = [
        [f"示例第{n}有限公司", None, "2019-02-30" if n == 5 else None, -1 if n == 3 else n, "山东", "济宁"]
        for n in range(9)
    ]
    projects = [[f"示例项目{n}", "同上" if n else "示例第1有限公司", n + 1, "甲"] for n in range(5)]
    return book([COMPANIES, *companies, ["合计"]], [["示例清单"], PROJECTS, *projects])


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every file read in a process of its own."""
    monkeypatch.setattr(pipeline, "SMALL_BYTES", 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the workbook of two kinds lies."""
    (tmp_path / "a.xlsx").write_bytes(mixed())
    return tmp_path / "a.xlsx"


def read(source: pipeline.Source) -> list[Any]:
    """Return all that a file says, its second table by a person's decision."""
    decided: tuple[Json, Json] = ({}, {"columns": {"2": "project.investment_cny"}, "units": {"2": "亿元"}})
    tables = source.tables()
    return [
        tables,
        *((mapping, list(rows)) for mapping, rows in map(source.rows, range(len(tables)), decided)),
    ]


def test_both_ways_of_reading_give_the_same(path: Path, apart: None) -> None:
    here = read(FileReader(path, "", KNOWN))
    with pipeline.reading(str(path), "", KNOWN) as source:
        assert isinstance(source, pipeline.ReaderProcess)
        there = read(source)
    assert there == here
    actions = [row.action for _mapping, rows in here[1:] for chunk in rows for row in chunk]
    assert [actions.count(one) for one in ("create", "refuse", "skip")] == [12, 2, 1]
    assert here[2][1][0][1].facts["custom-pj"] == "甲"


def outcome() -> list[Any]:
    """Return what an import left, without ids and moments."""
    rows = BatchRow.objects.order_by("id").values_list(
        "table__position", "number", "action", "is_doubtful", "is_converted", "cells", "facts", "problems"
    )
    tables = BatchTable.objects.order_by("position").values_list(
        "kind", "head", "headers", "mapping", "counts"
    )
    batches = Batch.objects.values_list(
        "state", "work_total", "created_count", "refused_count", "skipped_count"
    )
    return [
        list(rows),
        list(tables),
        list(batches),
        list(Company.objects.order_by("id").values_list("name", "search_text")),
    ]


def test_both_ways_save_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        save(hand_in(cast.office, mixed()))
        here = outcome()
        transaction.set_rollback(True)
    monkeypatch.setattr(pipeline, "SMALL_BYTES", 0)
    save(hand_in(cast.office, mixed()))
    assert outcome() == here


def test_small_files_and_layers_are_read_in_the_same_process(path: Path) -> None:
    with pipeline.reading(str(path), "", KNOWN) as source:
        assert isinstance(source, FileReader)


def test_a_refusal_comes_through(tmp_path: Path, apart: None) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7 " + b"x" * 100)
    with pipeline.reading(str(tmp_path / "a.xlsx"), "", Known()) as source, pytest.raises(Refused) as refused:
        source.tables()
    assert (refused.value.reason, refused.value.detail) == ("wrong_type", "pdf")


def test_the_reader_ends_with_the_worker(path: Path, apart: None) -> None:
    with pipeline.reading(str(path), "", Known()) as source:
        assert isinstance(source, pipeline.ReaderProcess)
        assert source.process.stdin is not None
        source.process.stdin.close()  # as the kernel does when the worker is gone
        assert source.process.wait(timeout=20) == 0


def test_a_reader_that_dies_fails_the_import_and_it_can_go_on(
    cast: Cast, apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = pipeline.ReaderProcess.rows

    def dying(self: pipeline.ReaderProcess, *about: Any) -> tuple[Any, Iterator[Any]]:
        self.process.kill()
        self.process.wait()
        return chunks(self, *about)

    monkeypatch.setattr(pipeline.ReaderProcess, "rows", dying)
    batch = hand_in(cast.office, mixed())
    assert (batch.state, batch.reason, batch.reason_detail) == ("failed", "reader_died", "SIGKILL")
    assert "SIGKILL" in refusal_message(batch.reason, batch.reason_detail)
    assert not Company.objects.exists()
    monkeypatch.undo()
    run = go_on(batch, actor=cast.office, now=make.NOW, in_background=False)
    operations.read_file(batch.pk, run)
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), batch.reason) == ("review", 15, "")


def test_an_error_in_the_reader_is_told_with_its_place(path: Path, apart: None) -> None:
    with (
        pipeline.reading(str(path), "no_kind", KNOWN) as source,
        pytest.raises(RuntimeError, match=r"kept\.py"),
    ):
        source.tables()
    assert kept.CHUNK == 2_000
