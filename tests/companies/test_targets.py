"""Target clients: entered with their company, followed by one department, moved on by their next action."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed, Refused
from sanku.companies.models import Company, Target, Touch
from sanku.companies.operations import restore_target, save_companies, save_targets
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

CREATE = "companies:target-create"


def form(company: str, **more: Any) -> dict[str, Any]:
    return {"company": company, "status": "new", **more}


def test_an_existing_company_is_used_however_its_name_is_typed(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.promotion)
    names = ["示例（济宁）机械有限公司", "示例 Machine 有限公司", "示例代码有限公司"]
    companies = [make.company(cast.zone, name, uscc=make.uscc()) for name in names]
    typed = ["示例(济宁)机械有限公司 ", "示例Ｍａｃｈｉｎｅ有限公司", companies[2].uscc.lower()]
    for company, text in zip(companies, typed, strict=True):
        assert client.post(reverse(CREATE), form(text)).status_code == 302, text
        assert Target.objects.get(company=company).department == cast.department
    assert Company.objects.count() == 3


def test_a_new_company_is_entered_with_its_target_or_not_at_all(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.promotion)
    wrong = client.post(reverse(CREATE), form("示例新企业有限公司", next_action_on="2026-02-30"))
    assert wrong.context["form"].errors.keys() == {"next_action_on"}
    bad = client.post(reverse(CREATE), form("示例新企业有限公司", status="nonsense"))
    assert bad.status_code == 200
    assert not Company.objects.exists()
    client.post(reverse(CREATE), form("示例新企业有限公司", next_action="电话回访"))
    target = Target.objects.get()
    assert (target.company.name, target.company.zone) == ("示例新企业有限公司", cast.zone)
    assert [entry.library for entry in Entry.objects.order_by("number")] == [
        "companies.company",
        "companies.target",
    ]


def test_a_company_followed_by_others_is_refused_by_their_name(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例甲有限公司")
    held = make.target(company=company, department=cast.rival_department)
    refused = client_of(cast.promotion).post(reverse(CREATE), form("示例甲有限公司"))
    assert "示例新材料局" in refused.context["form"].errors["company"][0]
    assert Target.objects.get() == held
    removed = client_of(cast.office).post(reverse("companies:company-remove", args=[company.pk]), follow=True)
    assert "示例新材料局" in removed.content.decode()
    company.refresh_from_db()
    assert company.removed_at is None


def test_two_companies_of_one_name_are_told_apart_by_their_code(cast: Cast, client_of: ClientOf) -> None:
    first = make.company(cast.zone, "示例甲有限公司", uscc=make.uscc())
    make.company(cast.zone, "示例甲有限公司", uscc=make.uscc())
    client = client_of(cast.promotion)
    assert client.post(reverse(CREATE), form("示例甲有限公司")).context["form"].errors["company"]
    client.post(reverse(CREATE), form(first.uscc))
    assert Target.objects.get().company == first


def test_the_way_from_a_companys_page_brings_the_company(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例甲有限公司", sector="information")
    client = client_of(cast.promotion)
    panel = client.get(reverse("companies:company-target", args=[company.pk]))
    page = client.get(panel.context["create_url"])
    assert page.context["form"]["company"].value() == "示例甲有限公司"
    assert page.context["form"]["sector"].value() == "information"
    for odd in ("x", "9" * 30, "-1", str(make.company(cast.other_zone).pk)):
        assert client.get(reverse(CREATE), {"company": odd}).context["form"]["company"].value() == ""
    assert client_of(cast.leader).get(panel.request["PATH_INFO"]).context["create_url"] == ""


def test_an_officer_writes_for_his_own_department(cast: Cast) -> None:
    here: dict[str, Any] = {"now": make.NOW, "via": make.VIA}
    company = make.company(cast.zone)
    theirs = make.squad(cast.rival_department)
    for values in ({"department": cast.rival_department}, {"squad": theirs}):
        draft = Draft(Target(zone=cast.zone), {"company": company, **values})
        with pytest.raises(NotAllowed):
            save_targets([draft], actor=cast.promotion, **here)
    for person in cast.who_may_not("write targets"):
        with pytest.raises(NotAllowed):
            save_targets([Draft(Target(zone=cast.zone), {"company": company})], actor=person, **here)
    draft = Draft(Target(zone=cast.zone), {"company": company, "squad": theirs})
    save_targets([draft], actor=cast.office, **here)
    assert Target.objects.get().department == cast.rival_department
    with pytest.raises(Refused) as refused:
        save_targets(
            [Draft(Target(zone=cast.zone), {"company": make.company(cast.zone)})], actor=cast.office, **here
        )
    assert [problem.code for problem in refused.value.problems[0]] == ["department_missing"]


def test_choices_are_the_own_departments(cast: Cast, client_of: ClientOf) -> None:
    theirs = make.squad(cast.rival_department)
    own = client_of(cast.promotion).get(reverse(CREATE)).context["form"]
    assert list(own.fields["squad"].queryset) == [cast.squad]
    assert list(own.fields["officer"].queryset) == [cast.promotion]
    assert own["squad"].value() == cast.squad.pk
    every = client_of(cast.office).get(reverse(CREATE)).context["form"]
    assert set(every.fields["squad"].queryset) == {cast.squad, theirs}


def test_the_list_has_lights_filters_and_views(cast: Cast, client_of: ClientOf) -> None:
    today = timezone.localdate()
    rows: dict[str, dict[str, Any]] = {
        "超期": {"next_action_on": today - timedelta(4), "officer": cast.promotion},
        "今天": {"next_action_on": today},
        "以后": {"next_action_on": today + timedelta(60)},
        "已成": {"next_action_on": today - timedelta(4), "status": "won"},
        "没有": {"score": 12, "score_parts": [{"part": "距离", "points": 5}, {"part": "规模", "points": 7}]},
    }
    for name, values in rows.items():
        make.target(company=make.company(cast.zone, name), department=cast.department, **values)
    client = client_of(cast.promotion)

    def listed(**query: Any) -> dict[str, dict[str, Any]]:
        listing = client.get(reverse("companies:target-list"), query).context["listing"]
        keys = [column["key"] for column in listing["columns"]]
        return {
            row["cells"][0]["text"]: dict(zip(keys, row["cells"], strict=True)) for row in listing["rows"]
        }

    every = listed()
    assert list(every)[-1] == "没有"
    lights = {
        name: (cells["next_on"].get("light"), str(cells["next_on"].get("text")))
        for name, cells in every.items()
    }
    assert lights["超期"] == ("r", "超期 4 天")
    assert lights["今天"] == ("y", "今天到期")
    assert lights["以后"][0] == "g"
    assert lights["已成"][0] == ""
    assert every["没有"]["score"]["title"] == "规模 +7\n距离 +5"
    assert set(listed(overdue="1")) == {"超期"}
    assert set(listed(mine="1")) == {"超期"}
    assert set(listed(week="1")) == {"超期", "今天"}
    assert set(listed(status="won")) == {"已成"}
    assert set(listed(department=str(cast.department.pk))) == set(rows)
    assert set(listed(department=str(cast.rival_department.pk))) == set()
    assert set(listed(next_from=str(today), next_to=str(today))) == {"今天"}
    views = client.get(reverse("companies:target-list"), {"overdue": "1"}).context["listing"]["views"]
    assert [(str(view["label"]), view["count"], view["on"]) for view in views] == [
        ("全部", 5, False),
        ("我的", 1, False),
        ("本周要动", 2, False),
        ("超期", 1, True),
    ]


def test_a_done_action_becomes_a_touch_and_the_next_one_is_set(cast: Cast, client_of: ClientOf) -> None:
    target = make.target(
        company=make.company(cast.zone),
        department=cast.department,
        next_action="送资料",
        next_action_on=make.TODAY,
    )
    client = client_of(cast.promotion)
    address = reverse("companies:target-action", args=[target.pk])
    today = timezone.localdate()
    assert "送资料" in client.get(f"{address}?form=done").content.decode()
    wrong = client.post(f"{address}?form=done", {"on": "", "next_action": "约见"})
    assert wrong.context["forms"][0].errors
    assert not Touch.objects.exists()
    done = client.post(
        f"{address}?form=done",
        {
            "on": str(today),
            "method": "走访",
            "result": "收下了",
            "next_action": "约见",
            "next_action_on": "2030-01-07",
        },
    )
    assert [part["id"] for part in done.context["refreshed"]] == ["section-progress", "panel-touches"]
    target.refresh_from_db()
    touch = Touch.objects.get()
    assert (touch.content, touch.result, touch.department) == ("送资料", "收下了", cast.department)
    assert (target.next_action, target.touch_count, target.status) == ("约见", 1, "contacted")
    client.post(f"{address}?form=move", {"next_action": "约见", "next_action_on": "2030-02-01"})
    target.refresh_from_db()
    assert target.next_action_on is not None and target.next_action_on.isoformat() == "2030-02-01"
    assert Touch.objects.count() == 1
    assert client_of(cast.commander).post(f"{address}?form=done", {"on": str(today)}).status_code == 403


def test_a_touch_by_the_office_on_a_target_is_its_departments(cast: Cast, client_of: ClientOf) -> None:
    target = make.target(company=make.company(cast.zone), department=cast.department)
    address = reverse("companies:target-touch-create", args=[target.pk])
    client_of(cast.office).post(address, {"on": "2026-01-05", "content": "领导会见"})
    target.refresh_from_db()
    assert target.touch_count == 1
    panel = client_of(cast.promotion).get(reverse("companies:target-touch-panel", args=[target.pk]))
    assert "领导会见" in panel.content.decode()


def test_a_removed_target_frees_its_company_and_comes_back_if_it_can(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例甲有限公司")
    target = make.target(company=company, department=cast.department)
    client = client_of(cast.promotion)
    client.post(reverse("companies:target-remove", args=[target.pk]))
    assert client.get(reverse("companies:target-detail", args=[target.pk])).status_code == 404
    theirs = client_of(cast.rival).post(reverse(CREATE), form("示例甲有限公司"))
    assert theirs.status_code == 302
    undone = client.post(reverse("companies:target-restore", args=[target.pk]), follow=True)
    assert "示例新材料局" in undone.content.decode()
    with pytest.raises(NotAllowed):
        Target.objects.exclude(pk=target.pk).delete()
        target.refresh_from_db()
        restore_target(target, actor=cast.rival, now=make.NOW, via=make.VIA)
    client.post(reverse("companies:target-restore", args=[target.pk]))
    assert client.get(reverse("companies:target-detail", args=[target.pk])).status_code == 200


def test_a_target_is_found_by_its_companys_new_name(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例旧名有限公司")
    make.target(company=company, department=cast.department)
    draft = Draft(company, {"name": "示例新名有限公司", "former_names": "示例旧名有限公司"})
    save_companies([draft], actor=cast.office, now=make.NOW, via=make.VIA)
    client = client_of(cast.promotion)
    for text, hits in (("新名", 1), ("旧名", 1), ("slxm", 1), ("别的", 0)):
        listing = client.get(reverse("companies:target-list"), {"q": text}).context["listing"]
        assert listing["page"]["total"] == hits, text
