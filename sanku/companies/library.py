"""The company library: its columns, filters and the sections of a record."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from sanku.accounts.models import Sector, User
from sanku.accounts.queries import people_for
from sanku.accounts.rules import MERGES_COMPANIES, WRITES_COMPANIES
from sanku.common import display
from sanku.common.search import holding
from sanku.companies import operations
from sanku.companies.models import Company, Duplicate, Honour, RegistrationStatus
from sanku.companies.queries import (
    companies_for,
    companies_within,
    editions_for,
    entries_for,
    is_id,
    related_entries,
    similar_companies,
    survivor_of,
)
from sanku.library import cells
from sanku.library.specs import Cell, Column, Fact, Filter, Library, Panel, Reader, Section

WAN = Decimal(10_000)


def _name(company: Company, reader: Reader) -> Cell:
    return {"text": company.name, "sub": company.short_name or company.uscc}


def _roles(company: Company) -> list[str]:
    words = []
    if company.is_key:
        words.append(_now("Key"))
    elif company.is_resident:
        words.append(_now("In the zone"))
    return words


COLUMNS = [
    Column("name", _("Company"), _name, lambda company, reader: company.name, sort="name"),
    cells.text("uscc", _("Unified social credit code")),
    cells.choice("sector", _("Sector")),
    cells.text("place", _("Province and city"), "province", sub="city"),
    cells.money_wan("capital", _("Registered capital"), "registered_capital_cny"),
    cells.codes("honours", _("Honours"), lambda: dict(Honour.choices)),
    cells.day("established", _("Established"), "established_on"),
    cells.choice("status", _("Registration status")),
    cells.number("headcount", _("Headcount"), sort="headcount", shown=False),
    cells.money_wan("revenue", _("Revenue"), "revenue_cny", shown=False),
    cells.text("industry", _("Industry"), "industry_text", shown=False),
    cells.text("address", _("Address"), shown=False),
    cells.text("city", _("City"), shown=False),
    cells.person("leader", _("Responsible leader"), "responsible_leader", shown=False),
    cells.person("officer", _("Service officer"), "service_officer", shown=False),
    cells.changed(_("Last changed")),
]


def on_edition(user: User, values: list[str]) -> Q:
    """Return the condition that a company stands on one of some editions of honours lists."""
    editions = [int(value) for value in values if is_id(value)]
    matched = entries_for(user).filter(edition__in=editions, company__isnull=False).values("company_id")
    return Q(pk__in=matched)


def _placed(name: str, user: User, values: list[str]) -> Q:
    return holding(Company, user.zone_id, name, values[0])


def _reads(name: str, user: User, values: list[str]) -> Q:
    return Q(**{f"{name}__icontains": values[0]})


FILTERS = [
    Filter("resident", _("In the zone"), "flag", "is_resident"),
    Filter("key", _("Key enterprise"), "flag", "is_key"),
    Filter("sector", _("Sector"), "multi", "sector", options=lambda user: Sector.choices),
    Filter("honour", _("Honours"), "multi", "honours", options=lambda user: Honour.choices, codes=True),
    Filter(
        "edition",
        _("On the honours list"),
        "multi",
        "honours",
        options=lambda user: [(str(edition.pk), str(edition)) for edition in editions_for(user)[:50]],
        condition=on_edition,
    ),
    Filter(
        "status", _("Registration status"), "multi", "status", options=lambda user: RegistrationStatus.choices
    ),
    Filter(
        "province",
        _("Province"),
        "text",
        "province",
        condition=partial(_placed, "province"),
        of_few=partial(_reads, "province"),
    ),
    Filter(
        "city", _("City"), "text", "city", condition=partial(_placed, "city"), of_few=partial(_reads, "city")
    ),
    Filter("capital", _("Registered capital"), "range", "registered_capital_cny", scale=WAN, unit=cells.WAN),
    Filter("established", _("Established"), "date_range", "established_on"),
    Filter("within", _("Drawn on the map"), "area", "id", condition=companies_within),
]


def countries() -> list[tuple[str, str]]:
    """Return the countries and regions by ISO 3166 code, in the reader's language, China first."""
    names = display.names_of().territories
    known = sorted((code, name) for code, name in names.items() if len(code) == 2 and code.isalpha())
    return sorted(known, key=lambda country: (country[0] not in ("CN", "HK", "MO", "TW"), country[0] != "CN"))


