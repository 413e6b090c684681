"""Cells as people fill them: what stands in the wrong cell is put where it belongs, what is no part of a name taken out.

General knowledge of how lists are kept, written by hand. Every step needs two signs, so that a rightly filled row stays.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from sanku.warehouse.matching import places
from sanku.warehouse.matching.repairs import LENGTH
from sanku.warehouse.matching.words import FORM, ORGAN

_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_CODE_CELL = re.compile(r"[\W_]*[0-9A-Z](?:[\s-]*[0-9A-Z]){14,18}[\W_]*")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LABEL = re.compile(
    r"^\s*(?:供应商|供货商|供货单位|客户|客户名称|甲方|乙方|丙方|买方|卖方|单位|单位名称|公司|公司名称|企业|企业名称|名称|中标人|中标单位|投标人|招标人|承租方|"
    r"出租方|付款人|付款方|收款人|收款方|户名|开户名|发票抬头|抬头|购货单位|销货单位|建设单位|施工单位|法人单位|使用单位|supplier|customer|company|name)\s*[:：]\s*(?=.{4})",
    re.I,
)
_TWICE = re.compile(r"^(.{4,40}?)[\s/、,，;；(（-]*\1[)）\s]*$", re.S)
_HOUSE = re.compile(r"\d+号|室$")
_PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[\s-]?)?1[3-9]\d{9}|\(?0\d{2,3}\)?[\s-]?\d{7,8})(?!\d)")
_PERSON = re.compile(
    r"(?:[\s/、,，;；(（\[【-]+|(?<=公司)|(?<=[厂店社]))(?:(?:联系人|经办人|负责人|业务员|收件人|联系电话|电话|手机|tel|attn)[:：\s]*[^)）]{0,12}"
    r"|[\u4e00-\u9fff]{1,3}(?:总经理|副经理|经理|先生|女士|小姐|主任|师傅|老师|科长|部长|处长|会计|总|工|董|收)|收|转)[)）\]】\s]*$",
    re.I,
)
_DEPARTMENT = re.compile(
    r"(?:(?<=公司)|(?<=集团)|(?<=[厂社店]))[\s\-–—/(（\[【]*(?:采购|财务|会计|销售|市场|营销|人事|人力资源|行政|技术|研发|法务|生产|质检|质量|品质|物资|供应|供应链管理|外贸|业务|设备|安全|后勤|信息|"
    r"经营|企划|综合|工程|资产|审计|投资|战略|客服|售后)(?:管理)?(?:部|科|处|中心|课)[)）\]】\s]*$"
    r"|(?:(?<=公司)|(?<=集团)|(?<=[厂社店]))[\s\-–—/(（\[【]*(?:办公室|总经办|董事会|董办|项目组|财务室|人事科|仓库|总部|本部)[)）\]】\s]*$"
)
_ADDRESS = re.compile(
    r"(?:路|街|道|巷|弄|村|镇|乡|区|园|里|庄|屯|胡同|大厦)[^公司]{0,16}?\d+[-\d]*(?:号|室|楼|幢|栋|层|弄|座)|[号室楼幢栋层弄座村镇乡路街]$|路口|驻地|(?:东|西|南|北)首$|[东西南北]侧$|街道"
)
_AFTER_FORM = re.compile(r"^(.{3,40}?公司)[\s,，;；(（\[【/]+(.{3,80}?)[)）\]】\s]*$", re.S)


# A name like this, nearly every one of a base, holds nothing that is looked for here (unless it stands there twice).
_ORDERLY = re.compile(r"[\u4e00-\u9fff]{2,58}公司")
_SPEAKS = re.compile("联系人|经办人|负责人|业务员|收件人|电话|手机")


class Cells(NamedTuple):
    """The cells of a row."""

    name: str
    uscc: str
    province: str
    city: str
    address: str


@lru_cache(maxsize=20_000)
def tidied(cells: Cells) -> Cells:
    """Return the cells with each thing in its own: code, name and address parted, appendages of the name taken out."""
    return cells if _is_orderly(cells.name) else _tidied(cells)


def _is_orderly(name: str) -> bool:
    half = len(name) // 2
    return bool(_ORDERLY.fullmatch(name) and not _SPEAKS.search(name) and name[:half] != name[half:])


def _tidied(cells: Cells) -> Cells:
    cells = _exchanged(cells)
    name, code = _without_code(cells.name)
    name = _bare(name)
    address = cells.address
    if not address.strip():
        name, address = _without_address(name)
    return cells._replace(name=name, uscc=cells.uscc if cells.uscc.strip() else code, address=address)


def _exchanged(cells: Cells) -> Cells:
    """Exchange back a name that stands where the code or the address belongs."""
    if _is_code(cells.name) and _CHINESE.search(cells.uscc):
        return cells._replace(name=cells.uscc, uscc=cells.name)
    if _is_address(cells.name) and _is_company(cells.address) and not _is_company(cells.name):
        return cells._replace(name=cells.address, address=cells.name)
    return cells


def _is_code(text: str) -> bool:
    if _CHINESE.search(text):
        return False
    return bool(_CODE_CELL.fullmatch(unicodedata.normalize("NFKC", text).upper()))


def _is_company(text: str) -> bool:
    """Tell whether a text ends as the name of a company does, and holds no number of a house."""
    plain = text.strip()
    found = [*FORM.finditer(plain), *ORGAN.finditer(plain)]
    at_end = any(each.end() >= len(plain) - 1 for each in found) or plain.endswith(
        ("厂", "店", "合作社", "供销社")
    )
    return at_end and not _HOUSE.search(plain)


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.search(text.strip()))


def _without_code(name: str) -> tuple[str, str]:
    """Return a name without the code that stands in it, and the code."""
    if len(name) < LENGTH or sum(map(str.isdigit, name)) < 8:
        return name, ""
    wide = unicodedata.normalize("NFKC", name).upper()
    found = _CODE.search(wide)
    if found is None or not _CHINESE.search(wide.replace(found[0], "")):
        return name, ""
    rest = (wide[: found.start()] + " " + wide[found.end() :]).strip(" ()[]/,;:-")
    return rest, found[0]


def _bare(name: str) -> str:
    """Return a name without the label before it, the person, telephone or department behind it, and its own repetition."""
    bare = _LABEL.sub("", name)
    bare = _PHONE.sub("", bare) if _CHINESE.search(bare) else bare
    shorter = _DEPARTMENT.sub("", _PERSON.sub("", bare))
    if shorter != bare:  # what stood behind that may be shown now
        shorter = _DEPARTMENT.sub("", _PERSON.sub("", shorter))
    bare = _TWICE.sub(r"\1", shorter)
    return bare if len(bare.strip()) >= 3 else name


def _without_address(name: str) -> tuple[str, str]:
    """Return a name without the address behind it, and the address: it is parted from the name and begins or ends as one."""
    found = _AFTER_FORM.match(name)
    if found is None or FORM.search(found[2]) or ORGAN.search(found[2]):
        return name, ""
    begins = bool(places.place_at(found[2], 0)[1]) and len(found[2]) >= 6
    return (found[1], found[2]) if begins or _is_address(found[2]) else (name, "")
