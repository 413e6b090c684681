"""The invented register: seeded, valid, spread as people are."""

from collections import Counter
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from django.core.management import call_command

from sanku.common.codes import clean_code, is_valid_uscc
from sanku.warehouse.regions import gazetteer
from sanku.warehouse.synthesize import rows as made
from sanku.warehouse.synthesize import synthesize
from sanku.warehouse.synthesize.places import places, populations


def test_same_seed_same_rows_in_any_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanku.warehouse.synthesize.BLOCK", 2_000)
    synthesize(5_000, tmp_path / "a.csv", seed=3)
    synthesize(5_000, tmp_path / "b.parquet", seed=3)
    synthesize(5_000, tmp_path / "folder", seed=3)
    synthesize(5_000, tmp_path / "other.csv", seed=4)
    as_csv = pyarrow.csv.read_csv(
        tmp_path / "a.csv",
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={name: pyarrow.string() for name in made.HEADERS}, strings_can_be_null=False
        ),
    )
    assert as_csv.num_rows == 5_000
    assert as_csv.equals(pq.read_table(tmp_path / "b.parquet"))
    assert as_csv.equals(pq.read_table(tmp_path / "folder"))
    assert len(list((tmp_path / "folder").iterdir())) == 3
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "other.csv").read_bytes()


def test_codes_are_right_but_for_the_spoiled_ones() -> None:
    table = made.block(places(1), 1, 0, 20_000)
    codes = [clean_code(code) for code in table["统一社会信用代码"].to_pylist() if code]
    right = sum(map(is_valid_uscc, codes)) / len(codes)
    assert 0.99 < right < 1  # a few were given a wrong check character on purpose


def test_places_are_drawn_by_population() -> None:
    where = places(1)
    table = made.block(where, 1, 0, 50_000)
    drawn = Counter(table["省份"].to_pylist())
    assert sum(populations(gazetteer()).values()) == pytest.approx(
        140_780, rel=0.01
    )  # the mainland, in 10,000
    assert drawn["广东省"] / 50_000 == pytest.approx(12_601 / 140_780, rel=0.06)
    assert drawn["西藏自治区"] < drawn["宁夏回族自治区"] < drawn["山东省"]


def test_command_writes_companies_and_investments(tmp_path: Path) -> None:
    call_command(
        "base",
        "synthesize",
        "400",
        "--out",
        str(tmp_path / "c.csv"),
        "--investments",
        str(tmp_path / "i.csv"),
    )
    names = set(pyarrow.csv.read_csv(tmp_path / "c.csv")["企业名称"].to_pylist())
    edges = pyarrow.csv.read_csv(tmp_path / "i.csv")
    assert edges.num_rows >= 15
    assert set(edges["投资方"].to_pylist()) <= names
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "i.csv"]
