"""The ledger: one append-only entry for everything that happened to a record."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanku.common.rows import QuickRows


class Action(models.TextChoices):
    """What an entry says was done."""

    CREATE = "create", _("created")
    UPDATE = "update", _("changed")
    REMOVE = "remove", pgettext_lazy("done", "removed")
    RESTORE = "restore", _("restored")
    NOTE = "note", _("noted")
    # What became of a note later: its first change names the number of the note's entry.
    AMEND = "amend", _("note changed")
    WITHDRAW = "withdraw", _("note taken back")
    READ = "read", _("contacts read")
    EXPORT = "export", _("exported")
    ERASE = "erase", _("personal data erased")
    MERGE = "merge", _("merged")
    UNMERGE = "unmerge", _("merge undone")


class Channel(models.TextChoices):
    """From where a change came."""

    WEB = "web", _("web page")
    IMPORT = "import", _("import")
    COMMAND = "command", _("command line")
    API = "api", _("interface")


class Chain(QuickRows):
    """The end of a zone's chain of entries; locked while entries are added.

    Kept apart from the entries so that a chain cut off at its end is noticed.
    """

    zone = models.OneToOneField("accounts.Zone", models.PROTECT, primary_key=True, related_name="+")
    length = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.zone_id}: {self.length}"


class Entry(QuickRows):
    """One thing that happened to one record.

    `changes` is a list of `{"field", "old", "new"}` with values as JSON; a reference is
    `{"id": …, "label": …}`. `changes`, `why` and `label` are the content: the chain holds only its salted
    digest, so that content with personal data can be erased later and the chain still verifies.
    A database trigger refuses any other update and every deletion.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=45, blank=True, default="")
    batch_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=10, choices=Action)
    library = models.CharField(max_length=40)
    record_id = models.BigIntegerField(null=True)
    # The department whose people alone may read this entry; empty: whoever may read the record.
    department = models.ForeignKey("accounts.Department", models.PROTECT, null=True, related_name="+")
    label = models.CharField(max_length=300, blank=True, default="")
    changes = models.JSONField(default=list)
    why = models.TextField(blank=True, default="")
    salt = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["zone", "number"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "number"], name="audit_entry_number"),
            models.CheckConstraint(condition=Q(action__in=Action.values), name="audit_entry_action"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="audit_entry_channel"),
        ]
        indexes = [
            models.Index(fields=["library", "record_id", "-number"], name="audit_entry_record"),
            models.Index(fields=["batch_id"], name="audit_entry_batch", condition=Q(batch_id__isnull=False)),
            models.Index(fields=["zone", "action", "-number"], name="audit_entry_action_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.record_id} {self.action}"
