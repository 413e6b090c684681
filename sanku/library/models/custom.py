"""The fields that a zone adds to a library."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanku.library.rules import MOST_DECIMALS, FieldKind


class Kind(models.TextChoices):
    """What values a field takes: `rules.FieldKind`, with what people call them."""

    TEXT = FieldKind.TEXT.value, _("text")
    LONG = FieldKind.LONG.value, _("long text")
    NUMBER = FieldKind.NUMBER.value, _("a number")
    MONEY = FieldKind.MONEY.value, _("amount in yuan")
    DATE = FieldKind.DATE.value, _("date")
    FLAG = FieldKind.FLAG.value, _("yes or no")
    CHOICE = FieldKind.CHOICE.value, _("one of several choices")
    CODES = FieldKind.CODES.value, _("several choices")
    LINK = FieldKind.LINK.value, _("web address")


class CustomField(models.Model):
    """A field that a zone added to one of its libraries; its values stand in the records under its key.

    `choices` is a list of {"code", "label", "is_open"}: one that is no longer offered stays for the records that
    have it. A removed field keeps its values, and has them again when it is brought back.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    library = models.CharField(_("library"), max_length=20)
    key = models.CharField(max_length=40)
    label = models.CharField(_("label"), max_length=30)
    help = models.CharField(_("help"), max_length=200, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    unit = models.CharField(_("unit"), max_length=12, blank=True, default="")
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    synonyms = models.TextField(
        _("other names"),
        blank=True,
        default="",
        help_text=_("One a line."),
    )
    is_required = models.BooleanField(_("required"), default=False)
    section = models.CharField(_("section"), max_length=30, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("place in the order"), default=0)
    created_at = models.DateTimeField(_("entered"))
    updated_at = models.DateTimeField(_("last changed"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("field")
        ordering = ["zone", "library", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "library", "key"], name="library_customfield_key"),
            models.UniqueConstraint(
                fields=["zone", "library", "label"],
                condition=Q(removed_at=None),
                name="library_customfield_label",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="library_customfield_kind"),
            models.CheckConstraint(
                condition=Q(decimals__lte=MOST_DECIMALS), name="library_customfield_decimals"
            ),
        ]

    def __str__(self) -> str:
        return self.label
