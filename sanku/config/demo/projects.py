"""The projects of the demonstration zone: forty-six major ones, thirty-four in negotiation, and the rest."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from sanku.accounts.models import Department, User
from sanku.audit.operations import Draft, add_note
from sanku.common.areas import mu_to_m2
from sanku.companies.models import Company
from sanku.config.demo.places import BLOCKS, somewhere
from sanku.config.demo.play import VIA, Play
from sanku.config.demo.words import WORDS
from sanku.projects.models import Project
from sanku.projects.operations import save_projects
from sanku.projects.rules import STAGE_PATH

# Stage, how many major ones, how many others. 46 major ones from signing on; 34 in negotiation.
COUNTS = [
    ("lead", 0, 38), ("negotiation", 0, 34), ("intent", 0, 32), ("signed", 10, 8), ("landed", 9, 5),
    ("construction", 13, 6), ("production", 8, 4), ("growth", 6, 3), ("suspended", 0, 4), ("lost", 0, 12),
]  # fmt: skip
# The days before the building on which the zone brings its projects up to date.
ROUNDS = [390, 320, 260, 210, 160, 120, 85, 55, 30, 14, 5, 1]
KINDS = ["智能工厂", "产业园", "生产基地", "研发与制造中心", "扩产", "技术改造", "二期"]
SERVICE_KINDS = ["运营中心", "服务平台", "区域总部", "示范基地", "二期"]
NEXT = [
    "核对用地合同附件，约规划部门会签", "催首笔资金到位", "陪同企业办理公司注册", "送意向书修订稿", "补环评材料",
    "召开准入评审会", "对接供电双回路", "首次走访，带政策包", "报审施工图", "核实设备到厂时间", "约分管领导会见",
    "现场查看进度，核投资入库",
]  # fmt: skip
LARGE_YI = [1.2, 1.5, 2.1, 2.8, 3.6, 5, 6.8, 8.4, 12.6]
SMALL_YI = [0.08, 0.15, 0.3, 0.45, 0.6, 0.8, 0.95]
DEPTH: dict[str, int] = {str(stage): place for place, stage in enumerate(STAGE_PATH)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A project to be: what it is, and its stages with the round in which each was entered."""

    values: dict[str, Any]
    steps: list[tuple[int, str]]
    department: Department
    is_major: bool


def build_projects(play: Play) -> None:
    """Enter the projects round by round, as a zone would have: first reported, then moved from stage to stage."""
    dice = play.random("projects")
    investors = _investors(play, dice)
    plans = []
    serial = 0
    for stage, major, others in COUNTS:
        for is_major in [True] * major + [False] * others:
            serial += 1
            plans.append(_plan(play, dice, stage, is_major, serial, investors))
    _place(play.random("places of projects"), plans)
    drafts = [Draft(Project(zone=play.zone), {}) for _ in plans]
    for number, days in enumerate(ROUNDS):
        _enter_new(play, plans, drafts, number, days)
        _move_on(play, dice, plans, drafts, number, days)
    _assign(play, plans, drafts)
    _note(play, dice, [draft.record for draft in drafts])


def _place(dice: Random, plans: list[Plan]) -> None:
    """Give what was signed a place in the zone; what is earlier is shown where its investor stands."""
    for plan in plans:
        if DEPTH.get(plan.steps[-1][1], 0) >= DEPTH["signed"]:
            plan.values["lon"], plan.values["lat"] = somewhere(dice, dice.randrange(len(BLOCKS)))


def _investors(play: Play, dice: Random) -> dict[str, list[Company]]:
    found: dict[str, list[Company]] = {}
    pool = play.companies["outside"] + play.companies["abroad"] + play.companies["key"][:60]
    dice.shuffle(pool)
    for company in pool:
        found.setdefault(company.sector, []).append(company)
    return found


