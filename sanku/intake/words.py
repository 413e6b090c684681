"""What the words of cells stand for: provinces, stages, statuses, sectors, facets, currencies."""

import re
from functools import lru_cache

from sanku.common.amounts import find_currency
from sanku.common.text import squeeze
from sanku.intake.headers import plain

PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃",
    "青海", "宁夏", "新疆", "台湾", "香港", "澳门",
)  # fmt: skip
_PROVINCE_TAIL = re.compile(r"^(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)")
_PEOPLES = "苗族|侗族|布依族|土家族|藏族|羌族|彝族|傣族|景颇族|白族|哈尼族|壮族|蒙古族|蒙古|回族|朝鲜族|哈萨克|柯尔克孜|傈僳族|黎族|满族"
_PREFECTURE = re.compile(rf"(?:{_PEOPLES})*自治州$|(?<=..)州$|地区$")
_ODD_CITIES = ("自贸区", "新区", "开发区", "高新区")

_STAGES: tuple[tuple[str, str], ...] = (
    (
        "lost",
        r"流失|终止|放弃|失败|取消|落选|退出|解约|撤销|撤资|淘汰|不再|未成|lost|cancel|terminat|dropped|withdrawn",
    ),
    ("suspended", r"暂缓|搁置|暂停|停滞|中止|停工|停建|缓建|suspend|onhold|paused|shelved"),
    (
        "lead",
        r"线索|摸排|初步接触|初次接触|拟接触|拟对接|储备|摸底|信息收集|信息阶段|初步意向|^lead|prospect|initialcontact",
    ),
    ("intent", r"意向|框架|拟签|待签|备忘录|战略合作|intent|mou|loi|framework"),
    ("growth", r"达产|达效|壮大|增资扩产|扩产|规上|入规|growth|expan|scaling|fullcapacity"),
    (
        "production",
        r"投产|试生产|竣工|试运[营行]|运营|投用|投入使用|开业|建成|生产|production|operat|complet|commission",
    ),
    (
        "construction",
        r"在建|开工|建设(?!用地|许可|工程规划)|施工(?!许可|图|手续)|设备(?:安装|调试|进场|到场)|进场施工|主体|封顶|动工|打桩|桩基|土建|装修|construct|building|underway|ground-?break",
    ),
    (
        "landed",
        r"落地|注册|手续|落户|供地|立项|备案|报批|许可|土地证|用地|挂牌|摘牌|拿地|选址|landed|registered|permit|settled",
    ),
    ("signed", r"签约|已签|签订|签署|合同|签定|signed|contract"),
    (
        "negotiation",
        r"在谈|洽谈|对接|考察|商谈|谈判|跟进|跟踪|接洽|磋商|沟通|协商|推进|拜访|接触|negotiat|discuss|talks",
    ),
)
_STAGE = [(stage, re.compile(pattern)) for stage, pattern in _STAGES]
# What has not happened yet says the stage before it.
_NOT_YET = re.compile(
    r"(?:未|待|拟|尚未|即将|准备|计划|预计|争取)(?:[于在]?[\d年月日号季度上中下旬底初末内]{0,10})(?:正式)?(签约|签订|落地|注册|供地|开工|动工|建设|投产|竣工|运营|达产)"
)
_BEFORE = {
    "签约": "intent", "签订": "intent", "落地": "signed", "注册": "signed", "供地": "signed", "开工": "landed",
    "动工": "landed", "建设": "landed", "投产": "construction", "竣工": "construction", "运营": "construction",
    "达产": "production",
}  # fmt: skip
_REMARK = re.compile(r"[（(\[【][^（）()]*[）)\]】]?")

_STATUSES: tuple[tuple[str, str], ...] = (
    ("held", r"预留|锁定|预定|保留|已订|预订|意向锁定|暂留|held|reserved|onhold|locked"),
    (
        "taken",
        r"已租|已售|已出让|入驻|出租中|占用|满租|满员|使用中|已使用|在用|自用|签约|已供|已用|租出|售出|摘牌|已成交|已出租|已转让|承租|租赁中|投用|^(?:全部|整体)?出租$|taken|leased|sold|occupied|let$|rented|inuse",
    ),
    ("offered", r"推介|洽谈|在谈|意向|对接|考察|招商中|挂牌|offered|negotiat|marketed"),
    (
        "free",
        r"空置|闲置|空闲|可供|可租|可售|待租|待售|净地|可用|未出租|未出让|未租|未售|待出让|可出让|待供|未供|空余|腾空|招租|储备|未利用|未使用|空|free|vacant|available|idle|empty",
    ),
)
_STATUS = [(status, re.compile(pattern)) for status, pattern in _STATUSES]
_STILL_FREE = re.compile(
    r"未(?:出租|出让|租|售|供|用|利用|使用|入驻|签约|占用)|[待拟](?:出租|出让|租|售|供|入驻)|可(?:出租|出让|入驻|签约)"
)

_SECTORS: tuple[tuple[str, str], ...] = (
    ("food_biomed", r"食品|医药|生物|医疗|健康|制药|food|bio|pharma|medic|health"),
    ("new_materials", r"材料|化工|高分子|碳纤维|newmaterials?|materials"),
    ("opto_auto", r"光电|光学|激光|(?<![a-z])led(?![a-z])|汽车|零部件|opto|auto|vehicle"),
    ("real_estate_hq", r"房地产|总部|地产|realestate|headquarter|property"),
    (
        "information",
        r"信息|软件|互联网|物联网|大数据|数字|人工智能|集成电路|芯片|半导体|通信|电子(?!商务)|information|software|digital|^it$|ict",
    ),
    ("modern_services", r"服务|物流|金融|商贸|电商|电子商务|教育|会展|文旅|旅游|service|logistics|financ"),
    ("equipment", r"装备|机械|机床|机器人|设备|制造|equipment|machinery|manufactur"),
)
_SECTOR = [(sector, re.compile(pattern)) for sector, pattern in _SECTORS]

