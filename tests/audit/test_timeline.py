"""Who reads which entries of the ledger."""

import pytest

from sanku.audit.models import Action, Entry
from sanku.audit.operations import Draft, Happening, add_note, as_json, write_entries
from sanku.audit.queries import entries_for, timeline
from sanku.companies.models import Company
from sanku.companies.operations import save_companies
from tests import make
from tests.cast import ROLES, SEES_ALL, Cast


@pytest.fixture
def company(cast: Cast) -> Company:
    """Give a company with an open change, a note of the first department, and a look at its contacts."""
    made = make.company(cast.zone)
    save_companies([Draft(made, {"city": "济宁"})], actor=cast.analyst, now=make.NOW, via=make.VIA)
    add_note(
        made,
        body="只给本部门看",
        actor=cast.promotion,
        now=make.NOW,
        via=make.VIA,
        department_id=cast.department.pk,
    )
    look = Happening(Action.READ, Company._meta.label_lower, made.pk, made.name)
    write_entries([look], zone_id=cast.zone.pk, actor=cast.promotion, now=make.NOW, via=make.VIA)
    return made


@pytest.mark.parametrize("role", ROLES)
def test_timeline_by_role(cast: Cast, company: Company, role: str) -> None:
    """A department's note is its own; who looked at contacts is for those who see all."""
    expected = [Action.UPDATE]
    if role in SEES_ALL:
        expected = [Action.READ, Action.NOTE, Action.UPDATE]
    elif role == "promotion":
        expected = [Action.NOTE, Action.UPDATE]
    assert [entry.action for entry in timeline(cast.of(role), company)] == expected


def test_rival_and_outsider(cast: Cast, company: Company) -> None:
    assert [entry.action for entry in timeline(cast.rival, company)] == [Action.UPDATE]
    assert not timeline(cast.outsider, company).exists()
    assert not entries_for(cast.outsider).exists()


def test_an_entry_says_who_when_from_where_and_what(cast: Cast, company: Company) -> None:
    entry = Entry.objects.get(action=Action.UPDATE)
    assert (entry.actor, entry.at, entry.address, entry.channel) == (
        cast.analyst,
        make.NOW,
        "127.0.0.1",
        "web",
    )
    assert entry.changes == [{"field": "city", "old": "", "new": "济宁"}]


def test_a_save_that_changes_nothing_writes_nothing(cast: Cast, company: Company) -> None:
    before = Entry.objects.count()
    changes = save_companies(
        [Draft(company, {"city": "济宁"})], actor=cast.office, now=make.NOW, via=make.VIA
    )
    assert changes == [[]]
    assert Entry.objects.count() == before


def test_a_reference_is_kept_with_its_label(cast: Cast) -> None:
    """The ledger can be read after the record it names has another name."""
    assert as_json(cast.department) == {"id": cast.department.pk, "label": "示例装备局"}
