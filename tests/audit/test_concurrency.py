"""Writers at the same time: they make one chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sanku.accounts.models import User
from sanku.audit.models import Chain, Entry
from sanku.audit.operations import Draft
from sanku.audit.queries import verify_chain
from sanku.companies.models import Company
from sanku.companies.operations import save_companies
from tests import make

WRITERS, EACH = 4, 6


def write(actor: User, writer: int) -> None:
    try:
        for number in range(EACH):
            draft = Draft(Company(zone=actor.zone), {"name": f"示例{writer}之{number}公司"})
            save_companies([draft], actor=actor, now=make.NOW, via=make.VIA)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    actor = make.user("office")
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, actor, writer) for writer in range(WRITERS)]:
            done.result()
    numbers = Entry.objects.filter(zone=actor.zone).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, WRITERS * EACH + 1))
    assert verify_chain(Chain.objects.get(zone=actor.zone)) is None


@pytest.mark.django_db(transaction=True)
def test_the_ledger_is_empty_after_a_test_that_committed() -> None:
    """The fixture that empties the tables gets past the triggers, and puts them back."""
    assert Entry.objects.count() == 0
