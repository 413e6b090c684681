"""Imports by the interface: a file is handed in, read, saved, taken back whole or by row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sanku.companies.models import Company
from sanku.intake import operations
from sanku.intake.models import Batch
from tests.api.test_records import Program, errors
from tests.cast import Cast
from tests.intake_web.books import COMPANIES, book
from tests.parcels.files import layer, shapes, square

pytestmark = pytest.mark.django_db


def hand_in(program: Program, status: int = 201, **more: Any) -> Any:
    file = SimpleUploadedFile(
        "示例.xlsx",
        book(
            [
                COMPANIES,
                ["示例甲公司", *[None] * 7],
                ["示例乙公司", *[None] * 7],
                [None, None, None, 5, "山东", *[None] * 3],
            ]
        ),
    )
    answer = program.client.post("/api/imports", {"file": file, **more}, headers=program.headers)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def run(pk: int) -> None:
    """Do what the worker would do."""
    batch = Batch.objects.get(pk=pk)
    work: dict[str, Callable[[int, int], Any]] = {
        "uploaded": operations.read_file,
        "saving": operations.save_rows,
        "undoing": operations.undo_rows,
    }
    work[batch.state](batch.pk, batch.run)


def test_a_file_is_handed_in_saved_and_taken_back(cast: Cast) -> None:
    officer = Program(cast.promotion)
    batch = hand_in(officer)
    path = f"/imports/{batch['id']}"
    assert batch["state"] == "uploaded"
    run(batch["id"])
    assert officer.ask("get", path)["state"] == "review"
    rows = officer.ask("get", f"{path}/rows")["items"]
    assert [row["action"] for row in rows][:2] == ["create", "create"]
    todo = officer.ask("get", f"{path}/rows", only="todo")["items"]
    assert todo and todo[0]["errors"][0]["row"] == todo[0]["row"] and todo[0]["errors"][0]["message"]
    officer.ask("post", f"{path}/save")
    run(batch["id"])
    done = officer.ask("get", path)
    assert done["state"] == "done" and done["counts"]["created"] >= 2
    assert Company.objects.filter(removed_at=None).count() == done["counts"]["created"]
    report = officer.ask("post", f"/imports/rows/{rows[0]['id']}/undo")
    assert report["removed"] >= 1 and report["kept"] == []
    assert not Company.objects.filter(name="示例甲公司", removed_at=None).exists()
    officer.ask("post", f"{path}/undo")
    run(batch["id"])
    assert officer.ask("get", path)["state"] == "undone"
    assert not Company.objects.filter(removed_at=None).exists()
    assert [one["id"] for one in officer.ask("get", "/imports")["items"]] == [batch["id"]]


def test_somebody_elses_import_is_not_there(cast: Cast) -> None:
    batch = hand_in(Program(cast.promotion))
    for person in (cast.rival, cast.outsider):
        for method, page in (
            ("get", ""),
            ("get", "/rows"),
            ("post", "/save"),
            ("post", "/undo"),
            ("delete", ""),
        ):
            Program(person).ask(method, f"/imports/{batch['id']}{page}", 404)
    Program(cast.office).ask("post", f"/imports/{batch['id']}/save", 403)
    Program(cast.promotion).ask("post", f"/imports/{batch['id']}/save", 409)  # not read yet
    for page in ("save", "undo"):
        assert errors(Program(cast.promotion).ask("post", f"/imports/{batch['id']}/{page}", 409)) == {
            ("not_now", "")
        }


def test_what_is_no_import_is_refused(cast: Cast, settings: Any) -> None:
    officer = Program(cast.promotion)
    assert errors(officer.ask("post", "/imports", 422)) == {("file_missing", "file")}
    assert errors(hand_in(officer, 422, kind="nonsense")) == {("kind_unknown", "kind")}
    hand_in(Program(cast.commander), 403)
    settings.UPLOAD_LIMIT_BYTES = 4_000
    assert errors(hand_in(officer, 413))
    settings.UPLOAD_LIMIT_BYTES = 1_000
    assert errors(hand_in(officer, 413)) == {("too_large", "")}
    assert not Batch.objects.exists()


def test_parcels_of_an_unsaid_system_wait_until_it_is_said(cast: Cast, tmp_path: Path) -> None:
    """The refusal names the proposal and the way; handed in with it, the same file is saved."""
    path = layer(tmp_path, shapes(square()), {"DKBH": ["示例1"]}, kind="geojson")
    officer = Program(cast.landing)

    def parcels(status: int = 201, **more: str) -> Any:
        file = SimpleUploadedFile("示例.geojson", path.read_bytes())
        answer = officer.client.post("/api/imports", {"file": file, **more}, headers=officer.headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    unsaid = parcels()
    run(unsaid["id"])
    refused = officer.ask("post", f"/imports/{unsaid['id']}/save", 422)
    assert errors(refused) == {("system_unsaid", "crs")}
    assert "wgs84" in refused["errors"][0]["message"]
    assert errors(parcels(422, crs="epsg:1")) == {("system_unknown", "crs")}
    said = parcels(crs="wgs84")
    run(said["id"])
    officer.ask("post", f"/imports/{said['id']}/save")
    run(said["id"])
    assert officer.ask("get", f"/imports/{said['id']}")["counts"]["created"] == 1
