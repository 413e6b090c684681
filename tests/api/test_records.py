"""The libraries by the interface: read in scope as on the pages, written by the same forms and operations."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from sanku.accounts.models import User
from sanku.audit.models import Action, Entry
from sanku.companies.models import Company
from sanku.library.state import Place
from sanku.projects.models import Project
from sanku.sites.models import Site
from tests import make
from tests.accounts.test_tokens import made
from tests.cast import Cast
from tests.fixtures import ClientOf

pytestmark = pytest.mark.django_db


class Program:
    """A program with a token that may write."""

    def __init__(self, person: User, **values: Any) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {
            "Authorization": f"Bearer {made(person, may_write=True, **values)[1]}",
            "Accept-Language": "en",
        }

    def ask(self, method: str, path: str, status: int = 200, body: Any = None, **query: Any) -> Any:
        """Ask, and return the answer's JSON; fail where the status is another."""
        given: dict[str, Any] = {"headers": self.headers, "query_params": query}
        if body is not None:
            given |= {"data": body, "content_type": "application/json"}
        answer = getattr(self.client, method)(f"/api{path}", **given)
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if answer.content else None


def labels(page: Any) -> list[str]:
    return [record["label"] for record in page["records"]]


def errors(answer: Any) -> set[tuple[str, str]]:
    assert {"code", "message", "field", "row"} == answer["errors"][0].keys()
    assert all(error["message"] for error in answer["errors"])
    return {(error["code"], error["field"]) for error in answer["errors"]}


def test_a_list_has_the_filters_search_order_and_pages_of_its_web_page(cast: Cast) -> None:
    for number in range(7):
        make.company(
            cast.zone, f"示例{number}公司", is_key=number < 3, registered_capital_cny=number * 10_000
        )
    office = Program(cast.office)
    assert labels(office.ask("get", "/companies", key="1", sort="name")) == [
        "示例0公司",
        "示例1公司",
        "示例2公司",
    ]
    assert labels(office.ask("get", "/companies", q="5公司")) == ["示例5公司"]
    assert labels(office.ask("get", "/companies", capital_min="5", sort="-name")) == [
        "示例6公司",
        "示例5公司",
    ]
    page = office.ask("get", "/companies", limit="3", sort="name")
    seen = labels(page)
    assert (page["count"], page["previous"]) == (7, None)
    while page["next"]:
        page = office.client.get(page["next"], headers=office.headers).json()
        seen += labels(page)
    assert seen == [f"示例{number}公司" for number in range(7)]


def test_nothing_asked_for_is_left_out_silently(cast: Cast) -> None:
    office = Program(cast.office)
    for query, where in {
        ("secor", "equipment"): "secor", ("sector", "nonsense"): "sector", ("capital_min", "many"): "capital_min",
        ("sort", "colour"): "sort", ("limit", "0"): "limit", ("limit", "1000"): "limit", ("page", "cut"): "page",
        ("established_from", "soon"): "established_from",
    }.items():  # fmt: skip
        answer = office.ask("get", "/companies", 422, **{query[0]: query[1]})
        assert {field for _, field in errors(answer)} == {where}


def test_a_record_is_read_with_its_values(cast: Cast) -> None:
    site = make.site(
        cast.zone, "示例地块", area_total_m2="20000.50", lon=116.5, lat=35.4, allowed_sectors=["equipment"]
    )
    read = Program(cast.rival).ask("get", f"/sites/{site.pk}")
    assert (read["name"], read["area_total_m2"], read["lon"], read["lat"]) == (
        "示例地块",
        20000.5,
        116.5,
        35.4,
    )
    assert (read["allowed_sectors"], read["may_write"]) == (["equipment"], False)
    fields = {field["name"]: field for field in Program(cast.rival).ask("get", "/sites/fields")["fields"]}
    assert "land" in {choice["value"] for choice in fields["kind"]["choices"]}
    assert (fields["name"]["required"], fields["area_total_m2"]["kind"]) == (True, "area")


def test_what_is_out_of_scope_is_not_there(cast: Cast) -> None:
    project = make.project(cast.zone, department=cast.department)
    rival, outsider = Program(cast.rival), Program(cast.outsider)
    assert labels(rival.ask("get", "/projects")) == []
    for program in (rival, outsider):
        for method, path in (
            ("get", ""), ("get", "/timeline"), ("patch", ""), ("delete", ""), ("post", "/notes"), ("post", "/restore"),
        ):  # fmt: skip
            body = {"text": "示例"} if path == "/notes" else {"name": "示例"} if method == "patch" else None
            answer = program.ask(method, f"/projects/{project.pk}{path}", 404, body)
            assert errors(answer) == {("not_found", "")}
    assert Project.objects.get().name == project.name


