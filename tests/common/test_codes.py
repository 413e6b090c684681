"""Codes that identify an enterprise."""

from hypothesis import given
from hypothesis import strategies as st

from sanku.common.codes import (
    classify_code,
    clean_code,
    expected_check_character,
    is_valid_organisation_code,
    is_valid_uscc,
    region_of,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(ALPHABET, min_size=9, max_size=9))
def test_only_one_check_character_is_right(body: str) -> None:
    """Of the 31 characters exactly one makes a code valid."""
    first = "91370800" + body
    assert [sign for sign in ALPHABET if is_valid_uscc(first + sign)] == [expected_check_character(first)]


def test_cleans_what_spreadsheets_do_to_codes() -> None:
    """Full width, lower case, blanks, a leading apostrophe, a tab."""
    assert clean_code(" '９１３７０８００ 00000001x\t") == "9137080000000001X"


def test_says_what_a_code_is() -> None:
    """Old codes are told from wrong ones."""
    assert classify_code("370800228000123") == "registration_15"
    assert classify_code("9.13708E+17") == "precision_lost"
    assert classify_code("91370800MA3EXAMPL0") in ("check", "characters")
    assert classify_code("123") == "length"
    assert classify_code("91370800O00000001X") == "characters"


def test_knows_the_check_character_of_an_organisation_code() -> None:
    """GB 11714, with and without its hyphen."""
    body = "12345678"
    valid = [sign for sign in "0123456789X" if is_valid_organisation_code(f"{body}-{sign}")]
    assert len(valid) == 1
    assert is_valid_organisation_code(body + valid[0])


def test_reads_the_region_of_a_code() -> None:
    """Places three to eight, if the province exists."""
    assert region_of("913708000000000011") == "370800"
    assert region_of("919908000000000011") is None
