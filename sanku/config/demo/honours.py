"""Two invented honours lists of the demonstration zone, each with last year's edition and this year's."""

import hashlib
from collections.abc import Sequence
from datetime import date

from sanku.companies.honour_sheets import Published
from sanku.companies.models import Company
from sanku.companies.operations import load_edition
from sanku.config.demo.play import VIA, Play

# Name, mark, how many companies it has, in which month it comes out.
LISTS = (
    ("示例制造业百强（虚构榜单）", "industry_leader", 100, 9),
    ("示例民营企业五十强（虚构榜单）", "china_500", 50, 8),
)
PUBLISHER = "示例产业联合会（虚构）"
SOURCE = "演示数据，非真实榜单"
STRANGERS = 6  # of each edition, that the zone has no record of


def build_honours(play: Play) -> None:
    """Load the editions, the older one first: some rise, some fall, some come and go, one has another name by now."""
    dice = play.random("honours")
    pool = [*play.companies["key"], *play.companies["outside"]]
    for name, mark, size, month in LISTS:
        chosen = dice.sample(pool, size)
        older = chosen[: size - STRANGERS]
        # Ten per cent leave, as many come; the others move by a few places.
        newer = [company for company in older if dice.random() > 0.1] + chosen[size - STRANGERS :]
        places = {id(company): place + dice.gauss(0, 6) for place, company in enumerate(newer)}
        newer = sorted(newer, key=lambda company: places[id(company)])
        for offset, companies in ((1, older), (0, newer)):
            year = play.day(-60).year - offset
            _load(play, name, mark, companies, date(year, month, 10))


def _load(play: Play, name: str, mark: str, companies: Sequence[Company], day: date) -> None:
    called = [company.name for company in companies]
    if len(called) > 20 and day.year % 2:
        called[11] = called[11].removesuffix("有限公司") + "股份公司"  # for a person to decide
    called += [f"示例未入库第{number}企业（虚构）" for number in range(1, STRANGERS + 1)]
    entries = [Published(place + 1, text, place) for place, text in enumerate(called, start=1)]
    load_edition(
        entries,
        list_name=name,
        honour=mark,
        publisher=PUBLISHER,
        name=f"{day.year}",
        published_on=day,
        source=SOURCE,
        file_name="",
        sha256=hashlib.sha256("\n".join(called).encode()).hexdigest(),
        actor=play.role("office")[0],
        now=play.ago(30),
        via=VIA,
    )
