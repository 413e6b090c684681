"""Decide what kind of records a table holds and which field each column means, by its header and by its values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sanku.common.codes import classify_code, clean_code, looks_like_uscc
from sanku.common.coordinates import read_degrees, read_pair
from sanku.common.dates import read_date
from sanku.common.quantities import scan
from sanku.common.sheets import CellError, Value
from sanku.common.text import is_blank, squeeze
from sanku.intake.cards import is_firm_column
from sanku.intake.fields import BY_NAME, IDENTITY, KINDS, Field, Kind
from sanku.intake.headers import Units, find_units, header_fields, normalise_header, plain
from sanku.intake.table import Header, Table, text_of
from sanku.intake.words import PROVINCES, facets_of, short_province, site_kind_of, site_status_of, stage_of

_SAMPLE = 60
_PHONE = re.compile(r"\+?\(?(?:0\d{2,3}|1[\d*]{2}|400|800|86)\)?[-\d* 转;；/、,]{5,}.*")
_GENERIC_LEAF = re.compile(r"总量|总额|金额|数额|数值|合计|本年|全年|名称|全称|数量|绝对值|累计|实绩|完成|规模|(?:19|20)\d\d年?|[本去上今当前]年度?|时间|日期")
_FACET_GROUP = re.compile(r"主攻|方向|类型|打√|打勾|勾选")
_FACTS = {
    "enterprise.registered_capital_cny", "enterprise.established_date", "enterprise.revenue_cny", "enterprise.profit_cny",
    "enterprise.tax_cny", "enterprise.scope", "enterprise.revenue_growth", "enterprise.address",
}  # fmt: skip
_PROJECT_FACTS = {
    "project.investment_cny", "project.investment_amount", "project.stage", "project.signed_date", "project.start_date",
    "project.fixed_asset_cny", "project.land_m2", "project.money_in_place_cny", "project.content",
}  # fmt: skip
# Fields that values alone can tell in a list without headers.
_BARE = ("enterprise.established_date", "enterprise.province", "enterprise.name")
# A title that names a kind counts as much as a few columns that do.
_TITLES: tuple[tuple[Kind, str, int], ...] = (
    ("target_client", r"目标(?:客户|企业|客商|招商|名单)|拟招引|客户名单|招引对象|target|对接企业", 4),
    ("lead", r"线索|客商信息|信息登记|首报|lead", 4),
    ("visit", r"走访|拜访|调研(?:记录|台账)|入企|visit", 4),
    ("project", r"项目|签约|pipeline|project", 2),
    ("site", r"载体|土地|地块|宗地|厂房|楼宇|写字楼|房源|闲置|site|parcel", 3),
    ("enterprise", r"企业(?:名录|名单|信息|情况|底库|基本|登记|汇总|一览|主要)|名录|规上|compan", 2),
)
_DEDICATED = re.compile(r"包保|包联|挂包|包抓|结对|帮扶|帮包|联系服务|责任清单|assignment")


@dataclass(slots=True)
class Column:
    """What one column of a table means. `unit_column` holds the unit of each cell, `others` more columns of the field."""

    index: int
    header: str
    field: Field
    units: Units
    confidence: float
    why: str
    unit_column: int | None = None
    currency_column: int | None = None
    others: list[int] = field(default_factory=list)
    facet: str | None = None
    median: float | None = None


@dataclass(slots=True)
class Mapping:
    """The kind of a table's records and what its columns mean."""

    kind: Kind
    columns: list[Column]
    units: Units
    site_kind: str | None = None
    ordinal: int | None = None
    helpers: set[int] = field(default_factory=set)

    def by_field(self, name: str) -> Column | None:
        """Return the column of a field."""
        return next((column for column in self.columns if column.field.name == name), None)


@dataclass(slots=True)
class _Candidate:
    header: Header
    fields: tuple[tuple[Field, int], ...]
    sample: list[Value]
    facet: str | None = None
    fits: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.header.leaf

    def fit(self, type_: str) -> float:
        if type_ not in self.fits:
            self.fits[type_] = fit(type_, self.sample)
        return self.fits[type_]


def map_table(table: Table, *, kind: Kind | None = None, fixed: dict[int, str] | None = None) -> Mapping:
    """Map the columns of a table; `kind` and `fixed` (column → field) are what a person has already decided."""
    title = " ".join([table.sheet.name or "", *table.context])
    context = Units()
    for text in [*reversed(table.context), *table.notes]:
        context = context.or_else(find_units(text, whole=True))
    candidates = [_candidate(table, header) for header in table.headers if header.levels]
    _prefer_original_currency(candidates)
    if not table.header_rows:
        kind = kind or "enterprise"
    kind = kind or _kind(candidates, title)
    if kind == "none":
        return Mapping("none", [], context)
    mapping = Mapping(kind, [], context)
    _choose(mapping, candidates, fixed or {})
    _add_by_values(mapping, candidates, table)
    _link_helpers(mapping, candidates)
    _swap_price(mapping)
    if kind == "site":
        mapping.site_kind = _site_kind(table, mapping)
    for column in mapping.columns:
        if column.field.type in ("money", "investment"):
            column.median = _median(table, column.index)
    return mapping