SECTIONS = [
    Section(
        "identity",
        _("Identity"),
        [
            Fact("name", required=True),
            Fact("uscc", "code", help=_("18 characters; leave it empty if it is not known")),
            Fact("short_name"),
            Fact("english_name"),
            Fact("old_code"),
            Fact("status", "choice"),
            Fact("established_on", "date"),
            Fact("country", "choice", options=lambda user: countries()),
            Fact("registry_number"),
            Fact("former_names", "lines"),
        ],
    ),
    Section(
        "place",
        _("Place"),
        [
            Fact("province"),
            Fact("city"),
            Fact("region_code"),
            Fact("address"),
            Fact("lon", "position", label=_("position")),
        ],
        hint=_("Address and position put the company on the map."),
    ),
    Section(
        "business",
        _("Business"),
        [
            Fact("sector", "choice"),
            Fact("industry_code"),
            Fact("industry_text"),
            Fact("registered_capital", "money"),
            Fact("headcount", "number", unit=_("people")),
            Fact("revenue_cny", "cny"),
            Fact("revenue_growth", "percent"),
            Fact("profit_cny", "cny"),
            Fact("tax_cny", "cny"),
            Fact("products", "long"),
            Fact("business_scope", "long"),
        ],
        hint=_("Sector, capital, revenue and products."),
    ),
    Section(
        "standing",
        _("Owners and standing"),
        [
            Fact("honours", "codes", options=lambda user: Honour.choices),
            Fact("group_name"),
            Fact("ultimate_parent"),
            Fact("stock_code"),
        ],
        hint=_("Group, listing and honours."),
    ),
    Section(
        "zone",
        _("In the zone"),
        [
            Fact("is_resident", "flag"),
            Fact("is_key", "flag"),
            Fact("responsible_leader", "reference", choices_of=people_for),
            Fact("service_officer", "reference", choices_of=people_for),
            Fact("note", "long"),
        ],
        hint=_("Whether it is here, whether it is a key enterprise, and who answers for it."),
    ),
]


def _identity(company: Company, reader: Reader) -> str:
    place = "".join(dict.fromkeys(part for part in (company.province, company.city) if part))
    sector = company.get_sector_display() if company.sector else ""
    return " · ".join(str(part) for part in (company.uscc, place, sector) if part)


def _actions(company: Company, user: User) -> list[dict[str, Any]]:
    if not user.may(MERGES_COMPANIES):
        return []
    url = f"{reverse('merging:merge')}?keep={company.pk}"
    return [{"label": _now("Merge"), "url": url, "icon": "git-merge"}]


SAME_FIRM = _(
    "If it is the same firm, open that record and add what is missing there; do not enter it twice. "
    "If it is another firm of a like name, go on: the pair goes to the worklist of duplicates."
)


def _similar(user: User, given: dict[str, str]) -> list[dict[str, Any]]:
    return similar_rows(similar_companies(user, given.get("name", ""), given.get("uscc", "")))


def similar_rows(companies: Iterable[tuple[Company, str, str]]) -> list[dict[str, Any]]:
    """Return companies, each with why and who follows it, as library/_similar.html shows them."""
    return [
        {
            "title": company.name,
            "sub": " · ".join(part for part in (company.uscc, company.province + company.city) if part),
            "why": why,
            "url": reverse("companies:company-detail", args=[company.pk]),
            "held": held,
        }
        for company, why, held in companies
    ]


def _panel(key: str, name: str) -> Panel:
    """Return a panel by the name of its address, left out where no such page is installed."""

    def url(company: Company) -> str | None:
        try:
            return reverse(name, args=[company.pk])
        except NoReverseMatch:
            return None

    return Panel(key, url)


# No cell of the list reads these.
UNLISTED = [
    "created_at", "is_demo", "english_name", "former_names", "old_code", "other_codes", "country",
    "registry_number", "region_code", "lon", "lat", "industry_code", "products", "registered_capital",
    "registered_capital_currency", "revenue_growth", "profit_cny", "tax_cny", "group_name", "ultimate_parent",
    "stock_code", "initials", "base_id", "base_version", "parent", "merged_into",
]  # fmt: skip

COMPANIES = Library(
    name="companies",
    namespace="companies:company",
    title=_("Companies"),
    singular=_("company"),
    counted=lambda count: pgettext("counted", "company") if count == 1 else pgettext("counted", "companies"),
    records=companies_for,
    save=operations.save_companies,
    remove=operations.remove_company,
    restore=operations.restore_company,
    writers=WRITES_COMPANIES,
    sees_zone=lambda user: True,
    columns=COLUMNS,
    filters=FILTERS,
    sections=SECTIONS,
    create=("identity", "place", "business", "zone"),
    related=("responsible_leader", "service_officer"),
    unlisted=UNLISTED,
    views=((_("All"), ""), (_("In the zone"), "resident=1"), (_("Key enterprises"), "key=1")),
    search_hint=_("Name, short or former name, code, pinyin initials"),
    empty_text=_("Companies come in from a spreadsheet, or one by one."),
    identity=_identity,
    identified_by=("name", "uscc", "province", "city", "sector"),
    on_map=lambda company: company.lon is not None,
    tags=_roles,
    record_actions=_actions,
    pair_action=(MERGES_COMPANIES, "merging:merge", _("Merge the two")),
    similar=_similar,
    similar_fields="[name=name], [name=uscc]",
    similar_hint=SAME_FIRM,
    note_department=lambda user, company: user.department_id,
    closed_notes=True,
    successor=survivor_of,
    panels=(
        _panel("target", "companies:company-target"),
        _panel("contacts", "companies:company-contact-panel"),
        _panel("touches", "companies:company-touch-panel"),
        _panel("projects", "projects:company-projects"),
        _panel("honours", "companies:company-honours"),
        _panel("shareholders", "companies:company-shareholder-panel"),
        _panel("duplicates", "companies:company-duplicates"),
        _panel("merges", "merging:company-merges"),
    ),
    related_entries=related_entries,
    ledger_words={
        "duplicate": (_("possible duplicate"), dict(Duplicate.State.choices)),
        "shareholder": (_("shareholder"), {}),
        "absorbed": (_("merged into it"), {}),
    },
    fresh=lambda user: Company(zone=user.zone),
)
