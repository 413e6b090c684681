"""What belongs to a company: its owners, the people there, what was said with them, and its possible doubles."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanku.common.records import Record
from sanku.companies.models.companies import Company, Likeness, NameKind


class Shareholder(models.Model):
    """Who owns how much of a company; a removed one is kept, so that it can be brought back."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="shareholders")
    name = models.CharField(_("shareholder"), max_length=200)
    holder = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="holdings")
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=4, null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("shareholder")
        ordering = ["company", models.F("share").desc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], condition=Q(removed_at=None), name="companies_shareholder_name"
            ),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__range=(0, 1)), name="companies_shareholder_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone_id(self) -> int:
        """The zone of the company, for the ledger."""
        return self.company.zone_id


class Contact(Record):
    """A person at a company, known to the department that holds the contact."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="contacts")
    department = models.ForeignKey("accounts.Department", models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=60, blank=True, default="")
    title = models.CharField(_("post"), max_length=60, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=100, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("contact")
        ordering = ["company", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="", phone=""), name="companies_contact_something")
        ]

    def __str__(self) -> str:
        return self.name or self.phone

    def search_parts(self) -> list[str]:
        """Contacts are found through their company, not by themselves."""
        return []


class Touch(Record):
    """One contact with a company: a call, a visit, a meeting."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="touches")
    department = models.ForeignKey("accounts.Department", models.PROTECT, null=True, related_name="+")
    on = models.DateField(_("date"))
    method = models.CharField(_("way"), max_length=40, blank=True, default="")
    participants = models.CharField(_("people"), max_length=300, blank=True, default="")
    content = models.TextField(_("what was said"), blank=True, default="")
    result = models.TextField(_("outcome"), blank=True, default="")

    class Meta:
        verbose_name = _("touch")
        ordering = ["company", "-on", "-id"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.method}"

    def search_parts(self) -> list[str]:
        """Touches are found through their company."""
        return []


class Duplicate(models.Model):
    """Two companies that may be one, until somebody decides."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        DIFFERENT = "different", _("Not the same")
        SAME = "same", _("The same")

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    first = models.ForeignKey(Company, models.CASCADE, related_name="+")
    second = models.ForeignKey(Company, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=[*NameKind.choices, *Likeness.choices])
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # One of them was merged: nothing to be asked until that is undone.
    rests = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("possible duplicate")
        ordering = ["zone", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="companies_duplicate_pair"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="companies_duplicate_order"
            ),
        ]
        # Found one after the other, so the id is the order of finding and one index serves pages and counts.
        indexes = [
            models.Index(fields=["zone", "rests", "state", "-id"], name="companies_duplicate_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"
