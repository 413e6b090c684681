"""Whom a text mentions: plain text, Chinese names without blanks, names that several people have."""

import pytest

from sanku.library.mentions import doubtful_names, handles, mentions_in, parts

PEOPLE = [
    (1, "张三", "zhangsan"),
    (2, "张三丰", "zsf"),
    (3, "王伟", "wangwei"),
    (4, "王伟", "wangwei2"),
    (5, "Ann", "ann"),
]
CALLED = handles(PEOPLE)


def test_people_of_one_name_are_told_apart_by_their_sign_in_names() -> None:
    assert CALLED == {1: "张三", 2: "张三丰", 3: "王伟（wangwei）", 4: "王伟（wangwei2）", 5: "Ann"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请@张三看一下", [1]),
        ("请@张三丰看一下", [2]),
        ("@张三 @张三丰", [1, 2]),
        ("＠張三 好", [1]),
        ("@王伟（wangwei2）来", [4]),
        ("@王伟来", []),
        ("写信给 me@ann.example", []),
        ("@ann 和 @ANN", [5, 5]),
        ("张三 @", []),
        ("@@张三", [1]),
    ],
)
def test_who_is_mentioned(text: str, expected: list[int]) -> None:
    assert [found.person_id for found in mentions_in(text, CALLED)] == expected


def test_a_name_of_several_people_is_doubtful_unless_it_says_which() -> None:
    assert doubtful_names("@王伟 来，@王伟 去", PEOPLE) == ["王伟"]
    assert doubtful_names("@王伟（wangwei）来", PEOPLE) == []
    assert doubtful_names("王伟来", PEOPLE) == []


def test_a_note_falls_into_its_parts_and_loses_nothing() -> None:
    text = "<b>@张三</b> 与@張三丰，@李四"
    assert list(parts(text, [(1, "张三"), (2, "張三丰")])) == [
        ("<b>", None), ("@张三", 1), ("</b> 与", None), ("@張三丰", 2), ("，@李四", None),
    ]  # fmt: skip
    assert list(parts("@张三", [])) == [("@张三", None)]
    assert "".join(words for words, _pk in parts(text, [(1, "张三")])) == text