def _plan(
    play: Play, dice: Random, stage: str, is_major: bool, serial: int, investors: dict[str, list[Company]]
) -> Plan:
    departments = play.sector_departments()
    department = dice.choices(departments, [16, 11, 12, 10, 7, 4, 9])[0]
    officer = dice.choice(play.officers(department)[1:])
    own = investors[department.sector]
    investor = own.pop() if len(own) > 1 else own[0]
    depth = DEPTH.get(stage, dice.choice([1, 2, 3]))  # how far what was lost or suspended had come
    steps = _steps(dice, stage, depth)
    first_days = ROUNDS[steps[0][0]]
    values = {
        "code": f"XM-{play.ago(first_days):%Y}-{serial:04d}",
        "name": _name(dice, department.sector, investor),
        "investor": investor,
        "investor_name": investor.name,
        "sector": department.sector,
        "squad": officer.squad,
        "lead": officer,
        "source": dice.choice(["以商招商", "展会", "推介会", "产业链招商", "存量企业增资", "商会推荐"]),
        "reporter": officer.name,
        "is_major": is_major,
        "is_demo": True,
        **_size(dice, department.sector, investor, stage, is_major),
    }
    return Plan(values, steps, department, is_major)


def _steps(dice: Random, stage: str, depth: int) -> list[tuple[int, str]]:
    """Return the rounds in which a project entered its stages, the first at its lead, the last at `stage`."""
    path = [str(each) for each in STAGE_PATH[: depth + 1]]
    if stage not in DEPTH:
        path.append(stage)
    length = len(path)
    # What came late to its stage is often what moved fast; a lead that nobody followed up is no longer one.
    earliest = 0 if length > 2 else len(ROUNDS) - 5 - length
    rounds = sorted(dice.sample(range(earliest, len(ROUNDS)), length))
    return list(zip(rounds, path, strict=True))


WHOLE = ("中心", "平台", "园区", "总部", "大楼", "综合体", "公寓", "酒店", "系统", "基地", "政务云")


def _name(dice: Random, sector: str, investor: Company) -> str:
    product = dice.choice(WORDS[sector].products)
    if product.endswith(WHOLE):
        return f"{investor.short_name}{product}项目"
    kinds = SERVICE_KINDS if sector in ("modern_services", "real_estate_hq", "information") else KINDS
    return f"{investor.short_name}{product}{dice.choice(kinds)}项目"


def _size(dice: Random, sector: str, investor: Company, stage: str, is_major: bool) -> dict[str, Any]:
    """Return planned investment, land and needs that fit one another."""
    # The office marks a project as major when it is signed; before that, large ones stand among the small.
    early = DEPTH.get(stage, 0) < DEPTH["signed"]
    yi = dice.choice(LARGE_YI if is_major or (early and dice.random() < 0.4) else SMALL_YI)
    cny = Decimal(str(yi)) * 100_000_000
    abroad = investor.country != "CN" and investor.registered_capital_currency in ("USD", "EUR")
    currency = investor.registered_capital_currency if abroad else "CNY"
    # An investment from abroad is planned in its own currency.
    amount = (cny / Decimal("7.5") / 100_000).quantize(Decimal(1)) * 100_000 if abroad else cny
    makes = sector not in ("modern_services", "real_estate_hq", "information")
    mu = Decimal(str(round(yi * dice.uniform(11, 19), 1))) if makes else Decimal(str(round(yi * 3, 1)))
    output = (cny * Decimal(str(round(dice.uniform(0.9, 2.2), 2)))).quantize(Decimal(1))
    values = {
        "content": "建设厂房与配套设施，购置设备，形成规模产能（演示）" if makes else "建设运营场所与平台（演示）",
        "investment": amount,
        "investment_currency": currency,
        "fixed_asset_cny": (cny * Decimal(str(round(dice.uniform(0.55, 0.78), 2)))).quantize(Decimal(1)),
        "money_origin": "abroad" if investor.country != "CN"
        else "in_province" if investor.province == "山东" else "outside",
        "land_m2": mu_to_m2(mu).quantize(Decimal("0.01")),
        "floor_m2": (mu_to_m2(mu) * Decimal("1.1")).quantize(Decimal(1)),
        "expected_output_cny": output,
        "expected_tax_cny": (output * Decimal("0.045")).quantize(Decimal(1)),
        "jobs": round(yi * dice.uniform(40, 110)) + 8,
        "talent": dice.choice([0, 0, 1, 2, 3, 5]),
    }  # fmt: skip
    if makes:
        values |= {
            "power_kva": Decimal(dice.choice([630, 1250, 2000, 4000, 8000])),
            "water_t_d": Decimal(dice.choice([20, 60, 150, 400])),
            "steam_t_h": Decimal(dice.choice([0, 0, 2, 6])),
            "energy_tce": Decimal(dice.choice([120, 450, 980, 2600])),
            "environmental_class": dice.choice(["form", "form", "report", "registration"]),
        }
    return values


