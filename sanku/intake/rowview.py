"""Between a row as it was read and a row as it is kept: cells as JSON, problems, what is kept as written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from sanku.accounts.models import Sector
from sanku.common.sheets import Value
from sanku.companies.models import Facet
from sanku.intake.columns import KEEP, LEAVE
from sanku.intake.fields import BY_NAME
from sanku.intake.models import BatchTable
from sanku.intake.planning.facts import fact_names
from sanku.intake.planning.plan import Plan
from sanku.projects.models import Stage
from sanku.sites.models import SiteKind, SiteStatus

Json = dict[str, Any]
# The column that Sanku itself adds to refused rows; when they come back it is no field and is not kept.
REASON_HEADERS = (_("Reason of refusal"), "拒收原因", "Reason of refusal")


class WrittenRow(Protocol):
    """A `BatchRow`, or what is kept of one."""

    @property
    def cells(self) -> list[Any]:
        """The values as written."""

    @property
    def problems(self) -> list[Json]:
        """What is wrong with the row."""


def cell_from_json(value: Any) -> Value:
    """Read a cell's value back."""
    if isinstance(value, list):
        text = str(value[0])
        if ":" in text and "-" not in text:
            return time.fromisoformat(text)
        return datetime.fromisoformat(text)
    return value  # type: ignore[no-any-return]


def cell_text(value: Any) -> str:
    """Return a kept cell as people read it."""
    if value is None:
        return ""
    return str(value[0]) if isinstance(value, list) else str(value)


CHOICES: dict[str, Any] = {
    "sector": Sector,
    "stage": Stage,
    "site_status": SiteStatus,
    "site_kind": SiteKind,
    "facets": Facet,
}


def plain_words(column: Json) -> Mapping[Any, str]:
    """Return the words that stand for the codes of a column in a Chinese table: 签约 for signed."""
    if "own" in column:
        return {True: "是", False: "否", **dict(column["own"]["choices"])}
    return _words_of(BY_NAME[column["field"]].type)


@lru_cache(maxsize=256)
def _words_of(type_: str) -> Mapping[Any, str]:
    choices = CHOICES.get(type_)
    if choices is None:
        return {}
    with override("zh-hans"):
        return {code: str(label) for code, label in choices.choices}


def is_converted(
    cells: Sequence[Any],
    index: int,
    fact: Any,
    factor: float | None = None,
    words: Mapping[Any, str] | None = None,
) -> bool:
    """Return whether a cell was read as something else than what stands in it.

    A number in the unit of its column (`factor`: what one of it is in the stored unit) is read as it is, and so is
    the plain word for a code (`words`).
    """
    written = cells[index] if index < len(cells) else None
    if written is None or fact is None or written == fact or isinstance(fact, dict):
        return False
    if isinstance(written, list):  # a real date
        return not str(written[0]).startswith(str(fact))
    if factor is not None and isinstance(written, int | float) and isinstance(fact, int | float):
        return abs(written * factor - fact) > max(0.01, 1e-6 * abs(fact))
    if words and isinstance(fact, str | bool) and fact in words:
        return bool(words[fact] != written)
    if isinstance(fact, list):
        return bool("、".join(words.get(item, item) if words else str(item) for item in fact) != written)
    return str(written) != str(fact)


def problems_of_plan(plan: Plan, table: BatchTable) -> list[Json]:
    """Return what the rules say of a planned row, each at the column from which the value came."""
    places = {column["field"]: column["index"] for column in table.mapping["columns"]}
    found = []
    for library, problem in plan.problems:
        facts = [fact for fact in fact_names(library, problem.field) if fact in places]
        found.append(
            {
                "code": problem.code,
                "severity": "refused",
                "column": places[facts[0]] if facts else None,
                "field": facts[0] if facts else "",
                "params": {
                    name: str(value) if not isinstance(value, int) else value
                    for name, value in problem.params.items()
                },
            }
        )
    return found


def table_headers(table: BatchTable) -> dict[str, str]:
    """Return under which header each fact of a table stands."""
    return {column["field"]: column["header"] for column in table.mapping["columns"] if column["header"]}


def kept_columns(table: BatchTable) -> list[tuple[int, str]]:
    """Return the columns that mean no field and are kept as written, with their headers."""
    headers = dict((index, header) for index, header in table.headers)
    mapping = table.mapping
    used = {column["index"] for column in mapping["columns"]} | set(mapping["helpers"]) | {mapping["ordinal"]}
    used |= set(mapping.get("left_out", ()))
    used |= {other for column in mapping["columns"] for other in column["others"]}
    chosen = table.decided.get("columns", {})
    return [
        (index, header)
        for index, header in headers.items()
        if header
        and header not in REASON_HEADERS[1:]
        and index not in used
        and chosen.get(str(index), KEEP) != LEAVE
    ]


def as_written_of(table: BatchTable) -> Callable[[WrittenRow], dict[str, str]]:
    """Return how to find what of a row is kept as written: columns that mean no field, and cells that were not read."""
    headers = dict((index, header) for index, header in table.headers)
    kept = kept_columns(table)

    def find(row: WrittenRow) -> dict[str, str]:
        cells = row.cells if kept else ()  # not read from the database where nothing is kept
        written = {
            header: cell_text(cells[index])[:2000]
            for index, header in kept
            if index < len(cells) and cells[index] is not None
        }
        for problem in row.problems:
            column = problem.get("column")
            if problem["code"] == "rate_missing":  # the zone's own rate of the day counts
                continue
            if problem["severity"] in ("doubtful", "notice") and column is not None and problem.get("value"):
                written[headers.get(column) or problem["field"]] = problem["value"]
        return written

    return find
