"""Loading: real forms of files, refusals, duplicates, kills, a full disk, two at once."""

import errno
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from django.core.management import call_command
from django.utils.translation import override

from sanku.warehouse.loading import delimited, digests, load, merging
from sanku.warehouse.loading.headers import read_mapping
from sanku.warehouse.loading.load import Order
from sanku.warehouse.loading.problems import LoadRefused, told
from sanku.warehouse.loading.sources import find
from sanku.warehouse.synthesize import synthesize
from sanku.warehouse.tables import COMPANIES, INVESTMENTS
from sanku.warehouse.versions import Base, Version, VersionInUse
from sanku.warehouse.written import mapped_anew

HEADER = "企业名称,统一社会信用代码,成立日期,注册资本(万元),省份,城市,登记状态"
GOOD = ["911000000000192465", "91110000710925462X", "91222400126323518E"]


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return Base(tmp_path / "base")


def run(base: Base, *files: Path | str, **how: object) -> Version:
    return load.load(base, Order([str(file) for file in files], derived=False, **how)).version  # type: ignore[arg-type]


def rows_of(version: Version, columns: str = "name") -> list[tuple[object, ...]]:
    if not version.company_files:
        return []
    with duckdb.connect() as connection:
        return connection.execute(
            f"select {columns} from read_parquet(?, hive_partitioning=false) order by source, source_row",
            [[str(path) for path in version.company_files]],
        ).fetchall()