def _candidate(table: Table, header: Header) -> _Candidate:
    fields = header_fields(header.leaf)
    for group in header.groups:
        joined = header_fields(group + header.leaf)
        if joined and (not fields or _GENERIC_LEAF.fullmatch(normalise_header(header.leaf)) or _more_specific(joined, fields)):
            fields = joined
            break
        if not fields and (_GENERIC_LEAF.fullmatch(normalise_header(header.leaf)) or _GENERIC_LEAF.fullmatch(plain(header.leaf))):
            fields = header_fields(group)
            if fields:
                break
    facet = None
    named = facets_of(header.leaf)
    if len(named) == 1 and len(normalise_header(header.leaf)) <= 4 and any(_FACET_GROUP.search(group) for group in header.groups):
        facet, fields = named[0], ()
    if header.groups and any(re.search(r"利润|税", group) for group in header.groups):
        fields = tuple(pair for pair in fields if pair[0].name != "enterprise.revenue_growth")
    return _Candidate(header, fields, _sample(table, header.column), facet)


def _more_specific(joined: tuple[tuple[Field, int], ...], alone: tuple[tuple[Field, int], ...]) -> bool:
    """Tell whether the group adds something: 投资方 over 信用代码 makes it the investor's code."""
    return len(joined) < len(alone) and {field.name for field, _ in joined} <= {field.name for field, _ in alone}


def _sample(table: Table, column: int) -> list[Value]:
    sample: list[Value] = []
    for row, values in table.sheet.rows.items():
        if table.first_row <= row <= table.last_row and column < len(values) and values[column] is not None:
            value = values[column]
            if not (isinstance(value, str) and (is_blank(value) or len(value) > 400)):
                sample.append(value)
                if len(sample) >= _SAMPLE:
                    break
    return sample


def fit(type_: str, sample: list[Value]) -> float:
    """Return which share of the values could be of a type; 0.5 where that cannot be told."""
    values = [value for value in sample if not isinstance(value, CellError)]
    if not values or type_ in ("text", "list", "facets", "sector", "contact", "id", "site_kind"):
        return 0.5
    return sum(_could_be(type_, value) for value in values) / len(values)