def test_a_record_is_entered_and_the_ledger_says_by_a_program(cast: Cast) -> None:
    body = {
        "name": "示例新公司", "uscc": make.uscc(), "registered_capital": 1_500_000.5, "registered_capital_currency": "CNY",
        "lon": 116.5, "lat": 35.4, "is_key": False, "sector": "equipment", "status": "active", "country": "CN",
    }  # fmt: skip
    read = Program(cast.promotion).ask("post", "/companies", 201, body)
    company = Company.objects.get(pk=read["id"])
    assert (company.name, company.registered_capital_cny, company.lat) == (
        "示例新公司",
        Decimal("1500000.5"),
        35.4,
    )
    assert read["registered_capital"] == 1_500_000.5
    entry = Entry.objects.get(library="companies.company", record_id=company.pk)
    assert (entry.action, entry.channel, entry.actor) == ("create", "api", cast.promotion)


def test_only_what_is_sent_changes(cast: Cast) -> None:
    company = make.company(
        cast.zone,
        "示例甲",
        short_name="甲",
        is_key=True,
        registered_capital=100,
        registered_capital_currency="USD",
        lon=116.5,
        lat=35.4,
    )
    make.rate(zone=cast.zone)
    office = Program(cast.office)
    office.ask("patch", f"/companies/{company.pk}", 200, {"short_name": "乙"})
    office.ask("patch", f"/companies/{company.pk}", 200, {"registered_capital": 200})
    office.ask("patch", f"/companies/{company.pk}", 200, {"lat": 35.5})
    company.refresh_from_db()
    assert (company.name, company.short_name, company.is_key) == ("示例甲", "乙", True)
    assert (company.registered_capital, company.registered_capital_currency) == (Decimal(200), "USD")
    assert (company.lon, company.lat) == (116.5, 35.5)
    office.ask("patch", f"/companies/{company.pk}", 200, {"is_key": False, "short_name": None})
    company.refresh_from_db()
    assert (company.is_key, company.short_name) == (False, "")
    first = Entry.objects.filter(action=Action.UPDATE).order_by("number")[0]
    assert {change["field"] for change in first.changes} == {"short_name"}


def test_areas_are_square_metres_and_percentages_shares(cast: Cast) -> None:
    site = make.site(cast.zone, "示例地块", area_total_m2=10)
    office = Program(cast.office)
    office.ask("patch", f"/sites/{site.pk}", 200, {"area_total_m2": 666.67})
    assert float(Site.objects.get().area_total_m2 or 0) == 666.67
    company = make.company(cast.zone)
    office.ask("patch", f"/companies/{company.pk}", 200, {"revenue_growth": 0.125})
    assert float(Company.objects.get().revenue_growth or 0) == 0.125


def test_refusals_name_field_and_remedy_and_change_nothing(cast: Cast) -> None:
    first = make.company(cast.zone, "示例甲", uscc=make.uscc())
    company = make.company(cast.zone, "示例乙")
    office = Program(cast.office)
    path = f"/companies/{company.pk}"
    assert errors(office.ask("patch", path, 422, {"nme": "x"})) == {("unknown_field", "nme")}
    assert errors(office.ask("patch", path, 422, {"removed_at": None})) == {("unknown_field", "removed_at")}
    assert {field for _, field in errors(office.ask("patch", path, 422, {"uscc": first.uscc}))} == {"uscc"}
    assert errors(office.ask("patch", path, 422, {"sector": "nonsense"})) == {("invalid_choice", "sector")}
    assert {field for _, field in errors(office.ask("patch", path, 422, {"lat": 95}))} == {"lat"}
    assert errors(office.ask("patch", path, 422, {"name": {"a": 1}})) == {("value_shape", "name")}
    assert errors(office.ask("patch", path, 422, {"is_key": "yes"})) == {("value_shape", "is_key")}
    assert errors(office.ask("patch", path, 422, {"name": ""})) == {("required", "name")}
    assert errors(office.ask("post", "/companies", 422, {})) >= {("required", "name")}
    assert errors(office.ask("patch", path, 422, ["a"]))
    assert Company.objects.get(pk=company.pk).updated_at == company.updated_at


