"""Decide which field each column of a table means, by its header and by its values."""

import dataclasses
import re
from dataclasses import dataclass, replace

from sanku.common.amounts import parse_money_unit
from sanku.common.areas import parse_area_unit
from sanku.common.geodata import LayerSheet
from sanku.common.sheets import Value
from sanku.common.text import is_blank
from sanku.intake.blocks import PERIOD
from sanku.intake.cards import is_firm_column
from sanku.intake.exported import exported_columns
from sanku.intake.fields import BY_NAME, Field, Kind
from sanku.intake.headers import Units, find_units, header_fields, normalise_header, plain
from sanku.intake.kinds import Candidate, could_be, kind_of, points_of
from sanku.intake.own import OwnField, known_field
from sanku.intake.table import Header, Table, text_of
from sanku.intake.words import facets_of, is_tick, site_kind_of, stage_of

_SAMPLE = 60
_OWN_POINTS = 100
_GENERIC_LEAF = re.compile(
    rf"总量|总额|金额|本期(?:数|累计)?|数额|数值|合计|本年|全年|名称|全称|数量|绝对值|累计|实绩|完成|规模|(?:19|20)\d\d年?|[本去上今当前]年度?|时间|日期|{PERIOD}"
)
_NAME_AND_NUMBER = re.compile(r"[^\d\s\-+()（）].*\d{7}", re.DOTALL)
_GROUP_TAIL = re.compile(r"(?:情况|信息|进展|概况|内容)$")
_STAGE_GROUP = re.compile(r"进展|阶段|状态|进度|打√|打勾|勾选")
# 签约 over dates is the day of it; 引进单位 is the office that brought a project in, unless it holds firms.
_DEED = re.compile(r"签约|签订|(?:实际|正式)?(?:开工|动工)|(?:计划|预计|拟)(?:签约|开工|动工)")
_BROUGHT_IN_BY = re.compile(r"(?:引进|引荐|引资|招引)(?:单位|部门)")
_REMARK = re.compile(r"[（(][^（()）]*[）)]")  # 标准厂房（含写字楼） are factories
_FACET_GROUP = re.compile(r"主攻|方向|类型|打√|打勾|勾选")
# Fields that values alone can tell in a list without headers.
_BARE = ("enterprise.established_date", "enterprise.province", "enterprise.name")


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
    others: list[int] = dataclasses.field(default_factory=list)
    # Of those the units, where they are not the column's: 面积（亩） beside 面积（㎡）.
    other_units: dict[int, Units] = dataclasses.field(default_factory=dict)
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
    helpers: set[int] = dataclasses.field(default_factory=set)
    # Columns of an export that follow from others: neither read nor kept as written.
    left_out: set[int] = dataclasses.field(default_factory=set)

    def by_field(self, name: str) -> Column | None:
        """Return the column of a field."""
        return next((column for column in self.columns if column.field.name == name), None)


def map_table(
    table: Table, *, kind: Kind | None = None, fixed: dict[int, str] | None = None, exported: bool = False
) -> Mapping:
    """Map the columns of a table; `kind` and `fixed` (column → field) are what a person has already decided.

    `exported` says that Sanku itself wrote the file.
    """
    known: dict[int, str] = {}
    if exported:
        heads = [(header.column, header.leaf) for header in table.headers]
        meant, known = exported_columns(kind, heads)
        kind = kind or meant or None  # type: ignore[assignment]
    title = " ".join([table.sheet.name or "", *table.context])
    context = Units()
    for text in [*reversed(table.context), *table.notes, table.sheet.name or ""]:
        context = context.or_else(find_units(text, whole=True))
    candidates = [_candidate(table, header) for header in table.headers if header.levels]
    _prefer_original_currency(candidates)
    if not table.header_rows:
        kind = kind or "enterprise"
    kind = kind or kind_of(candidates, title)
    if kind == "none":
        return Mapping("none", [], context)
    mapping = Mapping(kind, [], context)
    _choose(mapping, candidates, {**known, **(fixed or {})})
    mapping.left_out = {index for index, name in known.items() if not name and index not in (fixed or {})}
    _add_by_values(mapping, candidates, table)
    _link_helpers(mapping, candidates)
    _swap_price(mapping)
    if kind == "site":
        mapping.site_kind = _site_kind(table, mapping)
    if isinstance(table.sheet, LayerSheet):
        _add_boundary(mapping, table)
    for column in mapping.columns:
        if column.field.type in ("money", "investment"):
            column.median = _median(table, column.index)
    return mapping


def _add_boundary(mapping: Mapping, table: Table) -> None:
    """Map the last column of a layer: the boundaries, which are no cells. What has one is land where nothing else is said."""
    header = table.headers[-1]
    mapping.columns = [column for column in mapping.columns if column.index != header.column]
    mapping.columns.append(
        Column(header.column, header.leaf, BY_NAME["site.boundary"], Units(), 1.0, "layer")
    )
    mapping.site_kind = mapping.site_kind or "land"


