"""What a person is told, as far as he may see today what it is about: names are read there, never kept in a notice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sanku.accounts.models import User
from sanku.audit.models import Action, Entry
from sanku.audit.queries import entries_for
from sanku.library.known import libraries
from sanku.library.models import BulkEdit, Notice, NoticeKind
from sanku.library.notes import latest, readable
from sanku.library.specs import Library

PAGE = 50
COUNTED = 100  # unread notices that are looked at for the bell: from there on it says “99+”
EXCERPT = 160  # characters of a note


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that its person may read today: where it leads, and what it says."""

    notice: Notice
    url: str
    html: SafeString
    excerpt: str = ""


@cache
def _sources() -> dict[str, Callable[[User], QuerySet[Any]]]:
    """Return what gives the things that a person may see, by the kind of notices about them."""
    return {kind: import_string(path) for kind, path in settings.NOTICE_SOURCES.items()}


def notices_for(user: User) -> QuerySet[Notice]:
    """Return the notices to a person in the zone where he is now, the newest first: `readable_of` has the last word."""
    return Notice.objects.filter(to=user, zone_id=user.zone_id).select_related("by", "entry").order_by("-id")


def bulk_edits_of(user: User) -> QuerySet[BulkEdit]:
    """Return the bulk edits that a person made, whichever library they are of."""
    return BulkEdit.objects.filter(by=user, zone_id=user.zone_id)


def readable_of(notices: Sequence[Notice], user: User) -> list[Told]:
    """Return those of a person's notices whose matter he may see today, in their order, with what they say."""
    told: dict[int, Told] = {}
    for name, library in libraries().items():
        some = [notice for notice in notices if notice.library == name and notice.kind == NoticeKind.MENTION]
        told |= _mentions(some, library, user) if some else {}
    for kind, things in _sources().items():
        some = [notice for notice in notices if notice.kind == kind and not notice.library]
        if some:
            known = things(user).in_bulk({notice.record_id for notice in some})
            told |= {n.pk: _about_work(n, known[n.record_id]) for n in some if n.record_id in known}
    return [told[notice.pk] for notice in notices if notice.pk in told]


def unread_count(user: User) -> int:
    """Return how many unread notices a person has that he may read, `COUNTED` at the most."""
    return len(readable_of(list(notices_for(user).filter(read_at=None)[:COUNTED]), user))


def page_of(user: User, *, before: int | None, today: date) -> dict[str, Any]:
    """Return a page of a person's notices: those of today, and those before."""
    some = notices_for(user) if before is None else notices_for(user).filter(pk__lt=before)
    found = list(some[: PAGE + 1])
    told = readable_of(found[:PAGE], user)
    older = reverse("notices:list") + f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else None
    is_today = [timezone.localdate(one.notice.at) == today for one in told]
    groups = (
        (_("Today"), [one for one, now in zip(told, is_today, strict=True) if now]),
        (_("Earlier"), [one for one, now in zip(told, is_today, strict=True) if not now]),
    )
    return {
        "groups": [{"title": title, "told": those} for title, those in groups if those],
        "older_url": older,
        "empty": {
            "title": _("No notices"),
            "text": _(
                "Here you are told when somebody mentions you in a note, and when an export, an import or a change of "
                "many records has ended."
            ),
        },
        "has_unread": any(one.notice.read_at is None for one in told),
        "newest": notices_for(user).aggregate(newest=Max("pk"))["newest"] or 0,
    }


# --- what they say ----------------------------------------------------------------------------


def _mentions(notices: Sequence[Notice], library: Library, user: User) -> dict[int, Told]:
    records = library.records(user).select_related(*library.related).in_bulk({n.record_id for n in notices})
    open_to = readable(entries_for(user), library, user)
    notes = {note.pk: note for note in open_to.filter(pk__in={n.entry_id for n in notices})}
    now = _as_they_are(open_to, list(notes.values()))
    return {
        notice.pk: _mention(notice, library, records[notice.record_id], now[notice.entry_id])
        for notice in notices
        if notice.record_id in records and notice.entry_id in now
    }


def _as_they_are(entries: QuerySet[Entry], notes: Sequence[Entry]) -> dict[int, Entry]:
    """Return what notes say today, by their ids, without those that were taken back."""
    about = {
        "library__in": {note.library for note in notes},
        "record_id__in": {note.record_id for note in notes},
    }
    later = latest(entries.filter(**about), notes)
    found = {note.pk: later.get(note.number, note) for note in notes}
    return {pk: entry for pk, entry in found.items() if entry.action != Action.WITHDRAW}


def _mention(notice: Notice, library: Library, record: Any, note: Entry) -> Told:
    assert notice.entry is not None
    number = notice.entry.number
    who = str(notice.by) if notice.by is not None else _("Sanku")
    return Told(
        notice,
        url=f"{reverse(f'{library.namespace}-detail', args=[record.pk])}?entry={number}#entry-{number}",
        html=format_html(_("{who} mentioned you at {record}"), who=_bold(who), record=_bold(str(record))),
        excerpt=note.why if len(note.why) <= EXCERPT else note.why[:EXCERPT].rstrip() + "…",
    )


def _about_work(notice: Notice, thing: Any) -> Told:
    match notice.kind:
        case NoticeKind.EXPORT:
            url, html = reverse("exports:list"), _export(notice.params)
        case NoticeKind.BULK:
            library = libraries()[thing.library]
            url, html = reverse(f"{library.namespace}-bulk", args=[thing.pk]), _bulk(notice.params, library)
        case _:
            url, html = reverse("intake:batch-detail", args=[notice.record_id]), _import(notice.params)
    return Told(notice, url=url, html=html)


def _export(params: dict[str, Any]) -> SafeString:
    if params["state"] != "done":
        library = libraries().get(params["library"])
        return format_html(
            _("The export of {library} failed"), library=_bold(library.title if library else "")
        )
    return format_html(_("The export {file} is ready"), file=_bold(params["file"]))


def _import(params: dict[str, Any]) -> SafeString:
    said = {
        "review": _("The file {file} is read: check its rows"),
        "refused": _("The file {file} could not be read"),
        "done": _("The import of {file} is saved"),
        "undone": _("The import of {file} is taken back"),
    }
    return format_html(
        said.get(params["state"], _("The import of {file} failed")), file=_bold(params["file"])
    )


def _bulk(params: dict[str, Any], library: Library) -> SafeString:
    count = int(params["count"])
    said = {
        "ready": ngettext(
            "The changes to {count} record ({library}) are worked out: check them",
            "The changes to {count} records ({library}) are worked out: check them",
            count,
        ),
        "done": ngettext(
            "The changes to {count} record ({library}) are saved",
            "The changes to {count} records ({library}) are saved",
            count,
        ),
        "undone": ngettext(
            "The changes to {count} record ({library}) are taken back",
            "The changes to {count} records ({library}) are taken back",
            count,
        ),
    }
    failed = _("The changes to many records ({library}) failed")
    return format_html(said.get(params["state"], failed), count=count, library=_bold(library.title))


def _bold(words: Any) -> SafeString:
    return format_html("<b>{}</b>", words)
