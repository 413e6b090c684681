"""Merges of two companies into one: what each changed, so that it can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sanku.companies.models import Company


class Merge(models.Model):
    """One company merged into another.

    `steps` is what the merge changed, in order: [{"table", "id", "changes": [{"field", "old", "new"}]}], values as the
    ledger keeps them; a row that the merge itself made has "made": true. `kept` tells, once the merge was undone, what
    was not set back: [{"table", "id", "code", "params"}].
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    survivor = models.ForeignKey(
        Company, models.PROTECT, related_name="+", verbose_name=_("record that stays")
    )
    merged = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("merged record"))
    at = models.DateTimeField(_("merged"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # What both were found by, and the codes of both, one a line: the survivor answers to all of it.
    found_by = models.TextField(blank=True, default="")
    codes = models.TextField(blank=True, default="")
    why = models.CharField(_("reason"), max_length=300, blank=True, default="")
    steps = models.JSONField(default=list)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kept = models.JSONField(default=list)

    class Meta:
        verbose_name = _("merge")
        ordering = ["zone", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="merging_merge_standing"
            ),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merging_merge_of_two"),
        ]
        indexes = [models.Index(fields=["zone", "-id"], name="merging_merge_newest")]

    def __str__(self) -> str:
        return f"{self.merged} → {self.survivor}"
