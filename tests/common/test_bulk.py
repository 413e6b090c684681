"""Objects made quickly are the same as those that the model makes."""

import pytest

from sanku.audit.models import Entry
from sanku.common.bulk import blank
from sanku.companies.models import Company, Contact


@pytest.mark.parametrize("model", [Company, Contact, Entry])
def test_a_blank_object_has_every_default(model: type[Company] | type[Contact] | type[Entry]) -> None:
    made, called = blank(model), model()
    state = {name: value for name, value in made.__dict__.items() if name != "_state"}
    assert state == {name: value for name, value in called.__dict__.items() if name != "_state"}
    assert made._state.adding


def test_lists_and_dictionaries_are_not_shared() -> None:
    one, other = blank(Company, name="示例"), blank(Company)
    one.honours.append("listed")
    one.as_written["x"] = "y"
    assert (other.honours, other.as_written, other.name) == ([], {}, "")