def write(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


LINES = [
    f"北京示例有限公司,{GOOD[0]},2001-01-02,100,北京,朝阳,存续",
    f'"济宁示例,机械有限公司",{GOOD[1]},2001年3月,"1,000",山东,济宁,注销',
]


@pytest.mark.parametrize("form", ["utf-8", "gb18030", "gz", "bom", "xlsx", "parquet", "tsv"])
def test_the_same_rows_from_every_form(base: Base, tmp_path: Path, form: str) -> None:
    table = [HEADER.split(",")]
    cells = [
        ["北京示例有限公司", GOOD[0], "2001-01-02", "100", "北京", "朝阳", "存续"],
        ["济宁示例,机械有限公司", GOOD[1], "2001年3月", "1,000", "山东", "济宁", "注销"],
    ]
    path = tmp_path / "in.csv"
    if form in ("utf-8", "gb18030"):
        write(path, [HEADER, *LINES], form)
    elif form == "bom":
        write(path, [HEADER, *LINES], "utf-8-sig")
    elif form == "gz":
        path = tmp_path / "in.csv.gz"
        path.write_bytes(gzip.compress("\n".join([HEADER, *LINES]).encode()))
    elif form == "tsv":
        path = write(tmp_path / "in.tsv", ["\t".join(row) for row in [table[0], *cells]])
    elif form == "xlsx":
        path = tmp_path / "in.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([table[0], *cells]):
                sheet.write_row(number, 0, row)
    else:
        path = tmp_path / "in.parquet"
        columns = list(zip(*cells, strict=True))
        pq.write_table(
            pa.table({name: list(column) for name, column in zip(table[0], columns, strict=True)}), path
        )
    version = run(base, path)
    assert rows_of(
        version, "name, uscc, registered_on::varchar, capital_cny, region_code, status, source_row"
    ) == [
        ("北京示例有限公司", GOOD[0], "2001-01-02", 1e6, "110105", "active", 2),
        ("济宁示例,机械有限公司", GOOD[1], "2001-03-01", 1e7, "370800", "cancelled", 3),
    ]
    assert version.manifest["refused"] == {}


def test_files_have_the_schema_and_order_of_the_dictionary(base: Base, tmp_path: Path) -> None:
    synthesize(4_000, tmp_path / "c.csv", seed=5, investments=tmp_path / "i.csv")
    version = run(base, tmp_path / "c.csv", tmp_path / "i.csv")
    for path, table in ((version.company_files[3], COMPANIES), (version.investment_files[0], INVESTMENTS)):
        found = pq.read_schema(path)
        assert [(field.name, field.type) for field in found] == [
            (field.name, field.type) for field in table.schema
        ]
    assert [path.name for path in version.company_files] == sorted(
        path.name for path in version.company_files
    )
    for path in version.company_files:
        assert set(pq.read_table(path, columns=["region_code"])["region_code"].to_pylist()) - {None}
        assert {code[:2] for code in pq.read_table(path)["region_code"].to_pylist()} == {path.stem}
    statistics = pq.read_metadata(version.company_files[3]).row_group(0).column(0).statistics
    assert statistics.has_min_max
    ids = [row[0] for row in rows_of(version, "company_id")]
    assert len(set(ids)) == len(ids) == version.rows
    with duckdb.connect() as connection:
        linked = connection.execute(
            "select count(*), count(investor_id), count(investee_id) from read_parquet(?)",
            [str(version.investment_files[0])],
        ).fetchone()
    assert linked is not None
    assert linked[1] / linked[0] > 0.9


def test_duplicates_go_and_the_fuller_row_stays(base: Base, tmp_path: Path) -> None:
    path = write(
        tmp_path / "in.csv",
        [
            HEADER,
            f"北京示例有限公司,{GOOD[0]},,,北京,朝阳,",
            f"北京示例有限公司,{GOOD[0]},2001-01-02,100,北京,朝阳,存续",
            f"北京示例有限公司,{GOOD[0]},,100,上海,,",  # the same code elsewhere
            "北京示例有限公司,,2001-01-02,100,北京,朝阳,存续",  # the same name and place without a code
            "北京示例有限公司,,2001-01-02,100,山东,济宁,存续",  # the same name in another city is another company
            "无码公司,,,,山东,济宁,",
            "无码公司,,,5,山东,济宁市,",
        ],
    )
    version = run(base, path)
    assert rows_of(version, "source_row") == [(3,), (6,), (8,)]
    assert version.manifest["refused"] == {"duplicate_code": 2, "duplicate_name": 2}
    refused = pq.read_table(version.folder / "refused" / "refused.parquet").to_pylist()
    assert [row["source_row"] for row in refused] == [2, 4, 5, 7]


def test_bad_lines_are_refused_with_their_row_and_reason(base: Base, tmp_path: Path) -> None:
    lines = [HEADER.encode(), *(f"第{n}示例有限公司,,,,山东,济宁,存续".encode() for n in range(300))]
    lines[10] = b"too,few"
    lines[20] = "坏编码公司,,,,山东,济宁,存续".encode("gb18030")
    lines[30] = b"x" * (3 << 20) + b",,,,,,"
    lines[40] = ",,,,山东,济宁,存续".encode()
    path = tmp_path / "in.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    version = run(base, path)
    assert version.manifest["refused"] == {"cells": 1, "encoding": 1, "line_too_long": 1, "no_name": 1}
    refused = pq.read_table(version.folder / "refused" / "refused.parquet").to_pylist()
    assert {row["reason"]: row["source_row"] for row in refused} == {
        "cells": 11, "encoding": 21, "line_too_long": 31, "no_name": 41,
    }  # fmt: skip
    assert tuple(row for row in rows_of(version, "name, source_row") if row[1] == 300) == (
        ("第298示例有限公司", 300),
    )
    assert version.rows == 296


def test_a_line_of_100_mb_does_no_harm(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    with path.open("wb") as out:
        out.write(f"{HEADER}\n{LINES[0]}\n".encode())
        for _ in range(100):
            out.write(b"x" * (1 << 20))
        out.write(f",,,,,,\n{LINES[1]}\n".encode())
    version = run(base, path)
    assert version.rows == 2
    assert version.manifest["refused"] == {"line_too_long": 1}


def test_an_open_quotation_mark_costs_its_line_only(base: Base, tmp_path: Path) -> None:
    lines = [
        HEADER,
        *LINES,
        '"开引号公司,,,,山东,济宁,存续',
        *(f"第{n}公司,,,,山东,济宁,存续" for n in range(50)),
    ]
    version = run(base, write(tmp_path / "in.csv", lines))
    assert version.rows >= 50


def test_another_encoding_half_way_is_refused(base: Base, tmp_path: Path) -> None:
    first = run(base, write(tmp_path / "good.csv", [HEADER, *LINES]))
    path = tmp_path / "mixed.csv"
    half = "\n".join([HEADER, *(f"第{n}公司,,,,山东,济宁," for n in range(40_000))]).encode()
    path.write_bytes(
        half + b"\n" + "\n".join(f"第{n}号厂,,,,山东,济宁," for n in range(90_000)).encode("gb18030")
    )
    with pytest.raises(LoadRefused, match=r"mixed\.csv"):
        run(base, path)
    assert base.current() == first
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\xd8" * 1000)
    with pytest.raises(LoadRefused):
        run(base, binary)


def test_damaged_parquet_and_gzip_are_refused_and_nothing_published_changes(
    base: Base, tmp_path: Path
) -> None:
    first = run(base, write(tmp_path / "good.csv", [HEADER, *LINES]))
    synthesize(3_000, tmp_path / "whole.parquet", seed=1)
    content = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[: len(content) // 2])
    packed = gzip.compress((tmp_path / "good.csv").read_bytes() * 500)
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    for name in ("cut.parquet", "cut.csv.gz"):
        with pytest.raises(LoadRefused, match=name):
            run(base, tmp_path / name)
        assert base.current() == first
        assert rows_of(first)


def test_a_column_may_change_its_type_half_way(base: Base, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    pq.write_table(
        pa.table({"name": ["甲示例公司"], "regdate": pa.array([36893], pa.int64()), "capital": [1e6]}),
        folder / "a.parquet",
    )
    pq.write_table(
        pa.table({"name": ["乙示例公司"], "regdate": ["2001-01-02"], "capital": ["100万元"]}),
        folder / "b.parquet",
    )
    version = run(base, folder)
    assert rows_of(version, "name, registered_on::varchar, capital_cny") == [
        ("甲示例公司", "2001-01-02", 1e6),
        ("乙示例公司", "2001-01-02", 1e6),
    ]
    lines = [HEADER, *LINES, f"丙示例公司,{GOOD[2]},真的不知道哪天,很多,山东,济宁,不明"]
    version = run(base, write(tmp_path / "in.csv", lines))
    assert version.manifest["notes"] == {"note_date": 1, "note_capital": 1, "note_status": 1}
    assert version.manifest["samples"]["note_date"] == ["丙示例公司"]


def test_the_same_files_are_the_same_version(base: Base, tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", [HEADER, *LINES])
    first = load.load(base, Order([str(path)], derived=False))
    again = load.load(base, Order([str(path)], derived=False))
    assert (first.fresh, again.fresh) == (True, False)
    assert first.version == again.version
    assert len(base.versions()) == 1
    other = run(base, write(tmp_path / "other.csv", [HEADER, LINES[0]]))
    assert base.current() == other
    with pytest.raises(LoadRefused):
        run(base, path, name=other.name)
    with pytest.raises(VersionInUse):
        base.drop(other.name)


def test_headers_are_known_by_many_words_or_told(base: Base, tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", ["单位,代号", f"甲示例公司,{GOOD[0]}"])
    with pytest.raises(LoadRefused, match="单位"):
        run(base, path)
    version = run(base, path, mapping=read_mapping(["单位=name,代号=uscc"]))
    assert rows_of(version, "name, uscc") == [("甲示例公司", GOOD[0])]
    assert read_mapping(['{"单位": "name"}']) == {"单位": "name"}
    with pytest.raises(LoadRefused, match="colour"):
        read_mapping(["单位=colour"])


def test_investments_alone_and_with_their_companies(base: Base, tmp_path: Path) -> None:
    companies = write(tmp_path / "c.csv", [HEADER, *LINES])
    edges = write(
        tmp_path / "e.csv",
        [
            "parent_name,parent_uscc,child_name,child_uscc,child_reg_date,child_city",
            f"北京示例有限公司,{GOOD[0]},济宁示例机械有限公司,{GOOD[1]},1999-05-04,济宁",
            f"北京示例有限公司,{GOOD[0]},济宁示例机械有限公司,{GOOD[1]},1999-05-04,济宁",
            f",{GOOD[0]},无,,1999-05-04,济宁",
        ],
    )
    version = run(base, companies, edges)
    (edge,) = pq.read_table(version.investment_files[0]).to_pylist()
    ids = {code: number for code, number in rows_of(version, "uscc, company_id")}
    assert (edge["investor_id"], edge["investee_id"]) == (ids[GOOD[0]], ids[GOOD[1]])
    assert (edge["kind"], edge["region_code"], str(edge["invested_on"])) == ("branch", "370800", "1999-05-04")
    assert version.manifest["refused"] == {"no_investor": 1}


def _environment(base: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "sanku.config.settings",  # those of tests take no folders from outside
        "SANKU_BASE_DIR": str(base),
        "SANKU_DATA_DIR": str(base / "data"),
        "SANKU_LANGUAGE": "en",
    }


SMALL_BLOCKS = 1 << 17
LOAD = """
import sys
import django
django.setup()
from pathlib import Path
from sanku.warehouse.loading import delimited, load
from sanku.warehouse.versions import Base
delimited.blocks.__defaults__ = (int(sys.argv[3]),)
load.load(Base(Path(sys.argv[1])), load.Order([sys.argv[2]], derived=False))
"""


def test_a_killed_load_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.csv"
    synthesize(8_000, source, seed=2)
    killed = Base(tmp_path / "killed")
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(killed.folder), str(source), str(SMALL_BLOCKS)],
        env=_environment(killed.folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and len(list(killed.folder.glob("staging/*/blocks/*.json"))) < 4:
        time.sleep(0.01)
        assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    # With the blocks that are done: what a second load reads again would change them.
    whole = {path: path.stat().st_mtime_ns for path in killed.folder.glob("staging/*/blocks/*.json")}
    assert len(whole) >= 4
    assert killed.current() is None
    published, kept = load.published, dict[Path, int]()

    def noted(base: Base, staged: Path) -> Version:
        kept.update({path: path.stat().st_mtime_ns for path in (staged / "blocks").glob("*.json")})
        return published(base, staged)

    monkeypatch.setattr(delimited.blocks, "__defaults__", (SMALL_BLOCKS,))
    monkeypatch.setattr(load, "published", noted)
    version = run(killed, source)
    assert whole.items() <= kept.items() and len(kept) > len(whole)
    assert not list(killed.folder.glob("staging/*"))
    monkeypatch.undo()
    at_once = run(Base(tmp_path / "at_once"), source)
    everything = ", ".join(column.name for column in COMPANIES.columns)
    assert rows_of(version, everything) == rows_of(at_once, everything)


def test_a_full_disk_leaves_what_is_published(tmp_path: Path) -> None:
    base = Base(tmp_path / "base")
    first = run(base, write(tmp_path / "good.csv", [HEADER, *LINES]))
    source = tmp_path / "in.csv"
    synthesize(5_000, source, seed=2)
    limited = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 17}, {1 << 17}))\n"
    limited += "import sys; from sanku.config.command import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", limited, "base", "load", str(source)],
        env=_environment(base.folder), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "The disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert base.current() == first
    assert rows_of(first)
    assert run(base, source) == base.current() != first


def test_too_little_memory_is_not_called_a_full_disk() -> None:
    full = duckdb.OutOfMemoryException("failed to offload: 'max_temp_directory_size' is reached")
    short = OSError("19981 requested and 17376 written")
    small = duckdb.OutOfMemoryException("could not allocate block of size 32.0 KiB\n\nPossible solutions:")
    for error, says in (
        (full, "The disk is full"),
        (short, "The disk is full"),
        (small, "32.0 KiB. Give"),
        (MemoryError(), "SANKU_ENGINE_MEMORY"),
    ):
        with override("en"), pytest.raises(LoadRefused, match=says) as refused, told():
            raise error
        assert ("Memory ran out" in str(refused.value)) == (error not in (full, short))


def test_room_for_a_mapped_file_is_taken_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written into a map of a full disk ends the process without a word."""
    made = mapped_anew(tmp_path / "numbers.npy", np.uint32, (3,))
    made[:] = 1, 2, 3
    assert np.load(tmp_path / "numbers.npy").tolist() == [1, 2, 3]

    def full(*_how: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(LoadRefused, match=r"disk is full|磁盘"), told():
        mapped_anew(tmp_path / "more.npy", np.uint32, (3,))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (HEADER + "\n", "none below the header"),
        (HEADER + "\n12,,,,,,\n", "the name is a number"),
    ],
)
def test_a_file_without_companies_is_refused_in_words(
    base: Base, tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "in.csv"
    path.write_text(text, encoding="utf-8")
    with override("en"), pytest.raises(LoadRefused, match=says):
        run(base, path)
    assert not list(base.folder.glob("staging/*"))


def test_a_load_that_cannot_go_on_is_removed_by_the_next(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load that was broken off goes on with the same unchanged files; once they are changed or gone, nothing does."""

    def stopped(*_what: object, **_how: object) -> None:
        raise KeyboardInterrupt

    kept, changed = (write(tmp_path / f"{name}.csv", [HEADER, *LINES]) for name in ("kept", "changed"))
    other = write(tmp_path / "other.csv", [HEADER, LINES[0]])
    with monkeypatch.context() as patched:
        patched.setattr(load, "finish", stopped)
        patched.setattr(load, "digest_of", lambda *what, **how: "")
        for path in (kept, changed):
            with pytest.raises(KeyboardInterrupt):
                run(base, path)
    left = sorted(base.folder.glob("staging/*"))
    assert len(left) == 2
    of_an_earlier_edition = base.folder / "staging" / "earlier"
    of_an_earlier_edition.mkdir()
    (of_an_earlier_edition / "load.json").write_text('{"digest": "1"}', encoding="utf-8")
    os.utime(changed, ns=(1, 1))
    run(base, other)
    [goes_on] = base.folder.glob("staging/*")
    assert run(base, kept).name == goes_on.name
    assert not list(base.folder.glob("staging/*"))


def test_the_digest_is_of_the_content_whether_made_before_reading_or_beside(
    base: Base, tmp_path: Path
) -> None:
    path = write(tmp_path / "in.csv", [HEADER, *LINES])
    first = run(base, path)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(path.read_bytes())
    assert run(base, copy) == first  # of the same size: looked at first
    same_size = write(tmp_path / "same.csv", [HEADER, LINES[0].replace("100", "200"), LINES[1]])
    second = run(base, same_size)
    assert second != first
    apart = run(Base(tmp_path / "apart"), same_size)  # looked at beside its reading
    assert apart.manifest["digest"] == second.manifest["digest"] != first.manifest["digest"]


@pytest.mark.parametrize("gone", [False, True])
def test_digests_go_a_little_before_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    monkeypatch.setattr(digests, "PIECE", 10)
    monkeypatch.setattr(digests, "BEFORE", 25)
    monkeypatch.setattr(digests, "KEPT", 5)
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * 95)
    sources = find(list(map(str, paths)))
    if gone:
        paths[1].unlink()
    with digests.Digests(sources).running() as running:
        running.follow(120)
        if gone:
            with pytest.raises(LoadRefused, match=r"b\.csv"):
                running.all()
        else:
            assert running.all() == [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def test_the_second_of_two_loads_waits_or_is_refused(base: Base, tmp_path: Path) -> None:
    path = write(tmp_path / "in.csv", [HEADER, *LINES])
    holder = "import fcntl, sys, time; f = open(sys.argv[1], 'a+'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); time.sleep(3)"
    base.folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(base.folder / "load.lock")], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(LoadRefused, match=r"process|进程"):
            run(base, path, wait=False)
        said: list[str] = []
        outcome = load.load(base, Order([str(path)], derived=False), say=said.append)
        assert outcome.fresh
        assert len(said) == 1


def test_command_reports_in_json_and_counts(
    tmp_path: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BASE_DIR = tmp_path / "base"  # type: ignore[attr-defined]
    path = write(tmp_path / "in.csv", [HEADER, *LINES, f"又一示例公司,{GOOD[0]},,,,,"])
    call_command("base", "load", str(path), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["companies"], answer["refused"]) == (2, {"duplicate_code": 1})
    call_command("base", "load", str(path))
    assert answer["version"] in capsys.readouterr().out
    call_command("base", "counts", "--by", "province,status", "--json")
    assert [(row["region_code"], row["companies"]) for row in json.loads(capsys.readouterr().out)] == [
        ("11", 1),
        ("37", 1),
    ]
    call_command("base", "versions")
    assert "* " + answer["version"] in capsys.readouterr().out


def test_blocks_end_at_records_not_inside_quotation_marks() -> None:
    import io

    record = b'a,"b\nc",d\n'
    found = list(delimited.blocks(io.BytesIO(record * 1_000), 0, 1_024))
    assert b"".join(block.data for block in found) == record * 1_000
    assert all(block.data.endswith(b"d\n") for block in found)


def test_duplicates_of_many_blocks_are_handed_over_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty million rows are 400 blocks with a few hundred suspects each: DuckDB ran out of memory over so many."""
    monkeypatch.setattr(merging, "ROWS_TOGETHER", 3)
    batches = [pa.record_batch({"seq": [number]}) for number in range(7)]
    together = [batch["seq"].to_pylist() for batch in merging.gathered(iter(batches))]
    assert together == [[0, 1, 2], [3, 4, 5], [6]]
