"""A view of a list as a file: its rows in its order and columns, and what the file says of itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.library.listing import filter_words
from sanku.library.specs import Column, Library, Reader
from sanku.library.state import State, filtered, state_of
from sanku.library.writing import Cells, Head, cell, write_rows

STEP = 1_000
# No column shows it, and it is as long as all the others.
LONG_FIELDS = ("search_text",)


def view_of(library: Library, query: str, columns: Sequence[str]) -> State:
    """Return the view of an address with the columns of some keys; columns that are gone are left out."""
    return state_of(QueryDict(query), library, ".".join(columns))


def records_of(state: State, reader: Reader) -> QuerySet[Any]:
    """Return the records of a view that the reader may see now, in its order."""
    records = filtered(state, reader.user).select_related(*state.library.related).defer(*LONG_FIELDS)
    return records.order_by(*order_of(state))


def order_of(state: State) -> list[Any]:
    """Return the list's order for a whole queryset: empty values last both ways, as in its pages."""
    by = F(state.sort_field)
    if state.descending:
        return [by.desc(nulls_last=True), "-pk"]
    return [by.asc(nulls_last=True), "pk"]


def titles_of(columns: Sequence[Column], reader: Reader) -> list[str]:
    """Return what stands at the top of each column, with its unit."""
    return [
        f"{column.label}（{unit}）" if (unit := column.unit_for(reader)) else str(column.label)
        for column in columns
    ]


def write_view(
    path: Path, form: str, state: State, reader: Reader, *, rows: Iterator[Cells], count: int, at: datetime
) -> None:
    """Write the rows of a view to a file."""
    titles = titles_of(state.columns, reader)
    heads = [Head(title, 32 if place == 0 else 16) for place, title in enumerate(titles)]
    write_rows(
        path,
        form,
        title=str(state.library.title),
        heads=heads,
        rows=rows,
        facts=lambda: facts_of(state, reader, count, at),
    )


def rows_of(state: State, reader: Reader, records: QuerySet[Any]) -> Iterator[Cells]:
    """Yield the cells of each record. Records come in batches; none is kept."""
    plains = [column.plain for column in state.columns]
    for record in records.iterator(STEP):
        yield [cell(plain(record, reader)) for plain in plains]


def facts_of(state: State, reader: Reader, count: int, at: datetime) -> list[tuple[str, str]]:
    """Return what the file says of itself: who took it, when, of which zone, how many rows, by which filter."""
    return [
        (_("Exported by"), f"{reader.user.name}（{reader.user.username}）"),
        (
            _("Exported at"),
            _("%(at)s; the rows are as they stood then")
            % {"at": f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"},
        ),
        (_("Zone"), str(reader.user.zone)),
        (_("Rows"), f"{count:,}"),
        (_("Filter"), filter_words(state, reader.user) or _("none")),
    ]
