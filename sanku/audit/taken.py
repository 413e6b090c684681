"""Values that one record of a zone alone may have: looked up before a save, and told of where somebody was quicker."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, transaction

from sanku.common.bulk import having
from sanku.common.problems import Problem, Refused

if TYPE_CHECKING:
    from sanku.audit.operations import Draft

CHUNK = 900  # values in one IN (…): below the smallest limit of variables
Item = TypeVar("Item")


@contextmanager
def refusing(taken: Callable[[], Mapping[int, Problem]]) -> Iterator[None]:
    """Save in a transaction; what another writer took since it was looked up is refused like what was there before.

    `taken` looks again, and returns what is wrong by position of the draft. Any other violation of a constraint
    goes on.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        found = taken()
        if not found:
            raise
        raise Refused({position: [problem] for position, problem in found.items()}) from error


def taken_values(
    drafts: "Sequence[Draft[Any]]", name: str, *, code: str, within: str = ""
) -> dict[int, Problem]:
    """Return the drafts whose value of a field another record of the zone, or an earlier draft, already has.

    Empty values are not compared. With `within` a value is one's own only beside the value of that other field: a
    registry number within its country. The problem is `code` with the holder's name and the value.
    """
    wanted: dict[tuple[str, str], int] = {}
    taken: dict[int, Problem] = {}
    for position, draft in enumerate(drafts):
        key = _claimed(draft, name, within)
        if key[0] and key in wanted:
            holder = drafts[wanted[key]].values.get("name", "")
            taken[position] = Problem(code, name, {"holder": holder, "value": key[0]})
        elif key[0]:
            wanted[key] = position
    for values in chunks(sorted({value for value, _ in wanted})):
        model, zone_id = type(drafts[0].record), drafts[0].record.zone_id
        holders = having(model._default_manager.all(), name, values, zone_id=zone_id)
        for pk, holder, value, *beside in holders.values_list(
            "pk", "name", name, *([within] if within else ())
        ):
            claimed = wanted.get((value, beside[0] if beside else ""))
            if claimed is not None and drafts[claimed].record.pk != pk:
                taken[claimed] = Problem(code, name, {"holder": holder, "value": value})
    return taken


def _claimed(draft: "Draft[Any]", name: str, within: str) -> tuple[str, str]:
    """Return the value that a draft gives a record, with the one beside it; empty where it gives neither."""
    if not within:
        return draft.values.get(name, ""), ""
    if name not in draft.values and within not in draft.values:
        return "", ""
    value, beside = (draft.values.get(one, getattr(draft.record, one)) for one in (name, within))
    return value, beside


def chunks(values: Sequence[Item]) -> Iterable[Sequence[Item]]:
    """Yield slices short enough for one IN (…)."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
