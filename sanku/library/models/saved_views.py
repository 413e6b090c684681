"""Addresses of lists that people keep under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Shared(models.TextChoices):
    """Who sees a saved view beside the person who made it."""

    MINE = "mine", _("only me")
    DEPARTMENT = "department", _("my department")
    ZONE = "zone", _("the whole zone")


class SavedView(models.Model):
    """A list's address under a name: filters, search text, order and columns, as a query string.

    `said` keeps what its parts were called when it was saved ({"stage": "Stage In negotiation", "column:land": "Land"}),
    so that a part whose field is gone can still be named.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    library = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=40)
    query = models.TextField(_("address"), blank=True, default="")
    said = models.JSONField(default=dict)
    shared = models.CharField(_("seen by"), max_length=10, choices=Shared, default=Shared.MINE)
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("saved view")
        constraints = [
            models.CheckConstraint(condition=Q(shared__in=Shared.values), name="library_savedview_shared"),
            models.CheckConstraint(
                condition=Q(department=None) ^ Q(shared="department"), name="library_savedview_department"
            ),
        ]
        indexes = [
            models.Index(
                fields=["zone", "library"],
                condition=Q(removed_at=None),
                name="library_savedview_of_library",
            ),
        ]

    def __str__(self) -> str:
        return self.name
