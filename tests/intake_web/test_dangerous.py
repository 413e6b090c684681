"""Files that mean harm, and what comes out of files that mean harm: refused with a way out, never run, never believed."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sanku.intake.models import Batch, BatchRow
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.intake_web.books import COMPANIES, book, hand_in
from tests.intake_web.test_work import run_worker

ROW = ["示例甲有限公司", None, "2015-03-01", 5, "山东", "济宁", None, None]


def zip_bomb() -> bytes:
    """Return a workbook of a few hundred kilobytes whose sheet unpacks to hundreds of megabytes."""
    whole = io.BytesIO(book([COMPANIES, ROW]))
    bomb = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>")
            target.writestr(part.filename, content)
    return bomb.getvalue()


def with_macro() -> bytes:
    whole = io.BytesIO(book([COMPANIES, ROW]))
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    return whole.getvalue()


def locked() -> bytes:
    whole = io.BytesIO(book([COMPANIES, ROW]))
    content = bytearray(whole.getvalue())
    with zipfile.ZipFile(whole) as archive:
        names = [part.header_offset for part in archive.infolist()]
    for offset in names:
        content[offset + 6] |= 1
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


@pytest.mark.sqlite  # a file is judged before any database sees it
@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (zip_bomb, "示例.xlsx", "expands_too_far"),
        (with_macro, "示例.xlsm", "macros"),
        (locked, "示例.xlsx", "password_protected"),
        (b"%PDF-1.7 \xe7\xa4\xba\xe4\xbe\x8b", "示例.xlsx", "wrong_type"),
        (b"MZ" + b"\0" * 200, "示例.csv", "wrong_type"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "示例.xls", "wrong_type"),
        (b"", "示例.csv", "wrong_type"),
        (b"PK\x03\x04 cut short", "示例.xlsx", "corrupt"),
    ],
)
def test_a_dangerous_file_is_refused_with_a_way_out(
    cast: Cast, client_of: ClientOf, content: bytes | Callable[[], bytes], name: str, reason: str
) -> None:
    batch = hand_in(cast.office, content() if callable(content) else content, name)
    assert (batch.state, batch.reason) == ("refused", reason)
    page = client_of(cast.office).get(f"/imports/{batch.pk}/").content.decode()
    assert "请" in page and 'role="alert"' in page
    assert not BatchRow.objects.exists()


def test_a_file_larger_than_allowed_is_not_kept(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOAD_LIMIT_BYTES", 1_000)
    client = client_of(cast.office)
    before = sorted(Path(settings.MEDIA_ROOT).rglob("*"))
    small = book([COMPANIES, ROW])
    assert len(small) > 1_000
    page = client.post(
        "/imports/new/", {"file": SimpleUploadedFile("示例.xlsx", small)}, follow=True
    ).content.decode()
    assert "超过本系统允许的大小" in page
    page = client.post(
        "/imports/new/", {"file": SimpleUploadedFile("示例.xlsx", b"x" * 200_000)}, follow=True
    ).content.decode()
    assert "超过本系统允许的大小" in page
    assert not Batch.objects.exists() and sorted(Path(settings.MEDIA_ROOT).rglob("*")) == before


def test_handing_in_needs_the_token_of_the_form(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.office)
    answer = client.post("/imports/new/", {"file": SimpleUploadedFile("示例.xlsx", book([COMPANIES, ROW]))})
    assert answer.status_code == 403 and not Batch.objects.exists()


def test_a_stranger_hands_nothing_in(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.commander).post("/imports/new/", {"file": SimpleUploadedFile("示例.xlsx", b"x")})
    assert answer.status_code == 403
    assert Client().post("/imports/new/", {"file": SimpleUploadedFile("示例.xlsx", b"x")}).status_code == 302
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/示例.xlsx",
        "..\\..\\windows\\示例.xlsx",
        "/etc/passwd/示例.xlsx",
        "示例.xlsx\u202egnp.",
        "a" * 400 + ".xlsx",
    ],
)
def test_a_name_that_looks_like_a_path_names_no_place(cast: Cast, name: str) -> None:
    batch = hand_in(cast.office, book([COMPANIES, ROW]), name)
    kept = Path(batch.file.path).resolve()
    assert kept.is_relative_to(Path(settings.MEDIA_ROOT).resolve() / "imports" / str(cast.zone.pk))
    assert "示例" not in kept.name and "/" not in batch.file_name and "\\" not in batch.file_name
    assert "\u202e" not in batch.file_name and len(batch.file_name) <= 200


def test_the_file_is_served_as_a_download_only(cast: Cast, client_of: ClientOf) -> None:
    batch = hand_in(cast.office, b"<script>alert(1)</script>", "示例.html")
    answer = client_of(cast.office).get(f"/imports/{batch.pk}/file/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_formulas_stay_text_in_the_file_of_refused_rows(cast: Cast, client_of: ClientOf) -> None:
    evil = ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "\t=1+1"]
    head = ["企业名称", "统一社会信用代码", "成立日期", "所在省", "所在市", "地址", "备注"]
    row = [evil[0], None, "2015-02-30", evil[1], evil[2], evil[3], evil[4]]
    batch = hand_in(
        cast.office, book([head, row, ["示例乙有限公司", None, "2015-03-01", None, None, None, None]])
    )
    assert batch.tables.get().counts["refuse"] >= 1
    content = b"".join(client_of(cast.office).get(f"/imports/{batch.pk}/refused/"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert evil[0] in [cell.value for cell in cells]
    # openpyxl marks a formula by its type; what only begins with "=" is a string here.
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_cells_are_text_on_every_page(cast: Cast, client_of: ClientOf) -> None:
    evil = "<script>alert('示例')</script>"
    rows = [
        [evil, None, evil, 5, evil, evil, evil, evil],
        [f"{evil}有限公司", None, None, 5, evil, evil, evil, evil],
    ]
    batch = hand_in(
        cast.office, book([["=1+1 " + evil], COMPANIES, *rows], names=["<b>表"]), "<script>alert(1).xlsx"
    )
    client = client_of(cast.office)
    for address in ("review/", "columns/", ""):
        page = client.get(f"/imports/{batch.pk}/{address}", follow=True).content.decode()
        assert "<script>alert" not in page and "<b>表" not in page
        assert "&lt;script&gt;" in page
    client.post(f"/imports/{batch.pk}/save/")
    run_worker()
    for address in (f"/imports/{batch.pk}/", "/imports/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;" in page
