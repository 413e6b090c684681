"""Draw the cells of a list's rows. In Python, as a template would take 100 ms for a page of fifty rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

# Characters that stay on one line.
SHORT = 14


def column_name(column: Mapping[str, Any]) -> str:
    """Return a column's label with its unit, as a card names the value."""
    if not column.get("unit"):
        return str(column["label"])
    return str(column["label"]) + gettext("(%(unit)s)") % {"unit": column["unit"]}


def value_of(cell: Mapping[str, Any]) -> str:
    """Return what a cell shows, escaped unless it is safe HTML."""
    return conditional_escape(cell.get("html") or cell.get("text") or "")


def first_cell(row: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
    """Draw what is in the first cell: the link to the record, tags and a second line."""
    # A tag that the zone's people gave has a colour.
    tags = "".join(
        f'<span class="tag {getattr(tag, "hue", "")}">{conditional_escape(tag)}</span> '
        for tag in row.get("tags") or ()
    )
    return (
        f'<a href="{conditional_escape(row["url"])}" class="b ell" tabindex="-1">{value_of(cell)}</a>'
        f'<span class="sub ell">{tags}{conditional_escape(cell.get("sub") or "")}</span>'
    )


def wraps(text: str) -> bool:
    """Return whether a text may take two lines: a long one, unless it is a code, which is read in one piece."""
    return len(text) > SHORT and not (text.isascii() and " " not in text)


def other_cell(cell: Mapping[str, Any]) -> str:
    """Draw what is in another cell: a value, perhaps with a light, and a second line."""
    light = cell.get("light")
    kind = f"lt {light}" if light else "v long" if wraps(str(cell.get("text") or "")) else "v"
    sub = cell.get("sub")
    second = f'<span class="sub">{conditional_escape(sub)}</span>' if sub else ""
    return f'<span class="{kind}">{value_of(cell)}</span>{second}'


def cells(row: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> SafeString:
    """Draw the cells of a row (library/list.html says of what) as <td> elements."""
    drawn = []
    for place, (column, cell) in enumerate(zip(columns, row["cells"], strict=True)):
        kinds = ["st nm"] if place == 0 else []
        if "num" in (cell.get("align"), column.get("align")):
            kinds.append("num")
        title = format_html(' title="{}"', cell["title"]) if cell.get("title") else ""
        label = conditional_escape(column_name(column))
        inside = first_cell(row, cell) if place == 0 else other_cell(cell)
        drawn.append(f'<td class="{" ".join(kinds)}" data-label="{label}"{title}>{inside}</td>')
    return mark_safe("".join(drawn))  # every value above went through conditional_escape
