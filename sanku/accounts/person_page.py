"""What a person's page shows: head, sections, timeline."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanku.accounts.models import Language, PasswordKind, Sector, User
from sanku.accounts.queries import person_timeline
from sanku.accounts.rules import MANAGES_PEOPLE
from sanku.audit.models import Entry

# Sections that are edited as a whole, with their fields. What is personal is not for everybody's eyes.
SECTIONS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "place": (
        gettext_lazy("Place in the organisation"),
        ("name", "username", "role", "department", "squad", "title", "phone"),
    ),
    "skills": (gettext_lazy("Education and skills"), ("birth_year", "degree", "languages", "skills")),
}
PERSONAL = frozenset({"birth_year"})
OPEN_TO_MANAGERS = frozenset({"username"})
ENTRIES = 50


def person_page(user: User, person: User, *, today: date) -> dict[str, Any]:
    """Return the context of a person's page."""
    return {
        "person": person,
        "record": head_of(user, person),
        "sections": [section_of(user, person, key, today=today) for key in SECTIONS],
        "timeline": list(timeline_of(user, person)),
        "shows_timeline": user.may(MANAGES_PEOPLE) or user.pk == person.pk,
    }


def head_of(user: User, person: User) -> dict[str, Any]:
    """Return a person's head as library/_record_head.html shows it."""
    unit = " · ".join(str(part) for part in (person.department, person.squad) if part)
    tags = [person.get_role_display()]
    if not person.is_active:
        tags.append(_("deactivated"))
    if person.password_kind == PasswordKind.ONE_TIME:
        tags.append(_("one-time password not used yet"))
    return {
        "title": person.name,
        "code": person.username if user.may(MANAGES_PEOPLE) else "",
        "identity": " · ".join(part for part in (unit, person.title) if part),
        "tags": tags,
        "back_url": reverse("accounts:roster"),
        "back_label": _("Roster"),
        "actions": list(_actions(user, person)),
    }


def _actions(user: User, person: User) -> Iterable[dict[str, Any]]:
    if not user.may(MANAGES_PEOPLE):
        return
    names = {"name": person.name}
    if person.is_active:
        yield {
            "label": _("Give a new password"),
            "url": reverse("accounts:person-password", args=[person.pk]),
            "icon": "key",
            "post": True,
            "confirm": _("Give %(name)s a new one-time password? The present one stops working at once.")
            % names,
        }
    yield {
        "label": _("Deactivate") if person.is_active else _("Activate again"),
        "url": reverse("accounts:person-activity", args=[person.pk]),
        "icon": "ban" if person.is_active else "arrow-back-up",
        "post": True,
        "danger": person.is_active,
        "confirm": _("Deactivate %(name)s? He can no longer sign in; his records stay.") % names
        if person.is_active
        else "",
    }


def section_of(user: User, person: User, key: str, *, today: date) -> dict[str, Any]:
    """Return a section as library/_section.html shows it."""
    title, names = SECTIONS[key]
    manages = user.may(MANAGES_PEOPLE)
    may_see = manages or user.sees_all or user.pk == person.pk
    shown = [
        name
        for name in names
        if (name not in PERSONAL or may_see) and (name not in OPEN_TO_MANAGERS or manages)
    ]
    return {
        "key": key,
        "title": title,
        "url": reverse("accounts:person-section", args=[person.pk, key]),
        "edit_url": reverse("accounts:person-section-edit", args=[person.pk, key]) if manages else None,
        "open": True,
        "fields": [_fact(person, name, today) for name in shown],
    }


def _fact(person: User, name: str, today: date) -> dict[str, Any]:
    label = User._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    value = getattr(person, name)
    fact: dict[str, Any] = {"label": label, "value": value}
    match name:
        case "role" | "degree":
            fact["value"] = getattr(person, f"get_{name}_display")()
        case "languages" | "skills":
            labels = dict(Language.choices if name == "languages" else Sector.choices)
            fact["value"] = _(", ").join(str(labels.get(code, code)) for code in value)
            fact["wide"] = True
        case "birth_year" if value:
            fact["value"] = _("%(year)d (%(age)d years)") % {"year": value, "age": today.year - value}
        case "department" | "squad":
            fact["value"] = value.name if value else ""
        case "phone" if value:
            fact["url"] = f"tel:{value}"
    return fact


def timeline_of(user: User, person: User) -> Iterable[dict[str, Any]]:
    """Yield what happened to a person's record, as library/_timeline_items.html shows it."""
    for entry in person_timeline(user, person)[:ENTRIES]:
        yield {
            "when": entry.at,
            "who": entry.actor.name if entry.actor else _("the operator"),
            "what": entry.get_action_display(),
            "changes": [_change(change) for change in entry.changes if change["field"] in _fields()],
            "why": entry.why,
            "kind": entry.action,
            "key": entry.action == "create" or _is_key(entry),
        }


def _fields() -> set[str]:
    return {model_field.name for model_field in User._meta.concrete_fields}


def _is_key(entry: Entry) -> bool:
    return any(change["field"] in ("role", "is_active", "password_kind") for change in entry.changes)


def _change(change: dict[str, Any]) -> dict[str, Any]:
    name = change["field"]
    return {
        "label": User._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
        "old": _said(name, change["old"]),
        "new": _said(name, change["new"]),
    }


def _said(name: str, value: Any) -> str:
    """Say a value of the ledger in the reader's language."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, dict):
        return str(value["label"])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices: dict[Any, Any] = dict(User._meta.get_field(name).choices or ())  # type: ignore[union-attr]
    choices |= {"languages": dict(Language.choices), "skills": dict(Sector.choices)}.get(name, {})
    if isinstance(value, list):
        return _(", ").join(str(choices.get(code, code)) for code in value)
    return str(choices.get(value, value))
