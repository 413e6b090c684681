"""Type-ahead over the base: right for every text, whatever the lists look like."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanku.common.codes import expected_check_character
from sanku.common.names import initials, normalise
from sanku.warehouse.names import reader, serving, walking
from sanku.warehouse.names.build import build
from sanku.warehouse.names.reader import Filters, Found, Names
from tests.warehouse.make_version import company, version


def code(number: int, region: str = "370811") -> str:
    first = f"91{region}{number:09d}"
    return first + (expected_check_character(first) or "")


PLACES = ["济宁", "曲阜", "示例山"]
BRANDS = ["甲乙", "乙甲", "丙", "甲甲乙", "ABC", "银行"]
TRADES = ["机械", "机电", "电机", "生物科技"]
FORMS = ["有限公司", "股份有限公司", "厂"]


def invented() -> Iterator[dict[str, Any]]:
    """Yield companies whose names share most of their parts."""
    number = 0
    for place in PLACES:
        for brand in BRANDS:
            for trade in TRADES:
                for form in FORMS:
                    yield company(
                        number,
                        f"{place}{brand}{trade}{form}",
                        uscc=code(number) if number % 3 else None,
                        region_code=("370811", "370881", "330100", "")[number % 4] or None,
                        industry_code=("C3411", "C3521", "K70", None)[number % 4 - number % 3],
                        honours=[["t500"], ["soe", "t500"], None][number % 3],
                        weight=float(number * 7919 % 16),
                        short_names=[f"{brand}{trade}"] if number % 5 == 0 else None,
                        former_names=[f"{place}老{brand}厂"] if number % 7 == 0 else None,
                    )
                    number += 1


COMPANIES = list(invented())


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    folder = tmp_path_factory.mktemp("names")
    build(version(folder / "v", COMPANIES), folder / "index", lambda done, total: None)
    return Names(folder / "index")


def rank(row: int) -> tuple[float, int, int]:
    one = COMPANIES[row]
    return (-one["weight"], min(len(one["name_norm"]), 255), row)


@cache
def all_names(row: int) -> list[str]:
    one = COMPANIES[row]
    return [
        one["name_norm"],
        *map(normalise, one.get("short_names") or []),
        *map(normalise, one.get("former_names") or []),
    ]


@cache
def all_initials(row: int) -> list[str]:
    return [initials(name) for name in all_names(row)]


def expected(text: str, *, limit: int, filters: Filters | None = None) -> list[tuple[int, str]]:
    """Return what a search must give, by looking at every company."""
    text = normalise(text)
    wanted = filters or Filters()
    ways: list[tuple[str, Callable[[int], bool]]] = [
        ("exact", lambda row: text in all_names(row)),
        ("begins", lambda row: any(name.startswith(text) for name in all_names(row))),
        ("holds", lambda row: any(text in name for name in all_names(row))),
    ]
    if text.isascii() and text.isalnum():
        ways.insert(
            0, ("code", lambda row: len(text) > 1 and (COMPANIES[row]["uscc"] or "").startswith(text.upper()))
        )
        ways += [
            ("initials", lambda row: any(each.startswith(text) for each in all_initials(row))),
            ("initials", lambda row: any(text in each for each in all_initials(row))),
        ]
    found: dict[int, str] = {}
    for way, fits in ways:
        for row in sorted(range(len(COMPANIES)), key=rank):
            if passes(row, wanted) and fits(row):
                found.setdefault(row, way)
    return list(found.items())[:limit]


def passes(row: int, filters: Filters) -> bool:
    one = COMPANIES[row]
    region, industry = one["region_code"] or "-", one["industry_code"] or "-"
    return (
        (not filters.regions or region.startswith(tuple(filters.regions)))
        and (not filters.industries or industry.startswith(tuple(filters.industries)))
        and (not filters.honours or bool(set(one["honours"] or []) & set(filters.honours)))
    )


def sure(found: list[Found]) -> list[tuple[int, str]]:
    return [(one.row, one.how) for one in found if one.how not in ("words", "near")]


PARTS = st.sampled_from(
    [*PLACES, *BRANDS, *TRADES, *FORMS, "老", "9", "91", "913708110000000", "j", "jn", "jnjy", "yxgs", "dj"]
)
OWN_NAMES = st.sampled_from([each["name"] for each in COMPANIES])
PIECES = st.builds(
    lambda name, at, long: name[at : at + long], OWN_NAMES, st.integers(0, 8), st.integers(1, 10)
)
TEXTS = st.one_of(PARTS, st.lists(PARTS, min_size=1, max_size=3).map("".join), PIECES, PIECES.map(initials))
FILTERS = st.builds(
    Filters,
    regions=st.sampled_from([(), ("37",), ("3708",), ("370881",), ("33", "370811"), ("11",)]),
    industries=st.sampled_from([(), ("C",), ("C34",), ("C3411", "K"), ("Z",)]),
    honours=st.sampled_from([(), ("t500",), ("soe",), ("none",)]),
)

LOOKS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"REACH": 64}, {"FIRST_LOOK": 1, "LARGEST_LOOK": 3, "REACH": 1}, {"FIRST_LOOK": 5, "REACH": 2}]
)


@given(text=TEXTS, filters=FILTERS, limit=st.integers(1, 400), looks=LOOKS, in_memory=st.booleans())
def test_a_search_finds_what_looking_at_every_company_finds(
    names: Names, text: str, filters: Filters, limit: int, looks: dict[str, Any], in_memory: bool
) -> None:
    """However many companies are looked at together, and whether they are asked for beforehand or lie in memory."""
    if not normalise(text):
        return
    names.in_memory = in_memory
    with patch.multiple(reader, **looks):
        found = names.search(text, limit=limit, filters=filters)
    assert sure(found) == expected(text, limit=limit, filters=filters)
    assert len({one.row for one in found}) == len(found) <= limit
    assert all(passes(one.row, filters) for one in found)


def test_a_hit_says_what_is_shown_of_it(tmp_path: Path) -> None:
    shown = company(
        0, "ＡＢ（济宁）示例·股份有限公司", uscc=code(5), region_code="370811", industry_code="C3411", honours=["t500"],
        short_names=["示例股份"], former_names=["济宁老示例厂"],
    )  # fmt: skip
    build(version(tmp_path / "v", [shown], files=1), tmp_path / "index", lambda done, total: None)
    names = Names(tmp_path / "index")
    [found] = names.search("老示例")
    assert (found.row, found.name, found.uscc) == (0, "ＡＢ（济宁）示例·股份有限公司", code(5))
    assert (found.region_code, found.industry_code, found.honours) == ("370811", "C3411", ("t500",))
    assert (found.how, found.by) == ("holds", "济宁老示例厂")
    assert names.search("ab(济")[0].how == "begins"
    assert names.search("示例股份")[0].how == "exact"


def test_many_words_mixed_letters_and_other_scripts_find(names: Names) -> None:
    assert {one.row for one in names.search("曲阜 电机", limit=100)} >= {
        row for row, one in enumerate(COMPANIES) if "曲阜" in one["name"] and "电机" in one["name"]
    }
    assert names.search("曲阜dj")[0].name.startswith("曲阜")
    assert [one.row for one in names.search("濟寧丙機電廠")] == [
        one.row for one in names.search("济宁丙机电厂")
    ]
    assert names.search("  ") == [] and names.search("\x01") is not None


@pytest.mark.parametrize(
    "typed", ["曲阜丙基械厂", "曲府丙机械厂", "曲阜丙机械场", "阜曲丙机械厂", "曲阜丙械厂", "曲阜丙丁机械厂"]
)
def test_a_typing_error_is_forgiven(names: Names, typed: str) -> None:
    assert "曲阜丙机械厂" in [one.name for one in names.search(typed)]


def test_codes_are_found_whole_and_by_their_beginning(names: Names) -> None:
    [found] = names.search(code(1))
    assert found.how == "code" and found.uscc == code(1)
    assert names.search(code(1)[:-1].lower(), limit=1)[0].uscc == code(1)
    assert names.search(code(1)[:17] + ("1" if code(1)[17] != "1" else "2")) == []


def test_companies_of_several_lists_are_looked_at_once_in_order() -> None:
    docs = np.array([7, 0, 3, 7, 9, 0], np.uint32)
    assert reader._each_once(docs).tolist() == [0, 3, 7, 9]
    assert reader._each_once(docs[:0]).tolist() == []


def test_an_empty_base_finds_nothing(tmp_path: Path) -> None:
    build(version(tmp_path / "v", [], files=1), tmp_path / "index", lambda done, total: None)
    assert Names(tmp_path / "index").search("济宁") == []


def test_what_a_server_makes_ready_leaves_nothing_to_compile(
    tmp_path: Path, settings: Any, names: Names
) -> None:
    settings.BASE_DIR = tmp_path
    assert serving.warm_up() is None  # no base, no thread
    names.warm()
    compiled = (
        walking.begin,
        walking.meet,
        walking.choose,
        walking.share,
        walking.passing,
        walking.first_code,
    )
    before = [len(function.signatures) for function in compiled]
    for text in ("公司", "示例机械", "gs", "9137", "济宁jx", "机"):
        names.search(text)
        names.search(text, filters=Filters(regions=("37",), industries=("C34",)))
    assert [len(function.signatures) for function in compiled] == before
