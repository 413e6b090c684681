"""The pages of an import that is being worked on or is over."""

from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from sanku.intake.models import Action, Batch, BatchRow, Kind, State
from sanku.intake.pages import PAGE_ROWS
from sanku.intake.planning.own import own_names
from sanku.intake.problems import kept_message, refusal_message
from sanku.intake.queries import to_do
from sanku.intake.review_page import field_names
from sanku.intake.sentences import what_happened
from sanku.intake.sheetview import place

Json = dict[str, Any]


def result_context(batch: Batch, *, is_mine: bool) -> Json:
    """Return the page of an import that is over: what it did, what is left to do."""
    report = batch.undo_report or {}
    return {
        "sentence": what_happened(batch),
        "reason": refusal_message(batch.reason, batch.reason_detail) if batch.reason else "",
        "left": to_do(BatchRow.objects.filter(batch=batch)).count() if batch.state == State.STOPPED else 0,
        "was_saved": batch.saved.exists(),
        "can_continue": is_mine and batch.state in (State.STOPPED, State.FAILED),
        "can_undo": is_mine
        and batch.state in (State.DONE, State.STOPPED, State.FAILED)
        and batch.saved.filter(undone_at=None).exists(),
        "report": report,
        "kept": [
            {
                **kept,
                "message": kept_message(
                    kept, field_names(kept["library"]) | own_names(kept["library"], batch.by)
                ),
            }
            for kept in report.get("kept", ())[:100]
        ],
        "kinds": Kind.choices,
        "refused_count": batch.refused_count,
    }


def done_rows(batch: Batch, *, after: int, action: str) -> Json:
    """Return a page of the rows that were saved, each with its records and a way to take it back."""
    rows = batch.rows.filter(action__in=[action] if action else [Action.CREATE, Action.UPDATE], pk__gt=after)
    rows = rows.filter(is_dropped=False, saved__isnull=False).distinct().order_by("pk")
    page = list(rows.select_related("table").prefetch_related("saved")[: PAGE_ROWS + 1])
    shown = [
        {
            "row": row,
            "where": place(row.table, row.number),
            "sheet": row.table.sheet,
            "action": Action(row.action).label,
            "name": _name_of(row),
            "links": [
                (link_label, link)
                for link_label, link in map(_link, row.saved.all())
                if link and not row.is_undone
            ],
        }
        for row in page[:PAGE_ROWS]
    ]
    here = reverse("intake:batch-detail", args=[batch.pk])
    more = f"{here}?after={page[PAGE_ROWS - 1].pk}&action={action}" if len(page) > PAGE_ROWS else None
    return {"done_rows": shown, "more_url": more, "first_url": here if after else None}


def _name_of(row: BatchRow) -> str:
    names = (
        "project.name",
        "enterprise.name",
        "visit.enterprise_name",
        "site.code",
        "site.building",
        "site.park",
    )
    return next((str(row.facts[name]) for name in names if row.facts.get(name)), "")


LINKS = {
    "companies.company": "companies:company-detail",
    "companies.target": "targets:target-detail",
    "projects.project": "projects:project-detail",
    "sites.site": "sites:site-detail",
}


def _link(saved: Any) -> tuple[str, str | None]:
    label = {
        "companies.company": _("Company"),
        "companies.target": _("Target client"),
        "projects.project": _("Project"),
        "sites.site": _("Carrier"),
    }.get(saved.library, "")
    try:
        return label, reverse(
            LINKS[saved.library], args=[saved.record_id]
        ) if saved.library in LINKS else None
    except NoReverseMatch:
        return label, None


def progress_json(batch: Batch, *, now: datetime) -> Json:
    """Return how far the work on a batch is, as frontend/elements/progress.ts reads it."""
    states = {
        State.UPLOADED: "waiting",
        State.READING: "running",
        State.SAVING: "running",
        State.UNDOING: "running",
        State.REFUSED: "failed",
        State.FAILED: "failed",
        State.STOPPED: "cancelled",
    }
    state = states.get(State(batch.state), "done")
    what = {
        State.UPLOADED: _("Waiting for the worker…"),
        State.READING: _("Reading and checking the rows"),
        State.SAVING: _("Saving the rows"),
        State.UNDOING: _("Taking the rows back"),
    }.get(State(batch.state), str(State(batch.state).label))
    if state == "running" and batch.work_started_at is None:
        state, what = "waiting", _("Waiting for the worker…")
    if state == "running" and batch.state == State.READING and not batch.work_total:
        what = _("Opening the file")
    left = None
    if state == "running" and batch.work_done and batch.work_started_at is not None:
        spent = (now - batch.work_started_at).total_seconds()
        left = max(0.0, spent * (batch.work_total - batch.work_done) / batch.work_done)
    return {
        "done": batch.work_done,
        "total": batch.work_total,
        "what": what,
        "state": state,
        "seconds_left": left,
        "url": reverse("intake:batch-detail", args=[batch.pk])
        if state not in ("waiting", "running")
        else None,
    }
