"""A person switches the language; every page speaks it."""

import re

import pytest
from django.urls import reverse

from sanku.common.names import simplified
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf


@pytest.mark.parametrize(
    ("code", "lang", "switch", "word"),
    [
        ("zh-hans", "zh-CN", "简体", "计划投资"),
        ("zh-hant", "zh-Hant", "繁體", "計劃投資"),
        ("en", "en", "English", "Planned"),
    ],
)
def test_a_page_in_each_language(
    code: str, lang: str, switch: str, word: str, cast: Cast, client_of: ClientOf
) -> None:
    make.project(cast.zone, "SANKU-1", department=cast.department)
    client = client_of(cast.office)
    client.post(reverse("set_language"), {"language": code})
    answer = client.get(reverse("projects:project-list"))
    page = answer.content.decode()
    assert answer.headers["Content-Language"] == code
    assert f'<html lang="{lang}"' in page
    assert switch in page
    assert word in page


def test_no_simplified_word_stands_on_a_traditional_page(cast: Cast, client_of: ClientOf) -> None:
    """Only what people entered stays as they wrote it: here that is nothing, or Latin."""
    for name in ("zone", "department", "squad"):
        unit = getattr(cast, name)
        unit.name = "A"
        if hasattr(unit, "short_name"):
            unit.short_name = "A"
        unit.save()
    client = client_of(cast.office)
    client.post(reverse("set_language"), {"language": "zh-hant"})
    for name in ("projects:project-list", "companies:company-create", "sites:site-list", "intake:batch-list"):
        page = client.get(reverse(name)).content.decode().replace("简体中文", "").replace("示", "")
        page = re.sub(r"A|<script.*?</script>", "", page, flags=re.S)
        assert not re.search("[业项导这们时库园资产动规标单济宁让见图书门设计]", page), name
        assert simplified(page) != page