def _enter_new(play: Play, plans: list[Plan], drafts: list[Draft[Project]], number: int, days: int) -> None:
    """Enter what was first heard of in this round, each department its own."""
    for department in play.sector_departments():
        batch = []
        for plan, draft in zip(plans, drafts, strict=True):
            if plan.department == department and plan.steps[0][0] == number:
                draft.values = plan.values | {
                    "stage": plan.steps[0][1],
                    "stage_on": play.day(-days),
                    "first_reported_at": play.ago(days),
                }
                batch.append(draft)
        head = play.officers(department)[0]
        save_projects(batch, actor=head, now=play.ago(days), via=VIA)


def _move_on(
    play: Play, dice: Random, plans: list[Plan], drafts: list[Draft[Project]], number: int, days: int
) -> None:
    """Enter the moves of this round; the office enters them."""
    batch = []
    for plan, draft in zip(plans, drafts, strict=True):
        stage = next((stage for round_, stage in plan.steps[1:] if round_ == number), None)
        if stage is not None:
            values = {
                "stage": stage,
                "stage_on": play.day(-days),
                **_on_entering(play, dice, plan, stage, days),
            }
            draft.values = values
            batch.append(Draft(draft.record, values, why="阶段会商（演示）"))
    save_projects(batch, actor=play.role("office")[1], now=play.ago(days), via=VIA)


def _on_entering(play: Play, dice: Random, plan: Plan, stage: str, days: int) -> dict[str, Any]:
    """Return what is known from a stage on."""
    share = Decimal(str(dice.choice([0.85, 0.9, 0.95, 1, 1, 1.05])))
    amount: Decimal = plan.values["investment"]
    cny: Decimal = plan.values["fixed_asset_cny"]

    def placed(part: float) -> Decimal:
        return (cny * Decimal(str(part))).quantize(Decimal(1))

    match stage:
        case "signed":
            return {
                "contracted": (amount * share).quantize(Decimal(1)),
                "contracted_currency": plan.values["investment_currency"],
                "signed_on": play.day(-days - dice.randint(0, 4)),
                "planned_start_on": play.day(-days + dice.randint(120, 240)),
            }
        case "landed":
            return {"money_in_place_cny": placed(dice.uniform(0.05, 0.15))}
        case "construction":
            return {
                "started_on": play.day(-days - dice.randint(0, 6)),
                "progress": Decimal(str(round(dice.uniform(0.05, 0.85), 2))),
                "money_in_place_cny": placed(dice.uniform(0.2, 0.6)),
            }
        case "production":
            return {"progress": Decimal(1), "money_in_place_cny": placed(dice.uniform(0.75, 1.0))}
        case _:
            return {}


def _assign(play: Play, plans: list[Plan], drafts: list[Draft[Project]]) -> None:
    """Give projects in negotiation and major ones their leader and service officer, all others their next step."""
    dice = play.random("assignments")
    leaders, officers = play.role("leader"), play.role("service")
    changes = []
    for place, (plan, draft) in enumerate(zip(plans, drafts, strict=True)):
        stage = plan.steps[-1][1]
        values: dict[str, Any] = {}
        if plan.is_major or stage == "negotiation":
            values["responsible_leader"] = leaders[place % len(leaders)]
            values["service_officer"] = officers[place % len(officers)]
        if stage not in ("lost", "growth"):
            values |= {"next_action": dice.choice(NEXT), "next_action_on": play.day(dice.randint(-8, 18))}
        if values:
            changes.append(Draft(draft.record, values, why="项目包保分工（演示）"))
    save_projects(changes, actor=play.role("office")[0], now=play.ago(0.8), via=VIA)


def _note(play: Play, dice: Random, projects: list[Project]) -> None:
    bodies = [
        "企业希望 12 月底前完成用地手续。",
        "供电方案需双回路，已函告供电公司。",
        "对方董事长下月来区，拟请总指挥会见。",
        "环评报告送审，预计三周出件。",
        "设备合同已签，首批到厂时间待定。",
    ]
    writers: list[User] = play.role("office")
    for project in dice.sample(projects, 60):
        add_note(
            project,
            body=dice.choice(bodies),
            actor=dice.choice(writers),
            now=play.ago(dice.random() / 2),
            via=VIA,
            department_id=None,
        )
