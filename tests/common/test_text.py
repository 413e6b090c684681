"""Text brought into one form."""

from decimal import Decimal

import pytest

from sanku.common.text import chinese_number, is_blank, one_line, squeeze, tidy


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三亿五千万", 350_000_000),
        ("二〇一七", 2017),
        ("十二", 12),
        ("一百零五", 105),
        ("三千五", 3500),
        ("伍佰万", 5_000_000),
        ("三点五亿", 350_000_000),
    ],
)
def test_counts_in_chinese(text: str, number: int) -> None:
    """Places, digits in a row, financial numerals, decimals."""
    assert chinese_number(text) == Decimal(number)


def test_joins_the_lines_of_a_name() -> None:
    """A name broken over two lines of a cell is one name; blanks between Latin words stay."""
    assert one_line("\u3000示例晨光\n机械有限公司 ") == "示例晨光机械有限公司"
    assert one_line("Example  Star\nCo., Ltd.") == "Example Star Co., Ltd."


def test_trims_invisible_characters() -> None:
    """Byte order marks and zero-width blanks are nothing."""
    assert tidy("\ufeff示例\u200b\xa0") == "示例"
    assert squeeze("Ａ Ｂ\u3000Ｃ") == "ABC"


def test_knows_what_people_write_for_nothing() -> None:
    """Dashes and “to be determined” are blank, a name is not."""
    assert is_blank(" —— ") and is_blank("待 定") and is_blank("Ｎ／Ａ")
    assert not is_blank("无锡示例公司")