def _candidate(table: Table, header: Header) -> Candidate:
    # A list without headers calls its columns by their letters, and （E） is no longitude.
    fields = header_fields(header.leaf) if table.header_rows or table.cells else ()
    for group in header.groups:
        joined = header_fields(group + header.leaf) or _of_group(group, header.leaf)
        if joined and (
            not fields
            or _GENERIC_LEAF.fullmatch(normalise_header(header.leaf))
            or _more_specific(joined, fields)
        ):
            fields = joined
            break
        if not fields and (
            _GENERIC_LEAF.fullmatch(normalise_header(header.leaf))
            or _GENERIC_LEAF.fullmatch(plain(header.leaf))
        ):
            fields = header_fields(group)
            if fields:
                break
    sample = _sample(table, header.column)
    if normalise_header(header.leaf) == "单位" and (unit := _unit_held(sample)):
        fields = ((unit, 0),)
    if not fields and _DEED.fullmatch(normalise_header(header.leaf)) and _hold_dates(sample):
        fields = header_fields(header.leaf + "时间")
    if _BROUGHT_IN_BY.fullmatch(normalise_header(header.leaf)) and not is_firm_column(sample):
        fields = ((BY_NAME["project.owner_department"], 0),)
    if fields and fields[0][0].name == "contact.name" and _hold_numbers(sample):
        fields = ((BY_NAME["contact.name+phone"], 0),)
    facet = None
    named = facets_of(header.leaf)
    if (
        len(named) == 1
        and len(normalise_header(header.leaf)) <= 4
        and any(_FACET_GROUP.search(group) for group in header.groups)
    ):
        facet, fields = named[0], ()
    if header.groups and any(re.search(r"利润|税", group) for group in header.groups):
        fields = tuple(pair for pair in fields if pair[0].name != "enterprise.revenue_growth")
    stage = _ticked_stage(header, sample)
    return Candidate(header, () if stage else fields, sample, facet, stage)


def _ticked_stage(header: Header, sample: list[Value]) -> str | None:
    """Return the stage that a column of ticks stands for, as 签约 under 项目进展 does."""
    if len(header.leaf) > 5 or not sample or not all(is_tick(text_of(value)) for value in sample):
        return None
    return stage_of(header.leaf) if any(map(_STAGE_GROUP.search, header.groups)) else None


def _hold_dates(sample: list[Value]) -> bool:
    """Tell whether most cells hold days or months."""
    return bool(sample) and sum(could_be("date", value) for value in sample) >= 0.7 * len(sample)


def _hold_numbers(sample: list[Value]) -> bool:
    """Tell whether most cells of a column of people give their telephone numbers too."""
    told = sum(bool(_NAME_AND_NUMBER.search(text_of(value))) for value in sample)
    return 0 < len(sample) < 2 * told


def _unit_held(sample: list[Value]) -> Field | None:
    """Return of what a column headed 单位 holds the unit; none where it holds firms or offices."""
    texts = [text_of(value) for value in sample]
    if not texts:
        return None
    if all(parse_money_unit(text) for text in texts):
        return BY_NAME["unit.money"]
    return BY_NAME["unit.area"] if all(parse_area_unit(text) for text in texts) else None


def _of_group(group: str, leaf: str) -> tuple[tuple[Field, int], ...]:
    """Return what a header says with its group in other words: 签约情况 over 时间, 开竣工时间 over 开工."""
    bare = _GROUP_TAIL.sub("", normalise_header(group))
    fields = header_fields(bare + leaf) if bare else ()
    if fields or header_fields(leaf):
        return fields
    if re.search(r"时间|日期|年月|节点", group):
        return header_fields(leaf + "时间")
    # 可租 and 剩余 under 建筑面积
    return header_fields(leaf + "面积") if bare.endswith("面积") else ()


def _more_specific(joined: tuple[tuple[Field, int], ...], alone: tuple[tuple[Field, int], ...]) -> bool:
    """Tell whether the group adds something: 投资方 over 信用代码 makes it the investor's code."""
    return len(joined) < len(alone) and {field.name for field, _ in joined} <= {
        field.name for field, _ in alone
    }


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


def _prefer_original_currency(candidates: list[Candidate]) -> None:
    """Where one column gives the original amount and another the amount in yuan, tell them apart."""
    original = BY_NAME["project.investment_amount"]
    invest = [c for c in candidates if any(field.name == "project.investment_cny" for field, _ in c.fields)]
    for candidate in invest:
        words = plain(candidate.text)
        foreign = re.search(r"原币|外币", words) or (len(invest) > 1 and re.search(r"美元|usd", words))
        if foreign and "折" not in words:
            candidate.fields = ((original, 0),)


