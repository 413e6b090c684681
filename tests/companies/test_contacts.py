"""Contacts, touches and shareholders on a company's page: masked, logged, edited in place, removed with an undo."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from sanku.audit.models import Action, Entry
from sanku.companies.models import Company, Contact, Shareholder, Touch
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf


def at(page: str, company: Company, *more: int) -> str:
    return reverse(f"companies:company-{page}", args=[company.pk, *more])


def test_a_phone_is_masked_until_somebody_asks_and_that_is_logged(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    contact = make.contact(company, cast.department, phone="13812345678", email="zhang@example.com")
    client = client_of(cast.promotion)
    panel = client.get(at("contact-panel", company)).content.decode()
    assert "138****5678" in panel and "z***@example.com" in panel
    assert "13812345678" not in panel and "zhang@" not in panel
    assert not Entry.objects.exists()
    shown = client.post(at("contact-show", company, contact.pk)).content.decode()
    assert "13812345678" in shown and "zhang@example.com" in shown
    entry = Entry.objects.get()
    assert (entry.action, entry.actor, entry.record_id) == (Action.READ, cast.promotion, company.pk)
    # The form shows it too.
    assert "13812345678" in client.get(at("contact-edit", company, contact.pk)).content.decode()
    assert Entry.objects.filter(action=Action.READ).count() == 2
    # Who read is for those who see all.
    for person, seen in ((cast.promotion, 0), (cast.rival, 0), (cast.commander, 2)):
        timeline = client_of(person).get(at("detail", company)).context["timeline"]
        assert sum(entry["kind"] == Action.READ for entry in timeline) == seen


def test_a_contact_of_another_department_cannot_be_shown(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    contact = make.contact(company, cast.department, phone="13812345678")
    for person in (cast.rival, cast.landing, cast.outsider):
        for page in ("show", "edit", "remove", "restore"):
            answer = client_of(person).post(at(f"contact-{page}", company, contact.pk), {"name": "x"})
            assert answer.status_code == 404
    assert not Entry.objects.exists()


def test_a_contact_is_entered_changed_removed_and_brought_back(cast: Cast, client_of: ClientOf) -> None:
    company, client = make.company(cast.zone, "示例甲"), client_of(cast.promotion)
    empty = client.post(at("contact-create", company), {"title": "经理"})
    assert "需要姓名或电话" in empty.content.decode() or empty.context["form"].errors["name"]
    client.post(at("contact-create", company), {"name": "示联系", "phone": "0537-1234567"})
    contact = Contact.objects.get()
    assert (contact.department, contact.company, contact.zone) == (cast.department, company, cast.zone)
    entry = Entry.objects.get()
    assert (entry.department, entry.library) == (cast.department, "companies.contact")
    changed = client.post(at("contact-edit", company, contact.pk), {"name": "示联系", "title": "总经理"})
    assert "总经理" in changed.content.decode()
    assert 'id="timeline" hx-swap-oob="true"' in changed.content.decode()
    removed = client.post(at("contact-remove", company, contact.pk))
    undo = at("contact-restore", company, contact.pk)
    assert removed.context["lines"] == []
    assert undo in removed.content.decode()
    back = client.post(undo)
    assert len(back.context["lines"]) == 1
    timeline = client.get(at("detail", company)).context["timeline"]
    assert [entry["kind"] for entry in timeline] == ["restore", "remove", "update", "create"]
    assert all("0537" not in str(entry) for entry in timeline)
    for reader in (cast.commander, cast.supervision):
        assert (
            client_of(reader).post(at("contact-edit", company, contact.pk), {"name": "x"}).status_code == 403
        )


def test_a_touch_is_counted_by_the_target_of_its_department(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    target = make.target(company=company, department=cast.department)

    def counted() -> tuple[Any, ...]:
        target.refresh_from_db()
        return target.touch_count, target.last_touch_on, target.first_contact_on, target.status

    today = make.TODAY.replace(year=2025)
    client_of(cast.rival).post(at("touch-create", company), {"on": today.isoformat(), "method": "电话"})
    assert counted() == (0, None, None, "new")
    client, address = client_of(cast.promotion), at("touch-create", company)
    client.post(address, {"on": today.isoformat(), "method": "走访", "result": "有意"})
    assert counted() == (1, today, today, "contacted")
    earlier = today.replace(month=3)
    client.post(address, {"on": earlier.isoformat()})
    assert counted() == (2, today, today, "contacted")
    assert "将来" in str(client.post(address, {"on": "2999-01-01"}).context["form"].errors["on"])
    last = Touch.objects.filter(on=today, department=cast.department).get()
    client.post(at("touch-remove", company, last.pk))
    assert counted() == (1, earlier, today, "contacted")
    client.post(at("touch-restore", company, last.pk))
    assert counted() == (2, today, today, "contacted")
    told = Entry.objects.filter(library="companies.target", record_id=target.pk)
    assert {change["field"] for entry in told for change in entry.changes} == {
        "touch_count",
        "last_touch_on",
        "first_contact_on",
        "status",
    }


def test_shareholders_are_saved_with_their_ledger(cast: Cast, client_of: ClientOf) -> None:
    company, client = make.company(cast.zone, "示例甲"), client_of(cast.analyst)
    parent = make.company(cast.zone, "示例集团有限公司")
    address = at("shareholder-create", company)
    client.post(address, {"name": "示例集团有限公司", "share": "60.5"})
    client.post(address, {"name": "示个人", "share": "30"})
    first = Shareholder.objects.get(name="示例集团有限公司")
    assert (first.share, first.holder) == (Decimal("0.605"), parent)
    for wrong, field in (
        ({"name": "示个人"}, "name"),
        ({"name": "示乙", "share": "9.6"}, "share"),
        ({"name": "示乙", "share": "101"}, "share"),
        ({"name": "", "share": "1"}, "name"),
    ):
        assert client.post(address, wrong).context["form"].errors.keys() == {field}
    said = [entry.changes[0] for entry in Entry.objects.order_by("number")]
    assert said == [
        {"field": "shareholder", "old": None, "new": "示例集团有限公司 60.5 %"},
        {"field": "shareholder", "old": None, "new": "示个人 30 %"},
    ]
    client.post(at("shareholder-edit", company, first.pk), {"name": "示例集团有限公司", "share": "70"})
    client.post(at("shareholder-remove", company, first.pk))
    client.post(address, {"name": "示乙", "share": "65"})
    refused = client.post(at("shareholder-restore", company, first.pk))
    assert "100 %" in refused.content.decode()
    first.refresh_from_db()
    assert first.removed_at is not None
    assert Entry.objects.filter(record_id=company.pk).count() == 5
    panel = client.get(at("shareholder-panel", company))
    assert [line["title"] for line in panel.context["lines"]] == ["示乙", "示个人"]
    assert client_of(cast.leader).post(address, {"name": "x"}).status_code == 403


def test_a_long_panel_shows_the_newest_and_all_on_demand(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    for _ in range(55):
        make.touch(company, cast.department)
    client = client_of(cast.promotion)
    some = client.get(at("touch-panel", company))
    assert len(some.context["lines"]) == 50
    assert len(client.get(some.context["more_url"]).context["lines"]) == 55


def test_who_could_not_see_a_contact_afterwards_is_not_offered_to_enter_one(
    cast: Cast, client_of: ClientOf
) -> None:
    """An analyst without a department would enter contacts that he himself cannot see."""
    company = make.company(cast.zone)
    client = client_of(cast.analyst)
    assert client.get(at("contact-panel", company)).context["create_url"] is None
    assert client.post(at("contact-create", company), {"name": "x"}).status_code == 403
    company.responsible_leader = cast.leader
    company.service_officer = cast.service
    company.save()
    assert client_of(cast.service).post(at("contact-create", company), {"name": "示"}).status_code == 200
    assert Contact.objects.get().department is None
