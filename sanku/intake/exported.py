"""Files that Sanku itself wrote: their columns are known by their titles, and what follows from others is left out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from sanku.common.sheets import Book
from sanku.intake.headers import plain

HEAD_ROWS = 12


@dataclass(frozen=True, slots=True)
class Exports:
    """What an export can be told by: how the lines begin that say what it is, and the titles of each kind of table.

    A title stands for the name of a field, or "" for what Sanku computes or an import does not write.
    """

    marks: tuple[tuple[str, ...], ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # By the type of a field its codes by their names: what lists and exports call them is read as it is.
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_known: ContextVar[Exports] = ContextVar("exports", default=Exports())  # noqa: B039 - frozen


@contextmanager
def knowing_exports(exports: Exports) -> Iterator[None]:
    """Let files that Sanku wrote be known while one is read."""
    given = _known.set(exports)
    try:
        yield
    finally:
        _known.reset(given)


def code_called(type_: str, text: str) -> str | None:
    """Return the code that a text names word for word, as Sanku itself would write it."""
    words = _known.get().words.get(type_)
    return words.get(plain(text)) if words else None


def is_export(book: Book) -> bool:
    """Return whether Sanku wrote a file: its first lines, or its second sheet, say who took it and when."""
    marks = _known.get().marks
    return bool(marks) and any(
        all(any(text.startswith(words) for text in texts) for words in marks)
        for texts in (_first_texts(book, position) for position in range(len(book.sheets)))
    )


def _first_texts(book: Book, position: int) -> list[str]:
    rows = book.sheets[position].rows
    return [
        plain(value) for row in list(rows)[:HEAD_ROWS] for value in rows[row][:2] if isinstance(value, str)
    ]


def exported_columns(kind: str | None, heads: Sequence[tuple[int, str]]) -> tuple[str, dict[int, str]]:
    """Return the kind of an exported table and the fields of its columns, by index; "" and nothing where it is none."""
    best: tuple[str, dict[int, str]] = ("", {})
    for one, titles in _known.get().titles.items():
        if kind in (None, one):
            found = {index: titles[words] for index, head in heads if (words := plain(head)) in titles}
            if len(found) > len(best[1]):
                best = (one, found)
    return best
