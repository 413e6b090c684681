"""What saved views mean today: the tabs of a list, and what of a view has no field any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from sanku.accounts.models import User
from sanku.accounts.rules import SEES_ALL, Role
from sanku.library.models import SavedView, Shared
from sanku.library.queries import saved_views_for
from sanku.library.specs import Library
from sanku.library.state import ALL, State, filter_names, state_of

# Names of an address that are no filter.
OWN_NAMES = frozenset({"q", "sort", "column", "view", "page", "selected"})
SHARES_WITH_ZONE = SEES_ALL | {Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Tabs:
    """The saved views that a person sees, in his order, and which tab opens first: an id, a query or nothing."""

    views: Sequence[SavedView]
    first: str

    def view(self, pk: str) -> SavedView | None:
        """Return the view of an id."""
        return next((view for view in self.views if str(view.pk) == pk), None)

    def first_query(self, library: Library) -> str:
        """Return the query that the bare address of the list stands for; empty: all records."""
        view = self.view(self.first)
        if view is not None:
            return address_of(view)
        return self.first if self.first in {query for _label, query in library.views} else ""


def tabs_for(user: User, library: Library, views: Sequence[SavedView] | None = None) -> Tabs:
    """Return the tabs of a person: views that he never put in order come last, oldest first."""
    kept = user.preferences.get("tabs", {}).get(library.name, {})
    place = {pk: number for number, pk in enumerate(kept.get("order", []))}
    known = list(saved_views_for(user, library.name)) if views is None else views
    ordered = sorted(known, key=lambda view: (place.get(view.pk, len(place)), view.pk))
    return Tabs(ordered, kept.get("first", ""))


def first_query(user: User, library: Library) -> str:
    """Return the query that the bare address of a list stands for; no question is asked where nothing was chosen."""
    return tabs_for(user, library).first_query(library) if opens_first(user, library) else ""


def opens_first(user: User, library: Library) -> str:
    """Return what the person chose to open first, as it is kept with him."""
    first: str = user.preferences.get("tabs", {}).get(library.name, {}).get("first", "")
    return first


def may_share(user: User) -> list[Shared]:
    """Return with whom the user may share: his department, if he has one; the zone, if his role speaks for it."""
    shares = [Shared.MINE]
    if user.department_id is not None:
        shares.append(Shared.DEPARTMENT)
    if user.may(SHARES_WITH_ZONE):
        shares.append(Shared.ZONE)
    return shares


def may_change(user: User, view: SavedView) -> bool:
    """Return whether the user may rename, share, replace and remove a view: his own; the office the zone's too."""
    return view.owner_id == user.pk or (view.shared == Shared.ZONE and user.role == Role.OFFICE)


def address_of(view: SavedView) -> str:
    """Return the query under which a view opens: as it was saved, whatever became of its fields."""
    return f"{view.query}&view={view.pk}" if view.query else f"view={view.pk}"


def query_to_save(state: State) -> str:
    """Return a state as a view keeps it: with its columns, where they are not the usual ones."""
    usual = [column for column in state.library.columns if column.shown]
    columns = [column.key for column in state.columns]
    return state.parameters(view=None, column=columns if list(state.columns) != usual else None)


def is_changed(view: SavedView, state: State) -> bool:
    """Return whether a list that was opened by a view shows something else by now."""
    saved = state_of(QueryDict(view.query), state.library)
    return saved.parameters(view=None) != state.parameters(view=None)


@dataclass(frozen=True, slots=True)
class Lost:
    """A part of a saved view that finds nothing to hold on to: its kind, and what it was called."""

    kind: str  # "filter", "value", "sort", "column"
    name: str


def lost_parts(view: SavedView, library: Library, choices: dict[str, list[tuple[str, Any]]]) -> list[Lost]:
    """Return what of a view is left out, because its field, filter, column or choice is gone.

    `choices` are the choices of the filters as the reader has them.
    """
    given, said = QueryDict(view.query), view.said
    known = {name for spec in library.filters for name in filter_names(spec)}
    lost = [Lost("filter", said.get(name, name)) for name in given if name not in known | OWN_NAMES]
    sort = given.get("sort", "").removeprefix("-")
    if sort and ((column := library.column(sort)) is None or not column.sort):
        lost.append(Lost("sort", said.get("sort", sort)))
    lost += [
        Lost("column", said.get(f"column:{key}", key))
        for key in given.getlist("column")
        if key != "default" and library.column(key) is None
    ]
    for spec in library.filters:
        if spec.key in given and spec.key in choices:
            there = {str(value) for value, _label in choices[spec.key]}
            gone = [value for value in given.getlist(spec.key) if value not in there]
            lost += [
                Lost("value", said.get(f"{spec.key}={value}", f"{spec.label} {value}")) for value in gone
            ]
    return lost


def all_address(path: str, user: User, library: Library) -> str:
    """Return the address of a list without filters: it says so where the bare one opens another tab."""
    return f"{path}?view={ALL}" if opens_first(user, library) else path
