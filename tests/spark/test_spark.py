"""What the cluster makes is what one machine makes: load, counts, matches."""

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sanku.warehouse import cluster
from sanku.warehouse.derive import derive
from sanku.warehouse.loading import delimited, load
from sanku.warehouse.loading.load import Order
from sanku.warehouse.loading.problems import LoadRefused
from sanku.warehouse.matching import bases, linking
from sanku.warehouse.synthesize import synthesize
from sanku.warehouse.versions import Base, Version

MASTER = os.environ["SPARK_MASTER_OF_TESTS"]
SETTINGS = (
    "spark.executor.memory=512m;spark.driver.memory=512m;spark.sql.shuffle.partitions=4;"
    "spark.driver.host=127.0.0.1"
)
ROWS = 4000


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Version, Version]]:
    """Load the same files, with duplicates and rows to refuse, on one machine and on the cluster."""
    folder = tmp_path_factory.mktemp("spark")
    files = [folder / "companies.csv", folder / "again.csv"]
    edges = folder / "edges.csv"
    synthesize(ROWS, files[0], seed=7, investments=edges)
    lines = files[0].read_text(encoding="utf-8").splitlines()
    wrong = [lines[1].replace(lines[1].split(",")[0], "12345", 1), "," * lines[0].count(",")]
    files[1].write_text("\n".join([lines[0], *lines[1:300], *wrong]) + "\n", encoding="utf-8")
    order = Order([str(path) for path in (*files, edges)], name="v", derived=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BLOCK", 100_000)  # several blocks of a small file
        patch.delenv("SANKU_ENGINE", raising=False)
        here = load.load(Base(folder / "duckdb"), order).version
        derive(here, only=["counts", "matching"])
        patch.setenv("SANKU_SPARK_CONF", SETTINGS)
        patch.setenv("SANKU_ENGINE", MASTER)
        there = load.load(Base(folder / "spark"), order).version
        derive(there, only=["counts", "matching"])
        yield here, there
    cluster.session().stop()


def table(version: Version, name: str) -> pa.Table:
    return pq.read_table(version.folder / name)


def test_the_cluster_runs_on_two_workers(versions: tuple[Version, Version]) -> None:
    # The parent of the process that runs a task is its executor's own. A lambda goes there by value.
    hosts = set(cluster.spread(lambda _number: os.getppid(), range(8)))

    assert MASTER.startswith("spark://")
    assert os.getpid() not in hosts and len(hosts) >= 2


@pytest.mark.parametrize("name", ["companies", "investments", "refused"])
def test_the_same_files_give_the_same_rows(versions: tuple[Version, Version], name: str) -> None:
    here, there = versions

    assert table(there, name).num_rows > 0
    assert table(there, name).equals(table(here, name))


def test_what_was_read_and_refused_counts_the_same(versions: tuple[Version, Version]) -> None:
    here, there = versions

    for part in ("read", "refused", "notes", "samples"):
        assert there.manifest[part] == here.manifest[part]
    assert there.manifest["refused"]["duplicate_code"] > 0
    assert there.manifest["refused"]["no_name"] > 0


@pytest.mark.parametrize("name", ["counts.parquet", "all_years.parquet"])
def test_the_counts_are_equal(versions: tuple[Version, Version], name: str) -> None:
    here, there = (pq.read_table(version.derived("counts") / name) for version in versions)

    assert here.num_rows > 100
    assert there.drop_columns(["capital_cny"]).equals(here.drop_columns(["capital_cny"]))
    assert there["capital_cny"].to_pylist() == pytest.approx(here["capital_cny"].to_pylist(), rel=1e-9)


def test_the_links_are_equal(versions: tuple[Version, Version], monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = versions
    names = table(here, "companies").slice(0, 400)
    rows = [
        bases.Company(name[1:] if number % 3 else name, code or "" if number % 5 == 0 else "")
        for number, (name, code) in enumerate(
            zip(names["name"].to_pylist(), names["uscc"].to_pylist(), strict=True)
        )
    ]
    monkeypatch.delenv("SANKU_ENGINE")
    alone = list(linking.link(rows, bases.VersionBase(here), bases.silent))
    monkeypatch.setenv("SANKU_ENGINE", MASTER)
    together = list(linking.link(rows, bases.VersionBase(there), bases.silent))

    assert sum(answer.decision == "auto" for answer in alone) > 100
    for one, other in zip(alone, together, strict=True):
        assert (one.rows, one.decision) == (other.rows, other.decision)
        assert one.scores == pytest.approx(other.scores, rel=1e-6)


def test_an_engine_that_is_unknown_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANKU_ENGINE", "flink://127.0.0.1:1")
    monkeypatch.setattr(cluster, "session", cluster.session.__wrapped__)
    path = tmp_path / "companies.csv"
    synthesize(10, path, seed=1)

    with pytest.raises(LoadRefused, match="flink"):
        load.load(Base(tmp_path / "base"), Order([str(path)], derived=False))
