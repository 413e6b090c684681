"""The project library: its columns, filters and the sections of a record."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext

from sanku.accounts.models import Department, User
from sanku.accounts.queries import departments_for, people_for, squads_for
from sanku.accounts.rules import WRITES_PROJECTS, Role
from sanku.audit.operations import Draft
from sanku.common import display
from sanku.companies.queries import companies_for
from sanku.library import cells
from sanku.library.specs import Cell, Column, Fact, Library, Panel, Reader, Section
from sanku.projects import cells as own
from sanku.projects import operations
from sanku.projects.filters import FILTERS
from sanku.projects.models import Project, Stage
from sanku.projects.queries import projects_for, similar_projects


def _name(project: Project, reader: Reader) -> Cell:
    return {
        "text": project.name,
        "sub": " · ".join(part for part in (project.investor_said, project.chain_segment) if part),
    }


def _days(project: Project, reader: Reader) -> Any:
    clock = own.clock_of(project, reader.today)
    return None if clock is None else clock.used


def _investor(project: Project) -> str:
    return project.investor.name if project.investor is not None else project.investor_name


def _per_mu(project: Project, reader: Reader) -> Any:
    value = project.per_mu("investment_cny")
    return None if value is None else round(value / 10_000, 2)


def _share(project: Project) -> Any:
    return None if project.progress is None else project.progress * 100


COLUMNS = [
    Column(
        "name",
        _("Project"),
        _name,
        lambda project, reader: project.name,
        sort="name",
        refers=("investor__name", "investor__short_name"),
    ),
    Column(
        "stage",
        _("Stage"),
        lambda project, reader: {"html": own.stage_mark(project.stage)},
        lambda project, reader: project.get_stage_display(),
    ),
    cells.money_yi("investment", _("Planned investment"), "investment_cny"),
    cells.area("land", _("Land"), "land_m2"),
    Column("days", _("In the stage / limit"), own.days_cell, _days, sort="stage_on", unit=_("working days")),
    cells.text("next_action", _("Next step")),
    Column(
        "next",
        _("Date"),
        own.next_day_cell,
        lambda project, reader: project.next_action_on,
        sort="next_action_on",
    ),
    cells.person("lead", _("Team lead")),
    Column(
        "investor",
        _("Investor"),
        lambda project, reader: {"text": _investor(project)},
        lambda project, reader: _investor(project) or None,
        shown=False,
        refers=("investor__name",),
    ),
    cells.money_yi("contracted", _("Contracted amount"), "contracted_cny", shown=False),
    cells.money_yi("fixed", _("Fixed assets"), "fixed_asset_cny", shown=False),
    cells.money_wan("in_place", _("Money in place"), "money_in_place_cny", shown=False),
    cells.choice("money_origin", _("Origin of the money"), shown=False),
    cells.department(shown=False),
    cells.text("squad", _("Squad"), shown=False, refers=("squad__name",)),
    cells.choice("sector", _("Sector"), shown=False),
    cells.person("responsible_leader", _("Responsible leader"), shown=False),
    cells.person("service_officer", _("Service officer"), shown=False),
    cells.day("signed", _("Signed on"), "signed_on", shown=False),
    cells.day("started", _("Started on"), "started_on", shown=False),
    Column(
        "progress",
        _("Progress"),
        lambda project, reader: {
            "text": display.number(None if project.progress is None else round(_share(project), 1))
        },
        lambda project, reader: _share(project),
        sort="progress",
        unit="%",
        align="num",
        shown=False,
    ),
    cells.text("code", _("Number"), sort="code", shown=False),
    cells.number("jobs", _("Jobs"), sort="jobs", shown=False),
    cells.money_yi("output", _("Expected output a year"), "expected_output_cny", shown=False),
    cells.money_wan("tax", _("Expected tax a year"), "expected_tax_cny", shown=False),
    Column(
        "per_mu",
        _("Investment a mu"),
        lambda project, reader: {"text": display.money_wan(project.per_mu("investment_cny"))},
        _per_mu,
        unit=_("10,000 yuan a mu"),
        align="num",
        shown=False,
    ),
    cells.changed(_("Last changed")),
]


def _holders(user: User) -> Any:
    """Return the departments that may hold a project of the user's."""
    sector = departments_for(user).filter(kind=Department.Kind.SECTOR)
    return sector.filter(people=user) if user.role == Role.PROMOTION else sector


def _squads(user: User) -> Any:
    squads = squads_for(user)
    return squads.filter(department__people=user) if user.role == Role.PROMOTION else squads


