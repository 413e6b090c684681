"""A published version as the base: its index, its rows, possible duplicates within a list."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sanku.warehouse.matching import bases, linking, postings
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


def test_an_index_is_the_same_however_many_work_on_it_and_however_little_is_filled_at_once(
    made: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    for name in ("at once", "in parts"):
        (tmp_path / name).mkdir()
        build(made, tmp_path / name, lambda done, total: told.append((done, total)))
        monkeypatch.setattr(postings, "FILLED", 64)
        monkeypatch.setattr(bases, "WORTH_PROCESSES", 0)
        monkeypatch.setattr(bases, "threads_at_hand", lambda: 2)
        monkeypatch.setattr(bases, "ProcessPoolExecutor", lambda many, mp_context: ThreadPoolExecutor(many))
    part = next(bases._parts(made, tmp_path))
    assert pickle.loads(pickle.dumps((bases.put, part))) == (bases.put, part)
    once, parts = (sorted((tmp_path / name).iterdir()) for name in ("at once", "in parts"))
    assert len(once) == 10
    assert [(path.name, path.read_bytes()) for path in once] == [
        (path.name, path.read_bytes()) for path in parts
    ]
    assert told[-1] == (2 * made.rows, 2 * made.rows)
    assert [done for done, _total in told[-4:]] == sorted(done for done, _total in told[-4:])


def test_lists_are_filled_in_parts_that_have_room() -> None:
    offsets = np.array([0, 3, 3, 20, 21, 24, 24], np.uint32)
    assert list(postings._spans(offsets, 16)) == [(0, 2), (2, 3), (3, 6)]
    assert list(postings._spans(offsets, 1 << 20)) == [(0, 6)]
    assert list(postings._spans(np.zeros(3, np.uint32), 16)) == [(0, 2)]


def test_possible_duplicates_of_a_list_are_found_without_a_base() -> None:
    listed = [*COMPANIES, Company("濟寧市示例重型机械有限责任公司", "", "山东", "济宁", "任城区甲乙路18号")]
    found = resembling(listed)
    assert (found[0].first, found[0].second) == (0, len(listed) - 1)
    assert found[0].score > 0.5 and found[0].why
    apart = {(pair.first, pair.second) for pair in found}
    assert not apart & {(1, 2), (4, 5), (5, 6)}  # another city; head office and branch; two branches
    assert resembling([]) == []
