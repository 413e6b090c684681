"""The rail and the bottom tabs: only pages that exist, only those that the person may use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sanku.accounts import rules
from sanku.accounts.models import Role, User
from sanku.companies.queries import open_duplicates
from sanku.library.rules import KEEPS_FIELDS, KEEPS_TAGS

EVERYBODY = frozenset(rules.Role)
MOST_SAID = 999  # waiting, as a badge says it


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the navigation: the name of its address, what it is called, its icon, whose it is."""

    name: str
    label: Any
    icon: str
    roles: frozenset[rules.Role] = EVERYBODY
    # How many wait there, counted up to a number: one indexed count, made when the rail is drawn.
    count: Callable[[User, int], int] | None = None


SEES_TARGETS = rules.SEES_ALL | {rules.Role.PROMOTION}
SEES_PROJECTS = SEES_TARGETS | {
    rules.Role.LANDING,
    rules.Role.CONSTRUCTION,
    rules.Role.LEADER,
    rules.Role.SERVICE,
}
GROUPS: list[tuple[Any, list[Page]]] = [
    (None, [Page("maps:map", _("One map"), "map-2")]),
    (
        _("Three libraries"),
        [
            Page("companies:target-list", _("Target clients"), "target", SEES_TARGETS),
            Page("projects:project-list", _("Projects"), "briefcase", SEES_PROJECTS),
            Page("sites:site-list", _("Carriers"), "building-factory-2"),
            Page("companies:company-list", _("Companies"), "building"),
        ],
    ),
    (
        _("Data"),
        [
            Page("intake:batch-list", _("Imports"), "table-import", rules.MAY_IMPORT),
            Page("base:search", _("National base"), "database"),
            Page("companies:honour-lists", _("Honours lists"), "star"),
            Page("exports:list", _("Exports"), "table-export"),
            Page(
                "companies:duplicate-list",
                _("Duplicates"),
                "copy",
                rules.WRITES_COMPANIES | rules.SEES_ALL,
                open_duplicates,
            ),
        ],
    ),
    (
        _("Settings"),
        [
            Page("accounts:roster", _("Roster"), "users"),
            Page("accounts:organisation", _("Organisation"), "sitemap", rules.MANAGES_PEOPLE),
            Page("library:tag-list", _("Tags"), "tag", KEEPS_TAGS),
            Page("library:field-list", _("Own fields"), "forms", KEEPS_FIELDS),
            Page(
                "accounts:rate-list", _("Exchange rates"), "coin", rules.MANAGES_PEOPLE | {rules.Role.OFFICE}
            ),
        ],
    ),
]
# The letter that leads to a page after g.
KEYS = {
    "companies:target-list": "t",
    "projects:project-list": "p",
    "sites:site-list": "s",
    "companies:company-list": "c",
    "maps:map": "m",
    "intake:batch-list": "i",
    "base:search": "b",
}
MOBILE = (
    "maps:map",
    "companies:target-list",
    "projects:project-list",
    "sites:site-list",
    "companies:company-list",
    "intake:batch-list",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation in the reader's language, and the key that leads to it after g."""

    name: str
    key: str
    label: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under a title; the first ones have none."""

    title: str
    entries: tuple[Entry, ...]


def navigation(user: User) -> tuple[Group, ...]:
    """Return the groups of entries that a person may use."""
    return _navigation(user.role, get_language())


@lru_cache(maxsize=256)  # every page asks
def _navigation(role: str, language: str | None) -> tuple[Group, ...]:
    groups = (
        Group(
            str(title or ""),
            tuple(_entry(page) for page in pages if role in page.roles and _exists(page)),
        )
        for title, pages in GROUPS
    )
    return tuple(group for group in groups if group.entries)


def _exists(page: Page) -> bool:
    try:
        reverse(page.name)
    except NoReverseMatch:
        return False
    return True


def _entry(page: Page) -> Entry:
    return Entry(page.name, KEYS.get(page.name, ""), str(page.label), page.icon, reverse(page.name))


def _current(path: str, entries: Sequence[Entry]) -> str:
    """Return the name of the entry whose page it is: the longest address that fits, /companies/duplicates/ lies in /companies/."""
    here = [entry for entry in entries if path.startswith(entry.url)]
    return max(here, key=lambda entry: len(entry.url)).name if here else ""


def _waiting(user: User) -> tuple[tuple[str, str], ...]:
    """Return how many wait on the pages that say so, by the entries' names."""
    counted = [
        (page.name, page.count) for _title, pages in GROUPS for page in pages if user.role in page.roles
    ]
    return tuple((name, _said(count(user, MOST_SAID + 1))) for name, count in counted if count is not None)


def _said(count: int) -> str:
    """Say how many wait, nothing where none do: beyond what a badge has room for, that there are more."""
    return f"{MOST_SAID}+" if count > MOST_SAID else str(count or "")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every page its navigation (a context processor)."""
    user = getattr(request, "user", None)  # none where the request was refused before anybody was asked
    if not isinstance(user, User):
        return {"navigation": (), "search_url": None, "zone": None, "role_label": ""}
    groups = navigation(user)
    entries = [entry for group in groups for entry in group.entries]
    return {
        "navigation": groups,
        "mobile_navigation": tuple(entry for entry in entries if entry.name in MOBILE)[:5],
        "current_page": _current(request.path, entries),
        "waiting": lambda: _waiting(user),  # asked for by the pages that have a rail
        "rail_is_folded": request.COOKIES.get("sanku_rail") == "mini",
        "search_url": reverse("search:search"),
        "zone": user.zone,
        "role_label": Role(user.role).label,
    }
