"""What the pages of merging show: two records side by side, who wins, what moves, what an undo leaves."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import User
from sanku.accounts.rules import MERGES_COMPANIES
from sanku.companies.library import COMPANIES
from sanku.companies.models import Company
from sanku.companies.queries import followers_of
from sanku.library.records import field_of
from sanku.library.specs import Reader
from sanku.library.zoned import added_to, fact_of
from sanku.merging.hanging import KEY
from sanku.merging.models import Merge
from sanku.merging.problems import kept_message
from sanku.merging.queries import FieldChoice, MergePreview, visible_kept
from sanku.merging.rules import Kind, Side, Why

WHY: Mapping[str, Any] = {
    Why.FILLED: _("the other is empty"),
    Why.CODE: _("of the record with a valid code"),
    Why.NEWER: _("entered later"),
    Why.STAYS: _("of the record that stays"),
    Why.YES: _("one of them says so"),
    Why.BOTH: _("both together"),
    Why.EARLIER: _("reported first"),
}
LABELS: Mapping[str, Any] = {
    "target": _("Target client: whose claim stays"),
    "shareholders": _("Shareholders"),
    "parent": _("parent company"),
    "registry_number": _("registry number abroad"),
}


def address_of(keep: int, merge: int) -> str:
    """Return the address of the page on which two companies are merged."""
    return f"{reverse('merging:merge')}?keep={keep}&merge={merge}"


def merge_page(preview: MergePreview, reader: Reader, *, given: Mapping[str, str]) -> dict[str, Any]:
    """Return a preview as merging/merge.html shows it; `given` are choices that were sent."""
    keep, merge = preview.keep, preview.merge
    followers = followers_of(reader.user, [keep.pk, merge.pk])
    return {
        "sides": [_side(one, followers) for one in (keep, merge)],
        "rows": [
            _row(field, preview, reader, given.get(f"choice-{field.name}", "")) for field in preview.fields
        ],
        "moves": _now(", ").join(moving.said for moving in preview.moves),
        "beyond": preview.beyond,
        "problems": [problem.message() for problem in preview.problems],
        "notes": [problem.message() for problem in preview.notes],
        "seen": preview.seen,
        "swap_url": address_of(merge.pk, keep.pk),
        "why": given.get("why", ""),
    }


def _side(company: Company, followers: Mapping[int, Any]) -> dict[str, Any]:
    target = followers.get(company.pk)
    return {
        "id": company.pk,
        "name": company.name,
        "uscc": company.uscc,
        "url": reverse("companies:company-detail", args=[company.pk]),
        "follower": str(target.department) if target is not None else "",
        "entered_at": company.created_at,
        "updated_at": company.updated_at,
    }


def _row(field: FieldChoice, preview: MergePreview, reader: Reader, given: str) -> dict[str, Any]:
    side = given if given in field.sides else field.side
    sides = {
        Side.KEEP: _shown(field, preview.keep, field.keep, reader),
        Side.MERGE: _shown(field, preview.merge, field.merge, reader),
    }
    options = [
        {"side": one, "shown": sides[one], "on": side == one, "offered": one in field.sides}
        for one in (Side.KEEP, Side.MERGE)
    ]
    return {
        "name": field.name,
        "label": label_of(field.name),
        "options": options,
        "both": Side.BOTH in field.sides,
        "both_on": side == Side.BOTH,
        "why": WHY.get(field.why, ""),
    }


def label_of(name: str) -> str:
    """Return what a field of a company is called."""
    if name in LABELS:
        return str(LABELS[name])
    known = {fact.name: fact for section in COMPANIES.sections for fact in section.facts}
    if name in known and known[name].label:
        return str(known[name].label)
    model_field: Any = Company._meta.get_field(name)
    return str(model_field.verbose_name)


def _shown(field: FieldChoice, company: Company, value: Any, reader: Reader) -> Any:
    """Return a value as the record's page shows it; empty where nothing is known."""
    if value is None or value == [] or value == {}:
        return ""
    if field.name in ("target", "shareholders"):
        return _lines(value if isinstance(value, list) else [value])
    if field.name == "tags":
        return _lines(tag.name for tag in added_to(COMPANIES.name, reader.user).shown(value))
    if field.name == "custom":
        facts = [fact_of(one) for one in added_to(COMPANIES.name, reader.user).fields if one.key in value]
        figures = ((fact.label, _figure(field_of(fact, company, reader))) for fact in facts)
        return format_html_join("", "<p>{} {}</p>", figures)
    known = {fact.name: fact for section in COMPANIES.sections for fact in section.facts}
    if field.name == "registry_number":
        country = field_of(known["country"], company, reader)["value"]
        return " ".join(part for part in (str(country or ""), company.registry_number) if part)
    if field.name in known:
        shown = field_of(known[field.name], company, reader)
        if field.kind == Kind.FLAG and not value:
            return _now("no")
        return _figure(shown)
    if field.kind == Kind.WORDS:
        return _lines(f"{word} {said}" for word, said in value.items())
    return _lines(value) if isinstance(value, list) else str(value)


def _figure(shown: Mapping[str, Any]) -> Any:
    """Return a shown value with its unit."""
    return shown.get("html") or " ".join(str(part) for part in (shown["value"], shown["unit"]) if part)


def _lines(values: Iterable[Any]) -> str:
    return format_html_join("", "<p>{}</p>", ((value,) for value in values))


def merge_of(merge: Merge, user: User) -> dict[str, Any]:
    """Return a merge that was made as merging/_merge.html shows it."""
    return {
        "id": merge.pk,
        "survivor": merge.survivor,
        "survivor_url": reverse("companies:company-detail", args=[merge.survivor_id]),
        "merged": merge.merged,
        "merged_url": reverse("companies:company-detail", args=[merge.merged_id]),
        "at": merge.at,
        "by": merge.by,
        "why": merge.why,
        "undone_at": merge.undone_at,
        "undone_by": merge.undone_by,
        "undo_url": reverse("merging:merge-undo", args=[merge.pk])
        if merge.undone_at is None and user.may(MERGES_COMPANIES)
        else "",
        "kept": [_kept(one) for one in visible_kept(user, merge.kept)],
    }


def _kept(kept: Mapping[str, Any]) -> dict[str, Any]:
    params = dict(kept["params"])
    if "field" in params:
        params["field"] = label_of(params["field"]) if _is_field(params["field"]) else params["field"]
    label = kept["label"] if kept["table"] == KEY else f"{kept['label']}"
    return {"label": label, "what": kept_message({**kept, "params": params})}


def _is_field(name: str) -> bool:
    return any(isinstance(one, models.Field) and one.name == name for one in Company._meta.get_fields())