SECTIONS = [
    Section(
        "overview",
        _("Overview"),
        [
            Fact("name", required=True),
            Fact("code"),
            Fact(
                "investor",
                "company",
                choices_of=companies_for,
                help=_("name or code of a company in the library"),
            ),
            Fact(
                "investor_name",
                help=_("where the company is not in the library yet"),
                show=own.investor_written,
            ),
            Fact("sector", "choice"),
            Fact("chain_segment"),
            Fact("content", "long"),
        ],
    ),
    Section(
        "stage",
        _("Stage and next step"),
        [
            Fact("stage", "choice", show=lambda project, reader: {"html": own.stage_mark(project.stage)}),
            Fact("stage_on", "date"),
            Fact("next_action"),
            Fact("next_action_on", "date"),
        ],
    ),
    Section(
        "investment",
        _("Investment and return"),
        [
            Fact("investment", "money", show=own.planned),
            Fact("contracted", "money", show=own.contracted),
            Fact("fixed_asset_cny", "cny", show=own.share_of_investment("fixed_asset_cny")),
            Fact("foreign_investment_cny", "cny"),
            Fact("money_in_place_cny", "cny", show=own.share_of_investment("money_in_place_cny")),
            Fact("money_origin", "choice"),
            Fact("expected_output_cny", "cny"),
            Fact("expected_tax_cny", "cny"),
            Fact("jobs", "number", unit=_("people")),
            Fact("talent", "number", unit=_("people")),
            Fact("per_mu", label=_("investment a mu"), editable=False, show=own.money_a_mu("investment_cny")),
            Fact(
                "output_mu",
                label=_("output a mu"),
                editable=False,
                show=own.money_a_mu("expected_output_cny"),
            ),
            Fact("tax_mu", label=_("tax a mu"), editable=False, show=own.money_a_mu("expected_tax_cny")),
        ],
        hint=_("Planned and contracted amounts, money in place, output and tax."),
    ),
    Section(
        "needs",
        _("Needs"),
        [
            Fact("land_m2", "area"),
            Fact("floor_m2", "area"),
            Fact("power_kva", "number", unit="kVA", label=_("power needed")),
            Fact("water_t_d", "number", unit=_("t a day"), label=_("water needed")),
            Fact("steam_t_h", "number", unit=_("t an hour"), label=_("steam needed")),
            Fact("environmental_class", "choice"),
            Fact("energy_tce", "number", unit=_("tce a year")),
            Fact("is_high_energy", "flag"),
        ],
        hint=_("Land, floor space, power, water, steam; environmental class and energy use."),
    ),
    Section(
        "place",
        _("Place"),
        [Fact("lon", "position", label=_("position"))],
        hint=_("Where it is or will be built; without it the map shows it at its investor."),
    ),
    Section(
        "people",
        _("People"),
        [
            Fact("department", "reference", choices_of=_holders),
            Fact("squad", "reference", choices_of=_squads),
            Fact("lead", "reference", choices_of=people_for),
            Fact("responsible_leader", "reference", choices_of=people_for),
            Fact("service_officer", "reference", choices_of=people_for),
            Fact("source"),
            Fact("reporter"),
            Fact("first_reported_at", editable=False, show=own.first_reported),
        ],
        hint=_("Who holds it, who leads it, who answers for it, who brought it."),
    ),
    Section(
        "marks",
        _("Marks of the office"),
        [Fact("is_major", "flag"), Fact("is_unverified", "flag")],
        hint=_("Whether it is a major project, whether its opening entry was verified."),
    ),
    Section(
        "dates",
        _("Dates and progress"),
        [
            Fact("signed_on", "date"),
            Fact("planned_start_on", "date"),
            Fact("started_on", "date"),
            Fact("progress", "percent"),
            Fact("note", "long"),
        ],
        hint=_("Signing, start of construction, progress."),
    ),
]


def _totals(parts: list[tuple[Any, int, Any]], reader: Reader) -> list[str]:
    """Say count and planned investment of each stage, in the order of the stages."""
    known = {stage: (count, amount) for stage, count, amount in parts}
    said = []
    for stage, label in Stage.choices:
        if stage in known:
            count, amount = known[stage]
            figure = " " + display.plain_money(amount) if amount else ""
            words = _now("%(stage)s %(count)s%(amount)s")
            said.append(words % {"stage": label, "count": display.number(count), "amount": figure})
    return said


def _head(project: Project, reader: Reader) -> dict[str, Any]:
    marks = [_now("Major"), *own.tags(project)] if project.is_major else own.tags(project)
    if project.is_high_energy:
        marks.append(_now("High energy use or emissions"))
    if project.is_demo:
        marks.append(_now("demonstration"))
    return {**own.head(project, reader), "tags": marks}


