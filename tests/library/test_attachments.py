"""Files on records: judged by content, kept by digest, handed out to whom the record and its notes are open."""

import io
import tracemalloc
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from sanku.audit.models import Entry
from sanku.common.problems import Refused
from sanku.library.files import content_path, kind_by_content, thumbnail_path
from sanku.library.models import Attachment
from sanku.library.operations import clean_files
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

PDF = b"%PDF-1.7\n1 0 obj\n"


def zipped(*names: str) -> bytes:
    """Return the same bytes at every call: they name tests, and two processes must collect the same names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")
    return file.getvalue()


def picture(kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (900, 600), "navy").save(file, kind)
    return file.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")


def add(
    client: Client, record: Any, *files: tuple[str, bytes], library: str = "projects:project"
) -> list[str]:
    """Send files; return what was refused."""
    sent = {"file": [SimpleUploadedFile(name, content) for name, content in files]}
    url = reverse(f"{library}-attachment-add", args=[record.pk])
    answer = client.post(url, sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.status_code
    problems: list[str] = answer.json()["problems"]
    return problems


def listed(client: Client, record: Any, library: str = "projects:project") -> list[str]:
    panel = client.get(reverse(f"{library}-attachments", args=[record.pk]))
    return [one["file"].name for one in panel.context["files"]]


def test_files_are_taken_listed_and_handed_out(cast: Cast, client_of: ClientOf) -> None:
    client, project = client_of(cast.office), make.project(cast.zone)
    assert add(client, project, ("示例 意向书.pdf", PDF), ("示例.docx", DOCX), ("现场.jpg", picture())) == []
    assert listed(client, project) == ["现场.jpg", "示例.docx", "示例 意向书.pdf"]
    photo, letter, intent = Attachment.objects.order_by("-pk")
    url = reverse("projects:project-attachment-file", args=[project.pk, intent.pk])
    kept: Any = client.get(url)
    assert b"".join(kept.streaming_content) == PDF
    assert kept["Content-Disposition"].startswith("attachment;")
    assert kept["Content-Type"] == "application/octet-stream"
    assert kept["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in kept["Content-Security-Policy"]
    shown = client.get(f"{url}?show=1")
    assert shown["Content-Type"] == "application/pdf" and shown["Content-Disposition"].startswith("inline")
    # A reader of PDF does not start in a sandbox: what one would take away is refused by name.
    for refused in ("script-src 'none'", "object-src 'none'", "form-action 'none'", "default-src 'none'"):
        assert refused in shown["Content-Security-Policy"]
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Cross-Origin-Opener-Policy"] == shown["Cross-Origin-Resource-Policy"] == "same-origin"
    # An office file is never opened in the page, whatever is asked for.
    office = client.get(reverse("projects:project-attachment-file", args=[project.pk, letter.pk]) + "?show=1")
    assert office["Content-Disposition"].startswith("attachment;")
    view = client.get(reverse("projects:project-attachment-file", args=[project.pk, photo.pk]) + "?show=1")
    assert "sandbox" in view["Content-Security-Policy"] and view["Content-Type"] == "image/jpeg"
    small: Any = client.get(reverse("projects:project-attachment-thumbnail", args=[project.pk, photo.pk]))
    with Image.open(io.BytesIO(b"".join(small.streaming_content))) as drawn:
        assert max(drawn.size) == 320
    assert content_path(photo.sha256).is_relative_to(settings.DATA_DIR)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("示例.pdf", picture(), "内容却是 .jpg 文件"),
        ("示例.jpg", PDF, "内容却是 .pdf 文件"),
        ("示例.docx", zipped("[Content_Types].xml", "xl/workbook.xml"), "内容却是 .xlsx 文件"),
        ("示例.pdf", b"<!DOCTYPE html><script>alert(1)</script>", "内容却不是"),
        ("示例.txt", b"<!DOCTYPE html><script>alert(1)</script>", "内容却不是"),
        ("示例.svg", b"<svg xmlns='x'/>", "不在接收范围内"),
        ("示例", PDF, "不在接收范围内"),
        ("示例.pdf", b"", "空的"),
        ("示例.pdf", b"MZ\x90\x00" + b"\x00" * 80, "程序"),
        ("示例.txt", b"#!/bin/sh\nrm x", "程序"),
        ("示例.zip", zipped("a.txt", "setup.exe"), "setup.exe"),
        ("示例.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "宏"),
        ("示例.docx", DOCX[:60], "损坏"),
        ("示例.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 40, "损坏"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_the_remedy(
    cast: Cast, client_of: ClientOf, name: str, content: bytes, words: str
) -> None:
    client, project = client_of(cast.office), make.project(cast.zone)
    problems = add(client, project, (name, content), ("好.pdf", PDF))
    assert len(problems) == 1 and words in problems[0], problems
    assert listed(client, project) == ["好.pdf"]  # the others are not lost with it


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("表.CSV", "名称,金额\n示例,3\n".encode("gb18030")),
        ("表.csv", "名称,金额\n示例,3\n".encode("utf-16")),  # Excel's “Unicode” text
        ("图.dwg", b"AC1032" + b"\x00" * 90),
        ("资料.zip", zipped("说明.txt")),
        ("图.PNG", picture("PNG")),
        ("图.tiff", picture("TIFF")),
        ("图.webp", picture("WEBP")),
    ],
)
def test_what_offices_have_is_taken(cast: Cast, client_of: ClientOf, name: str, content: bytes) -> None:
    client, project = client_of(cast.office), make.project(cast.zone)
    assert add(client, project, (name, content)) == []


def test_a_part_that_unpacks_without_end_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", b" " * 20_000_000)
    tracemalloc.start()
    try:
        assert kind_by_content(file) == "zip"
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_document_with_a_password_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    class Container(io.BytesIO):
        def listdir(self) -> list[list[str]]:
            return [["EncryptedPackage"], ["EncryptionInfo"]]

    monkeypatch.setattr("sanku.library.files.olefile.OleFileIO", Container)
    with pytest.raises(Refused) as refused:
        kind_by_content(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    assert refused.value.problems[0][0].code == "file_locked"


def test_what_is_too_large_is_refused_before_it_is_read(
    cast: Cast, client_of: ClientOf, settings: Any
) -> None:
    settings.ATTACHMENT_LIMIT_BYTES = 1_000_000
    client, project = client_of(cast.office), make.project(cast.zone)
    assert "1 MB" in add(client, project, ("大.pdf", PDF + b"x" * 1_000_000))[0]
    assert "1 MB" in add(client, project, ("很大.pdf", PDF + b"x" * 3_000_000))[0]
    assert listed(client, project) == []


def test_uploads_need_the_token(cast: Cast) -> None:
    client, project = Client(enforce_csrf_checks=True), make.project(cast.zone)
    client.force_login(cast.office)
    url = reverse("projects:project-attachment-add", args=[project.pk])
    assert client.post(url, {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 403


def test_a_removed_file_is_gone_until_it_is_brought_back_and_the_timeline_tells(
    cast: Cast, client_of: ClientOf
) -> None:
    client, project = client_of(cast.office), make.project(cast.zone)
    add(client, project, ("示例.pdf", PDF))
    file = Attachment.objects.get()
    args = [project.pk, file.pk]
    gone = client.post(
        reverse("projects:project-attachment-remove", args=args), headers={"HX-Request": "true"}
    )
    assert gone.context["undo_url"] == reverse("projects:project-attachment-restore", args=args)
    assert client.get(reverse("projects:project-attachment-file", args=args)).status_code == 404
    client.post(gone.context["undo_url"])
    assert listed(client, project) == ["示例.pdf"]
    page = client.get(reverse("projects:project-detail", args=[project.pk]))
    said = [entry["what"] for entry in page.context["timeline"]]
    assert len(said) == 3 and all("附件“示例.pdf”" in what for what in said)
    assert [entry.action for entry in Entry.objects.order_by("number")] == ["create", "remove", "restore"]


def test_a_file_is_as_open_as_its_record_and_of_a_company_as_its_notes(
    cast: Cast, client_of: ClientOf
) -> None:
    project = make.project(department=cast.department, stage="negotiation")
    add(client_of(cast.promotion), project, ("方案.pdf", PDF))
    company = make.company(cast.zone)
    for person, name in ((cast.promotion, "底价.pdf"), (cast.office, "批示.pdf"), (cast.service, "走访.pdf")):
        assert add(client_of(person), company, (name, PDF), library="companies:company") == []
    expected = {
        "promotion": {"底价.pdf"},
        "office": {"底价.pdf", "批示.pdf", "走访.pdf"},
        "commander": {"底价.pdf", "批示.pdf", "走访.pdf"},
        "service": {"走访.pdf"},
        "rival": set(),
        "analyst": set(),
    }
    for who, names in expected.items():
        client = client_of(getattr(cast, who))
        assert set(listed(client, company, "companies:company")) == names, who
        page = client.get(reverse("companies:company-detail", args=[company.pk])).content.decode()
        assert {name for name in ("底价.pdf", "批示.pdf", "走访.pdf") if name in page} == names, who
        for file in Attachment.objects.filter(table="companies.company"):
            url = reverse("companies:company-attachment-file", args=[company.pk, file.pk])
            assert client.get(url).status_code == (200 if file.name in names else 404), (who, file.name)
    mine = Attachment.objects.get(name="方案.pdf")
    url = reverse("projects:project-attachment-file", args=[project.pk, mine.pk])
    for person, status in (
        (cast.promotion, 200),
        (cast.office, 200),
        (cast.rival, 404),
        (cast.outsider, 404),
    ):
        assert client_of(person).get(url).status_code == status
    # A file of one record is not to be had by the address of another.
    other = make.project(department=cast.department)
    wrong = reverse("projects:project-attachment-file", args=[other.pk, mine.pk])
    assert client_of(cast.office).get(wrong).status_code == 404


def test_who_may_not_write_a_record_adds_nothing_to_it(cast: Cast, client_of: ClientOf) -> None:
    project, file = make.project(cast.zone), SimpleUploadedFile("a.pdf", PDF)
    client = client_of(cast.commander)
    url = reverse("projects:project-attachment-add", args=[project.pk])
    assert client.post(url, {"file": file}).status_code == 403
    kept = make.attachment(project, cast.office)
    args = [project.pk, kept.pk]
    assert client.post(reverse("projects:project-attachment-remove", args=args)).status_code == 403
    assert Attachment.objects.filter(removed_at=None).count() == 1


def test_the_same_content_lies_once_and_goes_with_its_last_attachment(
    cast: Cast, client_of: ClientOf
) -> None:
    client, project = client_of(cast.office), make.project(cast.zone)
    add(client, project, ("一.jpg", picture()), ("二.jpg", picture()))
    one, two = Attachment.objects.order_by("pk")
    assert one.sha256 == two.sha256
    later = make.NOW + timedelta(days=3650)
    Attachment.objects.filter(pk=one.pk).update(removed_at=make.NOW)
    clean_files(now=later)
    assert Attachment.objects.get() == two and content_path(two.sha256).exists()
    Attachment.objects.update(removed_at=make.NOW)
    assert clean_files(now=make.NOW + timedelta(days=1)) == 0  # it can still be brought back
    assert clean_files(now=later) >= 1
    assert not content_path(two.sha256).exists() and not thumbnail_path(two.sha256).exists()
