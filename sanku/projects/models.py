"""The project library: one record for each investment."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import Sector
from sanku.common.areas import m2_to_mu
from sanku.common.indexes import EmbeddedIndex
from sanku.common.names import initials
from sanku.common.records import LibraryRecord
from sanku.common.search import SearchedIndex
from sanku.companies.models import Company
from sanku.projects import rules


class Stage(models.TextChoices):
    """The stages of `rules.Stage`, with what people call them."""

    LEAD = rules.Stage.LEAD.value, _("Lead")
    NEGOTIATION = rules.Stage.NEGOTIATION.value, _("Negotiation")
    INTENT = rules.Stage.INTENT.value, _("Intent")
    SIGNED = rules.Stage.SIGNED.value, _("Signed")
    LANDED = rules.Stage.LANDED.value, _("Landed")
    CONSTRUCTION = rules.Stage.CONSTRUCTION.value, _("Construction")
    PRODUCTION = rules.Stage.PRODUCTION.value, _("Production")
    GROWTH = rules.Stage.GROWTH.value, _("Growth")
    SUSPENDED = rules.Stage.SUSPENDED.value, _("Suspended")
    LOST = rules.Stage.LOST.value, _("Lost")


class MoneyOrigin(models.TextChoices):
    """Where the money comes from."""

    IN_PROVINCE = "in_province", _("In the province")
    OUTSIDE = "outside", _("Outside the province")
    ABROAD = "abroad", _("Abroad")


class EnvironmentalClass(models.TextChoices):
    """What the environmental assessment asks for."""

    REPORT = "report", _("Full report")
    FORM = "form", _("Report form")
    REGISTRATION = "registration", _("Registration form")
    EXEMPT = "exempt", _("Exempt")


def amount(label: Any) -> "models.DecimalField[Any, Any]":
    """Return a column for a sum of money, empty where it is not known."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, null=True, blank=True)


def quantity(label: Any, *, places: int = 2) -> "models.DecimalField[Any, Any]":
    """Return a column for a measured quantity, empty where it is not known."""
    return models.DecimalField(label, max_digits=14, decimal_places=places, null=True, blank=True)


