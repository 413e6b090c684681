"""The builders and the cast agree with the rules they are to test."""

import pytest

from sanku.accounts import rules
from sanku.common.codes import is_valid_uscc
from sanku.common.search import matching
from sanku.companies.models import Company
from tests import make
from tests.cast import MAY, ROLES, SEES_ALL, Cast

WRITTEN_IN_RULES = {
    "write companies": rules.WRITES_COMPANIES,
    "write sites": rules.WRITES_SITES,
    "write targets": rules.WRITES_TARGETS,
    "write projects": rules.WRITES_PROJECTS,
    "import": rules.MAY_IMPORT,
    "manage people": rules.MANAGES_PEOPLE,
}


def test_every_role_is_in_the_cast() -> None:
    """A new role must say what it may."""
    assert set(ROLES) == set(rules.Role)
    assert set(rules.SEES_ALL) == SEES_ALL


@pytest.mark.parametrize("what", sorted(WRITTEN_IN_RULES))
def test_rules_say_what_the_product_says(what: str) -> None:
    """The table of roles stands in two places, so that a change in one is meant."""
    assert set(WRITTEN_IN_RULES[what]) == MAY[what]


def test_built_records_can_be_found(cast: Cast) -> None:
    """Builders fill what the search reads."""
    company = make.company(cast.zone, "示例轴承有限公司", uscc=make.uscc())
    assert is_valid_uscc(company.uscc)
    assert list(matching(Company.objects.all(), "slzc")) == [company]
    assert str(make.target(company=company, department=cast.department)) == "示例轴承有限公司"
    assert make.project(department=cast.department).zone == cast.zone
    assert make.site(cast.zone).kind == "factory"
