"""What the records of every library have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanku.common.fields import CodesField
from sanku.common.rows import QuickRows
from sanku.common.search import search_text


class Record(QuickRows):
    """An abstract record of a library: of one zone, searchable, removed without being lost.

    Written only through `audit.operations.save_records`, which calls `derive()` before it saves.
    """

    # Fields that derive() computes from others.
    DERIVED: tuple[str, ...] = ()

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    # What an import read and could not place in a field: {header or field: text as written}.
    as_written = models.JSONField(_("as written"), default=dict, blank=True)
    note = models.TextField(_("remark"), blank=True, default="")
    is_demo = models.BooleanField(_("demonstration data"), default=False)
    search_text = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(_("entered"))
    updated_at = models.DateTimeField(_("last changed"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        abstract = True

    def search_parts(self) -> list[str]:
        """Return the texts by which the record is found."""
        raise NotImplementedError

    def derive(self) -> None:
        """Compute what follows from other fields; called before each save."""
        self.search_text = search_text(self.search_parts())


class LibraryRecord(Record):
    """A record that a library of its own lists: with tags, and with the facts that its zone added.

    `tags` holds ids of the zone's tags as text; `custom` the values of its own fields by their keys: text,
    number, true or false, a date as ISO text, several choices as a list of codes. Both are found by
    `common.values`, whose rows are written with the record.
    """

    tags = CodesField(_("tags"))
    custom = models.JSONField(_("further facts"), default=dict, blank=True)

    class Meta:
        abstract = True
