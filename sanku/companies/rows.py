"""The panels of rows on the pages of companies and target clients: contacts, touches, shareholders."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import User
from sanku.accounts.rules import WRITES_COMPANIES, WRITES_TARGETS
from sanku.audit.operations import Via, log_reading
from sanku.common import display
from sanku.companies import operations
from sanku.companies.library import COMPANIES
from sanku.companies.models import Contact, Shareholder, Target, Touch
from sanku.companies.queries import contacts_for, in_scope, may_hold, shareholders_for, touches_for
from sanku.companies.rules import masked_email, masked_phone
from sanku.companies.target_library import TARGETS
from sanku.library.rows import Rows
from sanku.library.specs import Fact, Reader


def _contact_line(contact: Contact, reader: Reader, revealed: bool) -> dict[str, Any]:
    facts = []
    if contact.phone:
        number = contact.phone if revealed else masked_phone(contact.phone)
        href = f"tel:{contact.phone}" if revealed else ""
        facts.append({"label": _now("Phone"), "value": number, "href": href})
    if contact.email:
        address = contact.email if revealed else masked_email(contact.email)
        facts.append({"label": _now("E-mail"), "value": address})
    return {
        "title": contact.name or _now("without a name"),
        "sub": contact.title,
        "facts": facts,
        "texts": [{"label": "", "value": contact.note}] if contact.note else [],
        "tags": [str(contact.department)] if contact.department is not None else [],
        "hidden": bool(facts) and not revealed,
    }


def _log_contact(contact: Contact, *, actor: User, now: datetime, via: Via) -> None:
    log_reading(contact.company, what=str(contact.name or contact.pk), actor=actor, now=now, via=via)


CONTACTS = Rows(
    key="contacts",
    library=COMPANIES,
    name="contact",
    title=_("Contacts"),
    singular=_("contact"),
    hint=_(
        "Nobody yet. A contact is seen by the department that enters it and by those who answer for the company."
    ),
    rows=lambda user, company, removed=False: (
        contacts_for(user, removed=removed).filter(company=company).order_by("id")
    ),
    fresh=lambda user, company: Contact(zone_id=company.zone_id, company=company),
    facts=[Fact("name"), Fact("title"), Fact("phone"), Fact("email"), Fact("note", "long")],
    line=_contact_line,
    save=operations.save_contacts,
    remove=operations.remove_contact,
    restore=operations.restore_contact,
    may_write=may_hold,
    reveal=_log_contact,
)


def _touch_line(touch: Touch, reader: Reader, revealed: bool) -> dict[str, Any]:
    texts = [{"label": "", "value": touch.content}, {"label": _now("Outcome"), "value": touch.result}]
    return {
        "title": display.near_day(touch.on, reader.today),
        "sub": " · ".join(part for part in (touch.on.isoformat(), touch.method, touch.participants) if part),
        "texts": [text for text in texts if text["value"]],
        "tags": [str(touch.department)] if touch.department is not None else [],
    }


TOUCH_FACTS = [
    Fact("on", "date", required=True),
    Fact("method", help=_("Visit, call, meeting, fair …")),
    Fact("participants", label=_("who took part")),
    Fact("content", "long"),
    Fact("result", "long"),
]
TOUCH_HINT = _("Nothing yet. Every visit, call and meeting stands here with its outcome.")

COMPANY_TOUCHES = Rows(
    key="touches",
    library=COMPANIES,
    name="touch",
    title=_("Dealings"),
    singular=_("touch"),
    hint=TOUCH_HINT,
    rows=lambda user, company, removed=False: (
        touches_for(user, removed=removed).filter(company=company).order_by("-on", "-id")
    ),
    fresh=lambda user, company: Touch(zone_id=company.zone_id, company=company),
    facts=TOUCH_FACTS,
    line=_touch_line,
    save=operations.save_touches,
    remove=operations.remove_touch,
    restore=operations.restore_touch,
    may_write=may_hold,
)


def may_write_target(user: User, target: Target) -> bool:
    """Return whether the user may write what belongs to a target client."""
    return user.may(WRITES_TARGETS) and in_scope(user, target)


TARGET_TOUCHES = Rows(
    key="touches",
    library=TARGETS,
    name="touch",
    title=_("Dealings"),
    singular=_("touch"),
    hint=TOUCH_HINT,
    rows=lambda user, target, removed=False: (
        touches_for(user, removed=removed).filter(company=target.company_id).order_by("-on", "-id")
    ),
    fresh=lambda user, target: Touch(
        zone_id=target.zone_id, company=target.company, department=target.department
    ),
    facts=TOUCH_FACTS,
    line=_touch_line,
    save=operations.save_touches,
    remove=operations.remove_touch,
    restore=operations.restore_touch,
    may_write=may_write_target,
    refreshes=("progress",),
)


def _shareholder_line(shareholder: Shareholder, reader: Reader, revealed: bool) -> dict[str, Any]:
    share = shareholder.share
    holder = shareholder.holder
    linked = holder is not None and holder.removed_at is None
    return {
        "title": shareholder.name,
        "url": reverse("companies:company-detail", args=[shareholder.holder_id]) if linked else "",
        "sub": "" if share is None else f"{display.number(share * 100)} %",
        "meter": None if share is None else share * 100,
    }


SHAREHOLDERS = Rows(
    key="shareholders",
    library=COMPANIES,
    name="shareholder",
    title=_("Shareholders"),
    singular=_("shareholder"),
    hint=_("Nobody yet. Who owns the company, with shares, largest first."),
    rows=lambda user, company, removed=False: (
        shareholders_for(user, removed=removed).filter(company=company).select_related("holder")
    ),
    fresh=lambda user, company: Shareholder(company=company),
    facts=[Fact("name", required=True), Fact("share", "percent")],
    line=_shareholder_line,
    save=operations.save_shareholders,
    remove=operations.remove_shareholder,
    restore=operations.restore_shareholder,
    may_write=lambda user, company: user.may(WRITES_COMPANIES),
)
