"""The context of a record's page: head, sections, timeline."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.audit.models import Action, Channel, Entry
from sanku.audit.queries import entries_for
from sanku.common import display
from sanku.library.models import Attachment
from sanku.library.notes import CORRECTIONS, latest, note_marks, readable
from sanku.library.queries import attachments_for
from sanku.library.specs import CUSTOM, Fact, Library, Reader, Section
from sanku.library.zoned import said_change, zoned_changes

ENTRIES = 30
MOST_ENTRIES = 500  # on one page, where an old one is asked for
# Columns that a reader of a timeline need not see: what they follow from is there too.
SILENT = frozenset({"is_demo", "merged_into", "removed_at", "search_text"})
MONEY = frozenset({"money", "cny"})


def may_write(library: Library, user: User, record: Any) -> bool:
    """Return whether the user may change this record."""
    return user.may(library.writers) and (library.may_write is None or library.may_write(user, record))


def labels(fact: Fact, record: Any, user: User) -> dict[str, Any]:
    """Return the choices of a fact by their codes."""
    if fact.options is not None:
        # A field of the zone may have choices that are no longer offered.
        closed = dict(fact.custom.flatchoices) if fact.custom is not None else {}
        return closed | dict(fact.options(user))
    return dict(fact.field_in(record).flatchoices)


def field_of(fact: Fact, record: Any, reader: Reader) -> dict[str, Any]:
    """Return a fact as library/_section.html shows it."""
    if fact.show is not None:
        label = fact.label or record._meta.get_field(fact.name).verbose_name
        return {"label": label, "value": None, "unit": "", "wide": False, **fact.show(record, reader)}
    label = fact.label or fact.field_in(record).verbose_name
    value = fact.value_in(record)
    shown: dict[str, Any] = {
        "label": label,
        "value": None,
        "unit": "",
        "wide": fact.kind in ("long", "lines", "codes"),
    }
    if value is None or value == "" or value == []:
        return shown
    match fact.kind:
        case "money":
            cny = getattr(record, f"{fact.name}_cny")
            currency = getattr(record, f"{fact.name}_currency")
            shown["value"] = display.money(cny, original=value, currency=currency)
        case "cny":
            shown["html"] = display.money_figure(value)
        case "area":
            shown["html"] = display.area(value, reader.area_unit)
        case "date":
            shown["value"] = value.isoformat()
        case "number":
            shown["value"], shown["unit"] = display.number(value), fact.unit
        case "percent":
            shown["value"], shown["unit"] = display.number(value * 100), "%"
        case "flag":
            shown["value"] = _("yes") if value else None
        case "choice":
            shown["value"] = labels(fact, record, reader.user).get(value, value)
        case "codes":
            known = labels(fact, record, reader.user)
            shown["html"] = _tags([known.get(code, code) for code in value])
        case "position":
            shown["value"] = f"{record.lon:.6f}, {record.lat:.6f}"
            shown["title"] = _("WGS-84, longitude first")
        case "link":
            shown["value"], shown["url"] = value, value
        case "long" | "lines":
            shown["html"] = format_html('<span class="pre">{}</span>', value)
        case "company":
            shown["value"] = str(value)
            shown["url"] = reverse("companies:company-detail", args=[value.pk])
        case _:
            shown["value"] = str(value)
    return shown


def _tags(words: Sequence[Any]) -> Any:
    return format_html_join("", '<span class="tag a">{}</span> ', ((word,) for word in words))


def section_of(library: Library, section: Section, record: Any, reader: Reader) -> dict[str, Any]:
    """Return a section as library/_section.html shows it; open where anything is known."""
    fields = [field_of(fact, record, reader) for fact in section.facts]
    known = [field for field in fields if field["value"] not in (None, "") or field.get("html")]
    base = f"{library.namespace}-section"
    edit_url = None
    if may_write(library, reader.user, record) and any(fact.editable for fact in section.facts):
        seen = int(record.updated_at.timestamp() * 1_000_000)
        edit_url = f"{reverse(f'{base}-edit', args=[record.pk, section.key])}?seen={seen}"
    return {
        "key": section.key,
        "title": section.title,
        "summary": "",
        "url": reverse(base, args=[record.pk, section.key]),
        "edit_url": edit_url,
        "open": bool(known),
        "empty_hint": section.hint,
        "fields": fields,
    }


def head_of(library: Library, record: Any, reader: Reader) -> dict[str, Any]:
    """Return a record's head as library/_record_head.html shows it."""
    actions = library.record_actions(record, reader.user)
    if library.on_map(record):
        shown = f"{reverse('maps:map')}?in={library.name}&pick={library.name}:{record.pk}"
        actions = [{"label": _("On the map"), "url": shown, "icon": "map-pin"}, *actions]
    if may_write(library, reader.user, record):
        actions.append(
            {
                "label": _("Remove"),
                "url": reverse(f"{library.namespace}-remove", args=[record.pk]),
                "icon": "trash",
                "post": True,
                "confirm": _("Remove “%(name)s” from the library? It can be brought back.")
                % {"name": record},
                "danger": True,
            }
        )
    return {
        "title": str(record),
        "code": library.code(record),
        "identity": library.identity(record, reader),
        "tags": [*library.tags(record), *([_("demonstration")] if record.is_demo else [])],
        "chips": tags_of(library, record, reader),
        "back_url": reverse(f"{library.namespace}-list"),
        "back_label": library.title,
        "actions": actions,
        "has_menu": any(action.get("danger") for action in actions),
        **library.head(record, reader),
    }


