"""Why a row was linked, in the reader's language: what agrees, then what differs, the most telling first."""

from collections.abc import Callable

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from sanku.warehouse.matching import features, places
from sanku.warehouse.matching.features import AT

Values = Callable[[str], float]  # a feature by its name
REASONS = 5  # as many as a reader takes in at a glance


def reasons(values: NDArray[np.float32]) -> list[str]:
    """Return what the features of a pair say, in words."""

    def of(name: str) -> float:
        return float(values[AT[name]])

    said: list[str] = [*_of_code(int(of("code"))), *_of_name(of), *_of_place(of)]
    if of("address_share") >= 0.8:
        said.append(_("address agrees"))
    elif of("address_share") < 0.2 and of("address_ratio") < 0.5:
        said.append(_("address differs"))
    if of("equal_rivals") > 0:
        said.append(_("%(count)d more of that name") % {"count": int(of("equal_rivals"))})
    return said[:REASONS]


def _of_code(says: int) -> list[str]:
    words = {
        features.CODE_EQUAL: _("code agrees"),
        features.CODE_REPAIRED: _("code agrees but for one slip"),
        features.CODE_NEAR: _("code nearly agrees"),
        features.CODE_OTHER: _("code differs"),
        features.CODE_OTHER_WRONG: _("code wrong and different"),
    }
    return [words[says]] if says in words else []


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
    alike = sum(of(f"{role}_alike") for role in features.ROLE_NAMES)
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
    known = [each for each in found if not np.isnan(each)]
    if not known:
        return []
    if min(known) in (places.OTHER_PROVINCE, places.OTHER_CITY):
        return [_("place differs")]
    return [_("same city")] if max(known) >= places.OTHER_COUNTY else []
