"""What is out of scope does not exist: every address of the app, for everybody who is not to reach the record."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.converters import IntConverter

from sanku.companies.models import Company, Contact, Duplicate, Shareholder, Target, Touch
from sanku.companies.target_urls import TARGET_PAGES
from sanku.companies.urls import COMPANY_PAGES
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

SECRET = "示例机密机械有限公司"


@pytest.fixture
def target(cast: Cast) -> Target:
    """Give a target client of the first department, with everything that hangs on it."""
    company = make.company(cast.zone, SECRET, uscc=make.uscc())
    make.contact(company, cast.department, name="示联系", phone="13812345678")
    make.touch(company, cast.department, content="谈了地价")
    Shareholder.objects.create(company=company, name="示股东")
    other = make.company(cast.zone, "示例机密机械股份有限公司")
    Duplicate.objects.create(zone=cast.zone, first=company, second=other, reason="name", found_at=make.NOW)
    return make.target(company=company, department=cast.department, next_action="约见")


def addresses(pages: list[URLPattern], pk: int) -> Iterator[tuple[str, bool]]:
    """Yield every address of the pages, and whether it names a record."""
    rows = {
        "contact": Contact.objects.values_list("pk", flat=True).first(),
        "touch": Touch.objects.values_list("pk", flat=True).first(),
        "shareholder": Shareholder.objects.values_list("pk", flat=True).first(),
    }
    for page in pages:
        assert page.name is not None
        wanted: dict[str, Any] = {}
        for name, converter in page.pattern.converters.items():
            if name == "pk":
                wanted["pk"] = Duplicate.objects.get().pk if page.name.startswith("duplicate") else pk
            elif name == "row":
                wanted["row"] = next((row for kind, row in rows.items() if f"-{kind}-" in page.name), 1)
            elif isinstance(converter, IntConverter):
                wanted[name] = 1  # a file, a tab: of a record or a person that is not there for the reader
            else:
                wanted[name] = "identity" if page.name.startswith("company") else "progress"
        yield reverse(f"companies:{page.name}", kwargs=wanted), "pk" in wanted


def answers(client: Client, address: str) -> dict[str, Any]:
    return {"get": client.get(address), "post": client.post(address, {"state": "same", "text": "x"})}


@pytest.mark.usefixtures("bare_404")
def test_nothing_of_a_company_exists_for_another_zone(
    target: Target, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.outsider)
    named = 0
    for address, names_record in addresses(COMPANY_PAGES, target.company_id):
        for method, answer in answers(client, address).items():
            if names_record:
                assert answer.status_code in (404, 405), (method, address)
                named += answer.status_code == 404
            elif not answer.streaming:
                assert SECRET not in answer.content.decode(), (method, address)
    assert named >= len([page for page in COMPANY_PAGES if "pk" in page.pattern.converters])
    assert Company.objects.filter(name=SECRET, removed_at=None).count() == 1
    assert Duplicate.objects.get().state == "open"


@pytest.mark.usefixtures("bare_404")
@pytest.mark.parametrize(
    "who",
    [
        "rival", "outsider", "landing", "construction", "leader", "service", "counterpart", "analyst", "administrator",
    ],
)  # fmt: skip
def test_nothing_of_a_target_exists_for_other_departments(
    who: str, target: Target, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(getattr(cast, who))
    named = 0
    for address, names_record in addresses(TARGET_PAGES, target.pk):
        for method, answer in answers(client, address).items():
            if names_record:
                assert answer.status_code in (404, 405), (method, address)
                named += answer.status_code == 404
            elif answer.streaming:
                assert b"".join(answer.streaming_content)
            else:
                assert SECRET not in answer.content.decode(), (method, address)
    assert named >= len([page for page in TARGET_PAGES if "pk" in page.pattern.converters])
    found = client.get(reverse("companies:target-list"), {"q": "机密"}).context["listing"]
    assert (found["rows"], found["page"]["total"], found["views"][0]["count"]) == ([], 0, 0)
    target.refresh_from_db()
    assert (target.removed_at, target.next_action) == (None, "约见")


@pytest.mark.parametrize("who", ["promotion", "office", "commander", "supervision"])
def test_its_own_department_and_those_who_see_all_reach_it(
    who: str, target: Target, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(getattr(cast, who))
    for page in ("detail", "preview", "action", "touch-panel", "timeline"):
        assert client.get(reverse(f"companies:target-{page}", args=[target.pk])).status_code == 200
    found = client.get(reverse("companies:target-list"), {"q": "机密"}).context["listing"]
    assert [row["cells"][0]["text"] for row in found["rows"]] == [SECRET]


def test_all_staff_see_who_follows_a_company_and_no_more(
    target: Target, cast: Cast, client_of: ClientOf
) -> None:
    address = reverse("companies:company-target", args=[target.company_id])
    for person in (cast.rival, cast.service, cast.counterpart, cast.analyst):
        said = client_of(person).get(address).content.decode()
        assert "示例装备局" in said
        assert "约见" not in said
        assert reverse("companies:target-detail", args=[target.pk]) not in said
    own = client_of(cast.promotion).get(address).content.decode()
    assert "约见" in own
    assert reverse("companies:target-detail", args=[target.pk]) in own


def test_contacts_and_touches_are_their_holders(target: Target, cast: Cast, client_of: ClientOf) -> None:
    company = target.company
    company.service_officer = cast.service
    company.save()

    def shown(person: Any, panel: str) -> str:
        page = client_of(person).get(reverse(f"companies:company-{panel}-panel", args=[company.pk]))
        return page.content.decode()

    for person in (cast.promotion, cast.office, cast.commander, cast.supervision, cast.service):
        assert "示联系" in shown(person, "contact")
        assert "谈了地价" in shown(person, "touch")
    for person in (cast.rival, cast.landing, cast.leader, cast.analyst, cast.counterpart, cast.administrator):
        assert "示联系" not in shown(person, "contact")
        assert "谈了地价" not in shown(person, "touch")
        timeline = client_of(person).get(reverse("companies:company-detail", args=[company.pk]))
        assert "示联系" not in timeline.content.decode()
