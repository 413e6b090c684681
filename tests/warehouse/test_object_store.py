"""Loading from an object store: files and folders by s3:// addresses, of a store that speaks a little of S3."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import xlsxwriter

from sanku.warehouse.loading.problems import LoadRefused
from sanku.warehouse.loading.sources import Source, find, read

HEADER, ROW = ["企业名称", "城市"], ["示例机械有限公司", "济宁市"]


class Store(BaseHTTPRequestHandler):
    """A bucket `zone` of what stands in `objects`; everything else is denied."""

    objects: ClassVar[dict[str, bytes]] = {}
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer(is_body_sent=False)

    def do_GET(self) -> None:
        self.answer(is_body_sent=True)

    def answer(self, *, is_body_sent: bool) -> None:
        """Answer for a bucket, a listing, or an object or a part of it."""
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
        if bucket != "zone":
            return self.send(403, b"", is_body_sent=is_body_sent)
        if not key:
            asked = parse_qs(parts.query).get("prefix", [""])[0]
            found = [(name, body) for name, body in sorted(self.objects.items()) if name.startswith(asked)]
            lines = [
                f"<Contents><Key>{name}</Key><Size>{len(body)}</Size></Contents>" for name, body in found
            ]
            listed = f"<ListBucketResult><KeyCount>{len(found)}</KeyCount>{''.join(lines)}</ListBucketResult>"
            return self.send(200, listed.encode(), is_body_sent=is_body_sent)
        body = self.objects.get(key)
        if body is None:
            return self.send(404, b"", is_body_sent=is_body_sent)
        part = self.headers.get("Range")
        if part is None:
            return self.send(200, body, is_body_sent=is_body_sent)
        first, _, last = part.removeprefix("bytes=").partition("-")
        self.send(206, body[int(first) : int(last) + 1 if last else None], is_body_sent=is_body_sent)

    def send(self, status: int, body: bytes, *, is_body_sent: bool) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Mon, 02 Nov 2026 08:00:00 GMT")
        self.end_headers()
        if is_body_sent:
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Run a store with a text, a workbook and what is no table in one folder."""
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate((HEADER, ROW)):
            sheet.write_row(number, 0, cells)
    text = "\n".join(",".join(cells) for cells in (HEADER, ROW)).encode()
    Store.objects = {
        "bought/2026/a.csv": text,
        "bought/2026/b.xlsx": (tmp_path / "book.xlsx").read_bytes(),
        "bought/readme.md": b"#",
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "示例".encode().hex(),
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "cn-north-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    yield
    server.shutdown()


def rows_of(source: Source) -> list[tuple[str, str]]:
    """Read names and cities."""
    blocks = [rows.table for rows in read(source, 0, {}, {})]
    return [
        (row["name"].as_py(), row["city"].as_py())
        for table in blocks
        for row in [dict(zip(table.column_names, cells, strict=True)) for cells in zip(*table, strict=True)]
    ]


def test_files_and_folders_of_a_store_are_read_like_those_of_a_disk(store: None) -> None:
    sources = find(["s3://zone/bought"])
    assert [source.path for source in sources] == ["zone/bought/2026/a.csv", "zone/bought/2026/b.xlsx"]
    assert [rows_of(source) for source in sources] == [[tuple(ROW)]] * 2
    assert [rows_of(source) for source in find(["s3://zone/bought/2026/b.xlsx"])] == [[tuple(ROW)]]
    with pytest.raises(LoadRefused, match="s3://zone/nothing"):
        find(["s3://zone/nothing.csv"])


def test_a_store_that_denies_says_where_its_keys_are_given(store: None) -> None:
    with pytest.raises(LoadRefused, match=r"s3://other/a.csv[\s\S]*AWS_ACCESS_KEY_ID"):
        find(["s3://other/a.csv"])
    [source] = find(["s3://zone/bought/2026/a.csv"])
    Store.objects.clear()
    with pytest.raises(LoadRefused, match=r"s3://zone/bought/2026/a\.csv"):
        rows_of(source)