_FACETS: tuple[tuple[str, str], ...] = (
    ("big_strong", r"大[、/和且而]?强|又大又强|强大|big"),
    ("new_high", r"新[、/和且而]?高|高新|高精尖|new|high"),
    ("build_chain", r"建链|build"),
    ("fill_chain", r"补链|fill"),
    ("talent", r"才[、/和]?智|人才|智力|引智|talent"),
)
_FACET = [(facet, re.compile(pattern)) for facet, pattern in _FACETS]

_SITE_KINDS: tuple[tuple[str, str], ...] = (
    ("office", r"写字楼|楼宇|办公|商务|大厦|总部楼|孵化|office|tower"),
    ("factory", r"厂房|车间|仓库|仓储用房|加速器|标准化|factory|workshop|plant"),
    ("land", r"土地|地块|宗地|用地|净地|land|parcel|plot"),
)
_SITE_KIND = [(kind, re.compile(pattern)) for kind, pattern in _SITE_KINDS]
_TICK = re.compile(r"[√✓✔☑☒✅●■◆xX]|是|有|y|yes|1|true", re.IGNORECASE)


def short_province(text: str) -> str:
    """Return a province's short name: 山东省 → 山东, 广西壮族自治区 → 广西; other text as it is."""
    words = squeeze(text)
    simple = plain(text)
    for name in PROVINCES:
        if simple.startswith(name):
            return name if not _PROVINCE_TAIL.sub("", simple[len(name) :]) else words
    return words.removesuffix("省")


def short_city(text: str) -> str:
    """Return a city's short name: 常州市 → 常州, 黔东南苗族侗族自治州 → 黔东南."""
    words = squeeze(text)
    if len(words) > 2 and words.endswith("市"):
        return words[:-1]
    return _PREFECTURE.sub("", words) if len(words) > 3 else words


def split_place(text: str) -> tuple[str | None, str | None]:
    """Split 广东省佛山市, 上海自贸区, 四川·成都 into province and city."""
    words = re.sub(r"^(?:中国|中华人民共和国)", "", squeeze(text))
    simple = plain(words)
    for name in PROVINCES:
        if simple.startswith(name):
            rest = words[len(name) :]
            tail = _PROVINCE_TAIL.match(rest)
            if tail and not (name == "吉林" and rest == "市"):
                rest = rest[tail.end() :]
            rest = re.sub(r"^[-·・./、,，:|\\—_(（\[]+|[)）\]]+$", "", rest)
            rest = re.sub(r"^市辖区", "", rest)
            return name, (_city_of(rest) or None)
    return None, (_city_of(words) or None)


def _city_of(text: str) -> str:
    city = re.match(r"(.{2,12}?(?:市|自治州|地区|盟))(?=.{2,}(?:区|县|市|旗|镇)$)", text)
    return short_city(city[1] if city else text)


@lru_cache(maxsize=4096)
def stage_of(text: str) -> str | None:
    """Return the stage that a word of a ledger means; “已签（待注册）” is signed, “拟签约” only intent."""
    words = plain(text)
    bare = _REMARK.sub("", words) or words.strip("()（）")
    not_yet = _NOT_YET.search(bare)
    if not_yet:
        earlier = stage_of(bare[: not_yet.start()]) if not_yet.start() else None
        return earlier or _BEFORE[not_yet[1]]
    return next((stage for stage, pattern in _STAGE if pattern.search(bare)), None)


@lru_cache(maxsize=4096)
def site_status_of(text: str) -> str | None:
    """Return the status of a carrier: free, offered, held or taken."""
    words = plain(text)
    held = _STATUS[0][1].search(words)
    bare = _REMARK.sub("", words) or words
    if held:
        return "held"
    if _STILL_FREE.search(bare):
        return "free"
    return next((status for status, pattern in _STATUS if pattern.search(bare)), None)


@lru_cache(maxsize=4096)
def sector_of(text: str) -> str | None:
    """Return the zone's sector that an industry belongs to by its words."""
    words = plain(text)
    return next((sector for sector, pattern in _SECTOR if pattern.search(words)), None)


def facets_of(text: str) -> list[str]:
    """Return the focus facets that a cell names, in the order written."""
    words = plain(text)
    places = [(found.start(), facet) for facet, pattern in _FACET if (found := pattern.search(words))]
    return [facet for _, facet in sorted(places)]


def site_kind_of(text: str) -> str | None:
    """Return the kind of carrier that a cell or title names."""
    words = plain(text)
    return next((kind for kind, pattern in _SITE_KIND if pattern.search(words)), None)


def currency_of(text: str) -> str | None:
    """Return the currency that a cell names: 美元 → USD, 人民币 or 元 → CNY."""
    words = plain(text).upper()
    return find_currency(words) or ("CNY" if words.endswith(("元", "本币")) or words == "RMB" else None)


def is_tick(text: str) -> bool:
    """Tell whether a cell of a column of ticks is ticked."""
    return bool(_TICK.fullmatch(squeeze(text)))
