"""Opening files by their content, and refusing hostile ones before they unfold."""

import datetime as dt
import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from sanku.common.sheets import CellError, Refused, column_index, column_letter, markup, open_workbook
from sanku.common.sheets.biff import check_globals
from sanku.common.sheets.delimited import decode, read_delimited, read_records
from sanku.common.sheets.formats import read_format
from tests.intake.build import raw_xlsx, text_file, worksheet, xlsx


def refusal(path: Path) -> str:
    """Return why a file is refused."""
    with pytest.raises(Refused) as raised:
        open_workbook(path)
    return raised.value.reason


def test_names_columns_as_the_program_does() -> None:
    """A, Z, AA, XFD, both ways."""
    assert [column_letter(index) for index in (0, 25, 26, 16383)] == ["A", "Z", "AA", "XFD"]
    assert [column_index(name) for name in ("A", "AA", "XFD")] == [0, 26, 16383]


def test_reads_values_merges_hidden_rows_and_units(tmp_path: Path) -> None:
    """What later stages need of an .xlsx."""
    path = xlsx(
        tmp_path / "a.xlsx",
        {"表": [["企业", "金额"], ["示例甲", 3.5], [None, 4]], "藏": [["x"]]},
        merges={"表": [(1, 0, 2, 0)]},
        hidden_rows={"表": [2]},
        hidden_sheets=["藏"],
        formats={("表", 1, 1): '0.0"亿元"'},
    )
    sheet, hidden = open_workbook(path).sheets
    assert sheet.rows[2] == ["示例甲", 3.5]
    assert sheet.merges[0] == (2, 0, 3, 0)
    assert sheet.hidden_rows == {3}
    assert sheet.formats == {(2, 1): "亿元"}
    assert hidden.hidden and not sheet.hidden


def test_reads_dates_of_1904(tmp_path: Path) -> None:
    """The same day comes out whatever epoch the workbook counts from."""
    for epoch in (False, True):
        path = xlsx(
            tmp_path / f"{epoch}.xlsx",
            {"表": [[dt.date(2020, 5, 6)]]},
            formats={("表", 0, 0): "yyyy-mm-dd"},
            date_1904=epoch,
        )
        assert open_workbook(path).sheets[0].rows[1] == [dt.date(2020, 5, 6)]


def test_reads_raw_xml_of_other_programs(tmp_path: Path) -> None:
    """Inline strings, rich text without its phonetics, errors, booleans, formulas with and without a stored value."""
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>示例</t></r><r><t>公司</t></r><rPh><t>shi</t></rPh></is></c>'
        '<c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="b"><v>1</v></c><c t="str"><f>A1</f><v>甲_x000D_</v></c></row>'
        "<row><c><f>SUM(B1:B9)</f></c><c><v>1.5E3</v></c></row>"
    )
    sheet = open_workbook(
        raw_xlsx(tmp_path / "a.xlsx", worksheet(cells, before='<dimension ref="A1:XFD1048576"/>'))
    ).sheets[0]
    assert sheet.rows[1] == ["示例公司", CellError("#DIV/0!"), True, "甲\n"]
    assert isinstance(sheet.rows[1][1], CellError)
    assert sheet.rows[2] == [None, 1500.0]
    assert sheet.empty_formulas == {(2, 0)}


def test_reads_an_old_xls(tmp_path: Path) -> None:
    """Values, dates, hidden rows and merges of BIFF."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名录")
    sheet.write(0, 0, "示例甲公司")
    sheet.write(0, 1, dt.date(2001, 2, 3), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write_merge(1, 2, 0, 0, "山东省")
    sheet.write(2, 1, 12.5)
    sheet.row(2).hidden = True
    book.save(str(tmp_path / "a.xls"))
    read = open_workbook(tmp_path / "a.xls")
    assert read.type == "xls"
    assert read.sheets[0].rows[1] == ["示例甲公司", dt.date(2001, 2, 3)]
    assert read.sheets[0].merges == [(2, 0, 3, 0)]
    assert read.sheets[0].hidden_rows == {3}


def ods(path: Path, rows: list[list[TableCell]], repeat: dict[int, str] | None = None) -> Path:
    """Write an .ods from cells."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="表")
    for number, cells in enumerate(rows):
        row = TableRow(numberrowsrepeated=(repeat or {}).get(number, "1"))
        for cell in cells:
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def text_cell(text: str, **attributes: str) -> TableCell:
    """Return a cell of text."""
    cell = TableCell(valuetype="string", **attributes)
    cell.addElement(P(text=text))
    return cell


