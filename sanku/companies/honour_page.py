"""What the pages of honours lists show."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.rules import LOADS_HONOURS
from sanku.companies.honour_changes import Change, Standing, edition_changes
from sanku.companies.models import Company, Honour, HonourEdition, HonourEntry
from sanku.companies.queries import (
    candidates_of,
    edition_before,
    editions_for,
    entries_for,
    honour_lists_for,
)

Json = dict[str, Any]
PAGE_ROWS = 100
CANDIDATES = 5
MOST_CHANGES = 500  # of a kind, shown


def lists_context(user: User) -> Json:
    """Return the honours lists with their editions, the newest first, and what the form of a new edition needs."""
    by_list: dict[int, list[HonourEdition]] = {}
    for edition in editions_for(user):
        by_list.setdefault(edition.list_id, []).append(edition)
    lists = list(honour_lists_for(user))
    return {
        "lists": [
            {"list": one, "mark": one.get_honour_display(), "editions": by_list.get(one.pk, [])}
            for one in lists
        ],
        "names": [one.name for one in lists],
        "marks": Honour.choices,
        "may_load": user.may(LOADS_HONOURS),
        "empty": {
            "title": _("No list is loaded yet"),
            "text": _(
                "A published list (Fortune Global 500, China 500, central SOEs …) marks the companies on it."
            ),
        },
    }


def edition_context(edition: HonourEdition, user: User, *, show: str, after: int) -> Json:
    """Return one edition: its entries in their order, a page of them, or what changed since the one before."""
    entries = entries_for(user).filter(edition=edition)
    counts = {state: entries.filter(state=state).count() for state in HonourEntry.State.values}
    before = edition_before(edition)
    tabs: list[tuple[str, str, int | None]] = [
        ("all", _("All"), sum(counts.values())),
        ("doubtful", _("To decide"), counts["doubtful"]),
        ("matched", _("In the library"), counts["matched"]),
        ("none", _("Not in the library"), counts["none"]),
    ]
    if before is not None:
        # Of two editions of one year the name is the same.
        told = before.name if before.name != edition.name else before.published_on.isoformat()
        tabs.append(("changes", _("Changed since %(edition)s") % {"edition": told}, None))
    path = reverse("companies:honour-edition", args=[edition.pk])
    context: Json = {
        "edition": edition,
        "tabs": [
            {"label": label, "url": f"{path}?show={key}", "count": count, "on": key == show}
            for key, label, count in tabs
        ],
        "show": show,
        "may_load": user.may(LOADS_HONOURS),
        "list_url": f"{reverse('companies:company-list')}?edition={edition.pk}",
    }
    if show == "changes" and before is not None:
        return context | {"changes": changes_context(before, edition, user)}
    some = entries if show == "all" else entries.filter(state=show)
    rows = list(some.filter(number__gt=after).order_by("number")[: PAGE_ROWS + 1])
    more = rows[PAGE_ROWS - 1].number if len(rows) > PAGE_ROWS else None
    return context | {
        "rows": [entry_row(entry, user) for entry in rows[:PAGE_ROWS]],
        "more_url": f"{path}?show={show}&after={more}" if more else None,
        "first_url": f"{path}?show={show}" if after else None,
    }


def entry_row(entry: HonourEntry, user: User) -> Json:
    """Return one entry with the companies that it may be."""
    doubtful = entry.state == HonourEntry.State.DOUBTFUL
    return {
        "entry": entry,
        "may_decide": user.may(LOADS_HONOURS),
        "candidates": list(candidates_of(entry)[:CANDIDATES]) if doubtful else [],
        "doubtful": doubtful,
        "how": entry.get_how_display() if entry.how else "",
    }


def changes_context(before: HonourEdition, edition: HonourEdition, user: User) -> Json:
    """Return what changed between two editions, by kind."""
    changes = edition_changes(_standings(before, user), _standings(edition, user))
    kinds = (
        ("new", _("New on the list")),
        ("gone", _("No longer on it")),
        ("up", _("Risen")),
        ("down", _("Fallen")),
        ("renamed", _("Under another name")),
    )
    here = _here(changes, user)
    groups = []
    for kind, label in kinds:
        found = [change for change in changes if change.kind == kind]
        rows = [{"change": one, "company": here.get(one.company_id or 0)} for one in found[:MOST_CHANGES]]
        groups.append({"kind": kind, "label": label, "count": len(found), "rows": rows})
    return {"before": before, "groups": groups}


def _here(changes: list[Change], user: User) -> dict[int, Company]:
    ids = [change.company_id for change in changes if change.company_id is not None]
    found: dict[int, Company] = {}
    for start in range(0, len(ids), 900):
        some = Company.objects.filter(zone_id=user.zone_id, removed_at=None, pk__in=ids[start : start + 900])
        found |= {company.pk: company for company in some.only("name")}
    return found


def _standings(edition: HonourEdition, user: User) -> list[Standing]:
    rows = entries_for(user).filter(edition=edition).order_by("number")
    return [
        Standing(
            name,
            rank,
            tuple(key for key in (f"#{company}" if company else "", uscc, f"={core}") if key),
            company,
        )
        for name, rank, uscc, core, company in rows.values_list("name", "rank", "uscc", "core", "company_id")
    ]


def places_of(company: Company, user: User) -> list[Json]:
    """Return where a company stands, and stood, on honours lists: by list, the newest edition first."""
    entries = (
        entries_for(user).filter(company=company).order_by("edition__list__name", "-edition__published_on")
    )
    found: dict[int, Json] = {}
    for entry in entries:
        honours = entry.edition.list
        group = found.setdefault(
            honours.pk, {"list": honours, "mark": honours.get_honour_display(), "entries": []}
        )
        group["entries"].append(entry)
    return list(found.values())
