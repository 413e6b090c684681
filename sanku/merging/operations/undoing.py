"""Undoing a merge, also after later edits: what moved goes back, what somebody did since stays and is told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import MERGES_COMPANIES
from sanku.audit.models import Action
from sanku.audit.operations import Draft, Via, as_json, from_json, save_records
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies.models import Company, Duplicate, Target
from sanku.companies.operations import follow_names
from sanku.companies.operations.companies import taken_codes
from sanku.merging.hanging import HANGING, KEY
from sanku.merging.models import Merge
from sanku.merging.operations.merging import answer_to_all
from sanku.merging.operations.pairs import give_back, mark_different, put_back, rest
from sanku.merging.operations.rows import Save, Step, at_once, locked_pair, saver
from sanku.merging.queries import CODES, kind_of, later_merges, visible_kept
from sanku.merging.rules import Kind, set_back

REFERENCES = {(one.table, one.field) for one in HANGING}
Kept = list[dict[str, Any]]


def unmerge_companies(
    merge: Merge, *, different: bool = False, actor: User, now: datetime, via: Via, why: str = ""
) -> list[Mapping[str, Any]]:
    """Undo a merge; return what was not set back, of what the actor may see.

    The merged company is there again with its values, and what moved goes back to it, as it is by now. What was
    entered at the survivor since stays there. A value that the merge set at the survivor goes back where nobody
    changed it since. With `different` the two are remembered as not the same.

    Each thing kept is {"table", "id", "label", "code", "params"}; codes: "value_changed" (params: field), "moved_on",
    "taken", "code_taken" (params: field, value).

    Raises:
        NotAllowed: the actor's role may not merge.
        Refused: at position 0: it is undone already, or its survivor was merged itself since: that goes first.
    """
    require(actor, MERGES_COMPANIES)
    if actor.zone_id != merge.zone_id:
        raise NotAllowed
    with at_once():
        record = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if record.undone_at is not None:
            raise Refused({0: [Problem("merge_undone", "", {"by": str(record.undone_by or "")})]})
        pair = locked_pair(record.survivor_id, record.merged_id)
        survivor, merged = pair[record.survivor_id], pair[record.merged_id]
        if survivor.merged_into is not None:
            said = {"name": survivor.name, "into": survivor.merged_into.name}
            raise Refused({0: [Problem("merge_survivor_merged", "", said)]})
        save = saver(Action.UNMERGE, actor=actor, now=now, via=via, why=why)
        undo = _Undo(record, survivor, merged, save)
        record.undone_at, record.undone_by = now, actor
        record.save(update_fields=["undone_at", "undone_by"])
        pairs = [one for one in record.steps if one["table"] == Duplicate._meta.label_lower]
        put_back(pairs)  # before the survivor's names are looked at anew
        undo.values(actor=actor, now=now, via=via, why=why)
        undo.bring_back()
        undo.rows()
        give_back(pairs)
        rest(merged, survivor)
        _follow(survivor, merged, now=now)
        if different:
            mark_different(survivor, merged, actor=actor, now=now, via=via)
        record.kept = undo.kept
        record.save(update_fields=["kept"])
    return visible_kept(actor, undo.kept)


def _follow(survivor: Company, merged: Company, *, now: datetime) -> None:
    """Let worklist and search know both under their own names again."""
    for one in (survivor, merged):
        fresh = Company.objects.get(pk=one.pk)
        if fresh.removed_at is None:
            follow_names([fresh], [True], [{"name"}], now=now)


class _Undo:
    """Takes the steps of one merge back."""

    def __init__(self, merge: Merge, survivor: Company, merged: Company, save: Save) -> None:
        self.merge, self.survivor, self.merged, self.save = merge, survivor, merged, save
        self.later = list(later_merges(merge))
        self.kept: Kept = []

    # --- the two records

    def values(self, *, actor: User, now: datetime, via: Via, why: str) -> None:
        """Give the survivor the values back that the merge changed and nobody since."""
        own = next((one for one in self.merge.steps if self._is_own(one)), None)
        values: dict[str, Any] = {}
        for change in own["changes"] if own else ():
            name = change["field"]
            state, value = as_json(getattr(self.survivor, name)), change["old"]
            done, back = set_back(_kind(name), old=value, new=change["new"], now=state)
            if done:
                values[name] = from_json(self.survivor, name, back)
            elif not self._rebased(change):
                self._keep(self.survivor, "value_changed", field=name)
        gone = {"field": "absorbed", "old": {"id": self.merged.pk, "label": self.merged.name}, "new": None}
        answer_to_all(self.survivor)
        save_records(
            [Draft(self.survivor, values, why=why)],
            actor=actor, now=now, via=via, action=Action.UNMERGE, also={0: [gone]},
        )  # fmt: skip
        follow_names([self.survivor], [True], [{"name"}], now=now)

    def _is_own(self, one: Step) -> bool:
        return bool(one["table"] == KEY and one["id"] == self.survivor.pk)

    def _rebased(self, change: dict[str, Any]) -> bool:
        """Let a later merge, which replaced the value, go back to what was before this one."""
        for later in self.later:
            for one in later.steps:
                for theirs in one["changes"] if self._is_own(one) else ():
                    if theirs["field"] == change["field"] and theirs["old"] == change["new"]:
                        theirs["old"] = change["old"]
                        later.save(update_fields=["steps"])
                        return True
        return False

    def bring_back(self) -> None:
        """Bring the merged company back, without a code that somebody else has by now."""
        values: dict[str, Any] = {"removed_at": None, "merged_into": None}
        codes = {name: getattr(self.merged, name) for name in CODES}
        for problem in taken_codes([Draft(self.merged, codes)]).values():
            values[problem.field] = ""
            self._keep(self.merged, "code_taken", field=problem.field, value=codes[problem.field])
        self.save([Draft(self.merged, values)])

    # --- what hung on it

    def rows(self) -> None:
        """Let what moved go back, the last first."""
        by_table: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(dict)
        for one in reversed(self.merge.steps):
            both = one["table"] == KEY and one["id"] in (self.survivor.pk, self.merged.pk)
            if not both and one["table"] != Duplicate._meta.label_lower:
                changes = by_table[one["table"]].setdefault(one["id"], [])
                changes += one["changes"]
        for table, rows in by_table.items():
            self._rows_of(apps.get_model(table), rows)

    def _rows_of(self, model: type[models.Model], rows: Mapping[int, list[dict[str, Any]]]) -> None:
        known = model._default_manager.filter(pk__in=rows).order_by("pk")
        found = {row.pk: row for row in known.select_for_update(of=("self",), nowait=True)}
        drafts = [Draft(row, self._back(row, rows[pk])) for pk, row in found.items()]
        # What leaves the survivor makes room for what comes back to life there.
        leaving = [draft for draft in drafts if draft.values and "removed_at" not in draft.values]
        self.save(leaving)
        for draft in drafts:
            if "removed_at" in draft.values:
                self._revive(draft)

    def _back(self, row: Any, changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the values that a row gets back."""
        table, values = row._meta.label_lower, {}
        names = [change["field"] for change in changes]
        for change in changes:
            name = change["field"]
            now = as_json(getattr(row, name))
            if (table, name) in REFERENCES and _id(now) != _id(change["new"]):
                if _id(now) != _id(change["old"]):
                    self._keep(row, "moved_on")
                return {}
            old, new = (
                (change["old"], change["new"]) if (table, name) not in REFERENCES else (change["old"], now)
            )
            if name == "touch_count":
                values[name] = max(now - (new - old), 0)
                continue
            done, back = set_back(_kind_of_row(row, name), old=old, new=new, now=now)
            if done and back != now:
                values[name] = from_json(row, name, back)
        if "removed_at" not in names and self._removed_later(row):
            values["removed_at"] = None
        return values

    def _removed_later(self, row: Any) -> bool:
        """Return whether a later merge removed a row that now goes back to where nothing stands in its way."""
        removed_at = as_json(getattr(row, "removed_at", None))
        mine = [
            change["new"]
            for later in self.later
            for one in later.steps
            if (one["table"], one["id"]) == (row._meta.label_lower, row.pk)
            for change in one["changes"]
            if change["field"] == "removed_at"
        ]
        return removed_at is not None and removed_at in mine

    def _revive(self, draft: Draft[Any]) -> None:
        """Bring back what the merge removed, unless something else took its place since."""
        try:
            with transaction.atomic():
                self.save([draft])
        except IntegrityError:
            row = type(draft.record)._default_manager.get(pk=draft.record.pk)
            rest_of = {name: value for name, value in draft.values.items() if name != "removed_at"}
            self.save([Draft(row, rest_of)])
            self._keep(row, "taken")

    def _keep(self, record: Any, code: str, **params: Any) -> None:
        label = "" if isinstance(record, Target) else str(record)[:200]
        kept = {"table": record._meta.label_lower, "id": record.pk, "label": label, "code": code}
        self.kept.append({**kept, "params": params})


def _id(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


def _kind(name: str) -> Kind | None:
    return Kind.WORDS if name == "as_written" else kind_of(name)


def _kind_of_row(row: Any, name: str) -> Kind | None:
    return Kind.CODES if name == "facets" else None
