"""What one department holds is read by nobody else, on no page and in no file."""

import io
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sanku.accounts.models import User
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.scopes.asking import Readings
from tests.scopes.world import World, address, make_world, names

# Everything that the world's first department holds has one of these in it.
SECRET = ("曌", "13800005678")
STRANGERS = (
    "rival",
    "landing",
    "construction",
    "leader",
    "service",
    "counterpart",
    "analyst",
    "administrator",
)
# The same filters stand behind every page on both databases: there, one of each kind of reach asks again.
ON_POSTGRESQL = ("rival", "leader", "counterpart")
ASKING = ON_POSTGRESQL if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") else STRANGERS


@pytest.fixture
def world(cast: Cast, client_of: ClientOf) -> World:
    """Give the world with dealings on record: what was entered, changed, noted and looked at."""
    world, officer = make_world(cast), client_of(cast.promotion)
    company, target, project = world.company.pk, world.target.pk, world.project.pk
    post(officer, "companies:company-note", company, text="曌记一")
    post(officer, "companies:company-contact-create", company, name="示曌丙", phone="13800005678")
    post(officer, "companies:company-touch-create", company, on="2026-11-02", method="曌访", content="曌谈丙")
    officer.post(reverse("companies:company-contact-show", args=[company, world.contact.pk]))
    post(officer, "companies:target-note", target, text="曌记二")
    post(officer, "companies:target-touch-create", target, on="2026-11-03", method="曌会", content="曌谈丁")
    post(officer, "projects:project-note", project, text="曌记三")
    return world


def post(client: Client, name: str, pk: int, /, **sent: Any) -> None:
    assert client.post(reverse(name, args=[pk]), sent).status_code == 200


def shown(client: Client, url: str, given: dict[str, str]) -> str:
    """Return what a page or a workbook says."""
    taken = url.endswith("/export/")
    answer: Any = client.post(f"{url}?{urlencode(given)}") if taken else client.get(url, given)
    if answer.status_code != 200:
        return ""
    if not answer.streaming:
        return str(answer.content.decode("utf-8", "replace"))
    if "spreadsheet" not in answer["Content-Type"]:
        return str(answer["Content-Disposition"])
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row)


@pytest.mark.usefixtures("bare_404", "people_read_once")
@pytest.mark.parametrize("who", ASKING)
def test_no_page_tells_a_stranger_what_a_department_holds(
    world: World, client_of: ClientOf, readings: Readings, who: str
) -> None:
    client = client_of(getattr(world.cast, who))
    asked = {"selected": f"{world.target.pk},{world.project.pk}", "department": str(world.cast.department.pk)}
    for name, route in names():
        if name == "projects:project-similar":
            continue  # name and holder are known to all who enter projects: see projects/test_scopes.py
        url = address(world, name, route)
        for given in ({},) if "<int:" in route else ({}, asked):
            if given and not readings.has(asked):
                continue  # the page looks at neither: it would say the same again
            readings.names.clear()
            text = shown(client, url, given)
            assert not [word for word in SECRET if word in text], (name, given)


def test_the_same_pages_tell_the_department_itself(world: World, client_of: ClientOf) -> None:
    """The test above proves nothing if nobody is told."""
    client = client_of(world.cast.promotion)
    told = "".join(shown(client, address(world, name, route), {}) for name, route in names())
    for word in (
        "曌记一",
        "曌记二",
        "曌记三",
        "曌谈丙",
        "曌谈丁",
        "示曌甲",
        "示例曌项目",
        "曌由甲",
        "曌步甲",
    ):
        assert word in told, word


def test_searching_for_anothers_secrets_finds_nothing(world: World, client_of: ClientOf) -> None:
    """The company is open to all; that somebody invests, and in what, is not."""
    client = client_of(world.cast.rival)
    for page in ("projects:project-list", "companies:target-list"):
        listing = client.get(reverse(page), {"q": "示例甲机械"}).context["listing"]
        assert (listing["rows"], listing["page"]["total"], listing["total_all"]) == ([], 0, 0)
        assert {view["count"] for view in client.get(reverse(page)).context["listing"]["views"]} <= {0, None}
    found = client.get(reverse("search:search"), {"q": "示例甲机械"}).context["groups"]
    assert [str(group.url) for group in found if "/companies/" not in group.url] == []


def test_a_note_on_a_project_is_read_by_whoever_may_see_the_project(cast: Cast, client_of: ClientOf) -> None:
    project = make.project(cast.zone, department=cast.department, stage="landed")
    url = reverse("projects:project-detail", args=[project.pk])
    for person, text in ((cast.promotion, "厂房已选定"), (cast.landing, "施工许可在办")):
        post(client_of(person), "projects:project-note", project.pk, text=text)
    for person in (cast.promotion, cast.landing, cast.construction, cast.commander):
        page = client_of(person).get(url).content.decode()
        assert "厂房已选定" in page and "施工许可在办" in page, person.role
    assert client_of(cast.rival).get(url).status_code == 404


def offered(client: Client, url: str) -> set[User | Any]:
    """Return the records that a form's choices offer."""
    context = client.get(url).context
    fields = context["form"].fields.values() if "form" in context else []  # a note's form offers no records
    return {record for field in fields if hasattr(field, "queryset") for record in field.queryset}


def test_forms_offer_nobody_of_another_zone_and_officers_their_own_department(
    world: World, client_of: ClientOf
) -> None:
    cast = world.cast
    stranger = make.department(cast.other_zone)
    make.squad(stranger)
    make.squad(cast.rival_department)
    for name, route in names():
        if not name.endswith(("-create", "-section-edit", "-add", "-edit")) or name.startswith("intake:"):
            continue
        for person in (cast.office, cast.promotion, cast.administrator):
            client, url = client_of(person), address(world, name, route)
            if client.get(url).status_code != 200:
                continue
            records = offered(client, url)
            assert all(record.zone_id == cast.zone.pk for record in records), name
            if person == cast.promotion:
                units = {
                    getattr(record, "department_id", record.pk)
                    for record in records
                    if not isinstance(record, User)
                }
                assert units <= {cast.department.pk}, name
