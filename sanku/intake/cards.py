"""Find tables that have no header row: a card of one record with labels beside its values, a list of bare values."""

import re
from collections.abc import Iterator

from sanku.common.codes import clean_code, looks_like_uscc
from sanku.common.sheets import Sheet, Value, column_letter
from sanku.common.text import squeeze
from sanku.intake.headers import header_fields
from sanku.intake.table import Header, Table, text_of

_FEWEST_FIELDS = 5
_MOST_CARDS = 50
_FIRM = re.compile(
    r".{3,}(?:公司|厂|集团|合作社|研究院|研究所|合伙企业|商行|工作室|事务所|co\.,?ltd\.?)", re.IGNORECASE
)
_PHONE = re.compile(r"\+?[\d*()\-转 ]{7,20}")


def find_cards(sheet: Sheet) -> list[tuple[Table, int]]:
    """Find the cards of a sheet, one under the other: the first label of one begins the next."""
    found = [find_card(part) for part in _parts(sheet)]
    return [card for card in found if card] if all(found) else []


def _parts(sheet: Sheet) -> Iterator[Sheet]:
    """Yield the sheet in parts, each from below the last labels of the one before it."""
    labelled = {
        row: {column: str(value) for column, value in enumerate(values) if _is_label(value)}
        for row, values in sheet.rows.items()
    }
    rows = [row for row, labels in labelled.items() if labels]
    if not rows:
        return
    column, label = next(iter(labelled[rows[0]].items()))
    starts = [index for index, row in enumerate(rows) if labelled[row].get(column) == label]
    if not 1 < len(starts) <= _MOST_CARDS:
        yield sheet
        return
    ends = [rows[index - 1] for index in starts[1:]] + [max(sheet.rows)]
    first = 0
    for end in ends:
        yield Sheet(
            sheet.name,
            sheet.hidden,
            {row: values for row, values in sheet.rows.items() if first < row <= end},
        )
        first = end


def find_card(sheet: Sheet) -> tuple[Table, int] | None:
    """Find a card: labels and values side by side, in several pairs of columns. Return it with its number of fields.

    The card becomes a table of one row; `cells` says where each value stands.
    """
    if len(sheet.rows) > 80 or sheet.width > 30:
        return None
    labels: list[str] = []
    values: list[Value] = []
    cells: list[str] = []
    label_columns: set[int] = set()
    filled = 0
    for row, written in sheet.rows.items():
        places = [column for column, value in enumerate(written) if value is not None]
        filled += len(places)
        position = 0
        while position < len(places):
            column = places[position]
            position += 1
            if not _is_label(written[column]):
                continue
            following = places[position] if position < len(places) else None
            value = (
                written[following] if following is not None and not _is_label(written[following]) else None
            )
            place = column + 1
            if value is not None and following is not None:
                position += 1
                place = following
            labels.append(text_of(written[column]).strip(" :："))
            values.append(value)
            cells.append(f"{column_letter(place)}{row}")
            label_columns.add(column)
    fields = {header_fields(label)[0][0].name for label in labels if header_fields(label)}
    told = sum(value is not None for value in values)
    if (
        len(fields) < _FEWEST_FIELDS
        or len(label_columns) < 2
        or len(fields) < 0.7 * len(labels)
        or told < 0.5 * len(labels)
    ):
        return None
    if 2 * told < 0.6 * filled:
        return None
    first = int(re.sub(r"\D", "", cells[0]))
    turned = Sheet(sheet.name, sheet.hidden, {first: list(labels), first + 1: values})
    headers = [Header(index, [label]) for index, label in enumerate(labels)]
    title = [
        text_of(value).strip()
        for row, written in sheet.rows.items()
        if row < first
        for value in written
        if isinstance(value, str)
    ]
    return Table(turned, [first], headers, first + 1, first + 1, title, cells=cells), len(fields)


def _is_label(value: Value) -> bool:
    return isinstance(value, str) and len(value) <= 24 and bool(header_fields(value.strip().rstrip(":：")))


def is_firm_column(values: list[Value]) -> bool:
    """Tell whether most values are names of firms."""
    texts = [squeeze(text_of(value)) for value in values]
    return bool(texts) and sum(bool(_FIRM.fullmatch(text)) for text in texts) >= 0.7 * len(texts)


def find_bare_list(sheet: Sheet) -> Table | None:
    """Find a list without a header: a column of firms' names beside one of codes or telephone numbers."""
    rows = list(sheet.rows.items())
    if len(rows) < 3:
        return None
    sample = rows[:200]
    names = codes = None
    for column in range(min(sheet.width, 40)):
        texts = [
            squeeze(text_of(values[column]))
            for _, values in sample
            if column < len(values) and values[column] is not None
        ]
        if len(texts) * 2 < len(sample):
            continue
        if names is None and is_firm_column(list(texts)):
            names = column
        elif sum(
            looks_like_uscc(clean_code(text)) or bool(_PHONE.fullmatch(text)) for text in texts
        ) >= 0.7 * len(texts):
            codes = column
    if names is None or codes is None:
        return None
    first = next(
        row
        for row, values in rows
        if names < len(values) and _FIRM.fullmatch(squeeze(text_of(values[names])))
    )
    headers = [Header(column, [f"（{column_letter(column)}）"]) for column in range(sheet.width)]
    context = [
        text_of(value) for row, values in rows if row < first for value in values if isinstance(value, str)
    ]
    return Table(sheet, [], headers, first, rows[-1][0], context)
