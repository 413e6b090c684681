"""The rail and the bottom tabs: only pages that exist, only those that the person may use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
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


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of entries that the signed-in person may use, the current one marked."""
    user = getattr(request, "user", None)  # none where the request was refused before anybody was asked
    if not isinstance(user, User):
        return []
    groups = []
    for title, pages in GROUPS:
        entries = [_entry(request, page, user) for page in pages if user.role in page.roles and _exists(page)]
        if entries:
            groups.append({"title": title, "entries": entries})
    return groups


@cache
def _exists(page: Page) -> bool:
    try:
        reverse(page.name)
    except NoReverseMatch:
        return False
    return True


def _entry(request: HttpRequest, page: Page, user: User) -> dict[str, Any]:
    url, count = reverse(page.name), page.count
    return {
        "name": page.name,
        "key": KEYS.get(page.name, ""),
        "label": page.label,
        "icon": page.icon,
        "url": url,
        "current": request.path.startswith(url),
        "count": SimpleLazyObject(lambda: _said(count(user, MOST_SAID + 1))) if count is not None else None,
    }


def _said(count: int) -> str:
    """Say how many wait, nothing where none do: beyond what a badge has room for, that there are more."""
    return f"{MOST_SAID}+" if count > MOST_SAID else str(count or "")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every page its navigation (a context processor)."""
    groups = navigation(request)
    entries = [entry for group in groups for entry in group["entries"]]
    # The longest address that fits is the page's own: /companies/duplicates/ lies below /companies/.
    longest = max((len(entry["url"]) for entry in entries if entry["current"]), default=0)
    for entry in entries:
        entry["current"] = entry["current"] and len(entry["url"]) == longest
    user = getattr(request, "user", None)
    return {
        "navigation": groups,
        "mobile_navigation": [entry for entry in entries if entry["name"] in MOBILE][:5],
        "search_url": reverse("search:search") if isinstance(user, User) else None,
        "zone": user.zone if isinstance(user, User) else None,
        "role_label": Role(user.role).label if isinstance(user, User) else "",
    }