def test_reads_an_ods(tmp_path: Path) -> None:
    """Repeated and merged cells, numbers, percentages, a million empty rows at the end."""
    rows = [
        [text_cell("甲", numbercolumnsrepeated="2"), TableCell(valuetype="float", value="7")],
        [text_cell("并", numberrowsspanned="2"), TableCell(valuetype="percentage", value="0.25")],
        [TableCell()],
    ]
    sheet = open_workbook(ods(tmp_path / "a.ods", rows, {2: "1048570"})).sheets[0]
    assert sheet.rows[1] == ["甲", "甲", 7]
    assert sheet.rows[2] == ["并", 0.25]
    assert sheet.formats == {(2, 1): "%"}
    assert sheet.merges == [(2, 0, 3, 0)]
    assert len(sheet.rows) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_finds_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    """Whatever program wrote it, the same two records come out."""
    rows = [["企业名称", "备注"], ["示例甲公司", '含"引号"、逗号, 分号; 和\n换行'], ["示例乙公司", "无"]]
    path = text_file(tmp_path / "a.csv", rows, encoding=encoding, separator=separator)
    read = open_workbook(path)
    assert read.delimiter == separator
    assert list(read.sheets[0].rows.values()) == rows


def test_tells_traditional_big5_from_gb18030() -> None:
    """Bytes of Big5 would decode as GB18030, into nonsense."""
    assert decode("企業名稱,聯絡電話\n示例股份有限公司,02-0000".encode("big5"))[1] == "big5hkscs"


def test_loses_one_record_to_an_open_quote() -> None:
    """A quote that never closes must not swallow the rest of the file."""
    text = '名称,产品,电话\n示例甲,"轴承,1\n示例乙,阀门,2\n示例丙,泵,3\n'
    assert [record[0] for record in read_records(text, ",")] == ["名称", "示例甲", "示例乙", "示例丙"]


@pytest.mark.parametrize(
    ("code", "kind", "unit"),
    [
        ("yyyy\\-mm\\-dd", "date", ""),
        ('yyyy"年"m"月"', "date", ""),
        ('0.00"万元"', "unit", "万元"),
        ("0.0%", "percent", "%"),
        ("#,##0.00", "plain", ""),
        ('0!.0000"万元"', "plain", ""),
        ("General", "plain", ""),
        ("[h]:mm", "date", ""),
        ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "plain", ""),
    ],
)
def test_understands_number_formats(code: str, kind: str, unit: str) -> None:
    """Which formats make dates, and which print a unit that the number is really in."""
    assert read_format(code) == (kind, unit)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "wrong_type"),
        (b"%PDF-1.7 ...", "wrong_type"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "wrong_type"),
        (b"MZ\x90\x00\x03", "wrong_type"),
        ("<html><table><tr><td>示例</td></tr></table></html>".encode(), "wrong_type"),
        (b'{"a": 1}', "wrong_type"),
        (b"PK\x03\x04" + b"\0" * 64, "corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "corrupt"),
        (bytes(range(256)) * 20, "wrong_type"),
    ],
)
def test_refuses_what_is_no_workbook(tmp_path: Path, content: bytes, reason: str) -> None:
    """By content, whatever the name says."""
    path = tmp_path / "台账.xlsx"
    path.write_bytes(content)
    assert refusal(path) == reason


def test_refuses_a_truncated_workbook(tmp_path: Path) -> None:
    """Half an archive is damaged."""
    path = xlsx(tmp_path / "a.xlsx", {"表": [["示例"] * 5] * 50})
    path.write_bytes(path.read_bytes()[:-400])
    assert refusal(path) == "corrupt"


def test_refuses_macros(tmp_path: Path) -> None:
    """By the part, not by the ending."""
    assert (
        refusal(raw_xlsx(tmp_path / "a.xlsx", worksheet(""), extra={"xl/vbaProject.bin": b"x"})) == "macros"
    )


