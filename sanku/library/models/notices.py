"""What a person is told when he comes by: he was mentioned, a file is ready."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What a person is told of."""

    MENTION = "mention", _("mentions")
    EXPORT = "export", _("exports")
    IMPORT = "import", _("imports")
    BULK = "bulk", _("changes of many")


class Notice(models.Model):
    """One thing that one person is told. Read through `notices.notices_for`, which checks what he may see today.

    A mention names the record by `library` and `record_id` and the note by its `entry`: what it says is read there.
    Of work in the background `record_id` is the export, import or bulk edit, `library` is empty, and `params` holds
    what the sentence needs.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20, choices=NoticeKind)
    library = models.CharField(max_length=20, blank=True, default="")
    record_id = models.BigIntegerField(null=True)
    entry = models.ForeignKey("audit.Entry", models.PROTECT, null=True, related_name="+", db_index=False)
    params = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="library_notice_kind"),
        ]
        indexes = [
            models.Index(fields=["to", "-id"], name="library_notice_by_person"),
            models.Index(fields=["to"], condition=Q(read_at=None), name="library_notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_id}"
