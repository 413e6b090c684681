"""Duplicates and merges by the interface."""

import pytest

from sanku.companies.models import Company, Duplicate
from tests import make
from tests.api.test_records import Program, errors
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(cast: Cast) -> Duplicate:
    first = make.company(cast.zone, "示例机器人有限公司", uscc=make.uscc())
    second = make.company(cast.zone, "示例机器人公司", short_name="示机")
    return Duplicate.objects.create(
        zone=cast.zone, first=first, second=second, reason="name", found_at=make.NOW
    )


def test_not_the_same_is_said_and_taken_back(cast: Cast, pair: Duplicate) -> None:
    office = Program(cast.office)
    assert [one["id"] for one in office.ask("get", "/duplicates")["items"]] == [pair.pk]
    decided = office.ask("post", f"/duplicates/{pair.pk}", 200, {"state": "different"})
    assert (decided["state"], decided["decided_by"]["id"]) == ("different", cast.office.pk)
    assert office.ask("get", "/duplicates")["items"] == []
    assert len(office.ask("get", "/duplicates", state="different")["items"]) == 1
    assert office.ask("post", f"/duplicates/{pair.pk}", 200, {"state": "open"})["decided_at"] is None
    assert errors(office.ask("post", f"/duplicates/{pair.pk}", 422, {"state": "maybe"})) == {
        ("choice_unknown", "state")
    }
    assert errors(office.ask("get", "/duplicates", 422, state="maybe")) == {("choice_unknown", "state")}
    Program(cast.outsider).ask("post", f"/duplicates/{pair.pk}", 404, {"state": "open"})
    Program(cast.commander).ask("post", f"/duplicates/{pair.pk}", 403, {"state": "different"})


def test_a_merge_is_previewed_made_and_undone(cast: Cast, pair: Duplicate) -> None:
    office, two = Program(cast.office), {"keep": pair.first_id, "merge": pair.second_id}
    preview = office.ask("post", "/merges/preview", 200, two)
    assert preview["problems"] == []
    fields = {field["name"]: field for field in preview["fields"]}
    assert fields["short_name"]["proposed"] == "merge"
    assert not Company.objects.filter(merged_into__isnull=False).exists()
    made = office.ask("post", "/merges", 200, {**two, "seen": preview["seen"], "choices": {"name": "keep"}})
    assert made["survivor"]["id"] == pair.first_id
    assert office.ask("get", f"/companies/{pair.first_id}")["short_name"] == "示机"
    moved = office.client.get(f"/api/companies/{pair.second_id}", headers=office.headers)
    assert (moved.status_code, moved.headers["Location"]) == (308, f"/api/companies/{pair.first_id}")
    assert [one["id"] for one in office.ask("get", "/merges")["items"]] == [made["id"]]
    undone = office.ask("post", f"/merges/{made['id']}/undo", 200, {})
    assert undone["undone_at"] and undone["kept"] == []
    assert office.ask("get", f"/companies/{pair.second_id}")["short_name"] == "示机"
    assert errors(office.ask("post", f"/merges/{made['id']}/undo", 422, {})) == {("merge_undone", "")}


def test_a_merge_decided_on_an_old_preview_is_refused(cast: Cast, pair: Duplicate) -> None:
    office, two = Program(cast.office), {"keep": pair.first_id, "merge": pair.second_id}
    seen = office.ask("post", "/merges/preview", 200, two)["seen"]
    office.ask("patch", f"/companies/{pair.second_id}", 200, {"short_name": "改了"})
    errors(office.ask("post", "/merges", 422, {**two, "seen": seen}))
    errors(office.ask("post", "/merges", 422, {"keep": pair.first_id, "merge": pair.first_id}))
    said = office.ask("post", "/merges", 422, {"keep": "x"})["errors"]
    assert {(one["field"], one["code"]) for one in said} == {("body.keep", "shape"), ("body.merge", "shape")}
    assert not any("Input" in one["message"] for one in said)  # which nobody translates
    assert not Company.objects.filter(merged_into__isnull=False).exists()


def test_a_misspelt_wish_is_refused(cast: Cast, pair: Duplicate) -> None:
    office, two = Program(cast.office), {"keep": pair.first_id, "merge": pair.second_id}
    wrong = office.ask("post", "/merges", 422, {**two, "choices": {"short-name": "merge"}})
    assert errors(wrong) == {("unknown_field", "short-name")}
    assert errors(office.ask("post", "/merges", 422, {**two, "choice": {}})) == {("shape", "body.choice")}
    office.ask(
        "post", "/merges", 200, {**two, "choices": {"note": "keep"}}
    )  # the two agree in it: as good as any


def test_who_may_not_merge_does_not(cast: Cast, pair: Duplicate) -> None:
    two = {"keep": pair.first_id, "merge": pair.second_id}
    Program(cast.commander).ask("post", "/merges", 403, two)
    Program(cast.outsider).ask("post", "/merges", 404, two)
    Program(cast.outsider).ask("post", "/merges/preview", 404, two)
