"""Writing the organisation: who may, what is refused, what the ledger says."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sanku.accounts.models import Department, ExchangeRate, PasswordKind, Squad, User, Zone
from sanku.accounts.operations import (
    change_own_password,
    found_zone,
    give_demo_password,
    give_one_time_password,
    save_departments,
    save_people,
    save_rates,
    save_squads,
    save_zone,
)
from sanku.accounts.queries import rates_on
from sanku.audit.models import Chain, Entry
from sanku.audit.operations import Draft
from sanku.audit.queries import verify_chain
from sanku.common.problems import NotAllowed, Refused
from tests import make
from tests.cast import MAY, ROLES, Cast

BY: dict[str, Any] = {"now": make.NOW, "via": make.VIA}


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for found in refused.value.problems.values() for problem in found]


WRITES: dict[str, Callable[[User], Any]] = {
    "department": lambda actor: save_departments(
        [Draft(Department(), {"name": "示例局", "short_name": "示例", "kind": "group"})], actor=actor, **BY
    ),
    "squad": lambda actor: save_squads(
        [Draft(Squad(), {"name": "示例十队", "department": Department.objects.first()})], actor=actor, **BY
    ),
    "person": lambda actor: save_people(
        [Draft(User(), {"name": "示新人", "username": "new.one", "role": "office"})], actor=actor, **BY
    ),
    "rate": lambda actor: save_rates(
        [Draft(ExchangeRate(), {"currency": "USD", "on": date(2026, 1, 5), "cny": Decimal("7.1")})],
        actor=actor,
        **BY,
    ),
    "zone": lambda actor: save_zone({"area_unit": "m2"}, actor=actor, **BY),
    "password": lambda actor: give_one_time_password(User.objects.get(username="office"), actor=actor, **BY),
}


@pytest.mark.parametrize("what", sorted(WRITES))
def test_only_those_who_manage_people_write(cast: Cast, what: str) -> None:
    for role in ROLES:
        if role in MAY["manage people"]:
            WRITES[what](cast.of(role))
        else:
            with pytest.raises(NotAllowed):
                WRITES[what](cast.of(role))
    assert verify_chain(Chain.objects.get(zone=cast.zone)) is None


def test_a_deactivated_administrator_may_nothing(cast: Cast) -> None:
    cast.administrator.is_active = False
    with pytest.raises(NotAllowed):
        WRITES["department"](cast.administrator)


@pytest.mark.parametrize(
    ("record", "values"),
    [
        ("promotion", {"department": "theirs"}),
        ("theirs", {"title": "部长"}),
    ],
)
def test_nothing_crosses_between_zones(cast: Cast, record: str, values: dict[str, Any]) -> None:
    theirs = make.department(cast.other_zone)
    values = {name: theirs if value == "theirs" else value for name, value in values.items()}
    person = cast.outsider if record == "theirs" else cast.of(record)
    with pytest.raises(NotAllowed):
        save_people([Draft(person, values)], actor=cast.administrator, **BY)
    with pytest.raises(NotAllowed):
        give_one_time_password(cast.outsider, actor=cast.administrator, **BY)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": " "}, ("name", "name_missing")),
        ({"username": "Zhou Min"}, ("username", "username_shape")),
        ({"username": "x"}, ("username", "username_shape")),
        ({"username": "office"}, ("username", "username_taken")),
        ({"username": "outsider"}, ("username", "username_taken")),
        ({"role": ""}, ("role", "role_missing")),
        ({"role": "king"}, ("role", "choice_unknown")),
        ({"role": "promotion"}, ("department", "department_missing")),
        ({"birth_year": 1890}, ("birth_year", "birth_year")),
        ({"degree": "wizard"}, ("degree", "choice_unknown")),
        ({"languages": ["xx"]}, ("languages", "choice_unknown")),
        ({"skills": ["magic"]}, ("skills", "choice_unknown")),
        ({"phone": "1" * 31}, ("phone", "too_long")),
    ],
)
def test_what_a_person_must_be(cast: Cast, values: dict[str, Any], expected: tuple[str, str]) -> None:
    whole = {"name": "示新人", "username": "new.one", "role": "office"} | values
    with pytest.raises(Refused) as refused:
        save_people([Draft(User(), whole)], actor=cast.administrator, **BY)
    assert codes(refused) == [expected]
    assert not User.objects.filter(username="new.one").exists()


def test_two_new_people_of_one_sign_in_name_are_refused(cast: Cast) -> None:
    drafts = [Draft(User(), {"name": "示新人", "username": "new.one", "role": "office"}) for _ in range(2)]
    with pytest.raises(Refused) as refused:
        save_people(drafts, actor=cast.administrator, **BY)
    assert list(refused.value.problems) == [1]


def test_a_squad_brings_its_department(cast: Cast) -> None:
    values = {"name": "示新人", "username": "new.one", "role": "promotion", "squad": cast.squad}
    draft = Draft(User(), values)
    save_people([draft], actor=cast.administrator, **BY)
    assert draft.record.department == cast.department


def test_who_moves_to_another_department_leaves_his_squad(cast: Cast) -> None:
    draft = Draft(cast.promotion, {"department": cast.rival_department})
    save_people([draft], actor=cast.administrator, **BY)
    cast.promotion.refresh_from_db()
    assert (cast.promotion.department, cast.promotion.squad) == (cast.rival_department, None)


def test_a_squad_of_another_department_is_refused(cast: Cast) -> None:
    draft = Draft(cast.promotion, {"department": cast.rival_department, "squad": cast.squad})
    with pytest.raises(Refused) as refused:
        save_people([draft], actor=cast.administrator, **BY)
    assert codes(refused) == [("squad", "squad_of_other_department")]


@pytest.mark.parametrize("values", [{"is_active": False}, {"role": "office"}])
def test_the_last_administrator_stays(cast: Cast, values: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        save_people([Draft(cast.administrator, dict(values))], actor=cast.administrator, **BY)
    assert codes(refused) == [("role", "last_administrator")]
    # An administrator of another zone does not count, a second one of this zone does.
    make.user("administrator", cast.other_zone)
    with pytest.raises(Refused):
        save_people([Draft(cast.administrator, dict(values))], actor=cast.administrator, **BY)
    make.user("administrator", cast.zone)
    save_people([Draft(cast.administrator, dict(values))], actor=cast.administrator, **BY)


def test_a_department_with_people_is_not_dissolved(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        save_departments([Draft(cast.department, {"is_active": False})], actor=cast.administrator, **BY)
    assert codes(refused) == [("is_active", "department_in_use")]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": ""}, ("name", "name_missing")),
        ({"name": "示例新材料局"}, ("name", "name_taken")),
        ({"kind": ""}, ("kind", "kind_missing")),
        ({"kind": "band"}, ("kind", "choice_unknown")),
        ({"kind": "group", "sector": "equipment"}, ("sector", "sector_without_sector_department")),
    ],
)
def test_what_a_department_must_be(cast: Cast, values: dict[str, Any], expected: tuple[str, str]) -> None:
    whole = {"name": "示例局", "short_name": "示例", "kind": "sector"} | values
    with pytest.raises(Refused) as refused:
        save_departments([Draft(Department(), whole)], actor=cast.administrator, **BY)
    assert codes(refused) == [expected]


def test_a_squad_stays_in_its_department(cast: Cast) -> None:
    draft = Draft(cast.squad, {"name": "示例装备九队", "department": cast.rival_department})
    save_squads([draft], actor=cast.administrator, **BY)
    cast.squad.refresh_from_db()
    assert (cast.squad.name, cast.squad.department) == ("示例装备九队", cast.department)


def test_changes_are_entered_in_the_zones_ledger(cast: Cast) -> None:
    save_people([Draft(cast.promotion, {"role": "landing"})], actor=cast.administrator, **BY)
    entry = Entry.objects.get(library="accounts.user", record_id=cast.promotion.pk)
    assert (entry.zone, entry.actor, entry.label) == (cast.zone, cast.administrator, "示promotion")
    assert entry.changes == [{"field": "role", "old": "promotion", "new": "landing"}]


def test_passwords_never_reach_the_ledger(cast: Cast) -> None:
    password = give_one_time_password(cast.office, actor=cast.administrator, **BY)
    change_own_password(cast.office, "示例-quite-another", **BY)
    cast.office.refresh_from_db()
    assert cast.office.check_password("示例-quite-another")
    entries = Entry.objects.filter(record_id=cast.office.pk)
    assert [entry.changes[0]["new"] for entry in entries] == ["one_time", "own"]
    written = str(list(entries.values()))
    assert password not in written
    assert "quite-another" not in written
    assert cast.office.password not in written


def test_a_new_person_cannot_sign_in_before_he_has_a_password(cast: Cast) -> None:
    WRITES["person"](cast.administrator)
    person = User.objects.get(username="new.one")
    assert not person.has_usable_password()
    password = give_one_time_password(person, actor=cast.administrator, **BY)
    assert person.check_password(password)
    assert person.password_kind == PasswordKind.ONE_TIME


def test_the_password_shown_on_the_page_is_for_demonstration_zones_only(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        give_demo_password(cast.office, "demo-demo-demo", actor=cast.administrator, **BY)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"currency": "CNY"}, ("currency", "currency_unknown")),
        ({"currency": "ABC"}, ("currency", "currency_unknown")),
        ({"currency": ""}, ("currency", "currency_unknown")),
        ({"on": None}, ("on", "date_impossible")),
        ({"on": date(1900, 1, 1)}, ("on", "date_impossible")),
        ({"on": date(2026, 11, 24)}, ("on", "date_future")),
        ({"cny": None}, ("cny", "rate_range")),
        ({"cny": Decimal(0)}, ("cny", "rate_range")),
        ({"cny": Decimal(-7)}, ("cny", "rate_range")),
        ({"cny": Decimal(1000)}, ("cny", "rate_range")),
        ({"currency": "EUR"}, ("currency", "rate_taken")),
    ],
)
def test_what_a_rate_must_be(cast: Cast, values: dict[str, Any], expected: tuple[str, str]) -> None:
    make.rate("EUR", "7.9", date(2026, 1, 5), cast.zone)
    make.rate("USD", "7.0", date(2026, 1, 5), cast.other_zone)
    whole = {"currency": "USD", "on": date(2026, 1, 5), "cny": Decimal("7.1")} | values
    with pytest.raises(Refused) as refused:
        save_rates([Draft(ExchangeRate(), whole)], actor=cast.administrator, **BY)
    assert codes(refused) == [expected]


def test_the_rate_of_a_day_is_the_latest_not_after_it(cast: Cast) -> None:
    make.rate("USD", "7.0", date(2026, 1, 1), cast.zone)
    make.rate("USD", "7.2", date(2026, 6, 1), cast.zone)
    make.rate("EUR", "8.0", date(2026, 1, 1), cast.other_zone)
    assert rates_on(cast.zone, date(2025, 12, 31)) == {"CNY": 1}
    assert rates_on(cast.zone, date(2026, 5, 31)) == {"CNY": 1, "USD": Decimal("7.0")}
    assert rates_on(cast.zone, date(2026, 6, 1)) == {"CNY": 1, "USD": Decimal("7.2")}


@pytest.mark.django_db
def test_founding_a_zone() -> None:
    values = {"name": "示例丙区", "short_name": "丙区", "region_code": "370811"}
    administrator, password = found_zone(values, username="first", name="示管理", **BY)
    assert administrator.check_password(password)
    assert administrator.password_kind == PasswordKind.ONE_TIME
    chain = Chain.objects.get(zone=administrator.zone)
    assert (chain.length, verify_chain(chain)) == (3, None)
    with pytest.raises(Refused) as refused:
        found_zone(values | {"region_code": "37"}, username="first", name="示管理", **BY)
    assert codes(refused) == [
        ("region_code", "region_code"),
        ("name", "name_taken"),
        ("username", "username_taken"),
    ]
    assert Zone.objects.count() == 1
