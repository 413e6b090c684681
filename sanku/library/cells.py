"""Columns of the usual kinds, so that a library's description stays a list."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sanku.common import display
from sanku.library.specs import Cell, Column, Reader, Text

YI = _("100 million yuan")
WAN = _("10,000 yuan")


def attribute(path: str) -> Callable[[Any], Any]:
    """Return what reads an attribute, or an attribute of a reference: "investor.name"."""
    first, _dot, rest = path.partition(".")
    if not rest:
        return lambda record: getattr(record, first)

    def read(record: Any) -> Any:
        other = getattr(record, first)
        return None if other is None else getattr(other, rest)

    return read


def text(
    key: str,
    label: Text,
    path: str = "",
    *,
    sort: str = "",
    shown: bool = True,
    sub: str = "",
    refers: Sequence[str] = (),
) -> Column:
    """Return a column of plain text, or of what a reference is called (of which it reads the fields `refers`)."""
    read = attribute(path or key)
    below = attribute(sub) if sub else None

    def cell(record: Any, reader: Reader) -> Cell:
        value = read(record)
        found: Cell = {"text": "" if value is None else str(value)}
        if below is not None:
            found["sub"] = below(record) or ""
        return found

    return Column(
        key,
        label,
        cell,
        lambda record, reader: _none_or_text(read(record)),
        sort=sort,
        shown=shown,
        refers=refers,
    )


def person(key: str, label: Text, path: str = "", *, shown: bool = True) -> Column:
    """Return a column of one of the zone's people."""
    reference = path or key
    return text(key, label, path, shown=shown, refers=(f"{reference}__name", f"{reference}__username"))


def department(*, shown: bool = True) -> Column:
    """Return the column of the department that has a record."""
    called = ("department__name", "department__short_name")
    return text("department", _("Department"), shown=shown, refers=called)


def _none_or_text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _spoken(labels: Callable[[Any], dict[Any, Any]]) -> Callable[[Any], dict[Any, str]]:
    """Return what gives the labels of codes in the reader's language; each language's are translated once."""
    by_language: dict[str | None, dict[Any, str]] = {}

    def spoken(record: Any) -> dict[Any, str]:
        language = get_language()
        if language not in by_language:
            by_language[language] = {code: str(label) for code, label in labels(record).items()}
        return by_language[language]

    return spoken


def choice(key: str, label: Text, *, sort: str = "", shown: bool = True) -> Column:
    """Return a column that shows the label of a choice."""

    # `get_…_display` would translate all choices to find one: 8 ms a page.
    labels = _spoken(lambda record: dict(record._meta.get_field(key).flatchoices))

    def said(record: Any) -> str:
        value = getattr(record, key)
        return labels(record).get(value, str(value))

    return Column(
        key,
        label,
        lambda record, reader: {"text": said(record)},
        lambda record, reader: said(record),
        sort=sort,
        shown=shown,
    )


def codes(key: str, label: Text, labels: Callable[[], dict[str, Any]], *, shown: bool = True) -> Column:
    """Return a column that shows the labels of a few codes."""

    spoken = _spoken(lambda record: labels())

    def said(record: Any) -> str:
        held = getattr(record, key)
        if not held:
            return ""
        known = spoken(record)
        return "、".join(known.get(code, code) for code in held)

    return Column(
        key,
        label,
        lambda record, reader: {"text": said(record)},
        lambda record, reader: said(record),
        shown=shown,
    )


def money_yi(key: str, label: Text, field: str, *, shown: bool = True) -> Column:
    """Return a column of sums of yuan, in 100 million."""
    return Column(
        key,
        label,
        lambda record, reader: {"text": display.money_yi(getattr(record, field)), "align": "num"},
        lambda record, reader: _scaled(getattr(record, field), 100_000_000),
        sort=field,
        unit=YI,
        align="num",
        shown=shown,
    )


def money_wan(key: str, label: Text, field: str, *, shown: bool = True) -> Column:
    """Return a column of sums of yuan, in 10,000."""
    return Column(
        key,
        label,
        lambda record, reader: {"text": display.money_wan(getattr(record, field)), "align": "num"},
        lambda record, reader: _scaled(getattr(record, field), 10_000),
        sort=field,
        unit=WAN,
        align="num",
        shown=shown,
    )


def _scaled(value: Any, unit: int) -> Any:
    return None if value is None else value / unit


def area(key: str, label: Text, field: str, *, shown: bool = True, sort: bool = True) -> Column:
    """Return a column of areas in the zone's unit, square metres in its title."""

    def plain(record: Any, reader: Reader) -> Any:
        value = getattr(record, field)
        if value is None or reader.area_unit == "m2":
            return value
        return round(value * 3 / 2000, 4)

    return Column(
        key,
        label,
        lambda record, reader: {
            "text": display.area_number(getattr(record, field), reader.area_unit),
            "title": f"{display.number(getattr(record, field))} m²",
            "align": "num",
        },
        plain,
        sort=field if sort else "",
        unit=lambda reader: display.area_unit(reader.area_unit),
        align="num",
        shown=shown,
    )


def number(key: str, label: Text, *, unit: Text = "", sort: str = "", shown: bool = True) -> Column:
    """Return a column of numbers."""
    return Column(
        key,
        label,
        lambda record, reader: {"text": display.number(getattr(record, key)), "align": "num"},
        lambda record, reader: getattr(record, key),
        sort=sort,
        unit=unit,
        align="num",
        shown=shown,
    )


def day(key: str, label: Text, field: str = "", *, sort: bool = True, shown: bool = True) -> Column:
    """Return a column of dates, said by their distance where they are near."""
    name = field or key

    def cell(record: Any, reader: Reader) -> Cell:
        return {"html": display.day(getattr(record, name), today=reader.today)}

    return Column(
        key, label, cell, lambda record, reader: getattr(record, name), sort=name if sort else "", shown=shown
    )


def changed(label: Text, *, shown: bool = False) -> Column:
    """Return the column that says when a record was last changed."""

    def cell(record: Any, reader: Reader) -> Cell:
        return {"html": display.moment(record.updated_at, now=timezone.localtime())}

    return Column(
        "updated", label, cell, lambda record, reader: record.updated_at, sort="updated_at", shown=shown
    )
