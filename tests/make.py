"""Builders of records: the smallest that show a behaviour. They write no ledger entries.

Where no zone is given it is the first zone there is, made when there is none.
"""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, TypeVar

from django.contrib.auth.hashers import make_password

from sanku.accounts.models import ApiToken, Department, ExchangeRate, Squad, User, Zone
from sanku.audit.models import Channel
from sanku.audit.operations import Via
from sanku.common.codes import expected_check_character
from sanku.common.records import LibraryRecord, Record
from sanku.common.search import index_texts
from sanku.common.values import index_values
from sanku.companies.models import Company, CompanyName, Contact, Target, Touch
from sanku.library.files import keep_content
from sanku.library.models import Attachment, BulkEdit, BulkRow, SavedView
from sanku.projects.models import Project
from sanku.sites.models import Site

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 09:30 in the zone
TODAY = date(2026, 11, 23)
VIA = Via(Channel.WEB, "127.0.0.1")
PASSWORD = "示例-correct-horse"

_number = count(1)
R = TypeVar("R", bound=Record)


def zone(name: str = "", **values: Any) -> Zone:
    """Make a zone in Jining."""
    name = name or f"示例园区{next(_number)}"
    return Zone.objects.create(
        **{"name": name, "short_name": name, "region_code": "370811", "lon": 116.69, "lat": 35.42, **values}
    )


def first_zone() -> Zone:
    """Return the first zone, making it when there is none."""
    return Zone.objects.order_by("pk").first() or zone("示例高新区")


def department(zone: Zone | None = None, name: str = "", **values: Any) -> Department:
    """Make a sector department; `kind` and `sector` make another."""
    if "kind" not in values:
        values.setdefault("sector", "equipment")
    name = name or f"示例招商{next(_number)}局"
    return Department.objects.create(
        **{"zone": zone or first_zone(), "name": name, "short_name": name, "kind": "sector", **values}
    )


def squad(department: Department, name: str = "") -> Squad:
    """Make a squad of a department."""
    name = name or f"示例{next(_number)}队"
    return Squad.objects.create(zone_id=department.zone_id, department=department, name=name)


def user(role: str = "office", zone: Zone | None = None, **values: Any) -> User:
    """Make a person who can sign in with PASSWORD; a promotion officer gets a department where none is given."""
    person = unsaved_user(role, zone, **values)
    person.save()
    return person


def unsaved_user(role: str = "office", zone: Zone | None = None, **values: Any) -> User:
    """Build the person only: many are saved faster together."""
    squad_of = values.get("squad")
    if squad_of is not None:
        values.setdefault("department", squad_of.department)
    if zone is None:
        zone = values["department"].zone if values.get("department") else first_zone()
    if role == "promotion":
        values["department"] = values.get("department") or department(zone)
    username = values.pop("username", "") or f"{role}{next(_number)}"
    person = User(username=username, zone=zone, role=role, name=values.pop("name", f"示{username}"), **values)
    person.password = _password()
    return person


@cache
def _password() -> str:
    return make_password(PASSWORD)


def rate(
    currency: str = "USD", cny: str = "7.1", on: date = date(2026, 1, 1), zone: Zone | None = None
) -> ExchangeRate:
    """Make an exchange rate."""
    return ExchangeRate.objects.create(zone=zone or first_zone(), currency=currency, on=on, cny=Decimal(cny))


def token(person: User, **values: Any) -> ApiToken:
    """Make an access token that nobody knows the secret of."""
    given = {"name": "示例程序", "digest": str(next(_number)), "hint": "abcd", **values}
    return ApiToken.objects.create(
        zone_id=person.zone_id, person=person, created_at=NOW, expires_at=NOW + timedelta(days=30), **given
    )


def uscc(number: int | None = None) -> str:
    """Return a valid, invented unified social credit code."""
    body = f"91370800M{next(_number) if number is None else number:08d}"
    return body + str(expected_check_character(body + "0"))


