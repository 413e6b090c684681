"""A month's changes: only the provinces that they touch are written anew."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from sanku.warehouse import counts
from sanku.warehouse.derive import derive
from sanku.warehouse.loading.increment import increment
from sanku.warehouse.loading.load import Order, load
from sanku.warehouse.loading.problems import LoadRefused
from sanku.warehouse.versions import Base, Version

HEADER = "企业名称,统一社会信用代码,注册资本,省份,城市,登记状态,注册地址,变更类型"
BEIJING, JINAN, YANBIAN = "911000000000192465", "91110000710925462X", "91222400126323518E"
LINES = [
    f"北京示例有限公司,{BEIJING},100万元,北京,朝阳,存续,朝阳路1号,",
    f"济南示例有限公司,{JINAN},200万元,山东,济南,存续,某路2号,",
    f"延边示例有限公司,{YANBIAN},300万元,吉林,延边,存续,某路3号,",
    "无码示例有限公司,,400万元,山东,济宁,存续,某路4号,",
    "不变示例有限公司,,500万元,浙江,杭州,存续,某路5号,",
]
EDGES = [
    "投资方,投资方统一社会信用代码,被投资企业,被投资企业统一社会信用代码,投资日期",
    f"北京示例有限公司,{BEIJING},济南示例有限公司,{JINAN},2001-01-02",
]


def write(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def companies(version: Version, columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(
            f"select {columns} from read_parquet(?, hive_partitioning=false) order by name",
            [[str(path) for path in version.company_files]],
        ).fetchall()


@pytest.fixture
def base(tmp_path: Path) -> Base:
    base = Base(tmp_path / "base")
    files = [write(tmp_path / "all.csv", [HEADER, *LINES]), write(tmp_path / "edges.csv", EDGES)]
    first = load(base, Order(files, derived=False)).version
    derive(first, only=["counts"])
    return base


def test_changes_deletions_and_new_companies(base: Base, tmp_path: Path) -> None:
    first = base.current()
    assert first is not None
    changes = write(
        tmp_path / "month.csv",
        [
            HEADER,
            f",{BEIJING},,,,注销,,",  # only the status
            f"济南新名有限公司,{JINAN},,,,,,变更",  # a new name
            f",{YANBIAN},,,,,,删除",
            "无码示例有限公司,,900万元,山东,济宁,,,",
            "新来示例有限公司,,600万元,山东,青岛,存续,,新增",
            "火星示例有限公司,,,,,,,删除",  # nobody knows it
        ],
    )
    version = increment(base, Order([changes], derived=False)).version
    assert base.current() == version
    assert companies(version, "name, status, capital_cny, former_names, region_code, address") == [
        ("不变示例有限公司", "active", 5e6, None, "330100", "某路5号"),
        ("北京示例有限公司", "cancelled", 1e6, None, "110105", "朝阳路1号"),
        ("新来示例有限公司", "active", 6e6, None, "370200", None),
        ("无码示例有限公司", "active", 9e6, None, "370800", "某路4号"),
        ("济南新名有限公司", "active", 2e6, ["济南示例有限公司"], "370100", "某路2号"),
    ]
    assert version.manifest["changes"] == {"added": 1, "changed": 3, "removed": 1, "unknown": 1}
    assert version.manifest["refused"] == {"unknown_company": 1}
    ids = {str(name)[:2]: number for name, number in companies(version, "name, company_id")}
    before = {str(name)[:2]: number for name, number in companies(first, "name, company_id")}
    assert {name: ids[name] for name in ("北京", "济南", "无码", "不变")} == {
        name: before[name] for name in ("北京", "济南", "无码", "不变")
    }
    # 吉林 has no company left, 浙江 is the same file.
    assert [path.stem for path in version.company_files] == ["11", "33", "37"]
    assert version.manifest["touched"] == ["11", "22", "37"]
    assert (version.folder / "companies" / "33.parquet").samefile(first.folder / "companies" / "33.parquet")
    assert not (version.folder / "companies" / "37.parquet").samefile(
        first.folder / "companies" / "37.parquet"
    )
    assert len(companies(first, "name")) == 5  # readers of the old version keep it


def test_counts_are_renewed_where_something_changed(base: Base, tmp_path: Path) -> None:
    first = base.current()
    assert first is not None
    changes = write(tmp_path / "month.csv", [HEADER, f",{BEIJING},,,,注销,,", f",{JINAN},,,,,,删除"])
    version = increment(base, Order([changes], derived=False)).version
    derive(version, only=["counts"], before=first)
    renewed = counts.open(version.derived("counts")).by(list(counts.BY))
    derive(version, only=["counts"], anew=True)
    assert renewed.equals(counts.open(version.derived("counts")).by(list(counts.BY)))
    by_status = counts.open(version.derived("counts")).by(["status"]).to_pylist()
    assert [(row["status"], row["companies"]) for row in by_status] == [("active", 3), ("cancelled", 1)]
    (edge,) = pq.read_table(version.investment_files[0]).to_pylist()
    assert edge["investor_id"] is not None
    assert edge["investee_id"] is None  # it is not in the base any more


def test_the_same_increment_twice_is_one_version(base: Base, tmp_path: Path) -> None:
    changes = write(tmp_path / "month.csv", [HEADER, f",{BEIJING},,,,注销,,"])
    first = increment(base, Order([changes], derived=False))
    again = increment(base, Order([changes], derived=False))
    assert (first.fresh, again.fresh) == (True, False)
    assert len(base.versions()) == 2


def test_more_investments_join_those_there_are(base: Base, tmp_path: Path) -> None:
    more = write(
        tmp_path / "more.csv", [*EDGES, f"济南示例有限公司,{JINAN},延边示例有限公司,{YANBIAN},2020-05-06"]
    )
    version = increment(base, Order([more], derived=False)).version
    rows = pq.read_table(version.investment_files[0]).to_pylist()
    assert len(rows) == 2
    assert all(row["investor_id"] and row["investee_id"] for row in rows)
    assert version.rows == 5


def test_an_empty_base_has_nothing_to_change(tmp_path: Path) -> None:
    path = write(tmp_path / "month.csv", [HEADER, LINES[0]])
    with pytest.raises(LoadRefused):
        increment(Base(tmp_path / "nothing"), Order([path]))