@pytest.mark.parametrize(
    ("record", "body", "reason"),
    [(0x2F, b"\0\0", "password_protected"), (0x85, b"\0\0\0\0\0\x01\x02\0M1", "macros")],
)
def test_refuses_locked_or_macro_records_of_old_workbooks(record: int, body: bytes, reason: str) -> None:
    """FILEPASS encrypts what follows; a bound sheet of type 1 holds Excel 4.0 macros."""
    stream = struct.pack("<HH", 0x809, 4) + b"\0\6\5\0" + struct.pack("<HH", record, len(body)) + body
    with pytest.raises(Refused) as raised:
        check_globals(stream)
    assert raised.value.reason == reason


def test_refuses_locked_archives(tmp_path: Path) -> None:
    """A zip whose parts are encrypted."""
    path = xlsx(tmp_path / "a.xlsx", {"表": [["示例"]]})
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(bytes(content))
    assert refusal(path) == "password_protected"


def test_refuses_other_office_documents(tmp_path: Path) -> None:
    """A text document under the name of a workbook."""
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(tmp_path / "a.xlsx") == "wrong_type"


def test_reads_codes_that_an_export_wrote_as_formulas() -> None:
    """A code in ="…" is the code."""
    book = read_delimited('企业名称,编号\n示例甲,"=""0091"""\n'.encode())
    assert book.sheets[0].rows[2] == ["示例甲", "0091"]


def test_refuses_an_archive_whose_parts_are_damaged(tmp_path: Path) -> None:
    """Also where the part is read before any sheet: the type of an .ods."""
    path = ods(tmp_path / "a.ods", [[text_cell("名称")]])
    content = bytearray(path.read_bytes())
    content[content.index(b"mimetype")] ^= 1
    path.write_bytes(content)
    assert refusal(path) == "corrupt"


def test_reads_a_record_with_a_stray_quote_and_a_line_break() -> None:
    """What the csv module gives up on is split plainly."""
    text = '名称,产品\n示例甲 "一,轴承\n二",阀门\n'
    assert len(list(read_records(text, ","))) >= 2


def test_refuses_endless_nesting(tmp_path: Path) -> None:
    """A sheet whose elements stand in one another a thousandfold is none."""
    nested = worksheet("<row>" + "<c>" * 1000 + "</c>" * 1000 + "</row>")
    assert refusal(raw_xlsx(tmp_path / "a.xlsx", nested)) == "corrupt"


def hostile_sheets() -> dict[str, str]:
    """Sheets that are small on disk and large in memory."""
    return {
        "far columns": worksheet('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>'),
        "far rows": worksheet('<row r="99999999"><c r="A99999999"><v>1</v></c></row>'),
        "many columns": worksheet(
            "".join(f'<row r="{r}">' + "<c><v>1</v></c>" * 9000 + "</row>" for r in range(1, 30))
        ),
        "sparse": worksheet(
            "".join(f'<row r="{r}"><c r="XFD{r}"><v>1</v></c></row>' for r in range(1, 4000))
        ),
        "entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        + worksheet('<row><c t="str"><v>&b;</v></c></row>'),
    }


@pytest.mark.parametrize("name", hostile_sheets())
def test_refuses_sheets_that_unfold(tmp_path: Path, name: str) -> None:
    """Within a few megabytes of memory."""
    path = raw_xlsx(tmp_path / "a.xlsx", hostile_sheets()[name])
    tracemalloc.start()
    assert refusal(path) == "expands_too_far"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300 << 20


def test_refuses_a_bomb_by_its_directory(tmp_path: Path) -> None:
    """A part of 60 MB that packs into 60 KB is not unpacked."""
    path = raw_xlsx(tmp_path / "a.xlsx", worksheet(""), extra={"xl/media/x.xml": b" " * (60 << 20)})
    tracemalloc.start()
    assert refusal(path) == "expands_too_far"
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()


def test_refuses_a_text_told_a_million_times(tmp_path: Path) -> None:
    """One long shared string, referred to from many cells."""
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + "示" * 30_000
        + "</t></si></sst>"
    )
    rows = "".join(f'<row r="{r}">' + '<c t="s"><v>0</v></c>' * 10 + "</row>" for r in range(1, 1000))
    assert refusal(raw_xlsx(tmp_path / "a.xlsx", worksheet(rows), strings=strings)) == "expands_too_far"


def test_refuses_repeated_content_in_an_ods(tmp_path: Path) -> None:
    """A filled row repeated a million times, over a thousand columns."""
    rows = [[text_cell("示例", numbercolumnsrepeated="1000")]]
    assert refusal(ods(tmp_path / "a.ods", rows, {0: "1048576"})) == "expands_too_far"