def _similar(user: User, given: dict[str, str]) -> list[dict[str, Any]]:
    investor = given.get("investor") or given.get("investor_name", "")
    return [
        {
            "title": project.name,
            "sub": " · ".join(str(part) for part in (_investor(project), project.get_stage_display()) if part)
            if visible
            else "",
            "why": why,
            "url": reverse("projects:project-detail", args=[project.pk]) if visible else "",
            "held": str(project.department or ""),
        }
        for project, why, visible in similar_projects(user, given.get("name", ""), investor)
    ]


def _may_write(user: User, project: Project) -> bool:
    return operations.may_write(user, Draft(project, {}))


def _fresh(user: User) -> Project:
    """Return a new project of the user's zone, with what follows from who enters it."""
    project = Project(zone=user.zone)
    if user.role == Role.PROMOTION:
        project.department, project.squad, project.lead = user.department, user.squad, user
        project.sector = user.department.sector if user.department is not None else ""
    elif user.role == Role.LANDING:
        project.stage = Stage.SIGNED
    elif user.role == Role.CONSTRUCTION:
        project.stage = Stage.LANDED
    project.reporter = user.name
    return project


def _prefill(project: Project, user: User, given: dict[str, str]) -> None:
    """Take the investor from the address: a company's page offers to enter a project of it."""
    pk = given.get("company", "")
    if pk.isascii() and pk.isdigit() and len(pk) < 19:
        project.investor = companies_for(user).filter(pk=int(pk)).first()
        if project.investor is not None and project.investor.sector:
            project.sector = project.investor.sector


# No cell of the list reads these.
UNLISTED = [
    "created_at", "core", "lon", "lat", "is_demo", "investment", "investment_currency", "contracted",
    "contracted_currency", "foreign_investment_cny", "talent", "floor_m2", "power_kva", "water_t_d", "steam_t_h",
    "environmental_class", "energy_tce", "is_high_energy", "is_major", "source", "reporter", "first_reported_at",
    "planned_start_on",
]  # fmt: skip

PROJECTS = Library(
    name="projects",
    namespace="projects:project",
    title=_("Projects"),
    singular=_("project"),
    counted=lambda count: npgettext("counted", "project", "projects", count),
    records=projects_for,
    save=operations.save_projects,
    remove=operations.remove_project,
    restore=operations.restore_project,
    writers=WRITES_PROJECTS,
    creators=WRITES_PROJECTS - {Role.SERVICE},
    columns=COLUMNS,
    filters=FILTERS,
    sections=SECTIONS,
    create=("overview", "stage", "investment", "needs", "people"),
    default_sort="next",
    unlisted=UNLISTED,
    related=("investor", "department", "squad", "lead", "responsible_leader", "service_officer"),
    measure=("investment_cny", _("planned investment")),
    totals_by="stage",
    totals=_totals,
    counts_views=True,
    sees_zone=lambda user: user.sees_all,
    views=(
        (_("All"), ""),
        (_("Major projects"), "major=1"),
        (_("In negotiation"), "stage=negotiation"),
        (_("Mine"), "mine=1"),
        (_("To move this week"), "week=1"),
    ),
    search_hint=_("Project, number, investor, pinyin initials"),
    empty_text=_("Projects come in from a ledger, or one by one."),
    identity=own.identity,
    identified_by=(
        "name",
        "investor__name",
        "investor_name",
        "sector",
        "chain_segment",
        "investment",
        "investment_cny",
        "investment_currency",
        "land_m2",
    ),
    code=lambda project: project.code,
    on_map=lambda project: (
        project.lon is not None or (project.investor is not None and project.investor.lon is not None)
    ),
    tags=own.tags,
    head=_head,
    may_write=_may_write,
    panels=(
        Panel(
            "investor",
            lambda project: (
                reverse("projects:project-investor", args=[project.pk]) if project.investor_id else None
            ),
        ),
    ),
    preview=(
        "investment",
        "contracted",
        "fixed_asset_cny",
        "money_in_place_cny",
        "land_m2",
        "per_mu",
        "expected_output_cny",
        "expected_tax_cny",
    ),
    similar=_similar,
    similar_fields="[name=name],[name=investor],[name=investor_name]",
    similar_hint=_("A project of another department: ask it to join, or the office to decide."),
    prefill=_prefill,
    # A note is read by whoever may see the project: its department, the groups whose stage it is, who answers.
    fresh=_fresh,
)
