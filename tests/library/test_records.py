"""Records are entered, edited section by section, noted on, removed and brought back, with everything in the timeline."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from sanku.audit.models import Action, Entry
from sanku.companies.models import Company
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

IDENTITY = {"name": "示例甲", "status": "active", "country": "CN"}


def edit_url(client: Any, company: Company, key: str = "identity") -> str:
    page = client.get(reverse("companies:company-detail", args=[company.pk]))
    url: str = next(part for part in page.context["sections"] if part["key"] == key)["edit_url"]
    return url


def test_a_section_is_edited_in_place_and_the_timeline_tells(cast: Cast, client_of: ClientOf) -> None:
    client, company = client_of(cast.promotion), make.company(cast.zone, "示例甲")
    url = edit_url(client, company)
    assert client.get(url).status_code == 200
    saved = client.post(url, {**IDENTITY, "uscc": " 9137 0800 ".strip(), "short_name": "甲"})
    assert "统一社会信用代码" in saved.content.decode()
    assert "section_form" not in [template.name for template in saved.templates]
    assert "library/_section_form.html" in [template.name for template in saved.templates]
    code = make.uscc()
    saved = client.post(url, {**IDENTITY, "uscc": f"  {code.lower()} ", "short_name": "甲"})
    assert "library/_section_saved.html" in [template.name for template in saved.templates]
    company.refresh_from_db()
    assert (company.uscc, company.short_name) == (code, "甲")
    entry = Entry.objects.get(action=Action.UPDATE)
    assert {change["field"] for change in entry.changes} == {"uscc", "short_name", "status"}
    assert entry.actor == cast.promotion
    labels = [change["label"] for change in saved.context["timeline"][0]["changes"]]
    assert set(map(str, labels)) == {"统一社会信用代码", "简称", "登记状态"}


def test_an_error_stands_at_its_field_and_nothing_is_saved(cast: Cast, client_of: ClientOf) -> None:
    client, company = client_of(cast.promotion), make.company(cast.zone, "示例甲")
    other = make.company(cast.zone, "示例乙", uscc=make.uscc())
    url = edit_url(client, company)
    wrong = client.post(url, {**IDENTITY, "name": "", "established_on": "2026-02-30"})
    assert wrong.status_code == 200
    assert set(wrong.context["form"].errors) == {"name", "established_on"}
    taken = client.post(url, {**IDENTITY, "uscc": other.uscc})
    assert "示例乙" in taken.context["form"].errors["uscc"][0]
    shape = client.post(url, {**IDENTITY, "uscc": "123"})
    assert "18 位" in shape.context["form"].errors["uscc"][0]
    assert 'aria-invalid="true"' in shape.content.decode()
    company.refresh_from_db()
    assert company.uscc == ""
    assert not Entry.objects.exists()


def test_two_who_edit_at_once_are_told(cast: Cast, client_of: ClientOf) -> None:
    client, company = client_of(cast.promotion), make.company(cast.zone, "示例甲")
    first, second = edit_url(client, company), edit_url(client, company)
    client.post(first, {**IDENTITY, "short_name": "先"})
    late = client.post(second, {**IDENTITY, "short_name": "后"})
    assert late.context["form"].non_field_errors()
    company.refresh_from_db()
    assert company.short_name == "先"
    # The form that comes back knows of the other's change: saving again is meant.
    again = late.context["section"]["edit_url"]
    client.post(again, {**IDENTITY, "short_name": "后"})
    company.refresh_from_db()
    assert company.short_name == "后"


def test_amounts_keep_their_currency_and_areas_do_not_drift(cast: Cast, client_of: ClientOf) -> None:
    client, company = client_of(cast.office), make.company(cast.zone, "示例甲")
    make.rate("USD", "7.1", zone=cast.zone)
    url = edit_url(client, company, "business")
    form = {
        "registered_capital": "１,200", "registered_capital_unit": "10000", "registered_capital_currency": "USD",
        "revenue_growth": "12.5",
    }  # fmt: skip
    client.post(url, form)
    company.refresh_from_db()
    assert company.registered_capital == 12_000_000
    assert company.registered_capital_currency == "USD"
    assert company.registered_capital_cny == Decimal("85200000.00")
    assert company.revenue_growth == Decimal("0.1250")
    site = make.site(cast.zone, kind="land", area_total_m2=Decimal("1234.56"))
    edit = next(
        part["edit_url"]
        for part in client.get(reverse("sites:site-detail", args=[site.pk])).context["sections"]
        if any("area_total_m2" in name for name in client.get(part["edit_url"]).context["form"].fields)
    )
    opened = client.get(edit).context["form"]
    values = {name: opened[name].value() for name in opened.fields}
    saved = client.post(edit, {name: value for name, value in values.items() if value not in (None, False)})
    assert "library/_section_saved.html" in [template.name for template in saved.templates]
    site.refresh_from_db()
    assert site.area_total_m2 == Decimal("1234.56")
    assert not Entry.objects.filter(library="sites.site").exists()


def test_positions_come_in_other_systems_and_are_kept_as_wgs84(cast: Cast, client_of: ClientOf) -> None:
    client, company = client_of(cast.office), make.company(cast.zone)
    url = edit_url(client, company, "place")
    client.post(url, {"longitude": "116.6", "latitude": "35.4", "datum": "GCJ-02"})
    company.refresh_from_db()
    assert company.lon is not None and company.lat is not None
    assert 0.001 < abs(company.lon - 116.6) < 0.01
    wrong = client.post(edit_url(client, company, "place"), {"longitude": "116.6"})
    assert wrong.context["form"].errors


def test_a_record_is_entered_by_who_may(cast: Cast, client_of: ClientOf) -> None:
    address = reverse("companies:company-create")
    for person in cast.who_may_not("write companies"):
        assert client_of(person).get(address).status_code == 403
        assert client_of(person).post(address, IDENTITY).status_code == 403
    assert not Company.objects.exists()
    for number, person in enumerate(cast.who_may("write companies")):
        made = client_of(person).post(address, {**IDENTITY, "name": f"示例{number}号"})
        assert made.status_code == 302
        company = Company.objects.get(name=f"示例{number}号")
        assert made["Location"] == reverse("companies:company-detail", args=[company.pk])
        assert company.zone == cast.zone
        assert Entry.objects.get(record_id=company.pk).action == Action.CREATE
    refused = client_of(cast.office).post(address, {**IDENTITY, "name": " "})
    assert refused.status_code == 200
    assert refused.context["form"].errors["name"]


def test_readers_are_offered_no_editing(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    for person in cast.who_may_not("write companies"):
        client = client_of(person)
        page = client.get(reverse("companies:company-detail", args=[company.pk]))
        assert [part["edit_url"] for part in page.context["sections"]] == [None] * 5
        assert page.context["record"]["actions"] == []
        address = reverse("companies:company-section-edit", args=[company.pk, "identity"])
        assert client.post(address, IDENTITY).status_code == 403
        client.post(reverse("companies:company-remove", args=[company.pk]))
    company.refresh_from_db()
    assert company.removed_at is None


def test_a_note_is_read_by_its_department_and_those_who_see_all(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    note, detail = (reverse(f"companies:company-{page}", args=[company.pk]) for page in ("note", "detail"))
    client_of(cast.promotion).post(note, {"text": "报价底线五亿"})
    client_of(cast.office).post(note, {"text": "主任批示"})

    def reads(person: Any) -> set[str]:
        return {entry["why"] for entry in client_of(person).get(detail).context["timeline"]}

    assert reads(cast.promotion) == {"报价底线五亿"}
    assert reads(cast.rival) == reads(cast.service) == reads(cast.counterpart) == set()
    for person in (cast.commander, cast.office, cast.supervision):
        assert reads(person) == {"报价底线五亿", "主任批示"}
    client_of(cast.service).post(note, {"text": "我的话"})
    assert reads(cast.service) == {"我的话"}
    assert reads(cast.promotion) == {"报价底线五亿"}


@pytest.mark.parametrize("text", ["", "  ", "长" * 2001])
def test_a_note_that_is_empty_or_too_long_is_refused(text: str, cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    answer = client_of(cast.office).post(reverse("companies:company-note", args=[company.pk]), {"text": text})
    assert answer.context["draft"]["problems"] and answer.context["draft"]["text"] == text
    assert not Entry.objects.exists()


def test_a_removed_record_is_gone_until_the_removal_is_undone(cast: Cast, client_of: ClientOf) -> None:
    client, company = client_of(cast.office), make.company(cast.zone, "示例甲", uscc=make.uscc())
    address = reverse("companies:company-detail", args=[company.pk])
    removed = client.post(reverse("companies:company-remove", args=[company.pk]), follow=True)
    assert client.get(address).status_code == 404
    undo = reverse("companies:company-restore", args=[company.pk])
    assert f'action="{undo}"' in removed.content.decode()
    assert removed.context["listing"]["rows"] == []
    assert client_of(cast.outsider).post(undo).status_code == 404
    client.post(undo)
    back = client.get(address)
    assert [entry["kind"] for entry in back.context["timeline"]] == ["restore", "remove"]
    # Its code may have been given to another record meanwhile: then it stays away, and the reason is said.
    client.post(reverse("companies:company-remove", args=[company.pk]))
    make.company(cast.zone, "示例乙", uscc=company.uscc)
    refused = client.post(undo, follow=True)
    assert "示例乙" in refused.content.decode()
    assert client.get(address).status_code == 404


def test_older_entries_of_a_timeline_come_on_demand(cast: Cast, client_of: ClientOf) -> None:
    client, company = client_of(cast.office), make.company(cast.zone)
    for number in range(35):
        client.post(reverse("companies:company-note", args=[company.pk]), {"text": f"第{number}条"})
    page = client.get(reverse("companies:company-detail", args=[company.pk]))
    older = client.get(page.context["timeline_more_url"])
    said = [entry["why"] for part in (page, older) for entry in part.context["timeline"]]
    assert said == [f"第{number}条" for number in reversed(range(35))]
    assert older.context["timeline_more_url"] is None


def test_a_preview_shows_what_is_known(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例甲", uscc=make.uscc(), sector="equipment", address="示例路 1 号")
    page = client_of(cast.commander).get(reverse("companies:company-preview", args=[company.pk]))
    assert page.context["preview"]["title"] == "示例甲"
    assert "示例路 1 号" in page.content.decode()
    assert all(field["value"] or field.get("html") for field in page.context["fields"])
