"""Which targets, projects, carriers and visits rows mean, and the new ones that several rows share."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from sanku.accounts.models import User
from sanku.audit.operations import Draft, chunks, is_new
from sanku.common.names import normalise
from sanku.companies.models import Company, Target, Touch
from sanku.intake.planning.companies import Companies
from sanku.intake.planning.facts import Facts, text
from sanku.projects.models import Project
from sanku.projects.rules import core_of
from sanku.sites.models import Site


class Targets:
    """The target clients of the companies that rows mean: all of the zone, for a held one must be named."""

    def __init__(self, actor: User, companies: Companies, *, lock: bool) -> None:
        self.actor = actor
        self.drafts: dict[int, Draft[Target]] = {}
        self.new: dict[int, Draft[Target]] = {}
        alive = Target.objects.filter(zone_id=actor.zone_id, removed_at=None)
        alive = alive.select_related("company", "department", "squad", "officer")
        for some in chunks(list(companies.drafts)):
            found = alive.filter(company__in=some)
            for target in found.select_for_update(of=("self",)) if lock else found:
                self.drafts[target.company_id] = Draft(target, {})

    def find(self, company: Company) -> Draft[Target] | None:
        """Return the draft of the company's target."""
        if is_new(company):
            return self.new.get(id(company))
        return self.drafts.get(company.pk) or self.new.get(id(company))

    def make(self, company: Company) -> Draft[Target]:
        """Return the draft of a new target."""
        draft = Draft(Target(zone_id=self.actor.zone_id), {"company": company})
        self.new[id(company)] = draft
        return draft


class Projects:
    """The projects that rows mean: by number, else by name and investor."""

    def __init__(self, actor: User, rows: Sequence[Facts], *, lock: bool) -> None:
        self.actor = actor
        self.by_code: dict[str, Draft[Project]] = {}
        self.by_name: dict[str, list[Draft[Project]]] = defaultdict(list)
        codes = {text(facts.get("project.code")) for facts in rows} - {""}
        cores = {
            core_of(text(facts.get("project.name") or facts.get("project.investor_name")))[:200]
            for facts in rows
        } - {""}
        alive = Project.objects.filter(zone_id=actor.zone_id, removed_at=None).select_related(
            "investor", "department", "squad", "lead", "responsible_leader", "service_officer"
        )
        known: dict[int, Draft[Project]] = {}
        searches = [Q(code__in=some) for some in chunks(sorted(codes))]
        searches += [Q(core__in=some) for some in chunks(sorted(cores))]
        for search in searches:
            found = alive.filter(search)
            for project in found.select_for_update(of=("self",)) if lock else found:
                if project.pk not in known:
                    known[project.pk] = self._know(Draft(project, {}), project.code, project.name)

    def _know(self, draft: Draft[Project], code: str, name: str) -> Draft[Project]:
        if code:
            self.by_code[code] = draft
        self.by_name[normalise(name)].append(draft)
        return draft

    def find(self, values: Mapping[str, Any], investor: Company | None) -> tuple[Draft[Project] | None, bool]:
        """Return the draft of the project meant, and whether several could be."""
        code = values.get("code", "")
        if code and code in self.by_code:
            return self.by_code[code], False
        named = [
            draft
            for draft in self.by_name.get(normalise(values.get("name", "")), ())
            if not (code and _value(draft, "code"))
            and _same_investor(draft, investor, values.get("investor_name", ""))
        ]
        return (named[0], False) if len(named) == 1 else (None, bool(named))

    def make(self, values: Mapping[str, Any], investor: Company | None) -> Draft[Project]:
        """Return the draft of a new project, known to the rows that follow."""
        draft = Draft(Project(zone_id=self.actor.zone_id), {})
        draft.values |= {"name": values.get("name", ""), "investor_name": values.get("investor_name", "")}
        if investor is not None:
            draft.values["investor"] = investor
        return self._know(draft, values.get("code", ""), values.get("name", ""))


def _value(draft: Draft[Any], name: str) -> Any:
    return draft.values.get(name, None if is_new(draft.record) else getattr(draft.record, name))


