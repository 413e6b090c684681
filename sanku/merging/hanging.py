"""Everything that hangs on a company: ONE list. What stands here moves when the company is merged, and goes back.

A new table that refers to companies, or that knows records by table and id, gets its line here or in NOT_MOVED; a test
fails until it has one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext

from sanku.accounts.models import User
from sanku.companies.models import Company
from sanku.companies.queries import (
    companies_for,
    contacts_for,
    entries_for,
    shareholders_for,
    targets_for,
    touches_for,
)
from sanku.library.models import Attachment, Notice
from sanku.projects.queries import projects_for

KEY = Company._meta.label_lower


@dataclass(frozen=True, slots=True)
class Hanging:
    """Rows of a table that refer to a company by `field`; with `keyed_by`, by the name of its table and its id.

    `seen` gives those that a person may see, `said` says how many they are. A row that agrees in all of `same` with
    one that the survivor has already comes along as removed.
    """

    table: str
    field: str
    seen: Callable[[User], "models.QuerySet[Any]"]
    said: Callable[[int], str]
    keyed_by: str = ""
    same: tuple[str, ...] = ()
    key: str = KEY  # what `keyed_by` calls the table or library of companies

    @property
    def model(self) -> type[models.Model]:
        """The model of the rows."""
        return apps.get_model(self.table)

    def of(self, company: Company) -> dict[str, Any]:
        """Return the values by which the rows of a company are found."""
        return {self.field: company.pk, **({self.keyed_by: self.key} if self.keyed_by else {})}


def _attachments(user: User) -> "models.QuerySet[Attachment]":
    """Return the files that a person sees on companies: his department's and his own, by the rule of notes."""
    open_to = Q() if user.sees_all else Q(department=None, by=user)
    if not user.sees_all and user.department_id is not None:
        open_to |= Q(department_id=user.department_id)
    return Attachment.objects.filter(open_to, zone_id=user.zone_id, removed_at=None)


HANGING = (
    Hanging(
        "companies.contact",
        "company",
        contacts_for,
        lambda n: ngettext("%(count)d contact", "%(count)d contacts", n),
        same=("department_id", "name", "title", "phone", "email", "note"),
    ),
    Hanging(
        "companies.touch",
        "company",
        touches_for,
        lambda n: ngettext("%(count)d dealing", "%(count)d dealings", n),
        same=("department_id", "on", "method", "participants", "content", "result", "note"),
    ),
    Hanging(
        "companies.shareholder",
        "company",
        shareholders_for,
        lambda n: ngettext("%(count)d shareholder", "%(count)d shareholders", n),
    ),
    Hanging(
        "companies.shareholder",
        "holder",
        shareholders_for,
        lambda n: ngettext(
            "%(count)d holding in another company", "%(count)d holdings in other companies", n
        ),
    ),
    Hanging(
        "companies.honourentry",
        "company",
        entries_for,
        lambda n: ngettext("%(count)d place on an honours list", "%(count)d places on honours lists", n),
    ),
    Hanging(
        "companies.target",
        "company",
        targets_for,
        lambda n: ngettext("%(count)d target client", "%(count)d target clients", n),
    ),
    Hanging(
        "projects.project",
        "investor",
        projects_for,
        lambda n: ngettext("%(count)d project", "%(count)d projects", n),
    ),
    Hanging(
        "companies.company",
        "parent",
        companies_for,
        lambda n: ngettext("%(count)d subsidiary", "%(count)d subsidiaries", n),
    ),
    Hanging(
        "library.attachment",
        "record_id",
        _attachments,
        lambda n: ngettext("%(count)d attachment", "%(count)d attachments", n),
        keyed_by="table",
    ),
    Hanging(
        "library.notice",
        "record_id",
        lambda user: Notice.objects.filter(to=user),
        lambda n: ngettext("%(count)d notice to you", "%(count)d notices to you", n),
        keyed_by="library",
        key="companies",
    ),
)

# What refers to a company and stays, by table and field.
NOT_MOVED = {
    "companies.companyname.company": "follows from the names of each record",
    "companies.duplicate.first": "rests with the merged record; the survivor inherits what was decided",
    "companies.duplicate.second": "as above",
    "companies.company.merged_into": "an earlier merge goes on to lead to the record that it led to",
    "merging.merge.survivor": "tells of a merge",
    "merging.merge.merged": "as above",
    "audit.entry.record_id": "the ledger is never rewritten; the survivor's timeline reads the entries of both",
    "intake.saved.record_id": "tells which record an import made",
    "library.bulkrow.record_id": "tells which record a bulk edit changed",
}
