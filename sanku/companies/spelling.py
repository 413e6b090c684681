"""Names that are nearly a name: said alike, or one character apart, a slip of the hand or of the eye."""

from collections import Counter
from collections.abc import Collection
from functools import cache

from django.db import connection
from django.db.models import Q, QuerySet
from rapidfuzz.distance import OSA

from sanku.common.bulk import among
from sanku.companies.models import CompanyName, NameKind

SHORTEST = 6  # characters of a core that one slip leaves recognisable
LOOKED_AT = 200  # names that begin alike; where more do, they begin with a common word
ALIKE_CORNERS = 3
_LAST = "\uffff"
# What numbers tell apart is no slip: 第一 and 第二, and what is one of a pair.
_TELLING = frozenset("0123456789一二三四五六七八九十东西南北中上下大小新老甲乙丙丁")


def sounding(names: QuerySet[CompanyName], sounds: Collection[str]) -> QuerySet[CompanyName]:
    """Return the names that sound as one of some keys, of which none is empty, says (see `models.sound_of`)."""
    # The index of sounds leaves out those that are empty; it is taken where the question does so too.
    return names.filter(sound__in=among(sorted(sounds))).exclude(sound="")


def misspelt(names: QuerySet[CompanyName], core: str) -> list[int]:
    """Return the ids of the companies with a name that begins as a core does and differs from it in one character behind.

    The first half is looked for in the index, so a slip in it is not found.
    """
    if len(core) < SHORTEST or not any("\u4e00" <= c <= "\u9fff" for c in core):
        return []
    head = core[: len(core) // 2]
    alike = names.filter(_begins(head)).exclude(kind=NameKind.CODE)
    found = list(alike.values_list("company_id", "core")[: LOOKED_AT + 1])
    if len(found) > LOOKED_AT:
        return []
    return sorted({pk for pk, other in found if is_slip(core, other)})


def _begins(head: str) -> Q:
    """Return what finds the cores with a beginning.

    SQLite reads its index for a range alone, PostgreSQL orders by its database's language and reads its index for LIKE
    where that is C; in another language the names of one zone are gone through.
    """
    if connection.vendor == "sqlite":
        return Q(core__gte=head, core__lt=head + _LAST)
    return Q(core__startswith=head)


def is_slip(one: str, other: str) -> bool:
    """Tell whether two cores differ as by a slip, and in nothing that numbers or tells apart.

    A slip: two neighbours exchanged, one character too many or missing but the last, or one exchanged for one that looks alike.
    """
    if one == other or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    mine, its = Counter(one), Counter(other)
    more, fewer = mine - its, its - mine
    exchanged = {c for pair in zip(one, other, strict=False) if len(set(pair)) > 1 for c in pair}
    if _TELLING & (exchanged if len(one) == len(other) else (more + fewer).keys()):
        return False
    if more and fewer:
        return looks_alike(next(iter(more)), next(iter(fewer)))
    return one[-1] == other[-1]


@cache
def _corners() -> dict[str, str]:
    from four_corner_method import FourCornerMethod  # type: ignore[import-untyped,unused-ignore]

    return dict(FourCornerMethod().data)


def looks_alike(one: str, other: str) -> bool:
    """Tell whether two characters look alike: three of their four corners, or more, are the same."""
    corners = _corners().get(one, ""), _corners().get(other, "")
    return sum(a == b for a, b in zip(corners[0][:4], corners[1][:4], strict=False)) >= ALIKE_CORNERS