def _same_investor(draft: Draft[Project], investor: Company | None, written: str) -> bool:
    """Return whether a project's investor can be the row's: unknown on either side does not speak against it."""
    theirs = _value(draft, "investor")
    if investor is not None and theirs is not None:
        return bool(theirs is investor or (theirs.pk is not None and theirs.pk == investor.pk))
    name = _value(draft, "investor_name") or (theirs.name if theirs is not None else "")
    ours = written or (investor.name if investor is not None else "")
    return not name or not ours or normalise(name) == normalise(ours)


class Sites:
    """The carriers that rows mean: by number, else by park, building, floor and unit, else by name."""

    def __init__(self, actor: User, rows: Sequence[Mapping[str, Any]], *, lock: bool) -> None:
        self.actor = actor
        self.by_code: dict[str, Draft[Site]] = {}
        # One place may hold several carriers (two offers of one floor): rows take them one by one, in order.
        self.by_place: dict[tuple[str, ...], list[Draft[Site]]] = defaultdict(list)
        self.by_name: dict[str, list[Draft[Site]]] = defaultdict(list)
        alive = Site.objects.filter(zone_id=actor.zone_id, removed_at=None)
        searches = []
        for name in ("code", "name", "park", "building"):
            # A place is looked up by its park; a building without one by itself.
            wanted = {
                row[name] for row in rows if row.get(name) and not (name == "building" and row.get("park"))
            }
            searches += [Q(**{f"{name}__in": some}) for some in chunks(sorted(wanted))]
        known: set[int] = set()
        for search in searches:
            found = alive.filter(search).order_by("pk")
            for site in found.select_for_update() if lock else found:
                if site.pk not in known:
                    known.add(site.pk)
                    self._know(Draft(site, {}), {name: getattr(site, name) for name in PLACE_AND_CODE})

    def _know(self, draft: Draft[Site], values: Mapping[str, Any]) -> None:
        self.by_name[normalise(values["name"])].append(draft)
        if values.get("code"):
            self.by_code[values["code"]] = draft
        else:
            self.by_place[_place(values)].append(draft)

    def find(self, values: Mapping[str, Any], *, named: bool = False) -> Draft[Site] | None:
        """Return the draft of the carrier meant; `named` says that the row calls it by a name of its own."""
        code = values.get("code", "")
        if code:
            return self.by_code.get(code)
        called = self.by_name.get(normalise(values["name"]), ()) if named else ()
        if len(called) == 1:
            return called[0]
        found = self.by_place.get(_place(values))
        return found.pop(0) if found else None

    def make(self, values: Mapping[str, Any]) -> Draft[Site]:
        """Return the draft of a new carrier; one with a number is known to the rows that follow."""
        draft = Draft(Site(zone_id=self.actor.zone_id), {"name": values["name"]})
        if values.get("code"):
            self.by_code[values["code"]] = draft
        return draft


PLACE_AND_CODE = ("code", "name", "park", "building", "floor", "unit")


def _place(values: Mapping[str, Any]) -> tuple[str, ...]:
    parts = tuple(normalise(str(values.get(name) or "")) for name in ("park", "building", "floor", "unit"))
    return parts if any(parts[1:]) else (normalise(str(values.get("name", ""))),)


class Touches:
    """The visits to the companies that rows mean, of the actor's own department."""

    def __init__(self, actor: User, companies: Companies) -> None:
        self.known: dict[tuple[int, Any, str], Draft[Touch]] = {}
        held = Touch.objects.filter(zone_id=actor.zone_id, removed_at=None, department=actor.department)
        for some in chunks(list(companies.drafts)):
            for touch in held.filter(company__in=some):
                self.known[(touch.company_id, touch.on, normalise(touch.content))] = Draft(touch, {})

    def find(self, company: Company, values: Mapping[str, Any]) -> Draft[Touch] | None:
        """Return the draft of the same visit: same company, day and content."""
        return self.known.get((company.pk, values["on"], normalise(str(values.get("content", "")))))
