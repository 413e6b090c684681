"""A seeded zone of any size, made by the operations that the product itself uses. All names are invented."""

import gc
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.invent import BRAND, FORMS, PLACES, TRADES, code
from sanku.accounts.models import Department, ExchangeRate, Sector, Squad, User, Zone
from sanku.audit.models import Channel
from sanku.audit.operations import Draft, Via
from sanku.companies.models import Company, Honour, RegistrationStatus
from sanku.companies.operations import save_companies
from sanku.library.models import CustomField, Tag
from sanku.library.operations.fields import save_field
from sanku.library.operations.tags import make_tags
from sanku.projects.models import Project, Stage
from sanku.projects.operations import save_projects

# Enumerations make such lists anew at every look.
SECTORS, STATUSES, HONOURS, STAGES = Sector.values, RegistrationStatus.values, Honour.values, Stage.values
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
VIA = Via(Channel.COMMAND)
CHUNK = 5_000


def people(zone: Zone) -> tuple[User, list[User], list[Squad]]:
    """Make an organisation: the office's person, 60 officers, a squad a department."""
    office = User.objects.create_user(
        f"office{zone.pk}", zone=zone, name="办公室", role="office", is_staff=True, is_superuser=True
    )
    officers, squads = [], []
    for position, sector in enumerate(Sector.values):
        department = Department.objects.create(
            zone=zone, name=f"{sector}部", short_name=sector, kind="sector", sector=sector, position=position
        )
        squads.append(Squad.objects.create(zone=zone, department=department, name=f"{sector}一队"))
        for number in range(9):
            officers.append(
                User.objects.create_user(
                    f"o{zone.pk}_{position}_{number}",
                    zone=zone,
                    name=f"专员{position}{number}",
                    role="promotion",
                    department=department,
                    squad=squads[-1],
                )
            )
    return office, officers, squads


TAGS = ["链主", "回访", "专班", "外资", "停滞"]
# What a zone adds to a library: label, kind, choices. Their keys are the initials of the labels.
OWN_FIELDS: tuple[tuple[str, str, list[str]], ...] = (
    ("评级", "choice", ["A", "B", "C", "D"]),
    ("得分", "number", []),
    ("走访日", "date", []),
    ("对接人", "text", []),
)


def add_own(office: User) -> list[Tag]:
    """Add tags and fields of the zone's own to both libraries; return the tags."""
    given: dict[str, Any] = {"actor": office, "now": NOW, "via": VIA}
    for library in ("companies", "projects"):
        for label, kind, codes in OWN_FIELDS:
            choices = [{"code": one, "label": f"{one}级", "is_open": True} for one in codes]
            save_field(
                CustomField(), {"library": library, "label": label, "kind": kind, "choices": choices}, **given
            )
    return list(make_tags(TAGS, library="", **given).values())


def own_values(chance: random.Random, tags: list[Tag]) -> dict[str, object]:
    """Return tags and values of the zone's own fields: six records of ten have some."""
    if chance.random() < 0.4:
        return {}
    return {
        "tags": sorted(str(tag.pk) for tag in chance.sample(tags, chance.choice((0, 1, 1, 2)))),
        "custom": {
            "pj": chance.choices(["A", "B", "C", "D"], [1, 9, 30, 60])[0],
            "df": chance.randrange(101),
            "zfr": (date(2024, 1, 1) + timedelta(chance.randrange(1000))).isoformat(),
            "djr": f"示{chance.choice(BRAND)}{chance.choice(BRAND)}",
        },
    }


