"""The organisation of the demonstration zone: headquarters, seven departments, squads and their people."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sanku.accounts.models import Department, ExchangeRate, Squad, User
from sanku.accounts.operations import (
    give_demo_password,
    save_departments,
    save_people,
    save_rates,
    save_squads,
)
from sanku.audit.operations import Draft
from sanku.config.demo.play import VIA, Play

# Name, short name, kind, sector.
DEPARTMENTS = [
    ("招商引资指挥部", "指挥部", "headquarters", ""),
    ("指挥部办公室", "办公室", "headquarters", ""),
    ("投资促进组", "促进组", "group", ""),
    ("项目落地组", "落地组", "group", ""),
    ("项目建设组", "建设组", "group", ""),
    ("企业服务组", "服务组", "group", ""),
    ("项目督查组", "督查组", "group", ""),
    ("装备制造产业部", "装备制造", "sector", "equipment"),
    ("新材料产业部", "新材料", "sector", "new_materials"),
    ("光电与汽配产业部", "光电汽配", "sector", "opto_auto"),
    ("食品与生物医药产业部", "食品医药", "sector", "food_biomed"),
    ("现代服务业部", "现代服务", "sector", "modern_services"),
    ("房地产与总部经济部", "总部经济", "sector", "real_estate_hq"),
    ("信息产业与服务部", "信息产业", "sector", "information"),
    ("自然资源局", "自然资源", "counterpart", ""),
    ("规划局", "规划", "counterpart", ""),
    ("生态环境局", "生态环境", "counterpart", ""),
    ("供电公司", "供电", "counterpart", ""),
    ("税务局", "税务", "counterpart", ""),
    ("行政审批服务局", "行政审批", "counterpart", ""),
    ("应急管理局", "应急", "counterpart", ""),
    ("人力资源部", "人力资源", "counterpart", ""),
]
# Squads of a sector department: their common name, and how many officers each has. With a head each, 60 in all.
SQUADS = {
    "装备制造": ("装备", [3, 3, 3]),
    "新材料": ("材料", [3, 3, 2]),
    "光电汽配": ("光电", [3, 3, 2]),
    "食品医药": ("食药", [3, 2, 2]),
    "现代服务": ("服务", [3, 2, 2]),
    "总部经济": ("总部", [3, 3]),
    "信息产业": ("信息", [3, 3, 2]),
}
ORDINALS = "一二三四"
# Role, short name of the department, posts.
STAFF = [
    ("commander", "指挥部", ["总指挥", "副总指挥", "副总指挥"]),
    ("leader", "指挥部", ["包保领导"] * 12),
    ("office", "办公室", ["办公室主任", "综合协调", "信息统计", "文稿宣传"]),
    ("analyst", "办公室", ["产业研究", "企业底库"]),
    ("landing", "落地组", ["组长", "用地保障", "手续代办", "手续代办"]),
    ("construction", "建设组", ["组长", "工程调度", "工程调度", "要素保障"]),
    ("service", "服务组", ["组长", *["服务专员"] * 17]),
    ("supervision", "督查组", ["组长", "督查专员", "督查专员"]),
]
SURNAMES = "周陈王李赵孙刘张郑吴钱冯许何吕施孔曹严金魏陶姜谢邹柏苏潘葛范彭鲁韦马方任袁柳唐薛"
GIVEN = "敏川远晨畅桐博宁航岳珊哲涵毅楠筱彤泽雯钧琪恺蔚霖昕烁妍颂榕骁"
SECTORS = [sector for *_, sector in DEPARTMENTS if sector]
# Sixty officers: degrees and languages as a zone has them, a few of what is rare.
DEGREES = ["doctor"] * 2 + ["master"] * 10 + ["bachelor"] * 41 + ["college"] * 7
LANGUAGES = (
    [["en"]] * 17 + [["de", "en"]] * 2 + [["en", "ja"]] * 2 + [["ja"]] * 2 + [["ko"]] * 3 + [["en", "ko"]]
    + [["en", "fr"]] + [["ru"]] * 2 + [[]] * 30
)  # fmt: skip
# Yuan for one unit at the start of the table and by how much a quarter moves it at most.
RATES = {
    "USD": "7.1800",
    "EUR": "7.8500",
    "JPY": "0.0482",
    "HKD": "0.9200",
    "KRW": "0.00525",
    "GBP": "9.1500",
}
QUARTERS = 10


def build_organisation(play: Play) -> None:
    """Enter departments, squads and people, give one sign-in a role its password, and enter exchange rates."""
    # The ledger begins when the campaign did: all that follows is dated after it.
    began = play.ago(430)
    drafts = [
        Draft(
            Department(),
            {"name": name, "short_name": short, "kind": kind, "sector": sector, "position": position},
        )
        for position, (name, short, kind, sector) in enumerate(DEPARTMENTS, 1)
    ]
    save_departments(drafts, actor=play.administrator, now=began, via=VIA)
    play.departments = {draft.record.short_name: draft.record for draft in drafts}
    _build_squads(play)
    _build_people(play)
    _build_rates(play)


def _build_squads(play: Play) -> None:
    drafts = [
        Draft(Squad(), {"name": f"{common}{ORDINALS[number]}队", "department": play.departments[short]})
        for short, (common, sizes) in SQUADS.items()
        for number in range(len(sizes))
    ]
    save_squads(drafts, actor=play.administrator, now=play.ago(430), via=VIA)
    for draft in drafts:
        play.squads.setdefault(draft.record.department.short_name, []).append(draft.record)


def _build_people(play: Play) -> None:
    dice = play.random("people")
    names = [f"{surname}{'示例'[i % 2]}{given}" for i, surname in enumerate(SURNAMES) for given in GIVEN]
    dice.shuffle(names)
    everybody = [*_staff(play), *_officers(play, dice), *_counterparts(play)]
    drafts: list[Draft[User]] = []
    signed_in: set[str] = set()
    for place, values in enumerate(everybody, 1):
        role = values["role"]
        # The sign-in of a role goes to its first person; of the officers, to the first in a squad.
        is_first = role not in signed_in and values.get("squad", role) is not None
        if is_first:
            signed_in.add(role)
        username = role if is_first else f"{role}-{place:03d}"
        # No number of Jining begins with a nought: nobody is called by mistake.
        phone = f"0537-0000{place:03d}"
        drafts.append(Draft(User(), {"username": username, "name": names.pop(), "phone": phone, **values}))
    save_people(drafts, actor=play.administrator, now=play.ago(429), via=VIA)
    own = Draft(play.administrator, {"department": play.departments["办公室"], "title": "系统管理员"})
    save_people([own], actor=play.administrator, now=play.ago(429), via=VIA)
    play.people = {draft.record.username: draft.record for draft in drafts}
    play.people[play.administrator.username] = play.administrator


def _staff(play: Play) -> list[dict[str, Any]]:
    return [
        {"role": role, "department": play.departments[short], "title": title}
        for role, short, titles in STAFF
        for title in titles
    ]


def _counterparts(play: Play) -> list[dict[str, Any]]:
    counterparts = [each for each in play.departments.values() if each.kind == "counterpart"]
    return [{"role": "counterpart", "department": each, "title": "联络员"} for each in counterparts]


def _officers(play: Play, dice: Random) -> list[dict[str, Any]]:
    degrees, languages = DEGREES[:], [list(spoken) for spoken in LANGUAGES]
    dice.shuffle(degrees)
    dice.shuffle(languages)
    officers = []
    for short, (_, sizes) in SQUADS.items():
        department = play.departments[short]
        places: list[Squad | None] = [None]
        for team, size in zip(play.squads[short], sizes, strict=True):
            places += [team] * size
        for place, squad in enumerate(places):
            officers.append(
                {
                    "role": "promotion",
                    "department": department,
                    "squad": squad,
                    "title": "部长"
                    if squad is None
                    else "队长"
                    if places[place - 1] != squad
                    else "招商专员",
                    "birth_year": play.today.year - _age(dice, is_head=squad is None),
                    "degree": degrees.pop(),
                    "languages": languages.pop(),
                    "skills": _skills(department.sector, dice),
                }
            )
    return officers


def _age(dice: Random, *, is_head: bool) -> int:
    return dice.randint(42, 52) if is_head else min(max(round(dice.gauss(35, 6)), 24), 50)


def _skills(sector: str, dice: Random) -> list[str]:
    """Return the sectors an officer knows. Nobody knows real estate: the roster is to show a gap."""
    known = {sector} if dice.random() < 0.85 else set()
    known |= {dice.choice(SECTORS) for _ in range(dice.choice([0, 0, 1, 1, 2]))}
    return sorted(known - {"real_estate_hq"})


def _build_rates(play: Play) -> None:
    dice = play.random("rates")
    drafts = []
    for currency, start in RATES.items():
        cny = Decimal(start)
        for quarter in range(QUARTERS):
            on = play.today - timedelta(days=91 * (QUARTERS - quarter) - 60)
            drafts.append(Draft(ExchangeRate(), {"currency": currency, "on": on, "cny": cny}))
            step = Decimal(str(round(dice.uniform(0.985, 1.013), 4)))
            cny = (cny * step).quantize(Decimal("0.000001"))
    save_rates(drafts, actor=play.administrator, now=play.now, via=VIA)


def open_sign_ins(play: Play, password: str) -> None:
    """Give the first person of each role the password that the sign-in page shows."""
    roles = {person.role for person in play.people.values()}
    for username in sorted(roles):
        person = play.people[username]
        give_demo_password(person, password, actor=play.administrator, now=play.now, via=VIA)
