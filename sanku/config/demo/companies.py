"""The invented enterprises of the demonstration zone."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from sanku.audit.operations import Draft
from sanku.common.codes import expected_check_character
from sanku.companies.models import Company, Contact
from sanku.companies.operations import save_companies, save_contacts
from sanku.config.demo.places import BLOCKS, address, somewhere
from sanku.config.demo.play import VIA, Play
from sanku.config.demo.words import (
    BRAND_FIRST,
    BRAND_SECOND,
    CITIES,
    COUNTRIES,
    WORDS,
    SectorWords,
)

KEY = 177  # key enterprises, all in the zone
RESIDENT = 60
OUTSIDE = 305
ABROAD = 25
SECTORS = list(WORDS)
WEIGHTS = [34, 20, 22, 20, 10, 5, 18]  # how often each sector comes
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SOUNDS = ["霍恩", "贝格", "莱茵", "阿尔滕", "诺登", "维克", "萨默", "卡林", "奥森", "格雷", "松原", "北条", "高桥",
          "汉城", "东洋", "韦斯", "佩里", "罗曼", "蒙特", "辛格", "塔罗", "布雷", "费舍", "林登", "科赫"]  # fmt: skip
LATIN = ["Horn", "Berg", "Rhein", "Alten", "Norden", "Wick", "Sommer", "Carlin", "Olson", "Gray", "Matsubara",
         "Hojo", "Takahashi", "Hansung", "Toyo", "Weiss", "Perry", "Roman", "Monte", "Singh", "Tarot", "Bray",
         "Fischer", "Linden", "Koch"]  # fmt: skip
CENTRAL_GROUPS = ("示例中央装备集团", "示例中央建材集团", "示例中央能源集团")


def invented_uscc(serial: int, province_and_city: str) -> str:
    """Return a code with the right check character that no firm has: no registry's number ends in 99."""
    digits = ""
    for _ in range(6):
        serial, rest = divmod(serial * 7 + 3, 31)
        digits = CODE_ALPHABET[rest] + digits
    body = f"91{province_and_city}99MA{serial % 10}{digits}"
    return body + str(expected_check_character(body))


def build_companies(play: Play) -> None:
    """Enter all enterprises, give the key ones their leader and service officer, and enter contacts."""
    dice = play.random("companies")
    brands = [first + second for first in BRAND_FIRST for second in BRAND_SECOND]
    dice.shuffle(brands)
    kinds = ["key"] * KEY + ["resident"] * RESIDENT + ["outside"] * OUTSIDE
    drafts = [
        Draft(Company(zone=play.zone), _domestic(play, dice, kind, brands.pop(), serial))
        for serial, kind in enumerate(kinds, 1)
    ]
    drafts += [Draft(Company(zone=play.zone), _foreign(play, dice, number)) for number in range(ABROAD)]
    kinds += ["abroad"] * ABROAD
    office = play.role("office")
    save_companies(drafts, actor=office[2], now=play.ago(428), via=VIA)
    for kind, draft in zip(kinds, drafts, strict=True):
        play.companies.setdefault(kind, []).append(draft.record)
    _enter_twins(play, dice)
    _assign(play, dice)
    _enter_figures(play, dice)
    _enter_contacts(play, dice)


def _domestic(play: Play, dice: Random, kind: str, brand: str, serial: int) -> dict[str, Any]:
    in_zone = kind in ("key", "resident")
    city, province, region = ("济宁", "山东", "3708") if in_zone else dice.choice(CITIES)
    sector = dice.choices(SECTORS, WEIGHTS)[0]
    words = WORDS[sector]
    size = {"key": 1.0, "resident": 0.2, "outside": 1.6}[kind]
    form = dice.choices(["有限公司", "股份有限公司", "集团有限公司"], [80, 15, 5])[0]
    uscc = invented_uscc(serial * 1_000_003, region)
    values = {
        "name": f"{city}示例{brand}{dice.choice(words.fields)}{form}",
        "short_name": f"示例{brand}",
        "uscc": uscc if dice.random() < 0.94 else "",
        "status": "active",
        "established_on": play.day(-dice.randint(500, 9000)),
        "province": province,
        "city": city,
        "region_code": "370871" if in_zone else f"{region}00",
        "registered_capital": Decimal(round(dice.lognormvariate(8.3, 1.0) * size / 10) * 10 + 50) * 10_000,
        "registered_capital_currency": "CNY",
        "honours": _honours(dice, kind, form),
        "is_resident": in_zone,
        "is_key": kind == "key",
        "is_demo": True,
        **_trade(dice, sector, words),
    }
    if in_zone:
        block = dice.randrange(len(BLOCKS))
        lon, lat = somewhere(dice, block)
        values |= {"address": address(dice, block), "lon": lon, "lat": lat}
    else:
        values["address"] = f"{city}市示例路 {dice.randint(1, 999)} 号"
    return values


def _trade(dice: Random, sector: str, words: SectorWords) -> dict[str, Any]:
    products = dice.sample(words.products, 2)
    return {
        "sector": sector,
        "industry_code": dice.choice(words.codes),
        "products": "、".join(products),
        "business_scope": f"{products[0]}、{products[1]}的研发、生产与销售；技术服务；货物进出口（演示数据）",
    }


