"""The target clients of the demonstration zone: who courts whom, how far it is, what comes next."""

from decimal import Decimal
from random import Random
from typing import Any

from sanku.accounts.models import Department, User
from sanku.audit.operations import Draft, add_note
from sanku.companies.models import Company, Contact, Target, Touch
from sanku.companies.operations import save_contacts, save_targets, save_touches
from sanku.config.demo.companies import contact_people
from sanku.config.demo.play import VIA, Play

TARGETS = 180
# The status of a target, how often, and how many touches it took.
STATUSES = [
    ("new", 34, (0, 0)), ("contacted", 38, (1, 1)), ("interested", 34, (1, 3)), ("visiting", 26, (2, 4)),
    ("negotiating", 24, (3, 6)), ("won", 8, (4, 7)), ("paused", 10, (1, 3)), ("dropped", 6, (1, 2)),
]  # fmt: skip
METHODS = ["电话", "微信", "登门拜访", "来访接待", "展会面谈", "视频会议", "推介会"]
RESULTS = [
    "愿意了解园区条件",
    "索要用地与电价资料",
    "邀请来区考察",
    "正在比较三地政策",
    "待董事会讨论",
    "暂无扩产计划",
]
NEXT = [
    "电话回访投资部", "寄送园区资料与电价表", "约总经理来区考察", "陪同踏勘地块", "补需求表：用电与蒸汽", "请分管领导会见",
    "报送优惠政策测算", "登门拜访总部", "对接供应链企业", "核实扩产意向",
]  # fmt: skip
REASONS = ["本地已有下游龙头，缺这一环", "同类企业近两年在省内有新投资", "产能利用率高，正在选址", "技术领先，可带动配套",
           "以商招商，由区内企业推荐"]  # fmt: skip
PARTS = [("规模", 30), ("扩张势头", 25), ("产业链契合", 25), ("区位与物流", 20)]
FACETS = ["big_strong", "new_high", "build_chain", "fill_chain", "talent"]


def build_targets(play: Play) -> None:
    """Enter the target clients of each department with contacts, touches and notes."""
    dice = play.random("targets")
    companies = (
        play.companies["abroad"] + play.companies["outside"][: TARGETS - len(play.companies["abroad"])]
    )
    by_sector: dict[str, list[Company]] = {}
    for company in companies:
        by_sector.setdefault(company.sector, []).append(company)
    for department in play.sector_departments():
        _build_of_department(play, dice, department, by_sector.get(department.sector, []))


def _build_of_department(play: Play, dice: Random, department: Department, companies: list[Company]) -> None:
    officers = play.officers(department)
    drafts, touches, contacts = [], [], []
    people = contact_people(dice, str(department.position % 10))
    for place, company in enumerate(companies):
        officer = officers[1 + place % (len(officers) - 1)]
        values, days = _target(play, dice, company, officer)
        drafts.append(Draft(Target(zone=play.zone), values))
        touches += [
            Draft(Touch(zone=play.zone, company=company), _touch(play, dice, department, officer, ago))
            for ago in days
        ]
        if days:
            known = {"department": department, **next(people)}
            contacts.append(Draft(Contact(zone=play.zone, company=company), known))
    head = officers[0]
    # A target is entered when it is first heard of; what it came to since is entered by the officers.
    came_to = [
        {name: draft.values.pop(name) for name in _CAME_TO if name in draft.values} for draft in drafts
    ]
    save_targets(drafts, actor=head, now=play.ago(200), via=VIA)
    save_contacts(contacts, actor=head, now=play.ago(180), via=VIA)
    save_touches(touches, actor=head, now=play.ago(1), via=VIA)
    for draft in drafts:
        draft.record.refresh_from_db()  # the touches were counted there
    changes = [Draft(draft.record, values) for draft, values in zip(drafts, came_to, strict=True)]
    for place, officer in enumerate(officers[1:]):
        own = [change for change in changes if change.record.officer_id == officer.pk]
        save_targets(own, actor=officer, now=play.ago(1 - place / 100), via=VIA)
    _note(play, dice, [draft.record for draft in drafts], officers[1])


_CAME_TO = ("status", "first_contact_on", "last_touch_on", "touch_count", "next_action", "next_action_on")


def _target(play: Play, dice: Random, company: Company, officer: User) -> tuple[dict[str, Any], list[int]]:
    """Return a target's values, and how many days ago each touch was, the oldest first."""
    status, _, touched = dice.choices(STATUSES, [weight for _, weight, _ in STATUSES])[0]
    days = sorted((dice.randint(1, 190) for _ in range(dice.randint(*touched))), reverse=True)
    values: dict[str, Any] = {
        "company": company,
        "squad": officer.squad,
        "officer": officer,
        "sector": company.sector,
        "facets": sorted(dice.sample(FACETS, dice.choice([1, 1, 2]))),
        "campaign": _campaign(dice, company),
        "reason": dice.choice(REASONS),
        "source": dice.choice(["产业链分析", "以商招商", "展会", "推介会", "商会推荐", "存量企业推荐"]),
        "first_reported_at": play.ago(200),
        "status": status,
        "touch_count": len(days),
        "is_demo": True,
    }
    if dice.random() < 0.6:
        points = [dice.randint(most // 3, most) for _, most in PARTS]
        parts = [{"part": part, "points": got} for (part, _), got in zip(PARTS, points, strict=True)]
        values |= {"score_parts": parts, "score": Decimal(sum(points))}
    if days:
        values |= {"first_contact_on": play.day(-days[0]), "last_touch_on": play.day(-days[-1])}
    if status not in ("won", "dropped"):
        # Around today: some are overdue, most lie in the next three weeks.
        values |= {"next_action": dice.choice(NEXT), "next_action_on": play.day(dice.randint(-9, 21))}
    return values, days


def _campaign(dice: Random, company: Company) -> str:
    if company.country != "CN":
        return "foreign"
    if "central_soe" in company.honours:
        return "central_soe"
    famous = {"fortune_500", "china_500", "industry_leader"} & set(company.honours)
    return "famous" if famous and dice.random() < 0.7 else ""


def _touch(play: Play, dice: Random, department: Department, officer: User, ago: int) -> dict[str, Any]:
    method = dice.choice(METHODS)
    return {
        "department": department,
        "on": play.day(-ago),
        "method": method,
        "participants": f"{officer.name}；对方投资负责人",
        "content": f"{method}，介绍高新区产业基础与要素价格，了解扩产计划（演示）",
        "result": dice.choice(RESULTS),
        "is_demo": True,
    }


def _note(play: Play, dice: Random, targets: list[Target], officer: User) -> None:
    for target in dice.sample(targets, min(4, len(targets))):
        add_note(
            target,
            body=dice.choice(
                [
                    "对方关注蒸汽价格，请要素组测算。",
                    "董秘下周出差经过济宁，可争取顺访。",
                    "已加投资总监微信。",
                ]
            ),
            actor=officer,
            now=play.ago(dice.random()),
            via=VIA,
            department_id=target.department_id,
        )
