"""What the pages of the national base show."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanku.accounts.models import User
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.base.queries import Hit, base_hits, current_version
from sanku.common import display
from sanku.companies.models import Honour, RegistrationStatus
from sanku.library.state import clean_text
from sanku.warehouse.names.serving import opened

if TYPE_CHECKING:
    from sanku.warehouse.names.reader import Filters, Names

Json = dict[str, Any]
SHOWN = 50
LONGEST = 40
# The sections of GB/T 4754-2017.
INDUSTRIES = {
    "A": gettext_lazy("Agriculture, forestry, animal husbandry and fishery"),
    "B": gettext_lazy("Mining"),
    "C": gettext_lazy("Manufacturing"),
    "D": gettext_lazy("Electricity, heat, gas and water"),
    "E": gettext_lazy("Construction industry"),
    "F": gettext_lazy("Wholesale and retail"),
    "G": gettext_lazy("Transport, storage and post"),
    "H": gettext_lazy("Accommodation and catering"),
    "I": gettext_lazy("Information transmission, software and IT services"),
    "J": gettext_lazy("Finance"),
    "K": gettext_lazy("Real estate"),
    "L": gettext_lazy("Leasing and business services"),
    "M": gettext_lazy("Scientific research and technical services"),
    "N": gettext_lazy("Water conservancy, environment and public facilities"),
    "O": gettext_lazy("Resident, repair and other services"),
    "P": gettext_lazy("Education"),
    "Q": gettext_lazy("Health and social work"),
    "R": gettext_lazy("Culture, sports and entertainment"),
    "S": gettext_lazy("Public administration and social organisations"),
    "T": gettext_lazy("International organisations"),
}
HOW = {
    "exact": gettext_lazy("same name"),
    "code": gettext_lazy("code"),
    "initials": gettext_lazy("initials"),
    "near": gettext_lazy("similar spelling"),
}


def search_context(user: User, given: QueryDict) -> Json:
    """Return the page of the base: what a text finds within the filters, or what there is to search."""
    version, served = current_version(), opened()
    text = clean_text(given.get("q", ""))[:LONGEST]
    context: Json = {
        "text": text,
        "version": version,
        "rows": version.rows if version else 0,
        "is_searchable": served is not None,
        "may_pick": user.may(WRITES_COMPANIES),
        "empty": _nothing_loaded(),
    }
    if version is None or served is None:
        return context
    names = served.reader
    chosen = {name: given.get(name, "")[:6] for name in ("province", "city", "industry")}
    if chosen["city"][:2] != chosen["province"][:2]:  # of the province that was chosen before
        chosen["city"] = ""
    chosen["honour"] = given.get("honour", "")[:64]
    filters = filters_of(chosen)
    hits = base_hits(user, text, limit=SHOWN, filters=filters) if text.strip() else []
    return {
        **context,
        "chosen": chosen,
        "provinces": regions_below(names, ""),
        "cities": regions_below(names, chosen["province"][:2]) if chosen["province"] else [],
        "industries": INDUSTRIES.items(),
        "honours": [(code, honour_word(code)) for code in names.honours],
        "hits": [hit_row(hit) for hit in hits],
        "is_cut": len(hits) == SHOWN,
        "most": SHOWN,
    }


def _nothing_loaded() -> Json:
    return {
        "title": _("No national base is loaded yet"),
        "text": _(
            "An administrator loads bought or public files of companies with the command “sanku base load FILES”."
        ),
    }


def filters_of(chosen: Json) -> "Filters":
    """Return the filters of a search from codes of province or city, industry and honours; what is none is left out."""
    from sanku.warehouse.names.reader import Filters

    region = (chosen.get("city") or chosen.get("province") or "").removesuffix("00").removesuffix("00")
    return Filters(
        regions=(region,) if region.isdigit() else (),
        industries=(chosen["industry"].upper(),) if chosen.get("industry", "").isalnum() else (),
        honours=(chosen["honour"],) if chosen.get("honour") else (),
    )


def regions_below(names: "Names", province: str) -> list[tuple[str, str]]:
    """Return the provinces, or the cities of a province, by their codes."""
    return [
        (code, place[-1])
        for code, place in names.places.items()
        if (
            code.endswith("0000")
            if not province
            else code.startswith(province) and len(place) == 2 and code.endswith("00")
        )
    ]


def honour_word(code: str) -> str:
    """Return what a list of honours is called."""
    return str(dict(Honour.choices).get(code, code))


def hit_row(hit: Hit) -> Json:
    """Return a hit as the table shows it."""
    found, version = hit.found, hit.version
    return {
        "key": f"{version}:{found.row}",
        "name": found.name,
        "uscc": found.uscc,
        "place": hit.place,
        "industry": industry_word(found.industry_code),
        "honours": [honour_word(code) for code in found.honours],
        "how": _("also called %(name)s") % {"name": found.by} if found.by else HOW.get(found.how, ""),
        "url": reverse("base:company", args=[version, found.row]),
        "record_url": reverse("companies:company-detail", args=[hit.record.pk]) if hit.record else "",
    }


def industry_word(code: str) -> str:
    """Return an industry in words: its section, and the code where it says more."""
    section = INDUSTRIES.get(code[:1])
    return "" if section is None else f"{section}" + (f" {code}" if len(code) > 1 else "")


def company_context(row: Json, place: str) -> Json:
    """Return a company of the base as its page shows it."""
    point = row["position_source"] == "place"
    position = "" if row["lon"] is None else f"{row['lat']:.5f}, {row['lon']:.5f}"
    if position and point:
        position += " " + _("(representative point of the place, not the company's own)")
    facts = [
        (_("Unified social credit code"), row["uscc"] or row["other_code"]),
        (_("Short name"), "、".join(row["short_names"] or [])),
        (_("Former names"), "、".join(row["former_names"] or [])),
        (_("Registration status"), dict(RegistrationStatus.choices).get(row["status"], row["status"])),
        (_("Legal form"), row["kind"]),
        (_("Established"), row["registered_on"].isoformat() if row["registered_on"] else ""),
        (_("Registered capital"), _capital(row)),
        (_("Industry"), industry_word(row["industry_code"] or "")),
        (_("Honours"), "、".join(map(honour_word, row["honours"] or []))),
        (_("Place"), place),
        (_("Address"), row["address"]),
        (_("Position"), position),
        (_("Business scope"), row["business_scope"]),
    ]
    return {"name": row["name"], "facts": [(label, value) for label, value in facts if value]}


def _capital(row: Json) -> str:
    written = row["capital_text"] or ""
    if row["capital_cny"] is None:
        return written
    amount = display.money(Decimal(str(row["capital_cny"])))
    return f"{amount}（{written}）" if written and written not in amount else amount
