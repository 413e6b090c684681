"""Merging one company into another: one transaction, a ledger entry for each record changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import MERGES_COMPANIES
from sanku.audit.models import Action
from sanku.audit.operations import Draft, Via, save_records
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies.models import Company, Shareholder, Target, Touch
from sanku.companies.operations import follow_names, told_by_touches
from sanku.companies.operations.living import gone_problem
from sanku.merging.hanging import HANGING, Hanging
from sanku.merging.models import Merge
from sanku.merging.operations.pairs import dropped, inherit, rest, undecided
from sanku.merging.operations.rows import Save, Step, at_once, locked_pair, saver, step
from sanku.merging.queries import (
    FieldChoice,
    choosable,
    field_choices,
    merge_problems,
    seen_mark,
    standing_targets,
)
from sanku.merging.rules import Kind, Side, added_lines, all_names, together

# Of a target client of the same department that goes: what fills what the other leaves empty.
FILLS = ("reason", "next_action", "site_wish", "source", "campaign", "sector", "first_contact_on")
Sides = dict[str, Side]


def merge_companies(
    keep: Company,
    merge: Company,
    *,
    choices: Mapping[str, str] | None = None,
    seen: str = "",
    actor: User,
    now: datetime,
    via: Via,
    why: str = "",
) -> Merge:
    """Merge one company into another; what hangs on it moves, and its address leads on to the one that stays.

    `choices` says by name of field whose value wins ("keep", "merge", "both"); the proposal of the preview decides
    the rest. `seen` is the mark of the preview that the actor decided by.

    Raises:
        NotAllowed: the actor's role may not merge, or the companies are another zone's.
        Refused: at position 0, why not: merged or removed already, changed since `seen`, decided to be different,
            the office's to decide, or somebody is at work on what would move. Nothing is written.
    """
    require(actor, MERGES_COMPANIES)
    if actor.zone_id not in (keep.zone_id, merge.zone_id) or keep.zone_id != merge.zone_id:
        raise NotAllowed
    with at_once():
        keep, merge = _both(keep, merge, seen)
        targets = standing_targets(keep, merge)
        if problems := merge_problems(actor, keep, merge, targets):
            raise Refused({0: problems})
        fields = field_choices(keep, merge)
        sides = chosen(fields, choices or {})
        values = _survivor_values(keep, merge, fields, sides)
        record = Merge.objects.create(
            zone_id=keep.zone_id,
            survivor=keep,
            merged=merge,
            at=now,
            by=actor,
            why=why[:300],
            found_by=f"{keep.search_text}\n{merge.search_text}",
            codes="\n".join(dict.fromkeys([*keep.codes, *merge.codes])),
        )
        save = saver(Action.MERGE, actor=actor, now=now, via=via, why=why)
        steps = inherit(keep, merge)
        steps += save([Draft(merge, {"removed_at": now, "merged_into": keep})])
        rest(merge, keep)  # before the survivor's names are looked at anew
        waiting = undecided(keep)
        steps += _save_survivor(keep, merge, values, actor=actor, now=now, via=via, why=why)
        steps += dropped(waiting)
        steps += _move_all(keep, merge, targets, sides, save, now=now)
        record.steps = steps
        record.save(update_fields=["steps"])
    return record


def _both(keep: Company, merge: Company, seen: str) -> tuple[Company, Company]:
    """Lock both companies and return them as they are now."""
    if keep.pk == merge.pk:
        raise Refused({0: [Problem("merge_itself")]})
    locked = locked_pair(keep.pk, merge.pk)
    keep, merge = locked[keep.pk], locked[merge.pk]
    for one in (merge, keep):
        if one.merged_into is not None:
            done = Merge.objects.filter(merged=one, undone_at=None).select_related("by").first()
            by = str(done.by) if done is not None else ""
            said = {"name": one.name, "into": one.end.name, "by": by}
            raise Refused({0: [Problem("merged_already", "", said)]})
        if one.removed_at is not None:
            raise Refused({0: [gone_problem(one)]})
    if seen and seen != seen_mark(keep, merge):
        raise Refused({0: [Problem("merge_changed")]})
    return keep, merge


def chosen(fields: Sequence[FieldChoice], choices: Mapping[str, str]) -> Sides:
    """Return whose value of each field wins.

    Raises:
        Refused: a choice that there is not. Of a field in which the two agree any choice is as good.
    """
    unknown = choices.keys() - choosable()
    if unknown:
        raise Refused({0: [Problem("unknown_field", name, {"value": name}) for name in sorted(unknown)]})
    sides = {}
    for field in fields:
        side = choices.get(field.name, field.side)
        if side not in field.sides:
            said = {"value": side, "choices": ", ".join(field.sides)}
            raise Refused({0: [Problem("choice_unknown", field.name, said)]})
        sides[field.name] = Side(side)
    return sides


# --- the record that stays


def _survivor_values(
    keep: Company, merge: Company, fields: Sequence[FieldChoice], sides: Sides
) -> dict[str, Any]:
    """Return the values that the survivor is to have."""
    values: dict[str, Any] = {}
    for field in fields:
        side = sides[field.name]
        if side == Side.MERGE:
            values |= {part: getattr(merge, part) for part in field.parts}
        elif side == Side.BOTH and field.parts:
            values[field.name] = together(field.kind, field.keep, field.merge, side)
    final = {name: values.get(name, getattr(keep, name)) for name in ("name", "short_name")}
    called = [{name: getattr(one, name) for name in ("name", "short_name")} for one in (keep, merge)]
    former = values.get("former_names", keep.former_names)
    values["former_names"] = all_names(final, former, keep=called[0], merge=called[1])
    values["as_written"] = together(Kind.WORDS, keep.as_written, merge.as_written, Side.BOTH)
    values["is_demo"] = keep.is_demo and merge.is_demo
    if _descends(values.get("parent", keep.parent), keep, merge):
        values["parent"] = None
    return values


def _descends(parent: Company | None, keep: Company, merge: Company) -> bool:
    """Return whether a parent is one of the two, or belongs to one of them."""
    passed: set[int] = set()
    while parent is not None and parent.pk not in passed:
        if parent.pk in (keep.pk, merge.pk):
            return True
        passed.add(parent.pk)
        parent = parent.parent
    return False


def _save_survivor(
    keep: Company, merge: Company, values: dict[str, Any], *, actor: User, now: datetime, via: Via, why: str
) -> list[Step]:
    answer_to_all(keep)
    absorbed = {"field": "absorbed", "old": None, "new": {"id": merge.pk, "label": merge.name}}
    (changes,) = save_records(
        [Draft(keep, values, why=why)],
        actor=actor,
        now=now,
        via=via,
        action=Action.MERGE,
        also={0: [absorbed]},
    )
    follow_names(
        [keep], [True], [{change["field"] for change in changes} | {"merged_text", "other_codes"}], now=now
    )
    return [step(keep, changes)]


def answer_to_all(survivor: Company) -> None:
    """Set what else a company is found by, and the codes that mean it too, by its standing merges."""
    standing = list(Merge.objects.filter(survivor=survivor, undone_at=None).order_by("pk"))
    survivor.merged_text = added_lines("", [line for one in standing for line in one.found_by.splitlines()])
    survivor.other_codes = added_lines("", [line for one in standing for line in one.codes.splitlines()])


# --- what hangs on the other


def _move_all(
    keep: Company,
    merge: Company,
    targets: tuple[Target | None, Target | None],
    sides: Sides,
    save: Save,
    *,
    now: datetime,
) -> list[Step]:
    steps: list[Step] = []
    losers = _losing_shareholders(keep, merge, sides)
    ours, theirs = targets
    loser = None
    if ours is not None and theirs is not None:
        loser = ours if sides["target"] == Side.MERGE else theirs
        losers[Target._meta.label_lower] = {loser.pk}
    steps += _remove_own(keep, losers, save, now=now)
    before = {one.pk: _touches(one) for one in targets if one is not None}
    for one in HANGING:
        steps += _move(one, keep, merge, losers.get(one.table, set()), save, now=now)
    winner = (theirs if loser is ours else ours) or theirs
    if winner is not None:
        steps += _tell_winner(winner, loser, before[winner.pk], save)
    return steps


def _move(
    one: Hanging, keep: Company, merge: Company, losers: set[int], save: Save, *, now: datetime
) -> list[Step]:
    """Let the rows of a table refer to the survivor; removed ones too, so that they can be brought back there."""
    rows = one.model._default_manager.filter(**one.of(merge))
    moving = list(rows.order_by("pk").select_for_update(of=("self",), nowait=True))
    if not moving:
        return []
    there = set()
    if one.same:
        living = one.model._default_manager.filter(**one.of(keep), removed_at=None)
        there = set(living.values_list(*one.same))
    drafts = []
    for row in moving:
        values = {one.field: _new_reference(one, row, keep)}
        if isinstance(row, Shareholder) and one.field == "company" and row.holder_id == keep.pk:
            values["holder"] = None
        doubled = one.same and tuple(getattr(row, name) for name in one.same) in there
        if getattr(row, "removed_at", None) is None and (row.pk in losers or doubled):
            values["removed_at"] = now
        drafts.append(Draft(row, values))
    return save(drafts)


def _new_reference(one: Hanging, row: Any, keep: Company) -> Any:
    if one.keyed_by:
        return keep.pk
    # A company neither owns itself nor belongs to itself.
    own = one.field in ("holder", "parent") and keep.pk in (getattr(row, "company_id", None), _own_id(row))
    return None if own else keep


def _own_id(row: models.Model) -> int | None:
    return row.pk if isinstance(row, Company) else None


def _remove_own(keep: Company, losers: dict[str, set[int]], save: Save, *, now: datetime) -> list[Step]:
    """Remove what the survivor itself has and the other's takes the place of."""
    steps: list[Step] = []
    for model in (Target, Shareholder):
        rows: Any = model._default_manager.filter(
            pk__in=losers.get(model._meta.label_lower, ()), company=keep, removed_at=None
        )
        steps += save(
            [Draft(row, {"removed_at": now}) for row in rows.select_for_update(of=("self",), nowait=True)]
        )
    return steps


