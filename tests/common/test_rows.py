"""Rows as objects: what was fetched is there, the rest is asked for."""

import pytest

from sanku.accounts.models import User


def test_a_row_is_an_object_that_knows_what_was_not_fetched() -> None:
    person = User.from_db("default", ["id", "name", "department_id"], (3, "安", 5))
    assert (person.pk, str(person), person.department_id) == (3, "安", 5)
    assert not person._state.adding
    assert person._state.db == "default"
    fetched = {field.attname for field in User._meta.concrete_fields} - person.get_deferred_fields()
    assert fetched == {"id", "name", "department_id"}
    assert "department" not in person._state.fields_cache


def test_a_row_has_one_value_for_each_field() -> None:
    with pytest.raises(ValueError, match="zip"):
        User.from_db("default", ["id", "name"], (3,))
