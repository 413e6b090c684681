"""The page that describes the base says what its files hold."""

from pathlib import Path

from sanku.warehouse.dictionary import all_tables
from sanku.warehouse.loading.problems import NOTES, REASONS

PAGE = Path(__file__).parents[2] / "docs" / "base.md"


def test_the_page_holds_the_dictionary() -> None:
    page = PAGE.read_text(encoding="utf-8")
    between = page.split("made by sanku.warehouse.dictionary -->\n")[1].split("\n<!-- end of dictionary")[0]
    assert between == all_tables(), "write it anew with sanku.warehouse.dictionary.all_tables()"


def test_every_reason_is_said_in_words() -> None:
    assert all(str(words) for words in (REASONS | NOTES).values())
