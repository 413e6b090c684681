"""Why a row was linked, in the reader's language: what agrees, then what differs, the most telling first."""

import math
from collections.abc import Callable

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from sanku.warehouse.matching import features, places
from sanku.warehouse.matching.comparing import AT, ROLE_NAMES

Values = Callable[[str], float]  # a feature by its name
REASONS = 5  # as many as a reader takes in at a glance


def reasons(values: NDArray[np.float32]) -> list[str]:
    """Return what the features of a pair say, in words."""

    plain: list[float] = values.tolist()

    def of(name: str) -> float:
        return plain[AT[name]]

    said: list[str] = [*_of_code(int(of("code"))), *_of_name(of), *_of_place(of)]
    if of("address_share") >= 0.8:
        said.append(_("address agrees"))
    elif of("address_share") < 0.2 and of("address_ratio") < 0.5:
        said.append(_("address differs"))
    if of("equal_rivals") > 0:
        said.append(_("%(count)d more of that name") % {"count": int(of("equal_rivals"))})
    return said[:REASONS]


def _of_code(says: int) -> list[str]:
    if says == features.CODE_EQUAL:
        return [_("code agrees")]
    if says == features.CODE_REPAIRED:
        return [_("code agrees but for one slip")]
    if says == features.CODE_NEAR:
        return [_("code nearly agrees")]
    if says == features.CODE_OTHER:
        return [_("code differs")]
    return [_("code wrong and different")] if says == features.CODE_OTHER_WRONG else []


def _of_name(of: Values) -> list[str]:
    said = []
    if of("equal"):
        said.append(_("name equal"))
    elif of("equal_key"):
        said.append(_("name equal but for the legal form"))
    elif of("equal_brand"):
        said.append(_("brand equal"))
    elif of("latin"):
        said.append(_("sounds like the name in Latin letters"))
    if of("former") >= 1:
        said.append(_("by the other name in the cell"))
    if of("base_other"):
        said.append(_("by a short or former name"))
    if of("number") < 0:
        said.append(_("numbers differ"))
    if of("organ"):
        said.append(_("branch against head office"))
    if of("group"):
        said.append(_("group against member"))
    alike = sum(of(f"{role}_alike") for role in ROLE_NAMES)
    unlike = sum(of(f"{role}_unlike") for role in ("brand", "trade", "organ"))
    missing = sum(of(f"{role}_missing") for role in ("brand", "trade", "organ"))
    added = sum(of(f"{role}_added") for role in ("brand", "trade", "organ"))
    if alike >= 0.5 and not of("latin"):
        said.append(_("characters that sound or look alike"))
    if unlike > 0.5:
        said.append(_("other characters"))
    if missing:
        said.append(_("%(count)d characters missing") % {"count": int(missing)})
    if added:
        said.append(_("%(count)d characters too many") % {"count": int(added)})
    if of("moved") >= 2:
        said.append(_("another order"))
    return said


def _of_place(of: Values) -> list[str]:
    found = [of(name) for name in ("columns_place", "names_place", "query_name_place", "base_name_place")]
    known = [each for each in found if not math.isnan(each)]
    if not known:
        return []
    if min(known) in (places.OTHER_PROVINCE, places.OTHER_CITY):
        return [_("place differs")]
    return [_("same city")] if max(known) >= places.OTHER_COUNTY else []