def test_never_follows_external_links(tmp_path: Path) -> None:
    """A sheet said to lie elsewhere is not fetched; without another one nothing is left to read."""
    buffer = io.BytesIO(raw_xlsx(tmp_path / "a.xlsx", worksheet("")).read_bytes())
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for item in source.namelist():
            content = source.read(item).replace(
                b'Target="worksheets/sheet1.xml"',
                b'Target="http://example.invalid/s.xml" TargetMode="External"',
            )
            target.writestr(item, content)
    assert refusal(tmp_path / "b.xlsx") == "corrupt"


# Bodies of a sheet that a parser and the shortcut past it must read alike.
ROWS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="C1" t="s"><v>1</v></c><c r="D1" s="1"/><c r="E1" t="b"><v>1</v></c></row>',
    '<row r="2" spans="1:3" hidden="1"><c r="A2"><v>2.5</v></c></row>\n<row r="3"><c r="A3"><v>1e3</v></c></row>',
    '<row r="4"><c r="B4" t="inlineStr"><is><t xml:space="preserve"> 示例 </t></is></c><c r="A4"><v>7</v></c></row>',
    '<row r="5"><c r="A5" t="str"><f>1+1</f><v>二</v></c><c r="B5" t="e"><v>#N/A</v></c><c r="C5"><f>1</f></c></row>',
    '<row r="6"><c r="A6" t="inlineStr"><is><t>a&amp;b&#10;c</t></is></c></row>',
    '<row r="7"><c r="A7" t="str"><v><![CDATA[<row r="9">]]></v></c></row>',
    '<!-- <row r="8"><c r="A8"><v>8</v></c></row> --><row r="9"><c r="A9"><v>9</v></c></row>',
    '<row><c><v>3</v></c><c t="s"><v>0</v></c></row><row r="20"><c r="ZZ20"><v>1</v></c></row>',
    '<row r="10"><c r="A10" t="inlineStr"><is><r><t>示</t></r><r><t>例</t></r><rPh><t>shi</t></rPh></is></c></row>',
    '<row r="11"><c r="A11" t="s"><v>99</v></c><c r="B11" t="n"><v>x</v></c></row>',
    '<row r="12"><c r="A12" t="str"><v>\x01</v></c></row>',
    '<row r="13"><c r="A13" t="str"><v>_x4F60_\r\n</v></c><c r="A13"><v>5</v></c></row>',
    '<row r="14"><c r="A14"><v></v></c><c r="B14" s="1"><v>40000</v></c></row><row r="14"><c r="A14"><v>1</v></c></row>',
    '<x:row xmlns:x="u" r="15"><x:c r="A15"><x:v>1</x:v></x:c></x:row><row r="16"><c r="A16"><v>1</v></c></row>',
    '<row r="17"><c r="A17"><v>1</v></row>',
)


@pytest.mark.parametrize("rows", [*ROWS, "".join(ROWS[:6]), ROWS[0] * 2 + ROWS[7]])
def test_rows_as_nearly_all_are_written_are_read_as_the_parser_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: str
) -> None:
    """Whatever looks otherwise comes to the parser; pieces end anywhere."""
    strings = "<sst><si><t>一</t></si><si><t>二 </t></si><si><r><t>三</t></r></si></sst>"
    path = raw_xlsx(tmp_path / "a.xlsx", worksheet(rows), strings=strings)
    monkeypatch.setattr(markup, "_CHUNK", 37)
    found: list[object] = []
    for besides in (markup._besides, lambda chunks, shortcut: chunks):
        monkeypatch.setattr(markup, "_besides", besides)
        try:
            found.append(open_workbook(path).sheets)
        except Refused as refused:
            found.append((refused.reason, refused.detail))
    assert found[0] == found[1]


def test_the_shortcut_takes_rows_and_leaves_other_encodings(tmp_path: Path) -> None:
    taken: list[str] = []
    shortcut = markup.Shortcut(b"<d>", b"<r>", b"</r>", lambda text: bool(taken.append(text) or text))  # type: ignore[func-returns-value]
    for head in ("", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="gb2312"?>'):
        whole = f"{head}<d><r>1</r> <r>2</r></d>".encode()
        left = b"".join(markup._besides(iter([whole[:30], whole[30:]]), shortcut))
        assert (left == whole) == ("gb2312" in head)
    assert taken == ["<r>1</r>", "<r>2</r>"] * 2
