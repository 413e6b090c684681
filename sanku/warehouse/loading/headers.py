"""Which column of a file is which field: by the words that registers, shops and lists use for them."""

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from sanku.common.names import normalise
from sanku.warehouse.loading.problems import LoadRefused
from sanku.warehouse.raw import COMPANY_FIELDS, INVESTMENT_FIELDS

Kind = Literal["companies", "investments"]

COMPANY_WORDS = {
    "name": "企业名称 公司名称 名称 单位名称 企业名 公司名 主体名称 市场主体名称 经营主体名称 name company companyname "
    "entname enterprisename 企业(机构)名称 机构名称",
    "uscc": "统一社会信用代码 社会信用代码 信用代码 统一信用代码 uscc creditcode unifiedsocialcreditcode uniscid 统一社会信用代码/注册号 code",
    "short_names": "简称 企业简称 公司简称 品牌 shortname shortnames brand",
    "former_names": "曾用名 曾用名称 历史名称 formername formernames",
    "registered_on": "成立日期 注册日期 成立时间 注册时间 登记日期 成立年份 注册年份 regdate registeredon registrationdate estdate established year founded",
    "kind": "企业类型 公司类型 类型 主体类型 企业(机构)类型 type kind enttype legalform",
    "capital": "注册资本 注册资金 注册资本(金) 认缴资本 capital regcap registeredcapital",
    "business_scope": "经营范围 经营业务 scope businessscope opscope",
    "province": "省份 省 所属省份 所在省份 省市 province",
    "city": "城市 市 地市 所属城市 所在城市 地级市 city",
    "county": "区县 县区 区 县 所属区县 所在区县 county district",
    "region_code": "行政区划代码 区划代码 行政区划 地区代码 regioncode adcode districtcode",
    "address": "注册地址 地址 住所 企业地址 公司地址 经营地址 企业注册地址 address dom registeredaddress",
    "lon": "经度 lon lng longitude x",
    "lat": "纬度 lat latitude y",
    "industry_code": "行业代码 国民经济行业代码 国标行业代码 行业门类代码 industrycode gbt4754",
    "status": "登记状态 经营状态 企业状态 状态 存续状态 regstatus status entstatus",
    "honours": "荣誉 资质 名单 企业标签 honours honors lists",
    "change": "变更类型 操作 操作类型 变动 变动类型 change action operation",
}
INVESTMENT_WORDS = {
    "investor_name": "投资方 投资方名称 投资人 投资企业 股东 股东名称 母公司 总公司 investor investorname parentname shareholder",
    "investor_uscc": "投资方统一社会信用代码 投资方代码 投资方信用代码 "
    "股东统一社会信用代码 母公司统一社会信用代码 investoruscc investorcode parentuscc",
    "investee_name": "被投资企业 被投资企业名称 被投资方 被投企业 子公司 分支机构 分公司 investee investeename childname branchname",
    "investee_uscc": "被投资企业统一社会信用代码 被投资方代码 "
    "被投资企业代码 分支机构统一社会信用代码 子公司统一社会信用代码 investeeuscc investeecode childuscc",
    "investment_kind": "关系 投资类型 投资方式 关系类型 kind relation",
    "invested_on": "投资日期 投资时间 成立日期 设立日期 investedon date childregdate",
    "amount": "投资金额 投资额 认缴出资额 认缴金额 出资额 amount investment",
    "province": "省份 省 所在省份 被投资企业省份 province childprovince",
    "city": "城市 市 所在城市 被投资企业城市 city childcity",
    "region_code": "行政区划代码 区划代码 regioncode adcode",
    "address": "地址 被投资企业地址 address childaddress",
}
WORDS = {"companies": COMPANY_WORDS, "investments": INVESTMENT_WORDS}
FIELDS = {"companies": COMPANY_FIELDS, "investments": INVESTMENT_FIELDS}
_MONEY_UNIT = re.compile(r"[(（]?\s*(万元人民币|万美元|亿元|万元|万|元)\s*[)）]?$")
_PARENT = re.compile(r"^(parent|child)")


@dataclass(frozen=True)
class Mapping:
    """What the columns of a file are."""

    kind: Kind
    columns: dict[str, int]  # field → column
    capital_unit: str = ""  # of bare numbers
    branches: bool = False  # each investment is a branch


def plain(header: str) -> str:
    """Return a header as it is compared."""
    return re.sub(r"[\s_\-*:：.]+", "", normalise(header))


def recognise(headers: list[str], asked: dict[str, str], where: str) -> Mapping:
    """Return what each column is; `asked` names columns of the file and their fields, or - for columns to leave out.

    Raises:
        LoadRefused: neither companies nor investments can be made out.
    """
    investments = _columns(headers, asked, "investments")
    if {"investor_name", "investee_name"} <= set(investments):
        branches = "investment_kind" not in investments and any(
            _PARENT.match(plain(each)) for each in headers
        )
        return Mapping("investments", investments, _unit(headers, investments.get("amount")), branches)
    companies = _columns(headers, asked, "companies")
    if "name" in companies or {"uscc", "change"} <= set(companies) or {"uscc", "status"} <= set(companies):
        return Mapping("companies", companies, _unit(headers, companies.get("capital")))
    raise LoadRefused(
        _(
            "%(file)s: no column of company names is found among: %(headers)s. Say which is which with --mapping, for example --mapping '企业=name'."
        )
        % {"file": where, "headers": ", ".join(headers[:30])}
    )


def _columns(headers: list[str], asked: dict[str, str], kind: Kind) -> dict[str, int]:
    meant = {plain(header): field for header, field in asked.items()}
    found: dict[str, int] = {}
    for index, header in enumerate(headers):
        field = meant.get(plain(header))
        if field in FIELDS[kind]:
            found[field] = index
    for field, words in WORDS[kind].items():
        for word in map(plain, words.split()):
            for index, header in enumerate(headers):
                name = plain(header)
                bare = plain(_MONEY_UNIT.sub("", header)) if field in ("capital", "amount") else name
                if (
                    word in (name, bare)
                    and name not in meant
                    and field not in found
                    and index not in found.values()
                ):
                    found[field] = index
    return found


def _unit(headers: list[str], column: int | None) -> str:
    unit = _MONEY_UNIT.search(headers[column]) if column is not None else None
    return unit[1] if unit else ""


def read_mapping(texts: list[str]) -> dict[str, str]:
    """Read --mapping: `column=field` pairs, or JSON, or the name of a JSON file.

    Raises:
        LoadRefused: a field is not known, or the text is neither.
    """
    import json
    from pathlib import Path

    asked: dict[str, str] = {}
    for text in texts:
        try:
            if text.lstrip().startswith("{"):
                asked |= json.loads(text)
            elif text.endswith(".json"):
                asked |= json.loads(Path(text).read_text(encoding="utf-8"))
            else:
                asked |= dict(pair.strip().rsplit("=", 1) for pair in text.split(",") if pair.strip())
        except (ValueError, OSError) as error:
            raise LoadRefused(
                _('--mapping %(text)s cannot be read: write column=field, or JSON {"column": "field"}.')
                % {"text": text}
            ) from error
    known = {*COMPANY_FIELDS, *INVESTMENT_FIELDS, "-"}
    unknown = [field for field in asked.values() if field not in known]
    if unknown:
        raise LoadRefused(
            _("--mapping: there is no field “%(field)s”. Fields: %(known)s.")
            % {"field": unknown[0], "known": ", ".join(sorted(known))}
        )
    return asked
