"""Cells as people fill them: each thing put into its own cell, what is no part of a name taken out."""

import pytest

from sanku.warehouse.matching.parts import names_of
from sanku.warehouse.matching.tidying import Cells, tidied

CODE = "91370800MA3000077G"
FIRM = "济宁示例机械有限公司"


def cells(name: str, uscc: str = "", address: str = "") -> Cells:
    return Cells(name, uscc, "", "", address)


@pytest.mark.parametrize(
    "name",
    [
        f"{FIRM} 王经理", f"{FIRM}(张女士 0537-1234567)", f"供应商：{FIRM}", f"{FIRM}-采购部", f"{FIRM}（财务科）", f"{FIRM} 13900000000",
        f"{FIRM}（经办人：赵)", f"{FIRM}{FIRM}", f"{FIRM}/{FIRM}", f"{FIRM} {CODE}",
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_name_goes(name: str) -> None:
    assert tidied(cells(name)).name.strip() == FIRM


@pytest.mark.parametrize(
    "name", [FIRM, "济宁张总工贸有限公司", "济宁李工机械厂", f"{FIRM}济宁分公司", f"{FIRM} 第二门市部", "Shili Machinery Co., Ltd."]
)  # fmt: skip
def test_what_is_part_of_a_name_stays(name: str) -> None:
    assert tidied(cells(name)) == cells(name)


def test_exchanged_cells_are_exchanged_back() -> None:
    assert tidied(cells(CODE, FIRM)) == cells(FIRM, CODE)
    assert tidied(cells("任城区建设路12号", "", FIRM)) == cells(FIRM, "", "任城区建设路12号")


def test_code_and_address_leave_the_name_for_their_own_cells() -> None:
    assert tidied(cells(f"{FIRM}({CODE})")) == cells(FIRM, CODE)
    assert tidied(cells(f"{FIRM} 任城区建设路12号")) == cells(FIRM, "", "任城区建设路12号")
    assert tidied(cells(f"{FIRM} 任城区建设路12号", "", "他处")).address == "他处"


@pytest.mark.parametrize(
    "text", ["Jǐníng Shìlì jī xiè yǒu xiàn gōng sī", "ji-ning-shi-li-ji-xie-you-xian-gong-si", "JINING SHILI JIXIE YOUXIANGONGSI"]
)  # fmt: skip
def test_pinyin_has_its_place_and_its_legal_form(text: str) -> None:
    (name,) = names_of(text)
    assert name.text.startswith("济宁") and name.text.endswith("有限公司")
    assert name.places == ("370800",) and len(name.text) == 10


def test_pinyin_among_characters_and_english_places_are_read() -> None:
    assert len(names_of("山东Shili机械有限公司")[0].text) == len("山东示例机械有限公司")
    assert names_of("Inner Mongolia Shili Trading Co Ltd")[0].places == ("150000",)
    assert names_of("山东LED照明有限公司")[0].text == "山东led照明有限公司"


@pytest.mark.parametrize("name", ["有限公司济宁示例机械", "济宁有限公司示例机械"])
def test_a_legal_form_that_stands_first_is_moved(name: str) -> None:
    assert names_of(name)[0].text == FIRM
