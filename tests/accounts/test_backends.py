"""The person of a session, read by SQL that is put together once a process."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanku.accounts.backends import StaffBackend
from sanku.accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db


def test_a_person_is_read_with_the_zone_in_one_query() -> None:
    made = [make.user("office"), make.user("promotion")]
    for person in made:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = StaffBackend().get_user(str(person.pk))
            assert found is not None and found.zone.name == person.zone.name
        assert len(queries) == 1
        usual = User.objects.select_related("zone").get(pk=person.pk)
        for field in User._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(usual, field.attname)
        assert found.zone.get_deferred_fields() == {"boundary"}
        for field in usual.zone._meta.concrete_fields:
            assert getattr(found.zone, field.attname) == getattr(usual.zone, field.attname)
        assert not found._state.adding and found._state.db == "default"


def test_nobody_and_whoever_may_not_sign_in() -> None:
    person = make.user("office")
    assert StaffBackend().get_user(person.pk + 1_000) is None
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert StaffBackend().get_user(person.pk) is None