def _could_be(type_: str, value: Value) -> bool:
    text = text_of(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if type_ == "code":
        code = clean_code(text)
        return looks_like_uscc(code) or classify_code(code) in ("registration_15", "precision_lost") or (number and float(text) > 1e14)
    if type_ == "phone":
        return bool(_PHONE.fullmatch(squeeze(text)))
    if type_ in ("date", "moment"):
        return not isinstance(value, str | int | float) or read_date(value).problem in (None, "date_impossible", "date_range", "date_ambiguous")
    if type_ in ("money", "investment", "area", "number", "count", "percent", "sale_price", "rent_price"):
        return number or (isinstance(value, str) and bool(scan(value).quantities) and len(value) < 40)
    if type_ == "ordinal":
        return number or bool(re.fullmatch(r"[（(]?\d{1,6}[）)、.]?|[①-⑳㉑-㉟]", squeeze(text)))
    if type_ in ("lon", "lat"):
        return number or read_degrees(text) is not None
    if type_ == "lon_lat":
        return read_pair(text) is not None
    if type_ == "province":
        return short_province(text) in PROVINCES
    if type_ == "place":
        return plain(text).startswith(PROVINCES) and short_province(text) not in PROVINCES
    if type_ == "stage":
        return stage_of(text) is not None
    if type_ == "site_status":
        return site_status_of(text) is not None
    if type_ in ("name", "city"):
        return isinstance(value, str) and not re.fullmatch(r"[\d.,%]+", text)
    return True


def _prefer_original_currency(candidates: list[_Candidate]) -> None:
    """Where one column gives the original amount and another the amount in yuan, tell them apart."""
    original = BY_NAME["project.investment_amount"]
    invest = [c for c in candidates if any(field.name == "project.investment_cny" for field, _ in c.fields)]
    for candidate in invest:
        words = plain(candidate.text)
        foreign = re.search(r"原币|外币", words) or (len(invest) > 1 and re.search(r"美元|usd|外资", words))
        if foreign and "折" not in words:
            candidate.fields = ((original, 0),)


# --- the kind


def _kind(candidates: list[_Candidate], title: str) -> Kind:
    best: tuple[float, Kind] = (0.0, "none")
    words = plain(title)
    for kind in KINDS:
        score = _score(kind, candidates, words)
        if score > best[0]:
            best = (score, kind)
    return best[1]


def _score(kind: Kind, candidates: list[_Candidate], title: str) -> float:
    """Return how well a kind explains the columns, 0 where nothing names its records."""
    seen: set[str] = set()
    score = 0.0
    for candidate in candidates:
        if candidate.facet and kind == "target_client":
            score += 2
        found = _best_field(kind, candidate, seen)
        if found is None or found.type in ("ordinal", "unit"):
            continue
        seen.add(found.name)
        score += 0.5 if found.name.endswith(".note") else 1
        if kind in found.speaks_for:
            score += found.weight
    strong = IDENTITY[kind] if kind != "site" else ("site.code", "site.unit", "site.building", "site.park")
    if kind == "site" and "site.address" in seen and {"site.area_total_m2", "site.status"} & seen:
        strong = IDENTITY["site"]
    filled = seen - {name for name in seen if name.endswith(".note")}
    if not seen & set(strong) or len(filled) < (3 if len(candidates) > 3 else 2):
        return 0.0
    if kind == "site" and not {"site.area_total_m2", "site.area_free_m2", "site.status", "site.price_rent_cny_m2_month", "site.code"} & seen:
        return 0.0
    if kind == "visit" and len(seen & {"visit.date", "visit.method", "visit.participants", "visit.content", "visit.result"}) < 2:
        return 0.0
    if kind == "project" and "project.name" not in seen and len(seen & _PROJECT_FACTS) < 2:
        return 0.0
    hinted = any(named == kind and re.search(words, title) for named, words, _ in _TITLES)
    spoken = sum(BY_NAME[name].weight for name in seen if name != "enterprise.name" and kind in BY_NAME[name].speaks_for)
    if kind == "target_client" and not hinted and spoken < 4:
        return 0.0
    if kind == "lead" and not hinted and "lead.source" not in seen:
        return 0.0
    if kind == "assignment":
        if "assignment.leader" not in seen:
            return 0.0
        score += 16 if _DEDICATED.search(title) else -1.5 * len(seen & _FACTS)
    return score + sum(points for named, words, points in _TITLES if named == kind and re.search(words, title))


def _best_field(kind: Kind, candidate: _Candidate, taken: Iterable[str]) -> Field | None:
    best: tuple[float, Field] | None = None
    for field_, rank in candidate.fields:
        if kind not in field_.kinds or field_.name in taken:
            continue
        points = _points(field_, rank, candidate)
        if best is None or points > best[0]:
            best = (points, field_)
    return best[1] if best and best[0] > 2 else None


def _points(field_: Field, rank: int, candidate: _Candidate) -> float:
    """Return how well a column suits a field: its header first, its values next."""
    points = 6.0 - 0.5 * rank + 3 * candidate.fit(field_.type)
    if field_.type == "id" and candidate.sample and candidate.fit("ordinal") > 0.8 and _counts_up(candidate.sample):
        points -= 7  # 编号 over 1, 2, 3 … is a serial number
    if field_.type in ("code", "date", "lon", "lat") and len(candidate.sample) >= 5 and candidate.fit(field_.type) < 0.2:
        points -= 3
    return points


def _counts_up(sample: list[Value]) -> bool:
    numbers = [int(found[0]) for value in sample if (found := re.search(r"\d+", squeeze(text_of(value)).split(".")[0]))]
    steps = [after - before for before, after in zip(numbers, numbers[1:], strict=False)]
    return bool(steps) and sum(step == 1 for step in steps) >= 0.6 * len(steps)


# --- the columns


def _choose(mapping: Mapping, candidates: list[_Candidate], fixed: dict[int, str]) -> None:
    """Give each column its field: those that suit best first, each field once."""
    taken: dict[str, Column] = {}
    options = []
    # Where leaders answer for projects, the firms of the list are the projects' investors.
    named = {field_.name for candidate in candidates for field_, _ in candidate.fields}
    project_wise = mapping.kind == "assignment" and "project.name" in named
    for order, candidate in enumerate(candidates):
        column = candidate.header.column
        if column in fixed:
            if fixed[column] in BY_NAME:
                taken[fixed[column]] = _column(candidate, BY_NAME[fixed[column]], mapping.units, 1.0, "decided")
            continue
        if candidate.facet and mapping.kind == "target_client":
            taken[f"facet:{candidate.facet}"] = replace(
                _column(candidate, BY_NAME["target.focus_facets"], mapping.units, 0.9, "facet"), facet=candidate.facet
            )
            continue
        for field_, rank in candidate.fields:
            if mapping.kind in field_.kinds and not (project_wise and field_.name.startswith("enterprise.")):
                options.append((-_points(field_, rank, candidate), order, field_, rank, candidate))
    done = {column.index for column in taken.values()}
    for negative, _, field_, rank, candidate in sorted(options, key=lambda option: option[:2]):
        index = candidate.header.column
        if index in done or -negative <= 2:
            continue
        if field_.name in taken:
            first = taken[field_.name]
            if normalise_header(candidate.text) == normalise_header(first.header):
                first.others.append(index)
                done.add(index)
            continue
        done.add(index)
        confidence = min(1.0, max(0.3, 0.6 - 0.05 * rank + 0.4 * candidate.fit(field_.type)))
        taken[field_.name] = _column(candidate, field_, mapping.units, confidence, "header")
    for name, column in taken.items():
        if column.field.type == "ordinal":
            mapping.ordinal = column.index
        elif column.field.type != "unit" or name.startswith("facet"):
            mapping.columns.append(column)
    mapping.columns.sort(key=lambda column: column.index)


def _column(candidate: _Candidate, field_: Field, context: Units, confidence: float, why: str) -> Column:
    own = Units()
    for text in reversed(candidate.header.levels):
        own = own.or_else(find_units(text))
    if field_.type in ("money", "investment") and own.money is None:
        own = replace(own, money=context.money)
    units = own.or_else(replace(context, percent=False))
    return Column(candidate.header.column, candidate.text.replace("\n", ""), field_, units, round(confidence, 2), why)


def _add_by_values(mapping: Mapping, candidates: list[_Candidate], table: Table) -> None:
    """Recognise by their values columns whose header says nothing: codes and telephone numbers."""
    used = {column.index for column in mapping.columns} | {index for column in mapping.columns for index in column.others}
    code = "project.investor_uscc" if mapping.kind == "project" else "enterprise.uscc"
    for candidate in candidates:
        if candidate.header.column in used or len(candidate.sample) < 3:
            continue
        for name in (code, "contact.phone") if table.header_rows else (code, "contact.phone", *_BARE):
            field_ = BY_NAME[name]
            known = candidate.fields and any(field.type == "phone" for field, _ in candidate.fields)
            if mapping.kind not in field_.kinds or mapping.by_field(name) or (candidate.fields and not known):
                continue
            if name == "enterprise.name" and not is_firm_column(candidate.sample):
                continue
            if candidate.fit(field_.type) >= 0.7 and not re.search(r"法人|法定|传真|邮编|fax", candidate.text):
                mapping.columns.append(_column(candidate, field_, mapping.units, 0.6, "values"))
                break
    mapping.columns.sort(key=lambda column: column.index)


def _link_helpers(mapping: Mapping, candidates: list[_Candidate]) -> None:
    """Join columns that only hold units or currencies to the column they speak of."""
    dimensions = {
        "unit.money": ("money", "investment"),
        "unit.area": ("area",),
        "unit.price": ("sale_price", "rent_price"),
        "unit": ("money", "investment", "area", "sale_price", "rent_price"),
    }
    for candidate in candidates:
        unit = next((field_ for field_, _ in candidate.fields if field_.type == "unit" and mapping.kind in field_.kinds), None)
        if unit is None or any(column.index == candidate.header.column for column in mapping.columns):
            continue
        near = [column for column in mapping.columns if column.field.type in dimensions[unit.name]]
        near.sort(key=lambda column: (column.index > candidate.header.column, abs(column.index - candidate.header.column)))
        if near:
            near[0].unit_column = candidate.header.column
            mapping.helpers.add(candidate.header.column)
    currency = mapping.by_field("project.investment_currency")
    if currency:
        target = mapping.by_field("project.investment_amount") or mapping.by_field("project.investment_cny")
        if target:
            target.currency_column = currency.index


def _swap_price(mapping: Mapping) -> None:
    """Take a price per month or day for a rent, even where the header only says price."""
    sale, rent = mapping.by_field("site.price_sale_cny_m2"), mapping.by_field("site.price_rent_cny_m2_month")
    if sale and not rent and sale.units.rent and not sale.units.price:
        sale.field = BY_NAME["site.price_rent_cny_m2_month"]


def _site_kind(table: Table, mapping: Mapping) -> str | None:
    """Return the kind of the carriers in a table, by its title, its sheet's name, its columns."""
    for text in [*reversed(table.context), table.sheet.name or ""]:
        named = site_kind_of(text)
        if named and not re.search(r"填报|单位[:：]", text):
            return named
    names = {column.field.name for column in mapping.columns}
    if names & {"site.clear_height_m", "site.floor_load_t_m2"}:
        return "factory"
    if "site.unit" in names or "site.service_fee_cny_m2_month" in names:
        return "office"
    return "land" if names & {"site.zoning", "site.plot_ratio", "site.price_sale_cny_m2", "site.code"} else None


def _median(table: Table, column: int) -> float | None:
    numbers = sorted(float(value) for value in _sample(table, column) if isinstance(value, int | float))
    return numbers[len(numbers) // 2] if len(numbers) >= 5 else None
