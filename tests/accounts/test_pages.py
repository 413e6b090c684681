"""The pages of the organisation: who finds them, what they show, what they cost."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from sanku.accounts.models import Department, ExchangeRate, Squad, User
from tests import make
from tests.cast import MAY, ROLES, Cast
from tests.fixtures import ClientOf

# Most statements of the roster: person, zone, departments, squads, people, head counts, the rail's own.
ROSTER_QUERIES = 8


def text(response: Any) -> str:
    """Return a page's words, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def own_pages(cast: Cast) -> dict[str, str]:
    rate = make.rate(zone=cast.zone)
    return {
        "person": reverse("accounts:person", args=[cast.office.pk]),
        "section": reverse("accounts:person-section", args=[cast.office.pk, "place"]),
        "edit": reverse("accounts:person-section-edit", args=[cast.office.pk, "place"]),
        "department": reverse("accounts:department-edit", args=[cast.department.pk]),
        "squad": reverse("accounts:squad-edit", args=[cast.squad.pk]),
        "rate": reverse("accounts:rate-edit", args=[rate.pk]),
    }


def test_nothing_of_a_zone_exists_for_the_outsider(cast: Cast, client_of: ClientOf) -> None:
    """Not even for the administrator of the other zone."""
    theirs = make.user("administrator", cast.other_zone)
    for address in own_pages(cast).values():
        assert client_of(cast.administrator).get(address).status_code == 200
        assert client_of(theirs).get(address).status_code == 404
        assert client_of(cast.outsider).get(address).status_code == 404
    for action in ("person-password", "person-activity"):
        address = reverse(f"accounts:{action}", args=[cast.office.pk])
        assert client_of(theirs).post(address).status_code == 404
    cast.office.refresh_from_db()
    assert cast.office.is_active and cast.office.check_password(make.PASSWORD)
    roster = client_of(theirs).get(reverse("accounts:roster") + "?role=all")
    assert "示office" not in text(roster)


@pytest.mark.parametrize("role", ROLES)
def test_pages_by_role(cast: Cast, client_of: ClientOf, role: str) -> None:
    client, pages = client_of(cast.of(role)), own_pages(cast)
    for open_page in (reverse("accounts:roster"), pages["person"], pages["section"]):
        assert client.get(open_page).status_code == 200
    managed = [
        pages["edit"],
        pages["department"],
        pages["squad"],
        *(
            reverse(f"accounts:{name}")
            for name in ("organisation", "person-add", "department-add", "squad-add")
        ),
    ]
    for address in managed:
        expected = 200 if role in MAY["manage people"] else 404
        assert client.get(address).status_code == expected, address
        if expected == 404:
            assert client.post(address, {}).status_code == 404, address
    assert client.get(reverse("accounts:rate-list")).status_code == (
        200 if role in MAY["read rates"] else 404
    )
    for address in (pages["rate"], reverse("accounts:rate-add")):
        assert client.get(address).status_code == (200 if role in MAY["write rates"] else 404)


def test_strangers_are_led_to_the_sign_in(cast: Cast, client: Client) -> None:
    for address in (*own_pages(cast).values(), reverse("accounts:roster"), reverse("accounts:organisation")):
        assert client.get(address)["Location"].startswith("/accounts/login/")


def test_a_year_of_birth_is_not_for_everybody(cast: Cast, client_of: ClientOf) -> None:
    cast.promotion.birth_year = 1987
    cast.promotion.save()
    page = reverse("accounts:person", args=[cast.promotion.pk])
    seen = {role for role in ROLES if "1987" in text(client_of(cast.of(role)).get(page))}
    assert seen == {"administrator", "commander", "office", "supervision", "promotion"}


# --- roster -----------------------------------------------------------------------------------


@pytest.fixture
def officers(cast: Cast) -> Cast:
    """Give three officers more: two of the first department, one of the second."""
    year = date.today().year
    cast.promotion.delete()
    cast.rival.delete()
    make.user("promotion", name="示甲", squad=cast.squad, birth_year=year - 30, degree="master",
              languages=["en"], skills=["equipment", "information"])  # fmt: skip
    make.user("promotion", name="示乙", department=cast.department, birth_year=year - 41, degree="bachelor",
              skills=["equipment"])  # fmt: skip
    make.user(
        "promotion", name="示丙", department=cast.rival_department, degree="doctor", languages=["en", "ja"]
    )
    return cast


