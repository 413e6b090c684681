"""What the pages of exports show: one's own exports, and the log of who took what."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanku.accounts.models import User
from sanku.accounts.rules import SEES_ALL, Role
from sanku.audit.models import Entry
from sanku.library.known import libraries
from sanku.library.models import AT_WORK, Export, ExportForm, ExportState
from sanku.library.operations.exports import standing_of

Json = dict[str, Any]
PAGE_ROWS = 50
READS_EXPORT_LOG = SEES_ALL | {Role.ADMINISTRATOR}
REASONS = {
    "not_allowed": gettext_lazy("you may no longer take it"),
    "internal": gettext_lazy(
        "the server made a mistake; try again, and tell the administrator if it comes again"
    ),
}


def exports_for(user: User) -> QuerySet[Export]:
    """Return the exports that the user himself asked for, in the zone where he is now."""
    return Export.objects.filter(by_id=user.pk, zone_id=user.zone_id)


def is_fetchable(export: Export, user: User, *, now: datetime) -> bool:
    """Return whether the file is there and still the user's: his scope is what it was when it was written."""
    kept = export.path != "" and export.expires_at is not None and export.expires_at > now
    return export.state == ExportState.DONE and kept and export.standing == standing_of(user)


def list_context(user: User, *, before: int | None, now: datetime) -> Json:
    """Return the user's exports, the newest first, a page of them."""
    some = exports_for(user).filter(pk__lt=before) if before else exports_for(user)
    page = list(some.order_by("-pk")[: PAGE_ROWS + 1])
    older = page[PAGE_ROWS - 1].pk if len(page) > PAGE_ROWS else None
    return {
        "rows": [_row(export, user, now) for export in page[:PAGE_ROWS]],
        "older_url": f"{reverse('exports:list')}?before={older}" if older else None,
        "log_url": reverse("exports:log") if user.may(READS_EXPORT_LOG) else None,
        "empty": {
            "title": _("Nothing taken out yet"),
            "text": _(
                "Choose “Export” above any list. What has many rows is written in the background and fetched here."
            ),
        },
    }


def _row(export: Export, user: User, now: datetime) -> Json:
    library = libraries().get(export.library)
    fetchable = is_fetchable(export, user, now=now)
    over = export.state == ExportState.DONE and not fetchable
    return {
        "export": export,
        "title": export.file_name or (library.title if library is not None else export.library),
        "form": ExportForm(export.form).label,
        "state": _state(export, user, over),
        "light": {"done": "" if over else "g", "stopped": "o"}.get(export.state, ""),
        "reason": str(REASONS.get(export.reason, "")),
        "at_work": export.state in AT_WORK,
        "fetchable": fetchable,
        "again": export.state not in AT_WORK and not fetchable and library is not None,
    }


def _state(export: Export, user: User, over: bool) -> str:
    if not over:
        return str(ExportState(export.state).label)
    changed = export.path != "" and export.standing != standing_of(user)
    return _("Your role or unit has changed") if changed else _("File removed")


def progress_json(export: Export, *, now: datetime) -> Json:
    """Return how far an export is, as frontend/elements/progress.ts reads it."""
    states = {"waiting": "waiting", "running": "running", "done": "done", "stopped": "cancelled"}
    state = states.get(export.state, "failed")
    left = None
    if state == "running" and export.rows_done and export.started_at is not None:
        spent = (now - export.started_at).total_seconds()
        left = max(0.0, spent * (export.rows_total - export.rows_done) / export.rows_done)
    library = libraries().get(export.library)
    what = {
        "waiting": _("Waiting for the worker…"),
        "running": _("Writing %(what)s") % {"what": library.title if library is not None else ""},
    }.get(state, str(ExportState(export.state).label))
    done = state not in ("waiting", "running")
    return {
        "done": export.rows_done,
        "total": export.rows_total,
        "what": what,
        "state": state,
        "seconds_left": left,
        "url": reverse("exports:list") if done else None,
    }


def log_context(entries: QuerySet[Entry], *, before: int | None) -> Json:
    """Return who took what, the newest first, a page of it."""
    some = entries.filter(number__lt=before) if before else entries
    page = list(some.select_related("actor").order_by("-number")[: PAGE_ROWS + 1])
    older = page[PAGE_ROWS - 1].number if len(page) > PAGE_ROWS else None
    return {
        "rows": [_taken(entry) for entry in page[:PAGE_ROWS]],
        "older_url": f"{reverse('exports:log')}?before={older}" if older else None,
        "empty": {"title": _("Nobody has taken anything out yet"), "text": ""},
    }


def _taken(entry: Entry) -> Json:
    facts = {change["field"]: change["new"] for change in entry.changes}
    form = facts.get("form", "xlsx")
    try:
        what = str(apps.get_model(entry.library)._meta.verbose_name)
    except LookupError:
        what = entry.label
    return {
        "entry": entry,
        "what": what,
        "rows": facts.get("rows"),
        "columns": facts.get("columns", []),
        "form": dict(ExportForm.choices).get(form, form),
        "sha256": facts.get("sha256", ""),
    }
