"""A published version as the base: its index, its rows, possible duplicates within a list."""

from pathlib import Path

import numpy as np
import pytest

from sanku.warehouse.matching import linking, postings
from sanku.warehouse.matching.bases import STRUCTURE, Company, VersionBase, build, silent
from sanku.warehouse.matching.resembling import resembling
from sanku.warehouse.versions import Version
from tests.warehouse.make_version import company, version
from tests.warehouse.matching.test_linking import COMPANIES, code


@pytest.fixture
def made(tmp_path: Path) -> Version:
    regions = {"济宁": "370800", "青岛": "370200"}
    rows = [
        company(number, each.name, uscc=each.uscc, region_code=regions[each.city], address=each.address)
        for number, each in enumerate(COMPANIES, 1)
    ]
    rows[3] |= {"former_names": ["泗水老樟树果脯厂"], "short_names": ["瑞霖食品"]}
    return version(tmp_path / "v1", rows)


def test_rows_are_linked_to_a_version_with_and_without_its_index(made: Version) -> None:
    queries = [
        Company("鲁汇银行曲阜支行", city="济宁"),
        Company("泗水县老樟树果脯厂"),
        Company("别的名字", code(2)),
        Company("云杉生物科技", city="青岛"),
    ]
    aside = list(linking.link(queries, VersionBase(made), silent))
    folder = made.derived(STRUCTURE)
    folder.mkdir(parents=True)
    build(made, folder, silent)
    base = VersionBase(made)
    derived = list(linking.link(queries, base, silent))
    assert [answer.rows[0] for answer in derived] == [5, 3, 1, 2]
    assert [answer.scores for answer in aside] == [answer.scores for answer in derived]
    apart = list(linking.link(queries, base, silent, workers=1))
    assert [(each.rows, each.scores) for each in apart] == [(each.rows, each.scores) for each in derived]
    assert base.codes_of([5, 1]) == {1: COMPANIES[1].uscc, 5: COMPANIES[5].uscc}
    assert not [path for path in folder.iterdir() if path.is_dir()]


def test_an_index_that_was_not_finished_is_none(made: Version, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        postings.load(tmp_path)


def test_every_pair_of_neighbours_finds_its_names(made: Version) -> None:
    base = VersionBase(made)
    index = base.postings
    assert index.names == len(COMPANIES) + 2  # a short and a former name
    assert sorted(set(index.rows.tolist())) == list(range(len(COMPANIES)))
    assert all(np.diff(index.offsets.astype(np.int64), axis=1).sum(1) == [len(each) for each in index.lists])


def test_possible_duplicates_of_a_list_are_found_without_a_base() -> None:
    listed = [*COMPANIES, Company("濟寧市示例重型机械有限责任公司", "", "山东", "济宁", "任城区甲乙路18号")]
    found = resembling(listed)
    assert (found[0].first, found[0].second) == (0, len(listed) - 1)
    assert found[0].score > 0.5 and found[0].why
    apart = {(pair.first, pair.second) for pair in found}
    assert not apart & {(1, 2), (4, 5), (5, 6)}  # another city; head office and branch; two branches
    assert resembling([]) == []
