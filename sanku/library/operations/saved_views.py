"""Keeping the address of a list under a name, sharing it, putting tabs in order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import User
from sanku.audit.operations import Draft, Via, is_new, save_records
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library.models import SavedView, Shared
from sanku.library.saved_views import may_change, may_share

MOST_VIEWS = 50  # of one person in one library


def keep_view(
    library: str,
    *,
    name: str,
    query: str,
    said: Mapping[str, str],
    shared: str,
    actor: User,
    now: datetime,
    via: Via,
) -> SavedView:
    """Keep a list's query under a name; `said` is what its parts are called.

    Raises:
        Refused: no name, one that is taken, too many views, or people that the actor may not share with.
    """
    view = SavedView(zone_id=actor.zone_id, owner=actor, library=library)
    values = {"name": name, "query": query, "said": dict(said), "shared": shared}
    _save(view, values, actor=actor, now=now, via=via)
    return view


def change_view(view: SavedView, values: Mapping[str, Any], *, actor: User, now: datetime, via: Via) -> None:
    """Give a view another name, other readers or another query: any of name, shared, query, said.

    Raises:
        NotAllowed: it is somebody else's.
        Refused: as `keep_view`.
    """
    if not may_change(actor, view):
        raise NotAllowed
    _save(view, dict(values), actor=actor, now=now, via=via)


def remove_view(view: SavedView, *, actor: User, now: datetime, via: Via) -> None:
    """Delete a view; it can be brought back. Raises NotAllowed where it is somebody else's."""
    if not may_change(actor, view):
        raise NotAllowed
    save_records([Draft(view, {"removed_at": now})], actor=actor, now=now, via=via)


def restore_view(view: SavedView, *, actor: User, now: datetime, via: Via) -> None:
    """Bring a deleted view back. Raises NotAllowed where it is somebody else's."""
    if not may_change(actor, view):
        raise NotAllowed
    save_records([Draft(view, {"removed_at": None})], actor=actor, now=now, via=via)


def arrange_tabs(
    library: str, *, actor: User, order: Sequence[int] | None = None, first: str | None = None
) -> None:
    """Remember in which order a person has his views, and which tab opens first.

    A preference of his own, which tells nothing of a record: it has no entry in the ledger.
    """
    with transaction.atomic():
        person = User.objects.select_for_update(of=("self",)).get(pk=actor.pk)
        tabs = dict(person.preferences.get("tabs", {}))
        kept = dict(tabs.get(library, {}))
        if order is not None:
            kept["order"] = list(order)
        if first is not None:
            kept["first"] = first
        tabs[library] = kept
        person.preferences = {**person.preferences, "tabs": tabs}
        person.save(update_fields=["preferences"])
    actor.preferences = person.preferences


def _save(view: SavedView, values: dict[str, Any], *, actor: User, now: datetime, via: Via) -> None:
    values = dict(values)
    problems: list[Problem] = []
    if "name" in values:
        values["name"] = " ".join(values["name"].split())
        problems += _name_problems(view, values["name"])
    if "shared" in values and (is_new(view) or values["shared"] != view.shared):
        problems += _share_problems(values["shared"], actor)
        to_department = values["shared"] == Shared.DEPARTMENT
        values["department"] = actor.department if to_department else None
    if problems:
        raise Refused({0: problems})
    save_records([Draft(view, values)], actor=actor, now=now, via=via)


def _name_problems(view: SavedView, name: str) -> list[Problem]:
    if not name:
        return [Problem("view_unnamed", "name")]
    own = SavedView.objects.filter(
        zone_id=view.zone_id, owner_id=view.owner_id, library=view.library, removed_at=None
    ).exclude(pk=view.pk)
    if own.filter(name=name).exists():
        return [Problem("view_named_so", "name", {"value": name})]
    if is_new(view) and own.count() >= MOST_VIEWS:
        return [Problem("view_too_many", "name", {"limit": MOST_VIEWS})]
    return []


def _share_problems(shared: str, actor: User) -> list[Problem]:
    return [] if shared in may_share(actor) else [Problem("view_share", "shared")]