def test_composition(officers: Cast, client_of: ClientOf) -> None:
    """Count, mean age of those whose year is known, and the share of degrees with its base."""
    context = client_of(officers.office).get(reverse("accounts:roster")).context
    found = context["composition"]
    assert (found["count"], found["average_age"], found["age_base"]) == (3, 35.5, 2)
    assert (found["masters"], found["degree_base"], found["with_language"]) == (2, 3, 2)
    assert [(str(bar["label"]), bar["count"]) for bar in found["languages"]] == [("英语", 2), ("日语", 1)]


def test_coverage_marks_the_gaps(officers: Cast, client_of: ClientOf) -> None:
    """A sector is a gap where nobody of all, or nobody of its own department, knows it."""
    response = client_of(officers.office).get(reverse("accounts:roster"))
    rows = {row["label"]: row for row in response.context["coverage"]["rows"]}
    with translation.override("zh-hans"):
        assert [(cell["count"], cell["state"], cell["home"]) for cell in rows["装备制造"]["cells"]] == [
            (2, 2, True),
            (0, 0, False),
        ]
        assert rows["信息产业与服务"]["total"] == 1
        gaps = response.context["coverage"]["gaps"]
    assert "新材料" in gaps and "装备制造" not in gaps and "信息产业与服务" not in gaps


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"示甲", "示乙", "示丙"}),
        ("department=first", {"示甲", "示乙"}),
        ("squad=first", {"示甲"}),
        ("role=commander", {"示commander"}),
        ("department=0&squad=x&role=promotion", {"示甲", "示乙", "示丙"}),
    ],
)
def test_roster_by_department_squad_and_role(
    officers: Cast, client_of: ClientOf, query: str, names: set[str]
) -> None:
    query = query.replace("department=first", f"department={officers.department.pk}")
    query = query.replace("squad=first", f"squad={officers.squad.pk}")
    groups = client_of(officers.office).get(f"{reverse('accounts:roster')}?{query}").context["groups"]
    shown = {row["person"].name for group in groups for squad in group["squads"] for row in squad["people"]}
    assert shown == names


def test_structure_counts_people(officers: Cast, client_of: ClientOf) -> None:
    structure = client_of(officers.office).get(reverse("accounts:roster")).context["structure"]
    assert [(unit["name"], unit["count"]) for unit in structure["sectors"]] == [
        ("示例装备局", 2),
        ("示例新材料局", 1),
    ]
    assert [(squad["name"], squad["count"]) for squad in structure["sectors"][0]["squads"]] == [
        ("示例装备一队", 1)
    ]
    assert [unit["name"] for unit in structure["counterparts"]] == ["示例环境局"]


def test_roster_costs_the_same_for_many(
    cast: Cast, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        make.user("promotion", squad=make.squad(cast.department))
    client = client_of(cast.office)
    client.get(reverse("accounts:roster"))
    with django_assert_max_num_queries(ROSTER_QUERIES):
        assert client.get(reverse("accounts:roster")).status_code == 200


def test_pages_speak_the_readers_language(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.administrator)
    assert "硕士及以上" in text(client.get(reverse("accounts:roster")))
    client.cookies["sanku_language"] = "en"
    assert "degree or above" in text(client.get(reverse("accounts:roster")))
    assert "硕士及以上" not in text(client.get(reverse("accounts:roster")))


# --- changing ---------------------------------------------------------------------------------


def test_entering_a_person_shows_his_password_once(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.administrator)
    form = {
        "name": "示新人",
        "username": "new.one",
        "role": "promotion",
        "squad": cast.squad.pk,
        "skills": ["equipment"],
        "languages": ["en", "de"],
    }
    response = client.post(reverse("accounts:person-add"), form)
    person = User.objects.get(username="new.one")
    password = response.context["password"]
    assert person.check_password(password)
    assert (person.department, person.languages) == (cast.department, ["de", "en"])
    assert password in text(response)
    assert "no-store" in response["Cache-Control"]
    assert password not in text(client.get(reverse("accounts:person", args=[person.pk])))


def test_what_is_refused_stands_at_its_field(cast: Cast, client_of: ClientOf) -> None:
    response = client_of(cast.administrator).post(
        reverse("accounts:person-add"), {"name": "示新人", "username": "office", "role": "promotion"}
    )
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"username", "department"}
    assert "已被占用" in text(response)