def _losing_shareholders(keep: Company, merge: Company, sides: Sides) -> dict[str, set[int]]:
    """Return the shareholders that come along, or stay, as removed."""
    alive = Shareholder.objects.filter(removed_at=None)
    ours, theirs = (list(alive.filter(company=one)) for one in (keep, merge))
    names = {one.name for one in ours}
    side = sides.get("shareholders", Side.KEEP if ours else Side.MERGE)
    losing = [one for one in theirs if side == Side.KEEP or one.name in names]
    if side == Side.MERGE:
        losing = ours
    return {Shareholder._meta.label_lower: {one.pk for one in losing}}


# --- the target client that stays


def _touches(target: Target) -> int:
    """Return how many touches of its department there are with a target's company."""
    held = Touch.objects.filter(company=target.company_id, department=target.department_id, removed_at=None)
    return held.count()


def _tell_winner(winner: Target, loser: Target | None, before: int, save: Save) -> list[Step]:
    locked = Target.objects.select_for_update(of=("self",), nowait=True)
    fresh = locked.select_related("company").get(pk=winner.pk)
    values: dict[str, Any] = {}
    if loser is not None and loser.department_id == fresh.department_id:
        values = {
            name: getattr(loser, name) for name in FILLS if not getattr(fresh, name) and getattr(loser, name)
        }
        if "next_action" in values:
            values["next_action_on"] = loser.next_action_on
        values["facets"] = sorted({*fresh.facets, *loser.facets})
    if more := _touches(fresh) - before:
        values |= told_by_touches(fresh, more)
    return save([Draft(fresh, values)])