def _honours(dice: Random, kind: str, form: str) -> list[str]:
    chances = {
        "key": [("above_size", 0.8), ("high_tech", 0.45), ("specialised", 0.25), ("chain_leader", 0.05)],
        "resident": [("above_size", 0.15), ("high_tech", 0.2)],
        "outside": [
            ("industry_leader", 0.14), ("china_500", 0.07), ("fortune_500", 0.03), ("high_tech", 0.4),
            ("little_giant", 0.12), ("central_soe", 0.06), ("provincial_soe", 0.05), ("unicorn", 0.02),
        ],
    }  # fmt: skip
    found = [honour for honour, chance in chances[kind] if dice.random() < chance]
    if form == "股份有限公司" and dice.random() < 0.6:
        found.append("listed")
    return sorted(found)


def _foreign(play: Play, dice: Random, number: int) -> dict[str, Any]:
    country, currency, form, land = COUNTRIES[number % len(COUNTRIES)]
    sector = dice.choices(SECTORS, WEIGHTS)[0]
    words = WORDS[sector]
    return {
        "name": f"{land}示例{SOUNDS[number]}{dice.choice(words.fields)}公司",
        "short_name": f"示例{SOUNDS[number]}",
        "english_name": f"Shili {LATIN[number]} {form if form.isascii() else 'Co., Ltd.'} (example)",
        "country": country,
        "registry_number": f"{country}-DEMO-{number + 1:04d}",
        "status": "active",
        "established_on": play.day(-dice.randint(4000, 20000)),
        "registered_capital": Decimal(dice.choice([2, 5, 10, 40, 120])) * 1_000_000,
        "registered_capital_currency": currency,
        "honours": sorted({"multinational", *(["fortune_500"] if dice.random() < 0.2 else [])}),
        "is_demo": True,
        **_trade(dice, sector, words),
    }


def _enter_twins(play: Play, dice: Random) -> None:
    """Enter five firms a second time under another spelling, so that the worklist has something to decide."""
    officers = play.role("promotion")
    for place, company in enumerate(dice.sample(play.companies["outside"][-120:], 5)):
        # Nine in ten spellings that differ, differ in the legal form.
        base = company.name
        for form in ("股份有限公司", "集团有限公司", "有限公司"):
            if base.endswith(form):
                base = base.removesuffix(form)
                break
        other = "有限责任公司" if company.name.endswith("股份有限公司") else "股份有限公司"
        values = {"name": base + other, "city": company.city, "province": company.province, "is_demo": True}
        draft = Draft(Company(zone=play.zone), values)
        save_companies([draft], actor=officers[place * 7], now=play.ago(90 - 9 * place), via=VIA)


def _assign(play: Play, dice: Random) -> None:
    """Give each key enterprise a leader who answers for it and a service officer."""
    leaders, officers = play.role("leader"), play.role("service")
    drafts = [
        Draft(
            company,
            {
                "responsible_leader": leaders[place % len(leaders)],
                "service_officer": officers[place % len(officers)],
            },
            why="重点企业包保分工（演示）",
        )
        for place, company in enumerate(play.companies["key"])
    ]
    save_companies(drafts, actor=play.role("office")[0], now=play.ago(300), via=VIA)


def _enter_figures(play: Play, dice: Random) -> None:
    """Enter last year's figures of the key enterprises; service officers do so, some firms are missing."""
    officers = play.role("service")
    for place, officer in enumerate(officers):
        drafts = []
        for company in play.companies["key"][place :: len(officers)]:
            if dice.random() < 0.12:
                continue
            revenue = Decimal(round(dice.lognormvariate(9.6, 1.0))) * 10_000
            values = {
                "revenue_cny": revenue,
                "revenue_growth": Decimal(str(round(dice.gauss(0.07, 0.12), 4))),
                "profit_cny": (revenue * Decimal(str(round(dice.uniform(-0.02, 0.14), 3)))).quantize(
                    Decimal(1)
                ),
                "tax_cny": (revenue * Decimal(str(round(dice.uniform(0.01, 0.06), 3)))).quantize(Decimal(1)),
                "headcount": dice.choice([28, 45, 80, 120, 210, 360, 620, 1400]),
            }
            drafts.append(Draft(company, values, why="年度走访核实（演示）"))
        save_companies(drafts, actor=officer, now=play.ago(250 - place), via=VIA)


def _enter_contacts(play: Play, dice: Random) -> None:
    service = play.departments["服务组"]
    drafts = [
        Draft(Contact(zone=play.zone, company=company), {"department": service, **person})
        for company, person in zip(play.companies["key"], contact_people(dice, "1"), strict=False)
        if dice.random() < 0.85
    ]
    save_contacts(drafts, actor=play.role("service")[0], now=play.ago(220), via=VIA)


def contact_people(dice: Random, series: str) -> Iterator[dict[str, Any]]:
    """Yield invented people; their numbers begin with a nought after the area code, which none does."""
    number = 0
    while True:
        number += 1
        yield {
            "name": dice.choice("赵钱孙李周吴郑王冯陈褚卫") + "示" + dice.choice("安平成思远文博宁"),
            "title": dice.choice(["总经理", "副总经理", "投资总监", "董事会秘书", "厂长", "行政总监"]),
            "phone": f"0537-00{series}{number:04d}",
            "is_demo": True,
        }
