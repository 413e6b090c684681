"""What the page of an import says of a boundary, in the reader's language."""

import pytest
from django.utils.translation import override

from sanku.intake.sheetview import drawn_words

SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
HOLED = [[*SQUARE[0]], [[0.4, 0.4], [0.6, 0.4], [0.5, 0.6], [0.4, 0.4]]]


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "4 点 · 60.46 亩"), ("zh-hant", "4 點 · 60.46 畝"), ("en", "4 corners · 60.46 mu")],
)
def test_a_boundary_is_said_in_the_language_of_the_reader(language: str, words: str) -> None:
    facts = {"site.boundary": {"type": "Polygon", "coordinates": SQUARE}, "site.area_drawn_m2": 40306.67}
    with override(language):
        assert drawn_words(facts) == words


def test_corners_of_every_part_and_hole_are_counted() -> None:
    facts = {
        "site.boundary": {"type": "MultiPolygon", "coordinates": [SQUARE, HOLED]},
        "site.area_drawn_m2": 1,
    }
    with override("en"):
        assert drawn_words(facts).startswith("11 corners")
    assert drawn_words({}) == ""
