"""Lists of honoured companies, published in dated editions: who stood on them, at which rank, under which name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanku.companies.models.companies import Company, Honour


class HonourList(models.Model):
    """A list that somebody publishes again and again; its newest edition gives companies a mark."""

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    name = models.CharField(_("list"), max_length=100)
    honour = models.CharField(_("mark"), max_length=20, choices=Honour)
    publisher = models.CharField(_("publisher"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("honours list")
        constraints = [
            models.UniqueConstraint(fields=["zone", "name"], name="companies_honourlist_name"),
            models.CheckConstraint(condition=Q(honour__in=Honour.values), name="companies_honourlist_honour"),
        ]

    def __str__(self) -> str:
        return self.name


class HonourEdition(models.Model):
    """One edition of a list. One that was undone stays, and counts for nothing."""

    list = models.ForeignKey(HonourList, models.PROTECT, related_name="editions")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    name = models.CharField(_("edition"), max_length=60)
    published_on = models.DateField(_("published on"))
    source = models.CharField(_("source"), max_length=300, blank=True, default="")
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("edition of an honours list")
        constraints = [
            models.UniqueConstraint(
                fields=["list", "published_on"],
                condition=Q(undone_at=None),
                name="companies_honouredition_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.name}"


class HonourEntry(models.Model):
    """One company of an edition as it was published, and the company of the zone that it is, if any.

    `sets_mark` says that the list gave the company its mark by this entry: only such a mark is taken away again when
    the company stands on no current edition any more; one that a person set stays.
    """

    class State(models.TextChoices):
        """Whether it is known which company is meant."""

        MATCHED = "matched", _("Matched")
        DOUBTFUL = "doubtful", _("To decide")
        NONE = "none", _("Not in the library")

    class How(models.TextChoices):
        """By what a company was recognised."""

        CODE = "code", _("by its code")
        NAME = "name", _("by its name")
        FORMER = "former", _("by a former or short name")
        HAND = "hand", _("by a person")

    edition = models.ForeignKey(HonourEdition, models.CASCADE, related_name="entries", db_index=False)
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(_("rank"), null=True)
    name = models.CharField(_("name as published"), max_length=200)
    core = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, blank=True, default="")
    country = models.CharField(_("country or region"), max_length=60, blank=True, default="")
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="honour_entries")
    state = models.CharField(max_length=8, choices=State, default=State.NONE)
    how = models.CharField(max_length=6, choices=How, blank=True, default="")
    sets_mark = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("entry of an honours list")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="companies_honourentry_number"),
            models.CheckConstraint(
                condition=Q(state="matched", company__isnull=False) | ~Q(state="matched"),
                name="companies_honourentry_matched",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state", "number"], name="companies_honourentry_state"),
            models.Index(
                fields=["zone", "core"], condition=Q(state="none"), name="companies_honourentry_core"
            ),
            models.Index(
                fields=["zone", "uscc"],
                condition=Q(state="none") & ~Q(uscc=""),
                name="companies_honourentry_uscc",
            ),
        ]

    def __str__(self) -> str:
        return self.name