def company(zone: Zone | None = None, name: str = "", **values: Any) -> Company:
    """Make a company and the names by which it is recognised."""
    name = name or f"示例机械{next(_number)}有限公司"
    made = _saved(Company(zone=zone or first_zone(), name=name, **values))
    CompanyName.objects.bulk_create(
        CompanyName(zone_id=made.zone_id, company=made, kind=kind, core=core, sound=sound)
        for kind, core, sound in made.recognised()
    )
    return made


def contact(company: Company, department: Department | None = None, **values: Any) -> Contact:
    """Make a contact at a company, held by a department."""
    values.setdefault("name", "示联系人")
    return _saved(Contact(zone_id=company.zone_id, company=company, department=department, **values))


def touch(company: Company, department: Department | None = None, **values: Any) -> Touch:
    """Make a touch with a company, held by a department."""
    values.setdefault("on", TODAY)
    return _saved(Touch(zone_id=company.zone_id, company=company, department=department, **values))


def target(**values: Any) -> Target:
    """Make a target client; `company` and `department` are made where not given."""
    holder: Department | None = values.pop("department", None)
    client = values.pop("company", None) or company(holder.zone if holder else None)
    holder = holder or department(client.zone)
    return _saved(Target(zone_id=client.zone_id, company=client, department=holder, **values))


def site(zone: Zone | None = None, name: str = "", **values: Any) -> Site:
    """Make a carrier, a factory where nothing else is said."""
    values.setdefault("kind", "factory")
    return _saved(Site(zone=zone or first_zone(), name=name or f"示例厂房{next(_number)}", **values))


def project(zone: Zone | None = None, name: str = "", **values: Any) -> Project:
    """Make a project, a lead without department where nothing else is said."""
    if zone is None and values.get("department"):
        zone = values["department"].zone
    return _saved(Project(zone=zone or first_zone(), name=name or f"示例项目{next(_number)}", **values))


def saved_view(owner: User, library: str, name: str = "", query: str = "", **values: Any) -> SavedView:
    """Make a saved view of a person's; `shared="department"` shares it with his."""
    if values.get("shared") == "department":
        values.setdefault("department", owner.department)
    return SavedView.objects.create(
        **{
            "zone_id": owner.zone_id,
            "owner": owner,
            "library": library,
            "name": name or f"示例视图{next(_number)}",
            "query": query,
            "created_at": NOW,
            "updated_at": NOW,
            **values,
        }
    )


def attachment(
    record: Any, by: User, name: str = "", content: bytes = b"%PDF-1.7\n", **values: Any
) -> Attachment:
    """Make a file on a record, of the department of whoever added it where it is a company's."""
    department = by.department_id if isinstance(record, Company) else None
    return Attachment.objects.create(
        **{
            "zone_id": record.zone_id,
            "table": record._meta.label_lower,
            "record_id": record.pk,
            "department_id": department,
            "name": name or f"示例{next(_number)}.pdf",
            "kind": "pdf",
            "size_bytes": len(content),
            "sha256": keep_content(io.BytesIO(content)),
            "by": by,
            "created_at": NOW,
            "updated_at": NOW,
            **values,
        }
    )


def bulk_edit(by: User, library: str, **values: Any) -> BulkEdit:
    """Make a bulk edit that waits to be saved, of one record that is gone."""
    made = BulkEdit.objects.create(
        **{"zone_id": by.zone_id, "by": by, "library": library, "state": "ready", "created_at": NOW, **values}
    )
    BulkRow.objects.create(edit=made, record_id=10**9, state="ready")
    return made


def _saved(record: R) -> R:
    record.created_at = record.updated_at = NOW
    record.derive()
    record.save()
    if record.search_text:
        index_texts(type(record), {record.pk: record.search_text})
    if isinstance(record, LibraryRecord):
        index_values([record])
    return record
