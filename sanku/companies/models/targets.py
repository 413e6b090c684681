"""Target clients: companies that a department means to win."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import Sector
from sanku.common.fields import CodesField
from sanku.common.records import LibraryRecord
from sanku.companies.models.companies import Company


class Facet(models.TextChoices):
    """Why a client is worth winning, in the zone's own words."""

    BIG_STRONG = "big_strong", _("Big and strong")
    NEW_HIGH = "new_high", _("New and high")
    BUILD_CHAIN = "build_chain", _("Build a chain")
    FILL_CHAIN = "fill_chain", _("Fill a chain")
    TALENT = "talent", _("Talent and ideas")


class Campaign(models.TextChoices):
    """The zone's campaigns for clients."""

    FOREIGN = "foreign", _("Foreign firms")
    CENTRAL_SOE = "central_soe", _("Central SOEs")
    FAMOUS = "famous", _("Famous firms")


class TargetStatus(models.TextChoices):
    """How far the courting of a client is."""

    NEW = "new", _("Not yet contacted")
    CONTACTED = "contacted", _("Contacted")
    INTERESTED = "interested", _("Interested")
    VISITING = "visiting", _("Exchanging visits")
    NEGOTIATING = "negotiating", _("Negotiating")
    WON = "won", _("Won")
    PAUSED = "paused", _("Paused")
    DROPPED = "dropped", _("Dropped")


class Target(LibraryRecord):
    """A company that a department means to win. Seen by that department and by those who see all."""

    DERIVED = ("search_text",)

    company = models.ForeignKey(Company, models.PROTECT, related_name="targets")
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="targets", verbose_name=_("department")
    )
    squad = models.ForeignKey(
        "accounts.Squad",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("squad"),
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("officer"),
    )
    status = models.CharField(_("status"), max_length=12, choices=TargetStatus, default=TargetStatus.NEW)
    facets = CodesField(_("focus"))
    campaign = models.CharField(_("campaign"), max_length=12, choices=Campaign, blank=True, default="")
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, blank=True, default="")
    reason = models.TextField(_("why it was picked"), blank=True, default="")
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)
    # [{"part": str, "points": number}]: the score is the sum of its parts.
    score_parts = models.JSONField(_("parts of the score"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=100, blank=True, default="")
    first_reported_at = models.DateTimeField(_("first reported"), null=True, blank=True)
    first_contact_on = models.DateField(_("first contact"), null=True, blank=True)
    last_touch_on = models.DateField(_("last touch"), null=True, blank=True)
    touch_count = models.PositiveIntegerField(_("touches"), default=0)
    next_action = models.CharField(_("next action"), max_length=200, blank=True, default="")
    next_action_on = models.DateField(_("date of the next action"), null=True, blank=True)
    site_wish = models.TextField(_("site wanted"), blank=True, default="")

    class Meta:
        verbose_name = _("target client")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "company"], condition=Q(removed_at=None), name="companies_target_company"
            ),
            models.CheckConstraint(
                condition=Q(status__in=TargetStatus.values), name="companies_target_status"
            ),
        ]
        indexes = [
            models.Index(
                fields=["zone", "removed_at", "next_action_on", "id"], name="companies_target_by_next"
            ),
            models.Index(
                fields=["zone", "removed_at", "last_touch_on", "id"], name="companies_target_by_touch"
            ),
            models.Index(
                fields=["zone", "removed_at", "updated_at", "id"], name="companies_target_by_updated"
            ),
            models.Index(fields=["zone", "removed_at", "score", "id"], name="companies_target_by_score"),
            models.Index(
                fields=[
                    "zone",
                    "removed_at",
                    "department",
                    "status",
                    "squad",
                    "officer",
                    "sector",
                    "campaign",
                    "facets",
                ],
                name="companies_target_filters",
            ),
        ]

    def __str__(self) -> str:
        return self.company.name

    def search_parts(self) -> list[str]:
        """Return what the company is found by."""
        return self.company.search_text.split("\n")
