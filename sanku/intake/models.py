"""Imports: a file that was handed in, its tables, its rows, and what each row did.

Retention: the file and the rows of a batch hold personal data (contacts). They stay so long as the batch can
be undone and its refused rows fetched; `docs/how-to/import.md` says how an administrator clears them.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from sanku.intake import rules


class State(models.TextChoices):
    """Where a batch stands: the states of `rules.State`, with what people call them."""

    UPLOADED = rules.State.UPLOADED.value, _("Waiting to be read")
    READING = rules.State.READING.value, _("Being read")
    REVIEW = rules.State.REVIEW.value, _("To check")
    SAVING = rules.State.SAVING.value, _("Being saved")
    DONE = rules.State.DONE.value, _("Saved")
    STOPPED = rules.State.STOPPED.value, _("Stopped")
    REFUSED = rules.State.REFUSED.value, _("File refused")
    FAILED = rules.State.FAILED.value, _("Failed")
    UNDOING = rules.State.UNDOING.value, _("Being undone")
    UNDONE = rules.State.UNDONE.value, _("Undone")


class Kind(models.TextChoices):
    """What the rows of a table are."""

    ENTERPRISE = "enterprise", _("Companies")
    TARGET_CLIENT = "target_client", _("Target clients")
    PROJECT = "project", _("Projects")
    LEAD = "lead", _("Leads")
    SITE = "site", _("Carriers")
    VISIT = "visit", _("Visits")
    ASSIGNMENT = "assignment", _("Responsibilities")


class Action(models.TextChoices):
    """What becomes of a row."""

    CREATE = rules.Action.CREATE.value, _("new")
    UPDATE = rules.Action.UPDATE.value, _("update")
    UNCHANGED = rules.Action.UNCHANGED.value, _("as it is")
    REFUSE = rules.Action.REFUSE.value, _("refused")
    SKIP = rules.Action.SKIP.value, _("skipped")


def kept_as(batch: "Batch", filename: str) -> str:
    """Return where a file is kept: a name of our own, as the person's may be anything."""
    return f"imports/{batch.zone_id}/{get_random_string(32)}"


class Batch(models.Model):
    """One file that a person hands in, and how far it has come. Seen by him and by those who see all.

    `run` counts how often background work was started: only the latest run may go on, so that a worker thought
    dead that wakes up again does no harm. `saved_to` is the last row whose chunk has been saved.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=kept_as, max_length=200)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    kind_wanted = models.CharField(max_length=16, choices=Kind, blank=True, default="")
    decided = models.JSONField(default=dict)  # {position of the table: what a person chose}, see BatchTable
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    reason = models.CharField(max_length=40, blank=True, default="")
    reason_detail = models.CharField(max_length=200, blank=True, default="")
    run = models.PositiveIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    work_done = models.PositiveBigIntegerField(default=0)
    work_total = models.PositiveBigIntegerField(default=0)
    work_started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    saved_to = models.BigIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)
    duplicate_count = models.PositiveIntegerField(default=0)
    # {"removed", "restored", "kept": [{"label", "library", "reason", …}]}: what undoing did and could not do.
    undo_report = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("handed in"))
    read_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="intake_batch_state"),
        ]
        indexes = [
            models.Index(fields=["zone", "-created_at", "-id"], name="intake_batch_by_created"),
            models.Index(fields=["by", "-created_at", "-id"], name="intake_batch_by_person"),
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["uploaded", "reading", "saving", "undoing"]),
                name="intake_batch_at_work",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class BatchTable(models.Model):
    """One table of a file: what its rows are and what its columns mean, proposed or decided.

    `mapping` is what `columns.mapping_to_json` writes; `decided` what a person chose: {"taken", "kind",
    "site_kind", "department", "columns": {index: field, "keep" or ""}, "units": {index: text}}, "remembered" if
    it was another time. `head` are the rows above the data as they are written;
    `counts` what will become of the rows (see `reading.count_rows`).
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="tables")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=16, choices=Kind)
    is_taken = models.BooleanField(default=True)
    is_transposed = models.BooleanField(default=False)
    title = models.CharField(max_length=200, blank=True, default="")
    signature = models.CharField(max_length=64)
    head = models.JSONField(default=list)
    headers = models.JSONField(default=list)  # [[column, text]]
    mapping = models.JSONField(default=dict)
    decided = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="intake_batchtable_position"),
        ]

    def __str__(self) -> str:
        return self.sheet or str(self.position + 1)


class BatchRow(models.Model):
    """One row of a table: as written, as read, what is wrong with it and what becomes of it.

    `cells` are the values as written, from column 0 on (numbers as numbers, dates as ISO text in a list of one);
    `facts` what the parser read; `problems` what is wrong: [{"code", "severity", "column", "field", "value",
    "expected", "params"}], severity refused, doubtful, notice, duplicate or skipped;
    `changes` what an update changes: [{"library", "id", "label", "fields": [{"field", "old", "new"}]}];
    `corrected` the columns that the person rewrote.
    """

    # The indexes below begin with them.
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows", db_index=False)
    table = models.ForeignKey(BatchTable, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=10, choices=Action)
    is_doubtful = models.BooleanField(default=False)
    is_converted = models.BooleanField(default=False)
    is_dropped = models.BooleanField(default=False)  # the person said: not this one
    is_undone = models.BooleanField(default=False)
    cells = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    corrected = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=Action.values), name="intake_batchrow_action"),
        ]
        indexes = [
            models.Index(fields=["batch", "action", "id"], name="intake_batchrow_by_action"),
            models.Index(
                fields=["batch", "id"],
                condition=Q(is_doubtful=True) | Q(action="refuse"),
                name="intake_batchrow_to_do",
            ),
            models.Index(fields=["table", "id"], name="intake_batchrow_by_table"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id}: {self.number}"


class Saved(models.Model):
    """A record that a row made or changed. What was changed stands in the ledger, under the batch."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="saved", db_index=False)
    row = models.ForeignKey(BatchRow, models.CASCADE, related_name="saved", db_index=False)
    library = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    is_new = models.BooleanField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["row", "library", "record_id"], name="intake_saved_once"),
        ]
        indexes = [
            models.Index(fields=["batch", "library", "record_id"], name="intake_saved_record"),
            models.Index(fields=["batch", "id"], condition=Q(undone_at=None), name="intake_saved_not_undone"),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.record_id}"


class Layout(models.Model):
    """How a zone reads tables with certain headers: remembered when a person corrects a mapping."""

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    signature = models.CharField(max_length=64)
    decided = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone", "signature"], name="intake_layout_signature"),
        ]

    def __str__(self) -> str:
        return self.signature
