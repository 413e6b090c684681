"""Invented names, places and codes, seeded."""

import random

PLACES = {
    "山东": ["济宁", "济南", "青岛", "烟台", "潍坊"],
    "江苏": ["南京", "苏州", "无锡", "徐州"],
    "浙江": ["杭州", "宁波", "温州"],
    "广东": ["广州", "深圳", "佛山", "东莞"],
    "上海": ["上海"],
    "北京": ["北京"],
    "河南": ["郑州", "洛阳"],
    "安徽": ["合肥", "芜湖"],
}
TRADES = "机械制造 新材料 电子科技 生物医药 食品 信息技术 置业 商贸 物流 汽车零部件 光电 能源 化工 装备 环保 智能科技".split()
FORMS = ["有限公司"] * 7 + ["股份有限公司", "集团有限公司", "有限责任公司"]
# Common characters of made-up brands; two or three of them make a name.
BRAND = "安邦诚达德丰富光广恒宏华汇嘉金凯康利联龙明铭宁鹏普启荣瑞润森盛泰天通威祥兴旭益永裕元远智中众卓鑫泽辰"
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code(chance: random.Random) -> str:
    """Return an invented unified social credit code with its right check character."""
    body = "91" + "37" + f"{chance.randrange(10_000):04d}" + "".join(chance.choices(LETTERS, k=9))
    total = sum(LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + LETTERS[-total % 31]
