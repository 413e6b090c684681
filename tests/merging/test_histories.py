"""Any history of edits, merges and undos over a few companies: nothing is lost, doubled or left dangling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sanku.audit.models import Chain
from sanku.audit.operations import Draft
from sanku.audit.queries import verify_chain
from sanku.common.problems import Refused
from sanku.common.search import matching
from sanku.companies.models import Company, CompanyName, Contact, Duplicate, Shareholder, Target, Touch
from sanku.companies.operations import (
    decide_duplicate,
    remove_company,
    remove_contact,
    remove_target,
    remove_touch,
    save_companies,
    save_contacts,
    save_shareholders,
    save_targets,
    save_touches,
)
from sanku.companies.queries import companies_for, similar_companies, survivor_of
from sanku.library.models import Attachment
from sanku.merging.hanging import HANGING, NOT_MOVED
from sanku.merging.models import Merge
from sanku.merging.operations import merge_companies, unmerge_companies
from sanku.merging.queries import merge_preview
from sanku.projects.models import Project
from sanku.projects.operations import save_projects
from tests import make

NAMES = (
    "示例甲机械有限公司",
    "示例甲机械股份有限公司",
    "示例甲机械集团有限公司",
    "示例乙电子有限公司",
    "示例乙电子公司",
)
TABLES = (Company, Contact, Touch, Shareholder, Target, Project, Attachment, Duplicate)
WHICH = st.integers(0, len(NAMES) - 1)
TEXTS = st.sampled_from(["甲", "乙", "丙"])


class Histories(RuleBasedStateMachine):
    """Five companies of two firms, two departments, and whatever people do with them."""

    @initialize(coded=st.lists(st.booleans(), min_size=5, max_size=5))
    def found(self, coded: list[bool]) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.zone = make.zone()
        self.office = make.user("office", self.zone)
        self.officers = [make.user("promotion", self.zone) for _ in range(2)]
        self.now = make.NOW
        drafts = [
            Draft(Company(zone=self.zone), {"name": name, "uscc": make.uscc() if code else ""})
            for name, code in zip(NAMES, coded, strict=True)
        ]
        save_companies(drafts, **self.here())
        self.ids = [draft.record.pk for draft in drafts]
        self.made = dict.fromkeys((Contact, Touch, Shareholder, Target, Project, Attachment), 0)
        self.known = {draft.record.pk: {draft.record.name, draft.record.uscc} - {""} for draft in drafts}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def here(self, actor: Any = None) -> dict[str, Any]:
        self.now += timedelta(minutes=1)
        return {"actor": actor or self.office, "now": self.now, "via": make.VIA}

    def company(self, which: int) -> Company:
        """Return a company as it is reached by now: the one that its address leads to."""
        return Company.objects.get(pk=self.ids[which]).end

    def attempt(self, what: Callable[..., Any], *args: Any, actor: Any = None, **values: Any) -> Any:
        """Do something that may be refused in words."""
        try:
            with transaction.atomic():
                return what(*args, **values, **self.here(actor))
        except Refused as refused:
            assert all(problem.message() for found in refused.problems.values() for problem in found)
            return None

    def add(self, save: Callable[..., Any], record: Any, values: dict[str, Any], actor: Any = None) -> None:
        if self.attempt(save, [Draft(record, values)], actor=actor) is not None:
            self.made[type(record)] += 1

    # --- what people do

    @rule(
        which=WHICH,
        text=TEXTS,
        field=st.sampled_from(["city", "note", "short_name", "former_names", "address"]),
    )
    def edit(self, which: int, text: str, field: str) -> None:
        company = self.company(which)
        self.attempt(save_companies, [Draft(company, {field: f"示例{text}{field}"})])

    @rule(which=WHICH, codes=st.lists(st.sampled_from(["listed", "unicorn", "china_500"]), unique=True))
    def honour(self, which: int, codes: list[str]) -> None:
        self.attempt(save_companies, [Draft(self.company(which), {"honours": sorted(codes)})])

    @rule(which=WHICH)
    def give_a_code(self, which: int) -> None:
        company, code = self.company(which), make.uscc()
        if not company.uscc and self.attempt(save_companies, [Draft(company, {"uscc": code})]) is not None:
            self.known[company.pk].add(code)

    @rule(which=WHICH, who=st.integers(0, 1), text=TEXTS)
    def meet(self, which: int, who: int, text: str) -> None:
        company, actor = self.company(which), self.officers[who]
        self.add(save_contacts, Contact(zone=self.zone, company=company), {"name": f"示{text}"}, actor)
        self.add(
            save_touches, Touch(zone=self.zone, company=company), {"on": make.TODAY, "content": text}, actor
        )

    @rule(which=WHICH, who=st.integers(0, 1), text=TEXTS)
    def follow(self, which: int, who: int, text: str) -> None:
        values = {"company": self.company(which), "reason": text}
        self.add(save_targets, Target(zone=self.zone), values, self.officers[who])

    @rule(which=WHICH, text=TEXTS, other=WHICH)
    def own(self, which: int, text: str, other: int) -> None:
        named = self.company(other).name if text == "甲" else f"示例{text}"
        self.add(save_shareholders, Shareholder(company=self.company(which)), {"name": named, "share": None})

    @rule(which=WHICH)
    def invest(self, which: int) -> None:
        project = Project(zone=self.zone)
        self.add(
            save_projects, project, {"name": f"示例项目{self.now:%d%H%M}", "investor": self.company(which)}
        )

    @rule(which=WHICH)
    def attach(self, which: int) -> None:
        Attachment.objects.create(
            zone=self.zone, table="companies.company", record_id=self.company(which).pk, name="示例", kind="pdf",
            size_bytes=1, sha256="0" * 64, by=self.office, created_at=self.now, updated_at=self.now,
        )  # fmt: skip
        self.made[Attachment] += 1

    @rule(data=st.data())
    def take_a_row_away(self, data: st.DataObject) -> None:
        kinds: dict[Any, Any] = {Contact: remove_contact, Touch: remove_touch, Target: remove_target}
        model = data.draw(st.sampled_from(list(kinds)))
        rows = list(model.objects.filter(removed_at=None).order_by("pk"))
        if rows:
            self.attempt(kinds[model], data.draw(st.sampled_from(rows)))

    @rule(data=st.data(), which=WHICH)
    def change_the_investor(self, data: st.DataObject, which: int) -> None:
        projects = list(Project.objects.order_by("pk"))
        if projects:
            project = data.draw(st.sampled_from(projects))
            self.attempt(save_projects, [Draft(project, {"investor": self.company(which)})])

    @rule(which=WHICH, other=WHICH)
    def belong(self, which: int, other: int) -> None:
        child, parent = self.company(which), self.company(other)
        above: Company | None = parent
        while above is not None and above != child:
            above = above.parent
        if above is None:
            self.attempt(save_companies, [Draft(child, {"parent": parent})])

    @rule(data=st.data(), state=st.sampled_from(["open", "different", "same"]))
    def decide(self, data: st.DataObject, state: str) -> None:
        pairs = list(Duplicate.objects.filter(rests=False).order_by("pk"))
        if pairs:
            self.attempt(decide_duplicate, data.draw(st.sampled_from(pairs)), state=state)

    @rule(which=WHICH)
    def remove(self, which: int) -> None:
        company = self.company(which)
        if company.removed_at is None and not Contact.objects.filter(company=company).exists():
            self.attempt(remove_company, company)

    @rule(data=st.data(), which=WHICH, other=WHICH, by=st.integers(0, 2))
    def merge(self, data: st.DataObject, which: int, other: int, by: int) -> None:
        keep, gone = self.company(which), self.company(other)
        if keep == gone:
            return
        actor = [self.office, *self.officers][by]
        fields = merge_preview(actor, keep, gone).fields
        choices = {field.name: data.draw(st.sampled_from(field.sides)) for field in fields}
        self.attempt(merge_companies, keep, gone, choices=choices, actor=actor)

    @rule(data=st.data(), different=st.booleans())
    def undo(self, data: st.DataObject, different: bool) -> None:
        standing = list(Merge.objects.filter(undone_at=None).order_by("pk"))
        if standing:
            self.attempt(unmerge_companies, data.draw(st.sampled_from(standing)), different=different)

    @rule(data=st.data(), which=WHICH, other=WHICH)
    def merge_and_undo_at_once(self, data: st.DataObject, which: int, other: int) -> None:
        keep, gone = self.company(which), self.company(other)
        if keep == gone:
            return
        fields = merge_preview(self.office, keep, gone).fields
        choices = {field.name: data.draw(st.sampled_from(field.sides)) for field in fields}
        before = everything()
        done = self.attempt(merge_companies, keep, gone, choices=choices)
        if done is not None:
            assert self.attempt(unmerge_companies, done) == []
            assert everything() == before

    # --- what always holds

    @invariant()
    def nothing_is_lost(self) -> None:
        for model, count in self.made.items():
            assert model._default_manager.count() == count, model
        assert Company.objects.count() == len(NAMES)

    @invariant()
    def nothing_hangs_on_a_tombstone(self) -> None:
        for tombstone in Company.objects.filter(merged_into__isnull=False):
            assert tombstone.removed_at is not None
            assert Merge.objects.filter(merged=tombstone, undone_at=None).count() == 1
            assert tombstone.end.merged_into is None
            for one in HANGING:
                assert not one.model._default_manager.filter(**one.of(tombstone)).exists(), one
        for merge in Merge.objects.filter(undone_at=None):
            assert merge.merged.merged_into_id == merge.survivor_id

    @invariant()
    def nobody_owns_or_belongs_to_himself(self) -> None:
        assert not any(one.holder_id == one.company_id for one in Shareholder.objects.all())
        for company in Company.objects.filter(merged_into=None):
            above: Company | None = company.parent
            passed = 0
            while above is not None:
                assert above != company and passed < len(NAMES)
                above, passed = above.parent, passed + 1

    @invariant()
    def pairs_rest_where_one_is_merged(self) -> None:
        for pair in Duplicate.objects.select_related("first", "second"):
            merged = pair.first.merged_into_id is not None or pair.second.merged_into_id is not None
            assert pair.rests == merged
            assert (pair.decided_at is None) == (pair.state == "open")

    @invariant()
    def everything_is_found_where_it_went(self) -> None:
        living = companies_for(self.office)
        for pk, words in self.known.items():
            company = Company.objects.get(pk=pk)
            end = company.end
            if end.removed_at is not None:
                continue
            if company != end:
                assert survivor_of(self.office, pk) == end
            for word in words:
                hits = list(matching(living, word))
                assert end in hits, (word, end)
                if word.isascii():
                    assert [one.pk for one, *_ in similar_companies(self.office, "", word)] == [end.pk]
        for model in (Target, Project):
            for record in model._default_manager.filter(removed_at=None):
                parts = record.search_parts()
                assert all(part in record.search_text for part in parts if part.isascii())

    @invariant()
    def the_ledger_holds(self) -> None:
        assert verify_chain(Chain.objects.get(zone=self.zone)) is None


def everything() -> dict[str, Any]:
    """Return every row of every table that a merge may touch, but for when it was last changed."""
    found: dict[str, Any] = {}
    for model in TABLES:
        rows = model._default_manager.order_by("pk").values()
        found[model._meta.label] = [{k: v for k, v in row.items() if k != "updated_at"} for row in rows]
    names = CompanyName.objects.order_by("company", "kind", "core").values_list("company", "kind", "core")
    return {**found, "names": list(names)}


@pytest.mark.django_db
def test_any_history_of_edits_merges_and_undos() -> None:
    # What people do is the same on both databases; each rule is tried on PostgreSQL too.
    examples = 12 if connection.vendor == "sqlite" else 4
    if not settings().derandomize:  # somebody explores: as many as the profile says
        examples = settings().max_examples
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip


def test_everything_that_hangs_on_a_company_stands_in_the_list() -> None:
    """A new table that refers to companies needs a decision: it moves, or it is said why not."""
    columns = [(model, field) for model in apps.get_models() for field in model._meta.concrete_fields]
    found = {
        f"{model._meta.label_lower}.{field.name}"
        for model, field in columns
        if field.related_model is Company or field.name == "record_id"
    }
    moved = {f"{one.table}.{one.field}" for one in HANGING}
    assert found == moved | NOT_MOVED.keys()
    assert not moved & NOT_MOVED.keys()
