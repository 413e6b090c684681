"""Read the cells of a zone's own fields and tags, as values that a record keeps."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from sanku.common.dates import read_date
from sanku.common.names import normalise
from sanku.common.quantities import exact
from sanku.common.sheets import Value
from sanku.common.text import squeeze, to_half_width
from sanku.intake.cell import Environment, Fact, Problem, Result, number_of, problem, written
from sanku.intake.figures import read_money
from sanku.intake.mapping import Column
from sanku.intake.own import OwnField
from sanku.library.rules import SEPARATORS, FieldKind

YES = frozenset({"是", "有", "yes", "y", "true", "对", "√", "✓", "✔", "☑", "1"})
NO = frozenset({"否", "无", "没有", "不是", "no", "n", "false", "错", "×", "✗", "✘", "☐", "0"})
_SPLIT = re.compile("([" + re.escape("".join(sorted(SEPARATORS))) + "\n])")
_THOUSANDS = re.compile(r"[,，'’\s](?=\d{3}(?!\d))")


def read_own(value: Value, column: Column, env: Environment) -> Result:
    """Read a cell as the value that a record keeps; one that cannot be is refused."""
    field = column.field
    assert isinstance(field, OwnField)
    match field.own:
        case FieldKind.MONEY:
            facts, fault = read_money(value, column, env)
        case FieldKind.NUMBER:
            facts, fault = _number(value, column, field)
        case FieldKind.DATE:
            facts, fault = _date(value, column, env)
        case FieldKind.FLAG:
            facts, fault = _flag(value, column)
        case FieldKind.CHOICE | FieldKind.CODES:
            facts, fault = _choices(value, column, field)
        case "tags":
            facts, fault = {field.name: list(_parts(_text(value)))}, None
        case FieldKind.LONG:
            facts, fault = {field.name: _text(value)}, None
        case _:
            facts, fault = {field.name: " ".join(_text(value).splitlines())}, None
    if fault is None:
        return facts, None
    code = CODES.get(fault.code, fault.code)
    return {field.name: None}, Problem(
        code, "refused", fault.column, fault.field, fault.value, fault.expected
    )


# Of a field that a zone added nothing is kept beside it as written: what cannot be read is refused.
CODES = {"not_a_number": "own_number", "date_vague": "date_unreadable", "rate_missing": "own_rate"}


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if hasattr(value, "year"):
        return read_date(value).isoformat() or ""  # type: ignore[arg-type]
    return written(value)


def _number(value: Value, column: Column, field: OwnField) -> Result:
    name = field.name
    if isinstance(value, int | float):
        number = exact(value)
    else:
        text = _THOUSANDS.sub("", to_half_width(_text(value)).replace("−", "-"))
        unit = to_half_width(field.unit)
        text = text.removesuffix(unit).strip() if unit else text
        try:
            number = Decimal(text)
        except InvalidOperation:
            return {name: None}, problem("own_number", "refused", column, value)
    if not number.is_finite():
        return {name: None}, problem("own_number", "refused", column, value)
    if number != round(number, field.decimals):
        return {name: None}, problem("own_decimals", "refused", column, value, str(field.decimals))
    return {name: number_of(number)}, None


def _date(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    if not isinstance(value, str | int | float) and not hasattr(value, "year"):
        return {name: None}, problem("date_unreadable", "refused", column, value)
    read = read_date(value, epoch_1904=env.epoch_1904, year=env.year)  # type: ignore[arg-type]
    if read.problem:
        return {name: None}, problem(read.problem, "refused", column, value)
    if read.on is None or read.precision in ("year", "month"):
        return {name: None}, problem("date_unreadable", "refused", column, value)
    return {name: read.on.isoformat()}, None


def _flag(value: Value, column: Column) -> Result:
    word = squeeze(_text(value)).casefold()
    if word in YES or word in NO:
        return {column.field.name: word in YES}, None
    return {column.field.name: None}, problem("own_flag", "refused", column, value)


def _choices(value: Value, column: Column, field: OwnField) -> Result:
    labels = {normalise(label): code for code, label in field.choices}
    text = _text(value)
    several = field.own == FieldKind.CODES
    found, wrong = _chosen(text, labels) if several else ([labels.get(normalise(text), "")], text)
    if not all(found):
        offered = "、".join(label for _code, label in field.choices)
        return {field.name: None}, problem("own_choice", "refused", column, wrong, offered)
    fact: Fact = sorted(set(found)) if several else found[0]
    return {field.name: fact}, None


def _chosen(text: str, labels: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the codes of a cell's choices, "" for one that is none, and that one; a label may hold a separator itself."""
    pieces = _SPLIT.split(text)
    found: list[str] = []
    wrong = ""
    place = 0
    while place < len(pieces):
        for end in range(len(pieces), place, -2):
            code = labels.get(normalise("".join(pieces[place:end])))
            if code is not None:
                found.append(code)
                place = end + 1
                break
        else:
            if pieces[place].strip():
                found.append("")
                wrong = wrong or pieces[place].strip()
            place += 2
    return found, wrong


def _parts(text: str) -> Iterator[str]:
    """Yield the tags of a cell, each once."""
    seen = set()
    for part in _SPLIT.split(text)[::2]:
        name = " ".join(part.split())
        if name and normalise(name) not in seen:
            seen.add(normalise(name))
            yield name
