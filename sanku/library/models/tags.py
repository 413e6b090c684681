"""The tags of a zone: words by which its people sort their records."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanku.library.rules import HUES


class Tag(models.Model):
    """A tag of a zone, for the records of one library or of all.

    Records keep its id, so that a new name shows everywhere at once. One that was merged into another stays, and
    its records count as the other's; one that was removed shows nowhere until it is brought back.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=20)
    hue = models.CharField(_("colour"), max_length=2, choices=[(hue, hue) for hue in HUES], default=HUES[0])
    library = models.CharField(_("library"), max_length=20, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    created_at = models.DateTimeField(_("entered"))
    updated_at = models.DateTimeField(_("last changed"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("tag")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "name"],
                condition=Q(removed_at=None, merged_into=None),
                name="library_tag_name",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="library_tag_named"),
            models.CheckConstraint(condition=Q(hue__in=HUES), name="library_tag_hue"),
        ]
        indexes = [models.Index(fields=["zone", "removed_at", "name"], name="library_tag_by_name")]

    def __str__(self) -> str:
        return self.name
