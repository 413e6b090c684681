"""Records side by side."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.library.records import field_of
from sanku.library.requests import reader_of
from sanku.library.specs import Library, Reader
from sanku.library.state import ids_of

FEWEST, MOST = 2, 5


def compare(request: HttpRequest, library: Library) -> HttpResponse:
    """Show two to five records side by side, what differs first; those out of reach are not there."""
    reader, wanted = reader_of(request), list(dict.fromkeys(ids_of(request.GET.get("selected", ""))))
    known = library.records(reader.user).select_related(*library.related).in_bulk(wanted[: MOST + 1])
    records = [known[pk] for pk in wanted if pk in known][:MOST]
    context = {
        "title": _("Compare"),
        "library": library,
        "list_url": reverse(f"{library.namespace}-list"),
        "is_enough": len(records) >= FEWEST,
        "left_out": len(wanted) - len(records),
        "most": MOST,
        "heads": [
            {
                "title": str(record),
                "sub": library.identity(record, reader),
                "url": reverse(f"{library.namespace}-detail", args=[record.pk]),
                "without_url": _address(request, [one.pk for one in records if one is not record]),
            }
            for record in records
        ],
        "may_take_away": len(records) > FEWEST,
        "sections": _sections(library, records, reader) if len(records) >= FEWEST else [],
        "merge": _merge(library, records, reader),
    }
    return render(request, "library/compare.html", context)


def _address(request: HttpRequest, ids: list[int]) -> str:
    return f"{request.path}?selected={','.join(map(str, ids))}"


def _sections(library: Library, records: list[Any], reader: Reader) -> list[dict[str, Any]]:
    sections = []
    for section in library.sections:
        rows = []
        for fact in section.facts:
            fields = [field_of(fact, record, reader) for record in records]
            said = [str(field.get("html") or field["value"] or "") for field in fields]
            if any(said):
                count = Counter(said)
                for field, words in zip(fields, said, strict=True):
                    # Where each is another, none of them stands out.
                    field["stands_out"] = count[words] == 1 and max(count.values()) > 1
                rows.append({"label": fields[0]["label"], "fields": fields, "differs": len(count) > 1})
        if rows:
            differing = sum(row["differs"] for row in rows)
            sections.append({"title": section.title, "rows": rows, "same": len(rows) - differing})
    return sections


def _merge(library: Library, records: list[Any], reader: Reader) -> dict[str, Any] | None:
    """Return what the library offers for exactly two of its records."""
    if len(records) != FEWEST or library.pair_action is None:
        return None
    roles, name, label = library.pair_action
    if not reader.user.may(roles):
        return None
    return {"url": f"{reverse(name)}?of={records[0].pk},{records[1].pk}", "label": label}
