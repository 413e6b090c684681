"""Objects made quickly are the same as those that the model makes."""

import pytest
from django.db import connection

from sanku.audit.models import Entry
from sanku.common.bulk import blank, insert_rows
from sanku.companies.models import Company, Contact
from sanku.intake.models import Layout
from tests import make
from tests.cast import Cast


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


def test_json_is_kept_as_it_is_written_and_spelled_json_as_it_is_given(cast: Cast) -> None:
    values: list[object] = [{"名": "示例"}, {}, ["甲", 1.5, None, True], {"half": "\ud800"}]
    rows = [
        blank(Layout, zone=cast.zone, by=cast.office, at=make.NOW, signature=str(number), decided=value)
        for number, value in enumerate(values)
    ]
    kept = values if connection.vendor == "sqlite" else values[:3]  # the other keeps no half character at all
    insert_rows(rows[: len(kept)])
    assert list(Layout.objects.order_by("signature").values_list("decided", flat=True)) == kept
    given = blank(Layout, zone=cast.zone, by=cast.office, at=make.NOW, signature="x", decided={})
    insert_rows([given], spelled={"decided": ['{"甲":1}']})
    assert Layout.objects.get(signature="x").decided == {"甲": 1}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT decided FROM intake_layout WHERE signature = '0'")
            assert cursor.fetchone() == ('{"名": "示例"}',)