def test_a_change_made_meanwhile_is_not_overwritten_unseen(cast: Cast) -> None:
    company, office = make.company(cast.zone, "示例甲"), Program(cast.office)
    seen = office.ask("get", f"/companies/{company.pk}")["updated_at"]
    office.ask("patch", f"/companies/{company.pk}", 200, {"short_name": "乙", "updated_at": seen})
    answer = office.ask("patch", f"/companies/{company.pk}", 409, {"short_name": "丙", "updated_at": seen})
    assert errors(answer) == {("changed_meanwhile", "")}


def test_notes_removal_and_return_stand_in_the_timeline(cast: Cast) -> None:
    company, office = make.company(cast.zone, "示例甲"), Program(cast.office)
    path = f"/companies/{company.pk}"
    office.ask("post", f"{path}/notes", 204, {"text": "示例备注"})
    assert errors(office.ask("post", f"{path}/notes", 422, {"text": " "})) == {("note_length", "text")}
    office.ask("delete", path, 204)
    office.ask("get", path, 404)
    office.ask("post", f"{path}/restore", 200)
    entries = office.ask("get", f"{path}/timeline")["entries"]
    assert [entry["kind"] for entry in entries] == ["restore", "remove", "note"]
    assert entries[2]["why"] == "示例备注"


def test_a_role_that_does_not_write_is_told_so(cast: Cast) -> None:
    company, commander = make.company(cast.zone), Program(cast.commander)
    for method, path, body in (
        ("post", "/companies", {"name": "示例"}),
        ("patch", f"/companies/{company.pk}", {"name": "示例"}),
        ("delete", f"/companies/{company.pk}", None),
    ):
        assert errors(commander.ask(method, path, 403, body)) == {("not_allowed", "")}


def test_a_session_writes_only_with_its_protection_against_forgery(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例甲")
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.office)
    given: dict[str, Any] = {"data": {"short_name": "乙"}, "content_type": "application/json"}
    assert client.get(f"/api/companies/{company.pk}").status_code == 200
    refused = client.patch(f"/api/companies/{company.pk}", **given)
    assert refused.status_code == 403 and errors(refused.json()) == {("csrf", "")}
    assert "X-CSRFToken" in refused.json()["errors"][0]["message"]
    client.get("/people/tokens/")  # a page with a form gives the cookie
    token = client.cookies["sanku_csrf"].value
    answer = client.patch(f"/api/companies/{company.pk}", headers={"X-CSRFToken": token}, **given)
    assert answer.status_code == 200


def test_more_than_a_page_of_the_web_is_an_export(cast: Cast) -> None:
    for number in range(60):
        make.company(cast.zone, f"示例{number}")
    office = Program(cast.office)
    office.ask("get", "/companies")
    assert not Entry.objects.filter(action=Action.EXPORT).exists()
    office.ask("get", "/companies", limit="100")
    entry = Entry.objects.get(action=Action.EXPORT)
    assert (entry.changes[0]["new"], entry.channel) == (60, "api")


def test_a_made_up_page_takes_nothing_past_the_ledger(cast: Cast) -> None:
    """Who begins in the middle is entered as who begins at the first page; nobody writes his own cursor."""
    for number in range(120):
        make.company(cast.zone, f"示例{number}")
    office = Program(cast.office)
    last = Place("last", None, None, 0).encoded()
    assert errors(office.ask("get", "/companies", 422, page=last, limit="100")) == {("page", "page")}
    following = parse_qs(urlsplit(office.ask("get", "/companies")["next"]).query)["page"][0]
    assert not Entry.objects.filter(action=Action.EXPORT).exists()
    rest = office.ask("get", "/companies", page=following, limit="100")
    assert (len(rest["records"]), Entry.objects.filter(action=Action.EXPORT).count()) == (70, 1)


def test_contacts_are_on_no_answer(cast: Cast) -> None:
    company = make.company(cast.zone)
    make.contact(company, cast.department, name="示曌人", phone="13800001234")
    make.target(company=company, department=cast.department, reason="曌由")
    rival = Program(cast.rival)
    for path in ("/companies", f"/companies/{company.pk}", f"/companies/{company.pk}/timeline", "/targets"):
        text = str(rival.ask("get", path))
        assert "曌" not in text and "13800001234" not in text
