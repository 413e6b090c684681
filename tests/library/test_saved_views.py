"""Lists are kept under a name, shared, put in order, opened first; what is gone of a view is said and not lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanku.audit.models import Entry
from sanku.library.models import SavedView
from sanku.projects.library import PROJECTS
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

LIST = "/projects/"


def keep(client: Client, name: str, query: str = "", shared: str = "mine", **headers: str) -> Any:
    sent = {"name": name, "query": query, "shared": shared}
    return client.post(reverse("projects:project-tab-save"), sent, headers=headers)


def send(client: Client, page: str, view: SavedView | None = None, **sent: Any) -> Any:
    args = [] if view is None else [view.pk]
    return client.post(
        reverse(f"projects:project-tab-{page}", args=args), sent, headers={"HX-Request": "true"}
    )


def tabs(client: Client, query: str = "view=all") -> dict[str, Any]:
    return {str(tab["label"]): tab for tab in client.get(f"{LIST}?{query}").context["listing"]["views"]}


def test_the_list_as_it_is_becomes_a_tab(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    make.project(cast.zone, "示例甲", stage="negotiation")
    make.project(cast.zone, "示例乙", stage="lead")
    query = "q=示例&stage=negotiation&sort=-investment&column=name&column=land"
    saved = keep(client, "  我的  在谈 ", query)
    opened = client.get(saved["Location"])
    listing = opened.context["listing"]
    assert [row["cells"][0]["text"] for row in listing["rows"]] == ["示例甲"]
    assert [column["key"] for column in listing["columns"]] == ["name", "land"]
    tab = tabs(client, saved["Location"].partition("?")[2])["我的 在谈"]
    assert tab["on"] and not tab["changed"]
    assert Entry.objects.filter(library="library.savedview", action="create").count() == 1
    # The columns are the view's: another tab keeps those that the person has.
    assert len(client.get(f"{LIST}?view=all").context["listing"]["columns"]) > 2


def test_a_view_that_shows_something_else_says_so_and_can_be_replaced(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.office)
    view = make.saved_view(cast.office, "projects", "示例视图", "stage=lead")
    now = f"stage=signed&view={view.pk}"
    assert tabs(client, now)["示例视图"]["changed"]
    answer = send(client, "change", view, query=now, replace="1")
    assert f"view={view.pk}" in answer["HX-Redirect"]
    view.refresh_from_db()
    assert view.query.startswith("stage=signed")
    assert not tabs(client, now)["示例视图"]["changed"]


def test_who_shares_with_whom(cast: Cast, client_of: ClientOf) -> None:
    def may(person: Any, shared: str) -> bool:
        before = SavedView.objects.count()
        keep(client_of(person), f"示例{person.role}{shared}", shared=shared)
        return SavedView.objects.count() > before

    people = [cast.of(role) for role in ("office", "commander", "administrator", "promotion", "service")]
    assert all(may(person, "mine") for person in people)
    assert [may(person, "department") for person in people] == [False, False, False, True, False]
    assert [may(person, "zone") for person in people] == [True, True, True, False, False]
    assert not may(cast.office, "everybody")


def test_a_view_is_seen_by_those_it_is_shared_with_and_changed_by_its_owner(
    cast: Cast, client_of: ClientOf
) -> None:
    own = make.saved_view(cast.promotion, "projects", "示例自用")
    unit = make.saved_view(cast.promotion, "projects", "示例本局", shared="department")
    zone = make.saved_view(cast.commander, "projects", "示例全区", shared="zone")
    colleague = make.user("promotion", department=cast.department)
    names = {"示例自用", "示例本局", "示例全区"}
    for person, seen in (
        (cast.promotion, names),
        (colleague, {"示例本局", "示例全区"}),
        (cast.rival, {"示例全区"}),
        (cast.office, {"示例全区"}),
        (cast.outsider, set()),
    ):
        client = client_of(person)
        assert names & set(tabs(client)) == seen, person
        for view in (own, unit, zone):
            status = send(client, "change", view, name=view.name, query="").status_code
            mine = view.owner == person or (view is zone and person == cast.office)
            assert status == (200 if mine else 403 if view.name in seen else 404), (person, view)


def test_a_deleted_view_comes_back_by_undo(cast: Cast, client_of: ClientOf) -> None:
    client, view = client_of(cast.office), make.saved_view(cast.office, "projects", "示例视图", "stage=lead")
    gone = send(client, "remove", view, query="")
    assert gone.context["undo_url"] == reverse("projects:project-tab-restore", args=[view.pk])
    opened = client.get(f"{LIST}?stage=lead&view={view.pk}").context["listing"]
    assert "已删除" in opened["notice"]["text"]
    assert [chip["label"] for chip in opened["chips"]] == ["阶段"]  # what it showed is still there
    send(client, "restore", view)
    assert "示例视图" in tabs(client)
    assert [entry.action for entry in Entry.objects.order_by("number")] == ["remove", "restore"]


def test_tabs_stand_in_ones_own_order_and_the_first_opens_with_the_library(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.office)
    one, two = (
        make.saved_view(cast.office, "projects", name, "stage=lead", shared="zone") for name in "一二"
    )
    send(client, "arrange", down=str(one.pk))
    assert [label for label in tabs(client) if label in "一二"] == ["二", "一"]
    assert [label for label in tabs(client_of(cast.commander)) if label in "一二"] == ["一", "二"]
    send(client, "arrange", first=str(two.pk))
    assert client.get(LIST)["Location"] == f"{LIST}?stage=lead&view={two.pk}"
    assert client_of(cast.commander).get(LIST).status_code == 200
    # Without filters is still to be had, and stays so on the next click.
    everything = tabs(client)["全部"]
    assert everything["url"] == f"{LIST}?view=all" and everything["on"]
    assert client.get(f"{LIST}?stage=lead&view=all").context["listing"]["clear_url"] == f"{LIST}?view=all"
    send(client, "arrange", first="stage=negotiation")
    assert client.get(LIST)["Location"] == f"{LIST}?stage=negotiation"
    send(client, "remove", two)
    send(client, "arrange", first="")
    assert client.get(LIST).status_code == 200


def test_a_view_whose_field_is_gone_opens_and_says_what_was_left_out(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    make.project(cast.zone, "示例甲", stage="lead")
    said = {
        "energy": "能耗等级 高",
        "column:energy": "能耗等级",
        "sort": "能耗等级",
        "stage=old": "阶段 旧阶段",
    }
    query = "stage=lead&energy=high&sort=-energy&column=name&column=land&column=energy"
    view = make.saved_view(cast.office, "projects", "示例能耗", query, said=said, shared="zone")
    address = tabs(client)["示例能耗"]["url"]
    listing = client.get(address).context["listing"]
    assert [row["cells"][0]["text"] for row in listing["rows"]] == ["示例甲"]
    for words in ("示例能耗", "筛选“能耗等级 高”", "列“能耗等级”", "按“能耗等级”排序"):
        assert words in listing["notice"]["text"]
    assert "更新" in listing["notice"]["mend"]
    assert "示办" not in client_of(cast.rival).get(address).context["listing"]["notice"]["text"]
    # Nothing is lost until its owner replaces it.
    view.refresh_from_db()
    assert view.query == query
    send(client, "change", view, query=f"{query}&view={view.pk}", replace="1")
    assert (
        client.get(f"{LIST}?stage=lead&column=name&column=land&view={view.pk}").context["listing"]["notice"]
        is None
    )
    old = make.saved_view(cast.office, "projects", "示例旧", "stage=old", said=said)
    listing = client.get(f"{LIST}?stage=old&view={old.pk}").context["listing"]
    assert "旧阶段" in listing["notice"]["text"]
    assert listing["rows"] == []


@pytest.mark.parametrize(("name", "words"), [("", "名称"), ("示例视图", "已有"), ("长" * 41, "40")])
def test_a_name_that_cannot_be_is_refused_with_its_reason(
    cast: Cast, client_of: ClientOf, name: str, words: str
) -> None:
    client = client_of(cast.office)
    make.saved_view(cast.office, "projects", "示例视图")
    answer = keep(client, name, **{"HX-Request": "true"})
    assert words in answer.context["problems"][0]
    assert answer.context["typed"] == name
    assert SavedView.objects.count() == 1


def test_the_dialog_shows_what_can_be_done(cast: Cast, client_of: ClientOf) -> None:
    make.saved_view(cast.commander, "projects", "示例全区", shared="zone")
    page = client_of(cast.rival).get(reverse("projects:project-tabs"))
    row = page.context["rows"][0]
    assert not row["may_change"] and "示commander" in row["said"]
    assert [str(share["label"]) for share in page.context["shares"]] == ["仅自己", "本部门"]
    assert len(page.context["built_in"]) == len(PROJECTS.views)