def tags_of(library: Library, record: Any, reader: Reader) -> dict[str, Any]:
    """Return a record's tags as library/_tags.html shows them."""
    url = reverse(f"{library.namespace}-tags", args=[record.pk])
    return {
        "chips": library.chips(record),
        "edit_url": f"{url}?edit=1" if may_write(library, reader.user, record) else None,
    }


# --- timeline ---------------------------------------------------------------------------------


def timeline_of(
    library: Library, record: Any, reader: Reader, *, before: int | None = None, down_to: int | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the newest entries of a record (older than number `before`) and the address of the rest.

    `down_to` is the number of an entry that is to be among them, however old.
    """
    readable_now = readable(_entries(library, record, reader.user), library, reader.user)
    entries = readable_now.exclude(action__in=CORRECTIONS)
    if before is not None:
        entries = entries.filter(number__lt=before)
    size = ENTRIES
    if down_to is not None:
        size = min(max(ENTRIES, entries.filter(number__gte=down_to).count()), MOST_ENTRIES)
    found = list(entries[: size + 1])
    shown = _shown(found[:size], readable_now, library, record, reader)
    more = None
    if len(found) > size:
        address = reverse(f"{library.namespace}-timeline", args=[record.pk])
        more = f"{address}?before={found[size - 1].number}"
    return shown, more


def timeline_item(library: Library, record: Any, reader: Reader, number: int) -> dict[str, Any] | None:
    """Return one entry of a record as its timeline shows it."""
    entries = readable(_entries(library, record, reader.user), library, reader.user)
    found = list(entries.filter(number=number).exclude(action__in=CORRECTIONS))
    return next(iter(_shown(found, entries, library, record, reader)), None)


def _shown(
    found: Sequence[Entry], entries: QuerySet[Entry], library: Library, record: Any, reader: Reader
) -> list[dict[str, Any]]:
    facts = {fact.name: fact for section in library.sections for fact in section.facts}
    own = record._meta.label_lower
    notes = latest(entries, [entry for entry in found if entry.action == Action.NOTE])
    return [
        {
            **_entry(entry, record, facts, library, reader),
            **note_marks(entry, notes.get(entry.number, entry), record, library, reader.user),
        }
        if entry.library == own
        else _row_entry(entry)
        for entry in found
    ]


def own_note(library: Library, record: Any, user: User, number: int) -> tuple[Entry, Entry] | None:
    """Return a note that the user wrote about a record, and what it says today: another entry, or the same."""
    entries = readable(_entries(library, record, user), library, user)
    note = entries.filter(number=number, action=Action.NOTE, actor=user).first()
    return None if note is None else (note, latest(entries, [note]).get(number, note))


def _entries(library: Library, record: Any, user: User) -> QuerySet[Entry]:
    """Return what happened to a record and to the rows that belong to it, newest first.

    Who looked at contacts is for those who see all.
    """
    about = Q(library=record._meta.label_lower, record_id=record.pk)
    files = attachments_for(user, library, record, removed=None).order_by().values_list("pk", flat=True)
    related = {Attachment._meta.label_lower: list(files), **library.related_entries(user, record)}
    for name, ids in related.items():
        if ids:
            about |= Q(library=name, record_id__in=ids)
    # What moved with a merge says so at the record itself: one entry, not one a row.
    entries = (
        entries_for(user)
        .filter(about)
        .exclude(
            ~Q(library=record._meta.label_lower, record_id=record.pk),
            action__in=(Action.MERGE, Action.UNMERGE),
        )
    )
    if not user.sees_all:
        entries = entries.exclude(action=Action.READ)
    return entries.select_related("actor").order_by("-number")


def _row_entry(entry: Entry) -> dict[str, Any]:
    """Return what happened to a row of the record: that it did, not what it holds."""
    thing = apps.get_model(entry.library)._meta.verbose_name
    return {
        "number": entry.number,
        "when": entry.at,
        "who": str(entry.actor) if entry.actor is not None else _("Sanku"),
        "what": _("%(thing)s %(name)s: %(what)s")
        % {"thing": thing, "name": entry.label, "what": Action(entry.action).label},
        "changes": [],
        "why": entry.why,
        "kind": entry.action,
        "key": False,
    }


def _entry(
    entry: Entry, record: Any, facts: dict[str, Fact], library: Library, reader: Reader
) -> dict[str, Any]:
    what = str(Action(entry.action).label) if entry.action != Action.NOTE else ""
    if entry.record_id != record.pk:  # of a record that was merged into this one
        what = f"{entry.label} {what}".strip()
    if entry.channel == Channel.IMPORT:
        what = _("%(what)s by import") % {"what": what}
    if entry.action in (Action.UPDATE, Action.NOTE) and entry.record_id == record.pk:
        what = "" if entry.channel != Channel.IMPORT else what
    changes: list[dict[str, Any]] = []
    if entry.action in (Action.UPDATE, Action.RESTORE, Action.REMOVE, Action.MERGE, Action.UNMERGE):
        changes = [
            change_of(change, record, facts, library, reader)
            for whole in entry.changes
            if whole["field"] not in SILENT
            for change in zoned_changes(library, whole)
        ]
    return {
        "number": entry.number,
        "when": entry.at,
        "who": str(entry.actor) if entry.actor is not None else _("Sanku"),
        "what": what,
        "changes": [change for change in changes if change["label"]],
        "why": entry.why,
        "kind": entry.action,
        "key": entry.action in (Action.CREATE, Action.RESTORE, Action.REMOVE, Action.MERGE, Action.UNMERGE)
        or any(change["field"] == "stage" for change in entry.changes),
    }


def change_of(
    change: dict[str, Any], record: Any, facts: dict[str, Fact], library: Library, reader: Reader
) -> dict[str, Any]:
    """Say a change of the ledger: the field, its old and its new value; no label where it follows from another."""
    name = change["field"]
    if name.endswith("_cny") and name.removesuffix("_cny") in facts:
        return {"label": ""}  # follows from the amount, which is there too
    if name == "tags" or name.startswith(CUSTOM):
        return said_change(library, change, lambda value, kind: _said(value, kind, {}, reader))
    try:
        model_field = record._meta.get_field(name)
    except FieldDoesNotExist:
        label, words = library.ledger_words.get(name, (name, {}))
        old, new = (_said(change[end], "", words, reader) for end in ("old", "new"))
        return {"label": label, "old": old, "new": new}
    fact = facts.get(name)
    known = labels(fact, record, reader.user) if fact is not None else dict(model_field.choices or ())
    kind = fact.kind if fact is not None else ""
    return {
        "label": (fact.label if fact is not None else "") or model_field.verbose_name,
        "old": _said(change["old"], kind, known, reader),
        "new": _said(change["new"], kind, known, reader),
    }


def _said(value: Any, kind: str, known: Mapping[str, Any], reader: Reader) -> str:
    """Say a value of the ledger as the page would say the field."""
    if value is None or value == "" or value == []:
        return ""
    if kind in MONEY:
        return display.plain_money(Decimal(value))
    if kind == "area":
        return (
            f"{display.area_number(Decimal(value), reader.area_unit)} {display.area_unit(reader.area_unit)}"
        )
    if kind == "percent":
        return f"{display.number(Decimal(value) * 100)} %"
    if kind == "number" and isinstance(value, str | int | float):
        return display.number(Decimal(str(value)))
    if isinstance(value, list):
        return _(", ").join(str(known.get(item, item)) for item in value if not isinstance(item, dict))
    if isinstance(value, str) and value in known:
        return str(known[value])
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("label", value))
    if value is True:
        return _("yes")
    if value is False or value is None:
        return _("no") if value is False else ""
    if isinstance(value, str) and len(value) > 10 and (moment := _moment(value)) is not None:
        return f"{moment:%Y-%m-%d %H:%M}"
    return str(value)


def _moment(text: str) -> datetime | date | None:
    try:
        return parse_datetime(text) or parse_date(text)
    except ValueError:
        return None
