"""A search finds every record that holds the words, and no other, on both databases."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanku.common.names import normalise
from sanku.common.search import matching, terms_of
from sanku.companies.models import Company
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

NAME = "济宁示例精密机械（集团）有限公司"


@pytest.fixture
def company(cast: Cast) -> Company:
    make.company(cast.zone, "泰安别家电子厂")
    return make.company(
        cast.zone, NAME, short_name="示例精密", english_name="Example Precision Machinery Co., Ltd.",
        former_names="老示例机床厂\n示例乡镇企业", uscc=make.uscc(4321), old_code="370800228001234", stock_code="600123",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "精", "械", "司", "精密", "例精", "公司", "精密机", "精密机械（集团）", "（集团）", "(集团)", "精密 济宁",
        "　精密　", "jn", "jnslj", "JNSLJM", "sljm", "4321", "91370800m0000", "91370800Ｍ００００", "Example", "precision mach",
        "EXAMPLE PRECISION", "老示例", "机床", "乡镇企业", "ＥＸＡＭＰＬＥ", "370800228", "600123", "厂 密", "co.,ltd", "公司\x03",
        NAME, "濟寧示例", "精密機械", "老示例機床廠", "鄉鎮企業",
    ],
)  # fmt: skip
def test_a_company_is_found(typed: str, company: Company, cast: Cast, client_of: ClientOf) -> None:
    listing = client_of(cast.leader).get(reverse("companies:company-list"), {"q": typed}).context["listing"]
    assert company.pk in [row["id"] for row in listing["rows"]]


@pytest.mark.parametrize(
    "typed",
    [
        "密精",
        "机械有",
        "老机床",
        "厂示",
        "91370801",
        "精密x",
        "jnx",
        "济宁 泰安",
        "$",
        "司$",
        "a$",
    ],
)
def test_what_holds_not_every_word_is_not_found(
    typed: str, company: Company, cast: Cast, client_of: ClientOf
) -> None:
    """The end of one name and the beginning of the next are not one text; signs have no meaning of their own."""
    listing = client_of(cast.leader).get(reverse("companies:company-list"), {"q": typed}).context["listing"]
    assert company.pk not in [row["id"] for row in listing["rows"]]


texts = st.text(alphabet="示例机械甲乙aAＢ1$\"'*%_.（(", min_size=1, max_size=6)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=1, max_size=5), st.lists(texts, min_size=1, max_size=2))
def test_a_search_is_a_substring(names: list[str], words: list[str]) -> None:
    with transaction.atomic():
        made = [make.company(name=name, former_names=name[::-1]) for name in names]
        terms = [term for word in words if (term := normalise(word))]
        wanted = {
            company.pk
            for company in made
            if all(any(term in part for part in company.search_text.split("\n")) for term in terms)
        }
        # Looked up, read, and as the database itself would rather have it.
        for common in ([False] * len(words), [True] * len(words), None):
            typed = " ".join(words)
            common = None if common is None else common[: len(terms_of(typed))]
            found = matching(Company.objects.all(), typed, common=common)
            assert set(found.values_list("pk", flat=True)) == wanted
        transaction.set_rollback(True)


def test_what_is_kept_in_traditional_is_found_in_simplified(cast: Cast, client_of: ClientOf) -> None:
    kept = make.company(cast.zone, "臺灣示例電子股份有限公司", short_name="示例電子")
    client = client_of(cast.leader)
    for typed in ("台湾示例", "示例电子", "臺灣示例", "電子"):
        listing = client.get(reverse("companies:company-list"), {"q": typed}).context["listing"]
        assert [row["id"] for row in listing["rows"]] == [kept.pk]
