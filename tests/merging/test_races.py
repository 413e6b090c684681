"""Two at once over the same companies: one goes first, the other hears in words what became of them; nothing is lost."""

from typing import Any

import pytest
from django.urls import reverse

from sanku.accounts.models import User
from sanku.audit.models import Chain
from sanku.audit.operations import Draft
from sanku.audit.queries import verify_chain
from sanku.companies.models import Company, Contact
from sanku.companies.operations import remove_company, save_companies, save_contacts
from sanku.merging.models import Merge
from sanku.merging.operations import merge_companies, unmerge_companies
from sanku.merging.queries import merge_preview
from sanku.projects.models import Project
from sanku.projects.operations import save_projects
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.scopes.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def two() -> tuple[User, Company, Company]:
    office = make.user("office")
    return (
        office,
        make.company(office.zone, "示例甲机械有限公司"),
        make.company(office.zone, "示例甲机械公司"),
    )


def here(person: User) -> dict[str, Any]:
    return {"actor": User.objects.get(pk=person.pk), "now": make.NOW, "via": make.VIA}


def holds(person: User) -> None:
    assert verify_chain(Chain.objects.get(zone=person.zone)) is None
    assert not Contact.objects.filter(company__merged_into__isnull=False).exists()
    assert not Project.objects.filter(investor__merged_into__isnull=False).exists()


@pytest.mark.parametrize("turned", [False, True])
def test_two_merge_the_same_pair(turned: bool) -> None:
    office, first, second = two()

    def merge(number: int) -> None:
        pair = (second, first) if turned and number else (first, second)
        merge_companies(*pair, **here(office))

    assert at_once(merge) == ["done", "merged_already"]
    assert Merge.objects.count() == 1
    holds(office)


def test_two_undo_the_same_merge() -> None:
    office, first, second = two()
    done = merge_companies(first, second, **here(office))
    assert at_once(lambda number: unmerge_companies(done, **here(office))) == ["done", "merge_undone"]
    assert Company.objects.filter(removed_at=None).count() == 2
    holds(office)


@pytest.mark.parametrize("edited", [0, 1])
def test_one_merges_while_the_other_edits(edited: int) -> None:
    office, *pair = two()
    seen = merge_preview(office, pair[0], pair[1]).seen

    def write(number: int) -> None:
        if number:
            merge_companies(*pair, seen=seen, **here(office))
            return
        contact = Contact(zone=office.zone, company=pair[edited])
        save_contacts([Draft(contact, {"name": "示"})], **here(office))

    # A contact moves along, or is refused by the name of the record that stays.
    assert at_once(write) in (["done", "done"], ["company_merged", "done"])
    holds(office)


def test_one_merges_while_the_other_gives_a_project_the_company() -> None:
    office, first, second = two()
    project = make.project(office.zone)

    def write(number: int) -> None:
        if number:
            merge_companies(first, second, **here(office))
        else:
            fresh = Project.objects.get(pk=project.pk)
            save_projects([Draft(fresh, {"investor": second})], **here(office))

    assert at_once(write) in (["done", "done"], ["company_merged", "done"])
    holds(office)


def test_one_merges_while_the_other_removes() -> None:
    office, first, second = two()

    def write(number: int) -> None:
        if number:
            merge_companies(first, second, **here(office))
        else:
            remove_company(Company.objects.get(pk=second.pk), **here(office))

    assert at_once(write) in (["company_merged", "done"], ["company_removed", "done"])
    holds(office)


def test_who_decided_by_an_older_page_is_shown_the_new_one(client_of: ClientOf) -> None:
    office, first, second = two()
    client = client_of(office)
    page = client.get(reverse("merging:merge"), {"keep": first.pk, "merge": second.pk})
    sent = {"keep": first.pk, "merge": second.pk, "seen": page.context["seen"], "why": "示例缘由"}
    later = {**here(office), "now": make.NOW.replace(hour=5)}
    save_companies([Draft(Company.objects.get(pk=second.pk), {"city": "曲阜"})], **later)
    again = client.post(reverse("merging:merge"), sent)
    text = again.content.decode()
    assert "本页打开后，其中一家已被他人修改" in text and "曲阜" in text and "示例缘由" in text
    assert not Merge.objects.exists()
    done = client.post(reverse("merging:merge"), {**sent, "seen": again.context["seen"]}, follow=True)
    assert "已并入" in done.content.decode()
    late = client.post(reverse("merging:merge"), sent, follow=True)
    assert "已经是同一条记录" in late.content.decode()
    assert Merge.objects.count() == 1


def test_who_was_editing_a_merged_company_keeps_what_he_typed(cast: Cast, client_of: ClientOf) -> None:
    keep, gone = make.company(cast.zone, "示例甲公司"), make.company(cast.zone, "示例乙公司")
    merge_companies(keep, gone, **here(cast.office))
    client = client_of(cast.promotion)
    page = reverse("companies:company-detail", args=[keep.pk])
    for name, args in (
        ("companies:company-section-edit", [gone.pk, "place"]),
        ("companies:company-contact-create", [gone.pk]),
        ("companies:company-note", [gone.pk]),
        ("companies:company-remove", [gone.pk]),
    ):
        answer = client.post(reverse(name, args=args), {"text": "示", "name": "示", "city": "济宁"})
        assert (answer.status_code, answer.headers["Sk-Moved"]) == (409, page), name
        assert "示例甲公司" in answer.content.decode()
    fragment = client.get(
        reverse("companies:company-section-edit", args=[gone.pk, "place"]), headers={"HX-Request": "true"}
    )
    assert fragment.headers["HX-Redirect"] == page


def test_every_address_of_a_merged_company_leads_to_the_end_of_the_chain(
    cast: Cast, client_of: ClientOf
) -> None:
    companies = [make.company(cast.zone, f"示例{name}公司") for name in "甲乙丙"]
    first, second, end = companies
    merge_companies(second, first, **here(cast.office))
    merge_companies(end, second, **here(cast.office))
    client, outsider = client_of(cast.rival), client_of(cast.outsider)
    for page, rest in (
        ("detail", []),
        ("preview", []),
        ("section", ["identity"]),
        ("timeline", []),
        ("contact-panel", []),
    ):
        for old in (first, second):
            url = reverse(f"companies:company-{page}", args=[old.pk, *rest])
            answer = client.get(f"{url}?before=9")
            assert answer.headers["Location"].startswith(
                reverse(f"companies:company-{page}", args=[end.pk, *rest])
            )
            assert outsider.get(url).status_code == 404
    assert (
        client.get(reverse("companies:company-list"), {"q": "示例甲"}).context["listing"]["page"]["total"]
        == 1
    )
    for url in (reverse("companies:company-restore", args=[first.pk]),):
        assert client.post(url).status_code == 404
    merges = list(Merge.objects.order_by("pk"))
    undone = client_of(cast.office).post(reverse("merging:merge-undo", args=[merges[0].pk]), follow=True)
    assert "请先撤销那一次合并" in undone.content.decode()
