"""What people take out of the libraries as files."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _


class ExportState(models.TextChoices):
    """How far an export has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being written")
    DONE = "done", _("Ready")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class ExportForm(models.TextChoices):
    """What kind of file an export is."""

    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    CSV = "csv", _("CSV, UTF-8")
    CSV_GB18030 = "csv_gb18030", _("CSV, GB18030 (older programs)")


AT_WORK = (ExportState.WAITING, ExportState.RUNNING)


def kept_as(zone_id: int) -> str:
    """Return where a new file is kept, from the folder of files: a name that nobody guesses."""
    return f"exports/{zone_id}/{get_random_string(32)}"


class Export(models.Model):
    """One view of a library that a person takes as a file: seen by him alone.

    `query` is the address of the view, `columns` the keys of what he takes of it. `run` counts how often the work
    was started: only the latest run may finish it. `standing` is what decided over his scope when the file was
    written; once it is another the file is no longer his. The row stays when the file has been removed.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    library = models.CharField(max_length=40)
    query = models.TextField(blank=True, default="")
    columns = models.JSONField(default=list)
    form = models.CharField(_("kind of file"), max_length=12, choices=ExportForm)
    language = models.CharField(max_length=10)
    address = models.CharField(max_length=45, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=ExportState, default=ExportState.WAITING)
    reason = models.CharField(max_length=20, blank=True, default="")
    run = models.PositiveIntegerField(default=1)
    stop_asked = models.BooleanField(default=False)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    filters = models.TextField(_("filter"), blank=True, default="")
    path = models.CharField(max_length=100, blank=True, default="")
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    standing = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField(_("asked for"))
    done_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="library_export_state"),
            models.CheckConstraint(condition=Q(form__in=ExportForm.values), name="library_export_form"),
        ]
        indexes = [
            models.Index(fields=["by", "-id"], name="library_export_by_person"),
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="library_export_at_work",
            ),
            models.Index(fields=["expires_at"], condition=~Q(path=""), name="library_export_kept"),
        ]

    def __str__(self) -> str:
        return self.file_name or self.library
