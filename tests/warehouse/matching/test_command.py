"""`sanku match`: files in, files out, and what is said of bad ones."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import translation

from tests.warehouse.make_version import company, version
from tests.warehouse.matching.test_linking import COMPANIES

HEADER = "row,name,uscc,province,city,address\n"
LIST = (
    HEADER
    + '1,济宁市示例重型机械,,,济宁,\n7,"济宁云杉生物\n科技有限公司",,,,\n9,,,,,\n\n12,莱阳完全无关渔具厂,,,烟台,\n'
)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read what is said in the language that the tests are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("name", "uscc", "province", "city", "address"))
        writer.writerows(company[:5] for company in COMPANIES)
    return path


def matched(
    tmp_path: Path, source: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[list[dict[str, str]], dict[str, int]]:
    call_command("match", str(source), base=str(base), out=tmp_path / "out.csv", json=True)
    with (tmp_path / "out.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return rows, json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_is_linked_in_any_encoding(
    tmp_path: Path, base: Path, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "list.csv"
    source.write_bytes(LIST.encode(encoding))
    rows, summary = matched(tmp_path, source, base, capsys)
    assert list(rows[0]) == ["row", "uscc", "score", "decision", "second", "third", "why"]
    assert [row["row"] for row in rows] == ["1", "7", "9", "12"]
    assert [row["uscc"] for row in rows[:3]] == [COMPANIES[0].uscc, COMPANIES[1].uscc, ""]
    assert rows[2]["decision"] == "none" and rows[2]["score"] == "0" and rows[2]["why"]
    assert rows[3]["decision"] == "none"
    assert summary["rows"] == 4 == summary["auto"] + summary["review"] + summary["none"]


def test_a_workbook_is_linked(tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(source) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["企业名称", "城市"])
        sheet.write_row(2, 0, ["济宁市示例重型机械有限公司", "济宁"])
    rows, _summary = matched(tmp_path, source, base, capsys)
    # Rows without a number of their own are called by their place in the sheet.
    assert [(row["row"], row["uscc"]) for row in rows] == [("3", COMPANIES[0].uscc)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"row,title\n1,x\n", "name"),
        (HEADER.encode() + ",济宁示例,,,,\n".encode(), "record 2"),
        (b"\x89PNG\r\n\x1a\n" + 4 * b"\0\0\0\rIHDR", "no list"),
    ],
)
def test_a_bad_list_is_refused_with_place_and_remedy(
    tmp_path: Path, base: Path, content: bytes, said: str
) -> None:
    source = tmp_path / "list.csv"
    source.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("match", str(source), base=str(base), out=tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_what_is_not_there_is_named(tmp_path: Path, base: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text(LIST, encoding="utf-8")
    with pytest.raises(CommandError, match="nowhere"):
        call_command("match", str(source), base="nowhere", out=tmp_path / "out.csv")
    with pytest.raises(CommandError, match="missing"):
        call_command("match", str(tmp_path / "missing.csv"), base=str(base), out=tmp_path / "out.csv")
    with pytest.raises(CommandError, match="folder"):
        call_command("match", str(source), base=str(base), out=tmp_path / "no" / "out.csv")


def test_an_out_that_cannot_be_written_leaves_nothing(tmp_path: Path, base: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text(LIST, encoding="utf-8")
    (tmp_path / "taken").mkdir()
    with pytest.raises(CommandError, match="taken"):
        call_command("match", str(source), base=str(base), out=tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.csv.gz", "list.csv", "taken"]


def test_an_engine_that_is_not_known_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANKU_ENGINE", "flink://127.0.0.1:1")
    folder = tmp_path / "base"
    version(folder / "versions" / "v1", [company(1, COMPANIES[0].name)])
    source = tmp_path / "list.csv"
    source.write_text(LIST, encoding="utf-8")
    with override_settings(BASE_DIR=folder):
        with pytest.raises(CommandError, match=r"flink://127\.0\.0\.1:1.*no such engine"):
            call_command("match", str(source), base="v1", out=tmp_path / "out.csv")
        with pytest.raises(CommandError, match=r"flink://127\.0\.0\.1:1.*no such engine"):
            call_command("base", "derive", "v1", only=["counts"])
    assert not (tmp_path / "out.csv").exists()