def _choose(mapping: Mapping, candidates: list[Candidate], fixed: dict[int, str]) -> None:
    """Give each column its field: those that suit best first, each field once."""
    taken: dict[str, Column] = {}
    options = []
    # Where leaders answer for projects, the firms of the list are the projects' investors.
    named = {field_.name for candidate in candidates for field_, _ in candidate.fields}
    project_wise = mapping.kind == "assignment" and "project.name" in named
    for order, candidate in enumerate(candidates):
        column = candidate.header.column
        if column in fixed:
            decided = BY_NAME.get(fixed[column]) or known_field(fixed[column], mapping.kind)
            if decided is not None:
                taken[decided.name] = _column(candidate, decided, mapping.units, 1.0, "decided")
            continue
        if candidate.facet and mapping.kind == "target_client":
            taken[f"facet:{candidate.facet}"] = replace(
                _column(candidate, BY_NAME["target.focus_facets"], mapping.units, 0.9, "facet"),
                facet=candidate.facet,
            )
            continue
        if candidate.stage and mapping.kind == "project":
            ticked = _column(candidate, BY_NAME["project.stage"], mapping.units, 0.9, "stage")
            taken[f"stage:{column}"] = replace(ticked, facet=candidate.stage)
            continue
        for field_, rank in candidate.fields:
            if mapping.kind in field_.kinds and not (project_wise and field_.name.startswith("enterprise.")):
                # What the zone itself calls so is meant, whatever the word means elsewhere.
                points = _OWN_POINTS if isinstance(field_, OwnField) else points_of(field_, rank, candidate)
                options.append((-points, order, field_, rank, candidate))
    done = {column.index for column in taken.values()}
    for negative, _, field_, rank, candidate in sorted(options, key=lambda option: option[:2]):
        index = candidate.header.column
        if index in done or -negative <= 2:
            continue
        if field_.name in taken:
            first = taken[field_.name]
            if normalise_header(candidate.text) == normalise_header(first.header):
                first.others.append(index)
                units = _column(candidate, field_, mapping.units, 0.0, "").units
                if units != first.units:
                    first.other_units[index] = units
                done.add(index)
            continue
        done.add(index)
        confidence = min(1.0, max(0.3, 0.6 - 0.05 * rank + 0.4 * candidate.fit(field_.type)))
        if isinstance(field_, OwnField):
            confidence = 1.0
        taken[field_.name] = _column(candidate, field_, mapping.units, confidence, "header")
    for chosen in taken.values():
        if chosen.field.type == "ordinal":
            mapping.ordinal = chosen.index
        elif chosen.field.type != "unit":
            mapping.columns.append(chosen)
    mapping.columns.sort(key=lambda column: column.index)


def _column(candidate: Candidate, field_: Field, context: Units, confidence: float, why: str) -> Column:
    own = Units()
    for text in reversed(candidate.header.levels):
        own = own.or_else(find_units(text))
    if field_.type in ("money", "investment", "foreign") and own.money is None:
        own = replace(own, money=context.money)
    units = own.or_else(replace(context, percent=False))
    return Column(
        candidate.header.column, candidate.text.replace("\n", ""), field_, units, round(confidence, 2), why
    )


def _add_by_values(mapping: Mapping, candidates: list[Candidate], table: Table) -> None:
    """Recognise by their values columns whose header says nothing: codes and telephone numbers."""
    used = {column.index for column in mapping.columns} | {
        index for column in mapping.columns for index in column.others
    }
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
            if candidate.fit(field_.type) >= 0.7 and not re.search(
                r"法人|法定|传真|邮编|fax", candidate.text
            ):
                mapping.columns.append(_column(candidate, field_, mapping.units, 0.6, "values"))
                break
    mapping.columns.sort(key=lambda column: column.index)


def _link_helpers(mapping: Mapping, candidates: list[Candidate]) -> None:
    """Join columns that only hold units or currencies to the column they speak of."""
    dimensions = {
        "unit.money": ("money", "investment", "foreign"),
        "unit.area": ("area",),
        "unit.price": ("sale_price", "rent_price"),
        "unit": ("money", "investment", "area", "sale_price", "rent_price"),
    }
    for candidate in candidates:
        unit = next(
            (
                field_
                for field_, _ in candidate.fields
                if field_.type == "unit" and mapping.kind in field_.kinds
            ),
            None,
        )
        if unit is None or any(column.index == candidate.header.column for column in mapping.columns):
            continue
        near = [column for column in mapping.columns if column.field.type in dimensions[unit.name]]
        near.sort(
            key=lambda column: (
                column.index > candidate.header.column,
                abs(column.index - candidate.header.column),
            )
        )
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
        named = site_kind_of(_REMARK.sub("", text)) or site_kind_of(text)
        if named and not re.search(r"填报|单位[:：]", text):
            return named
    names = {column.field.name for column in mapping.columns}
    if names & {"site.clear_height_m", "site.floor_load_t_m2"}:
        return "factory"
    if "site.unit" in names or "site.service_fee_cny_m2_month" in names:
        return "office"
    return (
        "land" if names & {"site.zoning", "site.plot_ratio", "site.price_sale_cny_m2", "site.code"} else None
    )


def _median(table: Table, column: int) -> float | None:
    numbers = sorted(float(value) for value in _sample(table, column) if isinstance(value, int | float))
    return numbers[len(numbers) // 2] if len(numbers) >= 5 else None
