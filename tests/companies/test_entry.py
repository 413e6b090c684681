"""What entering and removing a company asks: a number abroad within its country; what others keep stays theirs."""

from typing import Any

import pytest

from sanku.audit.operations import Draft
from sanku.common.problems import Refused
from sanku.companies.models import Company
from sanku.companies.operations import remove_company, save_companies
from tests import make
from tests.cast import Cast


def here(actor: Any) -> dict[str, Any]:
    return {"actor": actor, "now": make.NOW, "via": make.VIA}


def saved(cast: Cast, *many: dict[str, Any]) -> list[str]:
    """Save new companies; return the codes of what was refused."""
    try:
        save_companies([Draft(Company(zone=cast.zone), values) for values in many], **here(cast.office))
    except Refused as refused:
        return [problem.code for problems in refused.problems.values() for problem in problems]
    return []


def test_a_registry_number_is_ones_own_within_its_country(cast: Cast) -> None:
    german = {"name": "示例甲", "country": "DE", "registry_number": "HRB 1"}
    assert saved(cast, german) == []
    assert saved(cast, {**german, "name": "示例乙"}) == ["registry_number_taken"]
    assert saved(cast, {**german, "name": "示例丙", "country": "AT"}) == []
    assert saved(cast, *({**german, "name": f"示例{name}", "country": "FR"} for name in "丁戊")) == [
        "registry_number_taken"
    ]


def test_a_change_of_country_alone_is_compared_too(cast: Cast) -> None:
    number = {"registry_number": "HRB 1"}
    assert (
        saved(cast, {"name": "甲", "country": "DE", **number}, {"name": "乙", "country": "AT", **number})
        == []
    )
    austrian = Company.objects.get(country="AT")
    with pytest.raises(Refused) as caught:
        save_companies([Draft(austrian, {"country": "DE"})], **here(cast.office))
    assert caught.value.problems[0][0].code == "registry_number_taken"


@pytest.mark.parametrize("row", ["contact", "touch"])
def test_nobody_removes_a_company_with_what_others_keep_unseen(row: str, cast: Cast) -> None:
    company = make.company(cast.zone)
    getattr(make, row)(company, cast.department)
    with pytest.raises(Refused) as caught:
        remove_company(company, **here(cast.rival))
    assert caught.value.problems[0][0].code == "company_held"
    remove_company(company, **here(cast.promotion))
    assert Company.objects.get(pk=company.pk).removed_at == make.NOW