def test_editing_a_person_in_place(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.administrator)
    address = reverse("accounts:person-section-edit", args=[cast.service.pk, "skills"])
    saved = client.post(
        address, {"birth_year": "1988", "degree": "master", "languages": ["ko"], "skills": ["new_materials"]}
    )
    assert "1988" in text(saved) and "韩语" in text(saved)
    cast.service.refresh_from_db()
    assert (cast.service.birth_year, cast.service.degree, cast.service.name) == (1988, "master", "示service")
    wrong = client.post(address, {"birth_year": "1488"})
    assert "1488" in text(wrong) and wrong.context["form"].errors
    page = text(client.get(reverse("accounts:person", args=[cast.service.pk])))
    assert "出生年份" in page and "硕士" in page


def test_deactivating_and_activating_again(cast: Cast, client_of: ClientOf) -> None:
    client, theirs = client_of(cast.administrator), client_of(cast.service)
    address = reverse("accounts:person-activity", args=[cast.service.pk])
    assert client.get(address).status_code == 405
    assert "已停用" in text(client.post(address, follow=True))
    assert theirs.get(reverse("accounts:roster")).status_code == 302, "he is signed out at once"
    roster = text(client.get(reverse("accounts:roster") + "?role=all"))
    assert "示service" not in roster
    client.post(address)
    cast.service.refresh_from_db()
    assert cast.service.is_active
    last = client.post(reverse("accounts:person-activity", args=[cast.administrator.pk]), follow=True)
    assert "最后一名系统管理员" in text(last)


def test_a_new_password_signs_the_person_out(cast: Cast, client_of: ClientOf) -> None:
    theirs = client_of(cast.service)
    address = reverse("accounts:person-password", args=[cast.service.pk])
    response = client_of(cast.administrator).post(address)
    cast.service.refresh_from_db()
    assert cast.service.check_password(response.context["password"])
    assert theirs.get(reverse("accounts:roster")).status_code == 302


@pytest.mark.parametrize(
    ("name", "form", "model"),
    [
        (
            "department-add",
            {"name": "示例物流局", "short_name": "物流", "kind": "sector", "sector": "modern_services",
             "position": "9", "is_active": "on"},
            Department,
        ),
        ("squad-add", {"name": "示例装备二队", "department": "first", "is_active": "on"}, Squad),
        ("rate-add", {"currency": "jpy", "on": "2026-03-01", "cny": "0.0483"}, ExchangeRate),
    ],
)  # fmt: skip
def test_entering(cast: Cast, client_of: ClientOf, name: str, form: dict[str, str], model: Any) -> None:
    form = {key: str(cast.department.pk) if value == "first" else value for key, value in form.items()}
    before = model.objects.count()
    response = client_of(cast.administrator).post(reverse(f"accounts:{name}"), form, follow=True)
    assert model.objects.count() == before + 1
    assert "已保存" in text(response)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"currency": "U$D", "on": "2026-02-30", "cny": "seven"},
        {"currency": "USD", "on": "2026-03-01", "cny": "-1"},
        {"currency": "USD", "on": "2026-03-01", "cny": "7.12345678"},
        {"currency": "USD", "on": "2999-01-01", "cny": "7"},
        {"currency": "USD", "on": "2026-03-01", "cny": "NaN"},
        {"currency": "<b>", "on": "0001-01-01", "cny": "1e400"},
    ],
)
def test_a_wrong_rate_comes_back_with_what_is_wrong(
    cast: Cast, client_of: ClientOf, form: dict[str, str]
) -> None:
    response = client_of(cast.administrator).post(reverse("accounts:rate-add"), form)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not ExchangeRate.objects.exists()


def test_correcting_a_rate(cast: Cast, client_of: ClientOf) -> None:
    rate = make.rate("USD", "71", zone=cast.zone)
    address = reverse("accounts:rate-edit", args=[rate.pk])
    form = {"currency": "USD", "on": "2026-01-01", "cny": "7.1"}
    page = client_of(cast.administrator).post(address, form, follow=True)
    rate.refresh_from_db()
    assert rate.cny == Decimal("7.1")
    assert "7.1" in text(page)
    assert "更正" not in text(client_of(cast.office).get(reverse("accounts:rate-list"))).replace("更正只", "")