def person(label: Any) -> "models.ForeignKey[Any, Any]":
    """Return a reference to one of the zone's people."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


# What the list's filters ask for, and its scope and sums.
FILTERED = [
    "zone", "removed_at", "stage", "department", "sector", "is_major", "lead", "responsible_leader", "service_officer",
    "investment_cny", "stage_on", "next_action_on", "signed_on", "land_m2", "money_origin", "environmental_class",
    "is_high_energy", "is_unverified",
]  # fmt: skip


class Project(LibraryRecord):
    """One investment. Seen by its department, by the groups whose stage it is and by those who see all.

    Amounts are whole units of their currency, kept as given and in yuan; areas in square metres.
    """

    DERIVED = ("search_text", "core")

    code = models.CharField(_("number"), max_length=40, blank=True, default="")
    name = models.CharField(_("name"), max_length=200)
    # What two spellings of one project share (rules.core_of).
    core = models.CharField(max_length=200, blank=True, default="", editable=False)
    content = models.TextField(_("what is built"), blank=True, default="")
    investor = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("investor")
    )
    investor_name = models.CharField(_("investor as written"), max_length=200, blank=True, default="")
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, blank=True, default="")
    chain_segment = models.CharField(_("chain segment"), max_length=60, blank=True, default="")
    investment = amount(_("planned investment"))
    investment_currency = models.CharField(_("currency"), max_length=3, blank=True, default="CNY")
    investment_cny = amount(_("planned investment in yuan"))
    contracted = amount(_("contracted amount"))
    contracted_currency = models.CharField(
        _("currency of the contract"), max_length=3, blank=True, default="CNY"
    )
    contracted_cny = amount(_("contracted amount in yuan"))
    fixed_asset_cny = amount(_("fixed assets"))
    foreign_investment_cny = amount(_("foreign investment"))
    money_in_place_cny = amount(_("money in place"))
    money_origin = models.CharField(
        _("origin of the money"), max_length=12, choices=MoneyOrigin, blank=True, default=""
    )
    expected_output_cny = amount(_("expected output a year"))
    expected_tax_cny = amount(_("expected tax a year"))
    jobs = models.PositiveIntegerField(_("jobs"), null=True, blank=True)
    talent = models.PositiveIntegerField(_("talent brought"), null=True, blank=True)
    land_m2 = quantity(_("land"))
    floor_m2 = quantity(_("floor space"))
    power_kva = quantity(_("power"), places=1)
    water_t_d = quantity(_("water"), places=1)
    steam_t_h = quantity(_("steam"))
    environmental_class = models.CharField(
        _("environmental class"), max_length=12, choices=EnvironmentalClass, blank=True, default=""
    )
    energy_tce = quantity(_("energy use"), places=1)
    is_high_energy = models.BooleanField(_("high energy use or emissions"), default=False)
    is_major = models.BooleanField(_("major project"), default=False)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.LEAD)
    stage_on = models.DateField(_("in this stage since"), null=True, blank=True)
    # Taken over from a ledger (期初): the evidence for the stage has not been seen.
    is_unverified = models.BooleanField(_("opening entry, not verified"), default=False)
    department = models.ForeignKey(
        "accounts.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("department"),
    )
    squad = models.ForeignKey(
        "accounts.Squad",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("squad"),
    )
    lead = person(_("team lead"))
    responsible_leader = person(_("responsible leader"))
    service_officer = person(_("service officer"))
    source = models.CharField(_("source"), max_length=100, blank=True, default="")
    reporter = models.CharField(_("reporter"), max_length=60, blank=True, default="")
    first_reported_at = models.DateTimeField(_("first reported"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    planned_start_on = models.DateField(_("planned start"), null=True, blank=True)
    # WGS-84; empty: it is shown where its investor stands.
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    progress = models.DecimalField(_("progress"), max_digits=5, decimal_places=4, null=True, blank=True)
    next_action = models.CharField(_("next action"), max_length=200, blank=True, default="")
    next_action_on = models.DateField(_("date of the next action"), null=True, blank=True)

    class Meta:
        verbose_name = _("project")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "code"],
                condition=~Q(code="") & Q(removed_at=None),
                name="projects_project_code",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="projects_project_name"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="projects_project_stage"),
            models.CheckConstraint(
                condition=Q(investment=None) | Q(investment__gte=0) & ~Q(investment_currency=""),
                name="projects_project_investment",
            ),
            models.CheckConstraint(
                condition=Q(contracted=None) | Q(contracted__gte=0) & ~Q(contracted_currency=""),
                name="projects_project_contracted",
            ),
            # Without an amount there is no value of it in yuan.
            models.CheckConstraint(
                condition=(Q(investment_cny=None) | Q(investment__isnull=False))
                & (Q(contracted_cny=None) | Q(contracted__isnull=False)),
                name="projects_project_value",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 0}), name=f"projects_project_{short}"
                )
                for name, short in (
                    ("fixed_asset_cny", "fixed"),
                    ("foreign_investment_cny", "foreign"),
                    ("money_in_place_cny", "in_place"),
                    ("expected_output_cny", "output"),
                    ("expected_tax_cny", "tax"),
                    ("land_m2", "land"),
                    ("floor_m2", "floor"),
                )
            ),
            models.CheckConstraint(
                condition=Q(squad=None) | Q(department__isnull=False), name="projects_project_squad"
            ),
            models.CheckConstraint(
                # Half a position compares as unknown, which a constraint lets pass: both must be there.
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="projects_project_position",
            ),
            models.CheckConstraint(
                condition=Q(progress=None) | Q(progress__range=(0, 1)), name="projects_project_progress"
            ),
        ]
        indexes = [
            models.Index(fields=["zone", "removed_at", "name", "id"], name="projects_project_by_name"),
            models.Index(fields=["zone", "removed_at", "investment_cny", "id"], name="projects_by_investment"),
            models.Index(fields=["zone", "removed_at", "next_action_on", "id"], name="projects_by_next"),
            models.Index(fields=["zone", "removed_at", "signed_on", "id"], name="projects_by_signed"),
            models.Index(fields=["zone", "removed_at", "stage_on", "id"], name="projects_by_stage_on"),
            models.Index(fields=["zone", "removed_at", "land_m2", "id"], name="projects_by_land"),
            models.Index(
                fields=["zone", "removed_at", "lon", "lat"],
                condition=Q(lon__isnull=False),
                name="projects_by_position",
            ),
            models.Index(fields=["zone", "core"], name="projects_project_by_core"),
            # Most projects name their investor by its company; those that do not are found by this.
            models.Index(
                fields=["zone", "investor_name"],
                condition=~Q(investor_name=""),
                name="projects_by_investor_name",
            ),
            # The totals of the whole library, and of what tags or own values leave of it.
            models.Index(
                fields=["zone", "removed_at", "stage", "investment_cny", "id"], name="projects_by_stage"
            ),
            # Stage and amount of what tags, own values or words find, by id: a twentieth of reading the projects.
            models.Index(
                fields=[
                    "id", "zone", "removed_at", "department", "lead", "responsible_leader", "service_officer", "stage",
                    "investment_cny",
                ],
                name="projects_by_id",
            ),
            # Counts and sums of a filtered or searched list, stage by stage, are read from this index alone.
            SearchedIndex(fields=[*FILTERED, "search_text"], name="projects_project_filters"),
            # The same for a search without filters and for filters without a search: two thirds and half of reading that one.
            # In this order, as SQLite takes the one made last where both hold what is asked.
            EmbeddedIndex(
                fields=[
                    "zone", "removed_at", "stage", "department", "lead", "responsible_leader", "service_officer",
                    "investment_cny", "search_text",
                ],
                name="projects_by_text",
            ),
            EmbeddedIndex(fields=FILTERED, name="projects_by_filters"),
            # What the list is put in order by, of projects known by their id.
            models.Index(
                fields=[
                    "id", "zone", "removed_at", "name", "investment_cny", "next_action_on", "updated_at", "stage_on",
                    "signed_on", "land_m2",
                ],
                name="projects_in_order",
            ),
            # Last, as SQLite counts a whole library by the index made last: let it be a small one.
            models.Index(fields=["zone", "removed_at", "updated_at", "id"], name="projects_by_updated"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Compute what the name identifies by, and the search text."""
        self.core = rules.core_of(self.name)[:200]
        super().derive()

    @property
    def investor_said(self) -> str:
        """The investor as people say it: the company's short name or name, else as it was written."""
        company = self.investor
        return self.investor_name if company is None else company.short_name or company.name

    def per_mu(self, name: str) -> Decimal | None:
        """Return yuan a mu of land of an amount of the project; None where either is not known."""
        value = getattr(self, name)
        return value / m2_to_mu(self.land_m2) if value is not None and self.land_m2 else None

    def search_parts(self) -> list[str]:
        """Return name, number and investor."""
        company = self.investor.search_text.split("\n") if self.investor is not None else []
        return [
            self.name, self.code, initials(self.name), self.chain_segment, self.investor_name,
            initials(self.investor_name), *company,
        ]  # fmt: skip
