"""From the facts of rows to what they do: one method for each kind of table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.rules import Role
from sanku.audit.operations import Draft, Via, is_new
from sanku.companies.models import Target, Touch
from sanku.companies.operations import prepare_company
from sanku.intake.own import TAGS
from sanku.intake.planning import facts as read
from sanku.intake.planning.checks import check
from sanku.intake.planning.companies import Companies, names_one_company
from sanku.intake.planning.directory import Directory
from sanku.intake.planning.found import Projects, Sites, Targets, Touches
from sanku.intake.planning.named import company_called, is_known, lead_name, without_empty
from sanku.intake.planning.own import OwnValues
from sanku.intake.planning.plan import Intent, Plan, Ready, RowFacts, TableFacts, called, fit, put
from sanku.projects.models import Project
from sanku.projects.operations import may_write
from sanku.sites.models import Site

Rest = dict[str, str]
LOOKED_UP = ("assignment.leader", "target.owner_officer", TAGS)  # people, and tags of the zone


class Planner:
    """Plans the rows of one table, some at a time.

    With `lock` the records found are locked for the transaction; with `via` new tags are made in it.
    """

    def __init__(
        self,
        actor: User,
        table: TableFacts,
        directory: Directory,
        *,
        now: datetime,
        lock: bool,
        via: Via | None = None,
    ) -> None:
        self.actor, self.table, self.directory, self.now, self.lock = actor, table, directory, now, lock
        self.own = OwnValues(actor, table.kind, now=now, via=via)

    def plan(self, rows: Sequence[RowFacts]) -> list[Plan]:
        """Return what each row does, in order."""
        self.companies = Companies(self.actor, lock=self.lock)
        if rows:
            self.companies.load(row.ready.called if row.ready else company_called(row.facts) for row in rows)
        self._load(rows)
        one: Callable[[Plan], None] = getattr(self, f"_{self.table.kind}")
        plans, others = [], []
        for row in rows:
            plan = Plan(row)
            plans.append(plan)
            if row.ready is None or not self._as_ready(plan, row.ready):
                row.complete()
                one(plan)
                others.append(plan)
        self.own.put(others)
        if not self.lock:  # whoever saves hears it from the operations
            check(plans, actor=self.actor, now=self.now)
        return plans

    def _as_ready(self, plan: Plan, ready: Ready) -> bool:
        """Plan a row as it was worked out beforehand; return whether that holds, as no company is known that it may mean."""
        plan.main = self.companies.make_ready(plan, ready)
        if plan.main is not None and ready.has_contact:
            plan.row.complete()
            self._contact(plan, plan.main)
        return plan.main is not None

    def foresee(self, row: RowFacts, rates: Mapping[str, Decimal]) -> Ready | None:
        """Return the company that a row makes if none that it may mean is known; asks nothing of a database.

        None where the row makes something else too, except a contact, or names what only the database knows.
        """
        if self.table.kind != "enterprise" or any(row.facts.get(fact) for fact in LOOKED_UP):
            return None
        self.companies = Companies(self.actor, lock=True)
        plan = Plan(row)
        plan.main = self._company(plan, row.as_written, may_rename=True)
        self.own.put([plan])
        if plan.main is None or plan.problems:
            return None
        values = plan.main.draft.values
        prepared = prepare_company(values, rates=rates, today=timezone.localdate(self.now))
        named = called(str(values["name"]), str(values.get("uscc", "")))
        return prepared and Ready(named, prepared, bool(read.contact_values(row.facts)))

    def _load(self, rows: Sequence[RowFacts]) -> None:
        kind = self.table.kind
        if kind == "target_client":
            self.targets = Targets(self.actor, self.companies, lock=self.lock)
        elif kind in ("project", "lead", "assignment"):
            named = [row.facts for row in rows]
            if kind == "lead":
                named = [{"project.name": lead_name(facts), **without_empty(facts)} for facts in named]
            self.projects = Projects(self.actor, named, lock=self.lock)
        elif kind == "site":
            self.sites = Sites(self.actor, [read.site_values(row.facts)[0] for row in rows], lock=self.lock)
        elif kind == "visit":
            self.touches = Touches(self.actor, self.companies)

    # --- companies

    def _company(self, plan: Plan, rest: Rest, *, may_rename: bool = False) -> Intent | None:
        values, left = read.company_values(plan.row.facts)
        # Who answers for a company is the office's to say; in another's file the name is kept as written.
        appoints = self.actor.role == Role.OFFICE
        self._person(plan, "assignment.leader", "responsible_leader", values, left, appoints=appoints)
        if self.table.kind in ("enterprise", "assignment"):
            self._person(plan, "target.owner_officer", "service_officer", values, left, appoints=appoints)
        for name in ("lon", "lat"):
            if self.table.kind == "enterprise" and plan.row.facts.get(f"site.{name}_wgs84") is not None:
                values[name] = float(plan.row.facts[f"site.{name}_wgs84"])
        known, _unclear = self.companies.find(str(values.get("name", "")), str(values.get("uscc", "")))
        written = self._written(left, known.record if known is not None else None) | rest
        return self.companies.plan(plan, values, written, make=True, may_rename=may_rename)

    def _enterprise(self, plan: Plan) -> None:
        plan.main = self._company(plan, plan.row.as_written, may_rename=True)
        if plan.main is None and not plan.problems:
            plan.refuse("company", "name_missing", "name")
        self._contact(plan, plan.main)

    def _contact(self, plan: Plan, company: Intent | None) -> None:
        """Save the contact with the company, or keep him as written with the main record."""
        values = read.contact_values(plan.row.facts)
        if not self.companies.plan_contact(plan, company, values) and plan.main is not None:
            written = {f"contact.{name}": text for name, text in values.items()}
            put(plan.main.draft, {}, self._written(written))

    def _target_client(self, plan: Plan) -> None:
        company = self._company(plan, {})
        if company is None:
            if not plan.problems:
                plan.refuse("company", "name_missing", "name")
            return
        values, rest = read.target_values(plan.row.facts)
        self._squad(plan, values, rest)
        self._person(plan, "target.owner_officer", "officer", values, rest)
        draft = self.targets.find(company.draft.record)
        if draft is None:
            draft = self.targets.make(company.draft.record)
            values["company"] = company.draft.record
        new = is_new(draft.record)
        if not new and read.status_called(rest.get("target.status", "")) == draft.record.status:
            del rest["target.status"]  # it says no more than the status itself
        department = values.get("department") or (
            self._default_department() or self.actor.department if new else draft.record.department
        )
        if new:
            values["department"] = department
        if (
            self.actor.role == Role.PROMOTION
            and not new
            and draft.record.department_id != self.actor.department_id
        ):
            plan.refuse("target", "target_held", "company", department=str(draft.record.department))
        elif (
            self.actor.role == Role.PROMOTION
            and department is not None
            and department.pk != self.actor.department_id
        ):
            plan.refuse("target", "other_department", "department", department=str(department))
        elif department is None:
            plan.refuse("target", "department_missing", "department")
        put(
            draft,
            fit(Target, values, plan, "target"),
            self._written(rest, draft.record) | plan.row.as_written,
        )
        plan.main = Intent("target", draft)
        plan.intents.append(plan.main)
        self._contact(plan, company)

    # --- projects

    def _project(self, plan: Plan) -> None:
        facts = plan.row.facts
        investor = read.investor_values(facts)
        name = investor["name"]
        whole = bool(investor.get("uscc")) or names_one_company(name)
        company = self.companies.plan(plan, investor, {}, make=whole, fill_only=True)
        values, rest = read.project_values(facts)
        if name:
            values["investor_name"] = name
        elif not values.get("name"):
            plan.refuse("project", "name_missing", "name")
        values.setdefault("name", name)
        self._project_people(plan, values, rest)
        self._save_project(plan, company, values, rest)
        self._contact(plan, company)

    def _project_people(self, plan: Plan, values: dict[str, Any], rest: Rest) -> None:
        self._person(plan, "project.team_lead", "lead", values, rest)
        self._person(plan, "project.responsible_leader", "responsible_leader", values, rest)
        named = read.text(plan.row.facts.get("project.owner_department"))
        department = self.directory.department(named) if named else None
        if department is not None:
            values["department"] = department
        elif named:
            rest["project.owner_department"] = named

    def _lead(self, plan: Plan) -> None:
        facts = plan.row.facts
        company = self._company(plan, {}) if facts.get("enterprise.name") else None
        values, rest = read.lead_values(facts)
        values.setdefault("name", lead_name(facts))
        if facts.get("enterprise.name"):
            values["investor_name"] = read.text(facts["enterprise.name"])
        moment = values.get("first_reported_at")
        if moment is not None:
            values["first_reported_at"] = timezone.make_aware(moment)
        self._squad(plan, values, rest)
        self._person(plan, "target.owner_officer", "lead", values, rest)
        self._project_people(plan, values, rest)
        self._save_project(plan, company, values, rest)
        self._contact(plan, company)

    def _save_project(self, plan: Plan, company: Intent | None, values: dict[str, Any], rest: Rest) -> None:
        record = company.draft.record if company is not None else None
        draft, unclear = self.projects.find(values, record)
        if unclear:
            plan.refuse("project", "project_unclear", "name", name=values.get("name", ""))
            return
        if draft is None:
            draft = self.projects.make(values, record)
        new = is_new(draft.record)
        if record is not None:
            values["investor"] = record
        if new:
            values.setdefault("department", self._default_department())
            values.setdefault("stage", "lead")
            values["is_unverified"] = values["stage"] != "lead"
        else:
            if (
                record is not None
                and record.pk == draft.record.investor_id
                and not draft.record.investor_name
            ):
                values.pop("investor_name", None)  # the record shows the investor's own name
            # A lead that is reported again does not take a project back to its beginning.
            if self.table.kind != "project":
                values.pop("stage", None)
            if values.get("stage") == draft.record.stage:
                values.pop("stage_on", None)
            elif values.get("stage", "lead") != "lead" and self.actor.role == Role.OFFICE:
                values["is_unverified"] = True  # a mark that the office alone sets
        put(
            draft,
            fit(Project, values, plan, "project"),
            self._written(rest, draft.record) | plan.row.as_written,
        )
        if not may_write(self.actor, draft):
            self._refuse_project(plan, draft)
        elif (
            self.actor.role == Role.PROMOTION
            and draft.values.get("department", self.actor.department) is None
        ):
            plan.refuse("project", "department_missing", "department")
        plan.main = Intent("project", draft)
        plan.intents.append(plan.main)

    def _refuse_project(self, plan: Plan, draft: Draft[Project]) -> None:
        if not is_new(draft.record):
            holder = draft.record.department
            plan.refuse("project", "project_held", "name", department=str(holder or "—"))
        elif self.actor.role == Role.PROMOTION:
            plan.refuse(
                "project", "other_department", "department", department=str(draft.values["department"])
            )
        else:
            plan.refuse("project", "not_allowed", "name")

    # --- carriers, visits, responsibilities

    def _site(self, plan: Plan) -> None:
        values, rest = read.site_values(plan.row.facts)
        values.setdefault("kind", self.table.site_kind)
        draft = self.sites.find(values, named=bool(plan.row.facts.get("site.name")))
        if draft is None:
            draft = self.sites.make(values)
        elif not is_new(draft.record):
            values.pop("name", None)
        _complete_by_shape(values, draft.record, plan.row.facts)
        if is_new(draft.record) and not values.get("kind"):
            plan.refuse("site", "site_kind_missing", "kind")
        kept = plan.row.as_written
        ratio = self.table.header("site.plot_ratio")
        if not is_new(draft.record) and kept.get(ratio) == draft.record.plot_ratio:
            kept = {header: words for header, words in kept.items() if header != ratio}  # a span that it has
        put(draft, fit(Site, values, plan, "site"), self._written(rest) | kept)
        plan.main = Intent("site", draft)
        plan.intents.append(plan.main)

    def _visit(self, plan: Plan) -> None:
        facts = plan.row.facts
        name = read.text(facts.get("visit.enterprise_name"))
        company = self.companies.plan(plan, {"name": name}, {}, make=True)
        if company is None:
            if not plan.problems:
                plan.refuse("company", "name_missing", "name")
            return
        values, rest = read.touch_values(facts)
        if "on" not in values:
            plan.refuse("touch", "visit_date_missing", "on")
            return
        draft = self.touches.find(company.draft.record, values)
        if draft is None:
            record = company.draft.record
            draft = Draft(Touch(zone_id=self.actor.zone_id, company=record), {"company": record})
        put(draft, values, self._written(rest) | plan.row.as_written)
        plan.main = Intent("touch", draft)
        plan.intents.append(plan.main)
        self._contact(plan, company)

    def _assignment(self, plan: Plan) -> None:
        if plan.row.facts.get("enterprise.name"):
            plan.main = self._company(plan, plan.row.as_written)
            self._contact(plan, plan.main)
            return
        facts = plan.row.facts
        investor = read.investor_values(facts)
        company = self.companies.plan(
            plan, investor, {}, make=names_one_company(investor["name"]), fill_only=True
        )
        values, rest = read.project_values(facts)
        if investor["name"]:
            values["investor_name"] = investor["name"]
        values.setdefault("name", investor["name"])
        self._person(plan, "assignment.leader", "responsible_leader", values, rest)
        self._person(plan, "target.owner_officer", "service_officer", values, rest)
        self._project_people(plan, values, rest)
        self._save_project(plan, company, values, rest)
        self._contact(plan, company)

    # --- people and units

    def _person(
        self, plan: Plan, fact: str, name: str, values: dict[str, Any], rest: Rest, *, appoints: bool = True
    ) -> None:
        """Put the person that a fact names into the values, or keep the name as written."""
        named = read.text(plan.row.facts.get(fact))
        if not named:
            return
        person = self.directory.person(named) if appoints else None
        if person is not None:
            values[name] = person
        else:
            rest[fact] = named

    def _squad(self, plan: Plan, values: dict[str, Any], rest: Rest) -> None:
        named = read.text(plan.row.facts.get("target.owner_squad"))
        squad = self.directory.squad(named) if named else None
        if squad is not None:
            values |= {"squad": squad, "department": squad.department}
        elif named:
            rest["target.owner_squad"] = named

    def _default_department(self) -> Any:
        if self.actor.role == Role.PROMOTION:
            return self.actor.department
        return self.table.department

    def _written(self, rest: Rest, record: Any = None) -> Rest:
        """Return what is kept as written by its header: not the people and units that the record has already."""
        return {
            self.table.header(fact): text for fact, text in rest.items() if not is_known(record, fact, text)
        }


def _complete_by_shape(values: dict[str, Any], record: Site, facts: read.Facts) -> None:
    """Take position and area from a boundary where the row gives none; one that the record has already changes nothing."""
    if "boundary" not in values:
        return
    from sanku.sites.shapes import is_same  # loads the libraries of shapes

    if not is_new(record) and is_same(record.boundary, values["boundary"]):
        del values["boundary"]
        return
    values.setdefault("lon", facts["site.shape_lon"])
    values.setdefault("lat", facts["site.shape_lat"])
    if record.area_total_m2 is None:
        values.setdefault("area_total_m2", Decimal(str(facts["site.area_drawn_m2"])))
