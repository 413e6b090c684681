"""The contexts of the pages of a bulk edit."""

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.common.problems import Problem
from sanku.common.values import TAGS
from sanku.library.bulk import actions_of, facts_of, label_of
from sanku.library.forms import RecordForm
from sanku.library.models import BulkEdit, BulkRow, BulkState, RowState
from sanku.library.problems import message
from sanku.library.records import change_of
from sanku.library.specs import Library, Reader, Section
from sanku.library.zoned import zoned_changes

ROWS = 100
AT_WORK = (BulkState.PREVIEWING, BulkState.SAVING, BulkState.UNDOING)


def steps(now: str) -> list[dict[str, str]]:
    """Return the steps of a bulk edit with the current one marked."""
    names = {"choose": _("Choose fields"), "check": _("Check"), "save": _("Save")}
    at = list(names).index(now) if now in names else len(names)
    return [
        {"label": label, "state": "done" if place < at else "now" if place == at else ""}
        for place, label in enumerate(names.values())
    ]


def actions_sent(sent: QueryDict) -> dict[str, str]:
    """Return what is to be done with each fact, as the form sends it: do-NAME=set."""
    return {name[3:]: action for name in sent if name.startswith("do-") and (action := sent.get(name, ""))}


def form_context(library: Library, reader: Reader, sent: QueryDict | None) -> dict[str, Any]:
    """Return the fields that may be chosen, by section, each with its control and what can be done with it."""
    facts, blank = facts_of(library), library.fresh(reader.user)
    chosen = actions_sent(sent) if sent is not None else {}
    words = {"set": _("set to"), "clear": _("empty"), "add": _("add"), "remove": _("take away")}
    sections = []
    shown = list(library.sections)
    if TAGS in facts:
        shown.insert(0, Section(TAGS, facts[TAGS].label, [facts[TAGS]]))
    for section in shown:
        rows = [
            {
                "name": fact.name,
                "label": label_of(fact, blank),
                "form": RecordForm([fact], blank, reader, sent),
                "actions": [
                    {"value": action, "label": words[action], "on": chosen.get(fact.name) == action}
                    for action in actions_of(fact, type(blank))
                ],
                "on": fact.name in chosen,
            }
            for fact in section.facts
            if fact.name in facts
        ]
        if rows:
            sections.append({"title": section.title, "rows": rows})
    return {"sections": sections}


def page_context(
    edit: BulkEdit, library: Library, reader: Reader, *, after: int, show: str
) -> dict[str, Any]:
    """Return what the page of a bulk edit shows."""
    counts = dict(edit.rows.values_list("state").annotate(count=Count("pk")))
    by_state = edit.rows.filter(pk__gt=after).order_by("pk")
    idle = [RowState.SAME, RowState.WAITING]
    by_state = by_state.filter(state=show) if show in RowState.values else by_state.exclude(state__in=idle)
    rows = list(by_state[: ROWS + 1])
    facts = {fact.name: fact for section in library.sections for fact in section.facts}
    blank = library.fresh(reader.user)
    at = {"edit": edit.pk}

    def address(page: str) -> str:
        return reverse(f"{library.namespace}-bulk-{page}", kwargs=at)

    own = reverse(f"{library.namespace}-bulk", kwargs=at)
    labels = dict(RowState.choices)
    here = edit.state
    return {
        "edit": edit,
        "title": _("Edit many"),
        "library": library,
        "steps": steps(
            "check"
            if here in (BulkState.READY, BulkState.PREVIEWING)
            else "save"
            if here == BulkState.SAVING
            else ""
        ),
        "state_label": BulkState(here).label,
        "is_at_work": here in AT_WORK,
        "may_save": here in (BulkState.READY, BulkState.STOPPED) and counts.get(RowState.READY, 0),
        "may_undo": here in (BulkState.DONE, BulkState.STOPPED) and counts.get(RowState.SAVED, 0),
        "counts": [
            {
                "label": labels[state],
                "count": counts[state],
                "url": f"{own}?show={state}",
                "on": state == show,
            }
            for state in RowState.values
            if counts.get(state)
        ],
        "all_url": own,
        "shows_all": show not in RowState.values,
        "ready": counts.get(RowState.READY, 0),
        "refused": counts.get(RowState.REFUSED, 0),
        "rows": [
            _row(row, blank, facts, library, reader, may_undo=here not in AT_WORK) for row in rows[:ROWS]
        ],
        "more_url": f"{own}?show={show}&after={rows[ROWS - 1].pk}" if len(rows) > ROWS else None,
        "list_url": f"{reverse(f'{library.namespace}-list')}?{edit.came_from}",
        "progress_url": address("progress"),
        "stop_url": address("stop"),
        "save_url": address("save"),
        "undo_url": address("undo"),
    }


def _row(
    row: BulkRow, blank: Any, facts: dict[str, Any], library: Library, reader: Reader, *, may_undo: bool
) -> dict[str, Any]:
    changes = [
        change_of(change, blank, facts, library, reader)
        for whole in row.changes
        for change in zoned_changes(library, whole)
    ]
    return {
        "label": row.label or row.record_id,
        "url": reverse(f"{library.namespace}-detail", args=[row.record_id]),
        "state": row.state,
        "state_label": RowState(row.state).label,
        "changes": [change for change in changes if change["label"]],
        "problems": [_said(problem, blank, facts) for problem in row.problems],
        "undo_url": reverse(f"{library.namespace}-bulk-row-undo", args=[row.pk])
        if may_undo and row.state == RowState.SAVED
        else None,
    }


def _said(problem: dict[str, Any], blank: Any, facts: dict[str, Any]) -> str:
    said = message(Problem(problem["code"], problem["field"], problem["params"]))
    fact = facts.get(problem["field"])
    return (
        _("%(label)s: %(what)s") % {"label": label_of(fact, blank), "what": said}
        if fact is not None
        else said
    )


def progress(edit: BulkEdit, url: str, *, now: datetime) -> dict[str, Any]:
    """Return how far a bulk edit is, as frontend/elements/progress.ts reads it."""
    left = None
    if edit.work_started_at is not None and edit.work_done:
        spent = (now - edit.work_started_at).total_seconds()
        left = round(spent / edit.work_done * max(edit.work_total - edit.work_done, 0))
    at_work = edit.state in AT_WORK
    failed = edit.state == BulkState.FAILED
    return {
        "done": edit.work_done,
        "total": edit.work_total,
        "what": str(BulkState(edit.state).label),
        "state": ("running" if edit.work_started_at else "waiting")
        if at_work
        else "failed"
        if failed
        else "done",
        "seconds_left": left,
        "url": None if at_work else url,
    }
