"""Names taken apart, places read, codes repaired."""

import numpy as np
import pytest

from sanku.common.codes import expected_check_character, is_valid_uscc
from sanku.common.names import simplified
from sanku.warehouse.matching import parts, places
from sanku.warehouse.matching.comparing import relation
from sanku.warehouse.matching.parts import (
    BRAND,
    COUNT,
    LEGAL,
    ORGANISATION,
    PLACE,
    TRADE,
    clean,
    keys_of,
    keys_of_each,
    names_of,
    numeral,
)
from sanku.warehouse.matching.repairs import read_code, repairs

CODE = "91370800MA3XYTW12" + str(expected_check_character("91370800MA3XYTW12"))


def test_a_name_has_place_brand_trade_and_form() -> None:
    name = names_of("济宁市示例重型机械有限公司")[0]
    assert (name.part(PLACE), name.part(BRAND)) == ("济宁市", "示例重型")
    assert (name.part(TRADE), name.part(LEGAL)) == ("机械", "有限公司")
    assert name.places == ("370800",)
    assert name.key == "济宁市示例重型机械"


def test_what_follows_the_legal_form_is_an_organ() -> None:
    name = names_of("示例石油销售有限公司济宁第3加油站")[0]
    assert name.part(PLACE) == "济宁"
    assert name.part(COUNT) == "三"
    assert name.part(ORGANISATION) == "第加油站"
    assert "分公司" in names_of("示例物流股份有限公司济宁分公司")[0].part(ORGANISATION)


@pytest.mark.parametrize(
    "text",
    [
        "（8）济宁示例厂",
        "8、济宁示例厂",
        "①济宁示例厂",
        "济 宁示\u3000例厂",
        "\ufeff濟寧示例廠\n",
        "济宁·示例厂",
        "No.7 济宁示例厂",
        "济宁示\u200b例厂。",
    ],
)
def test_numbering_blanks_and_scripts_do_not_matter(text: str) -> None:
    assert names_of(text)[0].text == "济宁示例厂"


@pytest.mark.parametrize(
    "text",
    [
        "济宁甲示例有限公司(原济宁乙样本有限公司)",
        "济宁甲示例有限公司【曾用名：济宁乙样本有限公司】",
        "济宁甲示例有限公司，原济宁乙样本有限公司",
        "济宁甲示例有限公司(济宁乙样本有限公司)",
    ],
)
def test_a_former_name_is_a_name_of_its_own(text: str) -> None:
    found = names_of(text)
    assert [each.text for each in found] == ["济宁甲示例有限公司", "济宁乙样本有限公司"]
    assert [each.is_former for each in found] == [False, True]


def test_a_place_in_brackets_stays_part_of_the_name() -> None:
    assert [each.text for each in names_of("示例（济宁）机械有限公司")] == ["示例济宁机械有限公司"]


def test_latin_names_become_words_and_syllables() -> None:
    english, pinyin = names_of("Jining Shili Machinery Co., Ltd.")[0], names_of("jining shili jixie")[0]
    assert english.is_latin and english.text.endswith("机械有限公司")
    assert english.text[:4] == pinyin.text[:4]


def test_keys_are_those_of_the_names_taken_apart() -> None:
    for text in (
        "济宁市示例机械有限公司",
        "示例物流股份有限公司济宁分公司",
        "示例（济宁）机械有限公司",
        "Jining Shili Co., Ltd.",
    ):
        assert keys_of(text) == [each.key for each in names_of(text)]


def test_numerals() -> None:
    assert [numeral(each) for each in (3, 10, 12, 20, 51, 105, 110)] == [
        "三",
        "十",
        "十二",
        "二十",
        "五十一",
        "一百零五",
        "一百一十",
    ]
    assert clean("济宁第51店") == "济宁第五十一店"


@pytest.mark.parametrize("text", ["", " ", "（）", "公司", "。。", "1", "𠮷"])
def test_odd_names_have_one_name_at_least(text: str) -> None:
    assert names_of(text)


def test_places_are_as_narrow_as_the_columns_say() -> None:
    assert places.read_place("山东省", "济宁", "") == ("370800",)
    assert places.read_place("", "鲁", "") == ("370000",)
    assert places.read_place("", "山东济宁", "任城区甲路1号") == ("370811",)
    assert places.read_place("", "", "") == ()


def test_places_agree_or_not() -> None:
    def says(one: int, *others: int) -> float:
        return float(relation(np.array([one], np.int32), np.array(others, np.int32)))

    assert says(370811, 370800) == places.SAME_CITY
    assert says(370811, 370811, 320100) == places.SAME_COUNTY
    assert says(370811, 370112) == places.OTHER_CITY
    assert says(370811, 320100) == places.OTHER_PROVINCE
    assert says(370811, 370000) == places.SAME_PROVINCE
    assert says(310107, 310000) == says(310107, 310100) == places.SAME_CITY  # a municipality is one city
    assert says(429004, 429005) == places.OTHER_CITY  # a county under its province is one of its own
    assert np.isnan(says(370800))


def test_names_are_found_by_the_same_keys_one_by_one_and_all_at_once() -> None:
    cells = [
        "济宁市示例重型机械有限公司", "濟寧示例機械集團股份有限公司", "示例有限公司曲阜分公司", "有限公司", "示例有限", "示例股份有限", "",
        "示例(济宁)有限公司", "云杉\n生物有限公司", "新名有限公司（原旧名厂）", "Jining Yunshan Co., Ltd.", "投资控股集团有限责任公司", "𠮷野商店",
        "示例合伙企业", "责任公司", "3、示例厂", "示" * 70, "中", "示例总公司分公司",
    ]  # fmt: skip
    keys, of_cell = keys_of_each(cells)
    expected = [(key, at) for at, cell in enumerate(cells) for key in keys_of(cell)]
    assert list(zip(keys, of_cell.tolist(), strict=True)) == expected
    assert keys_of_each([])[0] == []


def test_a_slip_in_a_code_is_put_right() -> None:
    assert is_valid_uscc(CODE)
    wrong = CODE[:9] + ("B" if CODE[9] != "B" else "C") + CODE[10:]
    swapped = CODE[:3] + CODE[4] + CODE[3] + CODE[5:]
    for typed in (wrong, swapped, CODE[:5] + CODE[6:], CODE[:5] + CODE[5] + CODE[5:]):
        assert CODE in repairs(read_code(typed))
        assert all(map(is_valid_uscc, repairs(read_code(typed))))
    assert repairs(CODE) == () and repairs("") == () and repairs("123") == ()


def test_codes_are_read_however_they_are_dressed() -> None:
    for typed in (
        CODE.lower(),
        f"'{CODE}",
        f"{CODE[:8]} {CODE[8:17]} {CODE[17]}",
        CODE.translate({ord(c): chr(ord(c) + 0xFEE0) for c in CODE}),
    ):
        assert read_code(typed) == CODE


@pytest.mark.parametrize(
    "written",
    [
        "济宁示例机械有限公司(城东招待所经营部)",
        "城东招待所经营部（济宁示例机械有限公司）",
        "济宁示例机械有限公司城东招待所经营部",
    ],
)
def test_an_organ_in_brackets_or_before_its_company_is_no_other_name_of_it(written: str) -> None:
    assert [name.text for name in names_of(written)] == ["济宁示例机械有限公司城东招待所经营部"]


def test_a_long_text_is_simplified_as_a_short_one_is() -> None:
    every = "\n".join(map(chr, range(0x4E00, 0xA000)))
    assert parts._all_simplified(every) == simplified(every)
