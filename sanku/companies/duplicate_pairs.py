"""What a pair of companies that may be one agrees and differs in, as the worklist shows it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sanku.common import display
from sanku.companies.models import Company, Duplicate, Target

# The fields that tell two companies apart, the most telling first.
COMPARED = (
    "name", "uscc", "old_code", "short_name", "former_names", "english_name", "province", "city", "address",
    "registered_capital_cny", "established_on", "status", "sector", "group_name",
)  # fmt: skip
MONEY = frozenset({"registered_capital_cny"})
WHY = {
    "name": _("The names differ only in spelling or legal form."),
    "short": _("One's short name is the other's name or short name."),
    "former": _("One's former name is a name of the other."),
    "sound": _("The names sound alike: other characters, pinyin, or another order of words."),
    "spelling": _("The names differ in one character that is easily mistaken."),
}


def pair_of(
    pair: Duplicate, followers: dict[int, Target], *, may_decide: bool, may_merge: bool = False
) -> dict[str, Any]:
    """Return a pair as companies/duplicate_list.html shows it."""
    return {
        "id": pair.pk,
        "reason": WHY.get(pair.reason, pair.get_reason_display()),
        "state": pair.state,
        "state_label": pair.get_state_display(),
        "decided_at": pair.decided_at,
        "decided_by": pair.decided_by,
        "found_at": pair.found_at,
        "sides": [_side(company, followers) for company in (pair.first, pair.second)],
        "facts": compared(pair.first, pair.second),
        "may_decide": may_decide,
        "merge_url": merge_url(pair.first_id, pair.second_id) if may_merge else "",
    }


def merge_url(one: int, other: int) -> str:
    """Return where two companies are merged; which of them stays is proposed there."""
    return f"{reverse('merging:merge')}?of={one},{other}"


def _side(company: Company, followers: dict[int, Target]) -> dict[str, Any]:
    target = followers.get(company.pk)
    return {
        "id": company.pk,
        "name": company.name,
        "url": reverse("companies:company-detail", args=[company.pk]) if company.removed_at is None else "",
        "removed": company.removed_at is not None,
        "follower": str(target.department) if target is not None else "",
        "entered_at": company.created_at,
    }


def compared(first: Company, second: Company) -> list[dict[str, Any]]:
    """Return the fields that either company has, with both values and whether they agree.

    `state` is "same", "differs", or "one" where only one of them has a value.
    """
    rows = []
    for name in COMPARED:
        values = [_said(company, name) for company in (first, second)]
        if not any(values):
            continue
        state = "same" if values[0] == values[1] else "differs" if all(values) else "one"
        rows.append({"label": Company._meta.get_field(name).verbose_name, "values": values, "state": state})  # type: ignore[union-attr]
    return rows


def _said(company: Company, name: str) -> str:
    value = getattr(company, name)
    if name in MONEY:
        return "" if value is None else display.money(value)
    if name == "status" and value == "unknown":
        return ""
    shown = getattr(company, f"get_{name}_display", None)
    return str(shown() if shown is not None and value else value or "")
