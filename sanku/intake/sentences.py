"""What will be written, and what was, in a sentence with numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sanku.common.display import chinese, money
from sanku.intake.models import BatchTable

Counts = Counter[str]


def counted(kind: str, count: int) -> str:
    """Return a number of records of a kind: “18 projects”."""
    words = {
        "enterprise": ngettext("%(count)s company", "%(count)s companies", count),
        "target_client": ngettext("%(count)s target client", "%(count)s target clients", count),
        "project": ngettext("%(count)s project", "%(count)s projects", count),
        "lead": ngettext("%(count)s lead", "%(count)s leads", count),
        "site": ngettext("%(count)s carrier", "%(count)s carriers", count),
        "visit": ngettext("%(count)s visit", "%(count)s visits", count),
        "assignment": ngettext("%(count)s responsibility", "%(count)s responsibilities", count),
    }
    return words[kind] % {"count": f"{count:,}"}


def counts_of(table: BatchTable, dropped: Counter[tuple[int, str]]) -> Counts:
    """Return a table's counts without the rows that a person left out."""
    counts = Counter({name: int(value) for name, value in table.counts.items()})
    for (table_id, action), count in dropped.items():
        if table_id == table.pk:
            counts[action] -= count
            counts["dropped"] += count
    return counts


def what_will_happen(tables: Sequence[BatchTable], dropped: Counter[tuple[int, str]]) -> SafeString:
    """Say what saving will do: how many new, how many changed, what they amount to, what stays out."""
    parts: list[SafeString] = []
    whole: Counts = Counter()
    of_kind: dict[str, Counts] = defaultdict(Counter)
    for table in tables:
        if table.is_taken:
            of_kind[table.kind].update(counts_of(table, dropped))
    for kind, counts in of_kind.items():
        whole.update(counts)
        parts += _kind_parts(kind, counts)
    if whole["unchanged"]:
        parts.append(
            _plain(_("%(count)s rows are in the library as they are") % {"count": f"{whole['unchanged']:,}"})
        )
    if whole["skip"]:
        parts.append(_plain(_("%(count)s rows are skipped") % {"count": f"{whole['skip']:,}"}))
    if whole["refuse"]:
        parts.append(_bold(_("%(count)s refused rows are not saved") % {"count": f"{whole['refuse']:,}"}))
    if not whole["create"] and not whole["update"]:
        parts.insert(0, _bold(_("Nothing will be saved")))
    return _sentence(parts)


def _kind_parts(kind: str, counts: Counts) -> list[SafeString]:
    parts = []
    if counts["create"]:
        new = _bold(_("%(what)s will be added") % {"what": counted(kind, counts["create"])})
        if counts["investment_new"]:
            amount = money(Decimal(counts["investment_new"]))
            new = format_html(
                "{}{}", new, _bracketed(_("planned investment %(amount)s") % {"amount": amount})
            )
        parts.append(new)
    if counts["update"]:
        words = _bold(_("%(what)s will be updated") % {"what": counted(kind, counts["update"])})
        if counts["investment_changed"]:
            change = _("%(count)s with another amount, %(amount)s in all") % {
                "count": f"{counts['investment_changed']:,}",
                "amount": _signed(counts["investment_net"]),
            }
            words = format_html("{}{}", words, _bracketed(change))
        parts.append(words)
    return parts


def _signed(yuan: int) -> str:
    return ("+" if yuan > 0 else "−" if yuan < 0 else "") + money(Decimal(abs(yuan)))


def to_save(tables: Iterable[BatchTable], dropped: Counter[tuple[int, str]]) -> int:
    """Return how many rows saving will write."""
    counts = [counts_of(table, dropped) for table in tables if table.is_taken]
    return sum(count["create"] + count["update"] for count in counts)


def what_happened(batch: Any) -> SafeString:
    """Say what saving did."""
    parts = [
        _bold(_("%(count)s new") % {"count": f"{batch.created_count:,}"}),
        _bold(_("%(count)s updated") % {"count": f"{batch.updated_count:,}"}),
    ]
    if batch.unchanged_count:
        parts.append(
            _plain(
                _("%(count)s rows were in the library as they are") % {"count": f"{batch.unchanged_count:,}"}
            )
        )
    if batch.skipped_count:
        parts.append(_plain(_("%(count)s rows skipped") % {"count": f"{batch.skipped_count:,}"}))
    if batch.refused_count:
        parts.append(_bold(_("%(count)s rows refused") % {"count": f"{batch.refused_count:,}"}))
    return _sentence(parts)


def _bold(words: str) -> SafeString:
    return format_html("<b>{}</b>", words)


def _plain(words: str) -> SafeString:
    return format_html("{}", words)


def _bracketed(words: str) -> SafeString:
    return format_html("（{}）" if chinese() else " ({})", words)


def _sentence(parts: Sequence[SafeString]) -> SafeString:
    joined = format_html_join("；" if chinese() else "; ", "{}", ((part,) for part in parts))
    return format_html("{}{}", joined, "。" if chinese() else ".")
