"""What a person is told when he comes by: he was mentioned, a file is ready."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One thing that one person is told. Read through `notices.notices_for`, which checks what he may see today.

    `kind` says what happened (see `notices.MESSAGES`), `params` what its sentence needs. `library` and `record_id`
    name the record it is about, `entry` the entry of the ledger; `link` is where to go if it is about no record.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20)
    library = models.CharField(max_length=20, blank=True, default="")
    record_id = models.BigIntegerField(null=True)
    entry = models.ForeignKey("audit.Entry", models.PROTECT, null=True, related_name="+", db_index=False)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        indexes = [
            models.Index(fields=["to", "-id"], name="library_notice_by_person"),
            models.Index(fields=["to"], condition=Q(read_at=None), name="library_notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_id}"
