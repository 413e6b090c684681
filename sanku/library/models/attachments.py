"""Files that hang on records of any library."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file on a record, known by the record's table and id. Its content lies in the data folder by its digest.

    `department` is whose people alone may see it, as of a note; empty: whoever may see the record. A removed
    one can be brought back until the orphans are cleaned.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    table = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    department = models.ForeignKey("accounts.Department", models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10)  # a key of files.KINDS
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    has_thumbnail = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    created_at = models.DateTimeField(_("added"))
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("attachment")
        indexes = [
            models.Index(fields=["table", "record_id"], name="library_attachment_of_record"),
            models.Index(fields=["sha256"], name="library_attachment_content"),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="library_attachment_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