def company_values(chance: random.Random) -> dict[str, object]:
    """Return the values of one invented company."""
    province = chance.choice(list(PLACES))
    city = chance.choice(PLACES[province])
    brand = "".join(chance.choices(BRAND, k=chance.choice((2, 2, 3, 4))))
    return {
        "name": f"{city}示例{brand}{chance.choice(TRADES)}{chance.choice(FORMS)}",
        "uscc": code(chance) if chance.random() < 0.85 else "",
        "province": province,
        "city": city,
        "sector": chance.choice(SECTORS),
        "status": chance.choices(STATUSES, [80, 4, 4, 8, 2, 2])[0],
        "established_on": date(1985, 1, 1) + timedelta(chance.randrange(15_000)),
        "registered_capital": Decimal(round(10 ** chance.uniform(5, 9.5), -4)),
        "registered_capital_currency": "CNY",
        "headcount": int(10 ** chance.uniform(0.5, 4)),
        "honours": sorted(chance.sample(HONOURS, chance.choices((0, 1, 2), [85, 12, 3])[0])),
        "is_resident": chance.random() < 0.1,
        "is_key": chance.random() < 0.01,
        "business_scope": "示例经营范围：" + "、".join(chance.choices(TRADES, k=8)),
        "address": f"{province}省{city}市示例路{chance.randrange(999)}号",
        "is_demo": True,
    }


def project_values(
    chance: random.Random, investor: Company, squads: list[Squad], officers: list[User]
) -> dict[str, object]:
    """Return the values of one invented project."""
    lead = chance.choice(officers)
    brand = "".join(chance.choices(BRAND, k=2))
    return {
        "name": f"示例{brand}{chance.choice(TRADES)}{chance.choice(['基地', '产业园', '研发中心', '二期', '总部'])}项目",
        "investor": investor,
        "sector": chance.choice(SECTORS),
        "investment": Decimal(round(10 ** chance.uniform(6.5, 9.8), -4)),
        "investment_currency": "CNY",
        "land_m2": Decimal(chance.randrange(2_000, 300_000)) if chance.random() < 0.7 else None,
        "stage": chance.choices(STAGES, [20, 25, 12, 10, 8, 8, 6, 5, 2, 4])[0],
        "department": lead.department,
        "squad": lead.squad,
        "lead": lead,
        "money_origin": chance.choice(["in_province", "outside", "abroad", ""]),
        "next_action": "示例下一步",
        "next_action_on": date(2026, 11, 1) + timedelta(chance.randrange(60))
        if chance.random() < 0.8
        else None,
        "signed_on": date(2022, 1, 1) + timedelta(chance.randrange(1700)) if chance.random() < 0.4 else None,
        "content": "示例建设内容，" * 20,
        "is_demo": True,
    }


def fill(projects: int, *, seed: int = 7) -> tuple[User, list[User]]:
    """Make a zone of `projects` projects and twice as many companies; return its office's person and officers.

    A zone of that size that is there already (`--keep`) is taken as it is.
    """
    known = Zone.objects.filter(name=f"示例区{projects}").first()
    if known is not None:
        people_there = User.objects.filter(zone=known).order_by("pk")
        return people_there.get(role="office"), list(people_there.filter(role="promotion"))
    # Hundreds of thousands of records stay in use: looking among them for garbage would take a third of the time.
    gc.disable()
    try:
        return _filled(projects, seed)
    finally:
        gc.enable()


def _filled(projects: int, seed: int) -> tuple[User, list[User]]:
    chance = random.Random(seed)
    zone = Zone.objects.create(
        name=f"示例区{projects}", short_name="示例", region_code="370800", is_demo=True
    )
    ExchangeRate.objects.create(zone=zone, currency="USD", on=date(2020, 1, 1), cny=Decimal("7.1"))
    office, officers, squads = people(zone)
    tags = add_own(office)
    companies: list[Company] = []
    used: set[str] = set()
    while len(companies) < 2 * projects:
        drafts = []
        for _ in range(min(CHUNK, 2 * projects - len(companies))):
            values = company_values(chance) | own_values(chance, tags)
            if values["uscc"] in used:
                values["uscc"] = ""
            used.add(str(values["uscc"]))
            drafts.append(Draft(Company(zone=zone), values))
        when = NOW - timedelta(minutes=len(companies))
        save_companies(drafts, actor=office, now=when, via=VIA)
        companies += [draft.record for draft in drafts]
    for begin in range(0, projects, CHUNK):
        drafts_p = [
            Draft(
                Project(zone=zone),
                project_values(chance, chance.choice(companies), squads, officers) | own_values(chance, tags),
            )
            for _ in range(min(CHUNK, projects - begin))
        ]
        save_projects(drafts_p, actor=office, now=NOW - timedelta(minutes=begin), via=VIA)
    return office, officers
