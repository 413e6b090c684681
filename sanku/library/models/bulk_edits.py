"""Changes to many records at once: what is to change, what it would do to each record, what it did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BulkState(models.TextChoices):
    """Where a bulk edit stands."""

    PREVIEWING = "previewing", _("Being worked out")
    READY = "ready", _("To check")
    SAVING = "saving", _("Being saved")
    DONE = "done", _("Saved")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class RowState(models.TextChoices):
    """What becomes, or became, of one record."""

    WAITING = "waiting", _("waiting")
    READY = "ready", _("will change")
    SAME = "same", _("as it is")
    REFUSED = "refused", _("refused")
    SAVED = "saved", _("changed")
    UNDONE = "undone", _("taken back")
    KEPT = "kept", _("kept")


class BulkEdit(models.Model):
    """What a person changes on many records of a library at once. Seen by him alone.

    `actions` maps names of facts to "set", "clear", "add" or "remove"; `values` is the form that was sent, as a
    query string, read again by whoever carries it out. `run` counts how often background work was started: only
    the latest run goes on.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    library = models.CharField(max_length=20)
    actions = models.JSONField(default=dict)
    values = models.TextField(blank=True, default="")
    came_from = models.TextField(blank=True, default="")  # the list's query, to go back to
    address = models.CharField(
        max_length=45, blank=True, default=""
    )  # from where the work was last asked for
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=BulkState)
    run = models.PositiveIntegerField(default=0)
    work_done = models.PositiveIntegerField(default=0)
    work_total = models.PositiveIntegerField(default=0)
    work_started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("bulk edit")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BulkState.values), name="library_bulkedit_state"),
        ]
        indexes = [
            models.Index(fields=["by", "library", "-id"], name="library_bulkedit_by_person"),
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["previewing", "saving", "undoing"]),
                name="library_bulkedit_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.pk}"


class BulkRow(models.Model):
    """One record of a bulk edit: `changes` [{"field", "old", "new"}] and `problems` [{"code", "field", "params"}]."""

    edit = models.ForeignKey(BulkEdit, models.CASCADE, related_name="rows", db_index=False)
    record_id = models.BigIntegerField()
    label = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=8, choices=RowState, default=RowState.WAITING)
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edit", "record_id"], name="library_bulkrow_once"),
            models.CheckConstraint(condition=Q(state__in=RowState.values), name="library_bulkrow_state"),
        ]
        indexes = [models.Index(fields=["edit", "state", "id"], name="library_bulkrow_by_state")]

    def __str__(self) -> str:
        return self.label
