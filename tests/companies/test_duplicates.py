"""Near-duplicates: found at entry and on save, decided on the worklist, and never across zones."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.companies.models import Company, Duplicate
from sanku.companies.operations import remove_company, restore_company, save_companies
from sanku.companies.queries import PAIRS, open_duplicates
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf


def enter(cast: Cast, *many: dict[str, Any]) -> list[Company]:
    drafts = [Draft(Company(zone=cast.zone), values) for values in many]
    save_companies(drafts, actor=cast.office, now=make.NOW, via=make.VIA)
    return [draft.record for draft in drafts]


def pairs() -> list[tuple[str, str, str]]:
    return [
        (pair.first.name, pair.second.name, pair.reason)
        for pair in Duplicate.objects.select_related("first", "second").order_by("id")
    ]


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"name": "济宁市示例机械有限公司"}, {"name": "济宁示例机械股份有限公司"}, "name"),
        ({"name": "示例（济宁）机械有限公司"}, {"name": "示例(济宁)机械有限责任公司"}, "name"),
        ({"name": "ＥＸＡＭＰＬＥ Ltd."}, {"name": "Example GmbH"}, "name"),
        ({"name": "山东示例重工集团有限公司", "short_name": "示例重工"}, {"name": "示例重工有限公司"}, "short"),
        ({"name": "济宁示例机械有限公司"}, {"name": "济宁事例机械有限公司"}, "sound"),
        ({"name": "济宁示例机械有限公司"}, {"name": "示例机械济宁有限公司"}, "sound"),
        ({"name": "濟寧示例機械有限公司"}, {"name": "Ji Ning Shi Li Ji Xie You Xian Gong Si"}, "sound"),
        ({"name": "济宁示例机械有限公司"}, {"name": "Jining Shili Machinery Co., Ltd."}, "sound"),
        ({"name": "济宁示例未来机械有限公司"}, {"name": "济宁示例末来机械有限公司"}, "spelling"),
        ({"name": "济宁示例重型机械有限公司"}, {"name": "济宁示例重机械有限公司"}, "spelling"),
        ({"name": "新示例轴承有限公司", "former_names": "老示例轴承厂\n示例轴承公司"}, {"name": "示例轴承有限公司"}, "former"),
    ],
)  # fmt: skip
def test_two_names_of_one_firm_come_to_the_worklist(
    first: dict[str, Any], second: dict[str, Any], reason: str, cast: Cast
) -> None:
    enter(cast, first)
    enter(cast, second)
    assert pairs() == [(first["name"], second["name"], reason)]
    assert open_duplicates(cast.office, 9) == 1


def test_firms_of_other_names_places_or_zones_do_not(cast: Cast) -> None:
    enter(
        cast,
        {"name": "济宁示例机械有限公司"},
        {"name": "泰安示例机械有限公司"},
        {"name": "济宁示例电子有限公司"},
        {"name": "济宁示例机械厂"},
        {"name": "济宁示例电子第一有限公司"},
        {"name": "济宁示例电子第二有限公司"},
        {"name": "合肥示例瑞辰软件有限公司", "short_name": "示例瑞辰"},
        {"name": "武汉示例睿辰设计有限公司", "short_name": "示例睿辰"},
    )
    other = Draft(Company(zone=cast.other_zone), {"name": "济宁示例机械股份有限公司"})
    save_companies([other], actor=cast.outsider, now=make.NOW, via=make.VIA)
    assert pairs() == []


def test_a_new_name_or_a_removal_is_looked_at_again(cast: Cast) -> None:
    _, second = enter(cast, {"name": "示例甲有限公司"}, {"name": "示例乙有限公司"})
    here: dict[str, Any] = {"actor": cast.office, "now": make.NOW, "via": make.VIA}
    save_companies([Draft(second, {"name": "示例甲股份有限公司"})], **here)
    assert len(pairs()) == 1
    save_companies([Draft(second, {"name": "示例丙有限公司"})], **here)
    assert pairs() == []
    save_companies([Draft(second, {"short_name": "示例甲"})], **here)
    assert len(pairs()) == 1
    remove_company(second, **here)
    assert open_duplicates(cast.office, 9) == 0
    restore_company(second, **here)
    assert open_duplicates(cast.office, 9) == 1


def test_a_decision_is_recorded_is_not_asked_again_and_can_be_taken_back(
    cast: Cast, client_of: ClientOf
) -> None:
    first, second = enter(cast, {"name": "示例甲有限公司"}, {"name": "示例甲股份有限公司"})
    pair, client = Duplicate.objects.get(), client_of(cast.promotion)
    address = reverse("companies:duplicate-decide", args=[pair.pk])
    decided = client.post(address, {"state": "different"}, headers={"HX-Request": "true"})
    assert "撤回判断" in decided.content.decode()
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("different", cast.promotion)
    assert pair.decided_at is not None
    save_companies(
        [Draft(second, {"name": "示例甲集团有限公司"})], actor=cast.office, now=make.NOW, via=make.VIA
    )
    assert Duplicate.objects.get().state == "different"
    for company, other in ((first, second), (second, first)):
        entry = Entry.objects.get(record_id=company.pk, changes__0__field="duplicate")
        assert entry.changes == [{"field": "duplicate", "old": "open", "new": "different"}]
        assert entry.why.startswith("示例甲") and entry.why != company.name and other.pk != company.pk
    page = client.get(reverse("companies:company-detail", args=[first.pk]))
    change = page.context["timeline"][0]["changes"][0]
    assert (str(change["label"]), change["old"], change["new"]) == ("疑似重复", "待判断", "不是同一家")
    client.post(address, {"state": "open"})
    again = Duplicate.objects.get()
    assert (again.state, again.decided_by, again.decided_at) == ("open", None, None)
    client.post(address, {"state": "nonsense"})
    pair.refresh_from_db()
    assert pair.state == "open"


def test_who_may_see_and_who_may_decide(cast: Cast, client_of: ClientOf) -> None:
    enter(cast, {"name": "示例甲有限公司"}, {"name": "示例甲股份有限公司"})
    pair = Duplicate.objects.get()
    page, decide = reverse("companies:duplicate-list"), reverse("companies:duplicate-decide", args=[pair.pk])
    for role, seen, decided in (
        ("promotion", 200, 302),
        ("analyst", 200, 302),
        ("commander", 200, 403),
        ("supervision", 200, 403),
        ("leader", 403, 404),
        ("counterpart", 403, 404),
        ("administrator", 403, 404),
    ):
        client = client_of(cast.of(role))
        assert client.get(page).status_code == seen, role
        assert client.post(decide, {"state": "same"}).status_code == decided, role
        Duplicate.objects.update(state="open")
    outsider = client_of(cast.outsider)
    assert outsider.get(page).context["pairs"] == []
    assert outsider.post(decide, {"state": "same"}).status_code == 404


def test_a_pair_shows_what_agrees_and_who_follows(cast: Cast, client_of: ClientOf) -> None:
    first, _second = enter(
        cast,
        {"name": "示例甲有限公司", "city": "济宁", "uscc": make.uscc()},
        {"name": "示例甲股份有限公司", "city": "济宁", "address": "示例路"},
    )
    make.target(company=first, department=cast.rival_department)
    shown = client_of(cast.promotion).get(reverse("companies:duplicate-list")).context["pairs"][0]
    assert [side["follower"] for side in shown["sides"]] == ["示例新材料局", ""]
    states = {str(fact["label"]): fact["state"] for fact in shown["facts"]}
    assert states["城市"] == "same"
    assert states["名称"] == "differs"
    assert states["地址"] == states["统一社会信用代码"] == "one"


def test_pages_of_the_worklist_go_on_and_back(cast: Cast, client_of: ClientOf) -> None:
    for number in range(PAIRS + 3):
        enter(cast, {"name": f"示例{number}号有限公司"}, {"name": f"示例{number}号股份有限公司"})
    client = client_of(cast.office)
    first = client.get(reverse("companies:duplicate-list")).context
    assert (len(first["pairs"]), first["newer_url"]) == (PAIRS, None)
    second = client.get(first["older_url"]).context
    assert (len(second["pairs"]), second["older_url"]) == (3, None)
    again = client.get(second["newer_url"]).context
    assert [pair["id"] for pair in again["pairs"]] == [pair["id"] for pair in first["pairs"]]
    assert first["tabs"][0]["count"] == PAIRS + 3
    for odd in ("before=x", "after=" + "9" * 30, "state=%00", "before=-1"):
        assert client.get(f"{reverse('companies:duplicate-list')}?{odd}").status_code == 200


def test_near_duplicates_are_shown_while_a_name_is_typed(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "济宁示例机械有限公司", uscc=make.uscc())
    make.company(cast.other_zone, "济宁示例机械有限公司")
    make.target(company=company, department=cast.rival_department)
    client = client_of(cast.promotion)
    address = reverse("companies:company-similar")
    found = client.get(address, {"name": "济宁市示例机械股份有限公司"}).context["similar"]
    assert [(row["title"], row["why"], row["held"]) for row in found] == [
        ("济宁示例机械有限公司", "名称主体相同", "示例新材料局 在跟进")
    ]
    by_code = client.get(address, {"name": "别的", "uscc": company.uscc.lower()})
    assert by_code.context["similar"][0]["why"] == "信用代码相同"
    assert "不要重复登记" in by_code.content.decode()
    assert client.get(address, {"name": "\x00"}).context["similar"] == []
    picked = client.get(reverse("companies:target-similar"), {"company": "示例机"}).context["similar"]
    assert [row["pick"] for row in picked] == ["济宁示例机械有限公司"]


@pytest.mark.sqlite  # what plan PostgreSQL takes follows from its statistics
def test_names_that_sound_alike_are_looked_up_not_sought_in_the_whole_zone(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        save_companies(
            [Draft(Company(zone=cast.zone), {"name": "济宁示例机械有限公司"})],
            actor=cast.office, now=make.NOW, via=make.VIA,
        )  # fmt: skip
    questions = [one["sql"] for one in asked.captured_queries if 'sound" IN (' in one["sql"]]
    assert len(questions) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {questions[0]}")
        assert any("companies_companyname_sound" in row[-1] for row in cursor.fetchall())
