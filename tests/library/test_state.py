"""Whatever an address says, a list answers: what cannot be read is left out."""

import base64
import json
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanku.library.state import Place
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.scopes.asking import undrawn

LISTS = ["companies:company", "companies:target", "projects:project", "sites:site"]


def place(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


ADDRESSES: list[dict[str, Any]] = [
    {"page": "garbage"},
    {"page": "AAAA"},
    {"page": place("next", "x", 1, 1)},
    {"page": place("sideways", None, 1, 1)},
    {"page": place("next", None, 2**70, 1)},
    {"page": place("next", None, 1, 2**70)},
    {"page": place("next", None, -1, 1)},
    {"page": place("next", None, True, 1)},
    {"page": place("next", 1e308 * 10, 1, 1)},
    {"page": place("next", "a\x00b", 1, 1), "sort": "name"},
    {"page": place("next", "\ud800", 1, 1), "sort": "name"},
    {"page": place("next", "2026-99-99", 1, 1), "sort": "established"},
    {"page": place("next", "2026-11-23T00:00:00", 1, 1), "sort": "updated"},
    {"page": place("next", "NaN", 1, 1), "sort": "capital"},
    {"page": place("next", "1e400", 1, 1), "sort": "capital"},
    {"page": place("next", 10**30, 1, 1), "sort": "headcount"},
    {"page": place("last", None, None, 0)},
    {"page": base64.urlsafe_b64encode(b"[" * 9000).decode()},
    {"sort": "password"},
    {"sort": "--name"},
    {"sort": "zone__users__password"},
    {"column": ["nothing", "name", "name"]},
    {"selected": "1,²,x,-5," + "9" * 40},
    {"q": "\x00示例"},
    {"q": "' OR 1=1 --"},
    {"q": "示" * 5000},
    {"q": '"*^(NEAR'},
    {"sector": ["nonsense", "\x00"]},
    {"status": "x" * 5000},
    {"department": ["abc", "9" * 30]},
    {"squad": "1 OR 1=1"},
    {"capital_min": "1e9999999", "capital_max": "NaN"},
    {"capital_min": "9" * 60},
    {"planned_min": "-Infinity"},
    {"area_max": "1e-400"},
    {"established_from": "0000-00-00", "established_to": "tomorrow"},
    {"next_from": "2026-02-30"},
    {"honour": ["|", "%"]},
]


@pytest.mark.parametrize("name", LISTS)
def test_no_address_breaks_a_list(name: str, cast: Cast, client_of: ClientOf) -> None:
    make.company(cast.zone)
    make.target(department=cast.department)
    make.project(department=cast.department)
    make.site(cast.zone)
    client = client_of(cast.office)
    drawn = nullcontext if connection.vendor == "sqlite" else undrawn
    for query in ADDRESSES:
        with drawn():
            assert client.get(reverse(f"{name}-list"), query).status_code == 200, query
        taken = client.post(f"{reverse(f'{name}-export')}?{urlencode(query, doseq=True)}", {"form": "csv"})
        assert taken.status_code == 200, query


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_text_breaks_a_place(text: str) -> None:
    assert isinstance(Place.decoded(text), Place)


@given(
    st.sampled_from(["next", "previous", "last"]),
    st.one_of(st.none(), st.text(max_size=20), st.integers(-(10**6), 10**6)),
    st.one_of(st.none(), st.integers(0, 2**40)),
    st.integers(0, 10**9),
)
def test_a_place_comes_back_from_its_address(direction: str, value: Any, pk: int | None, number: int) -> None:
    asked = Place(direction, value, pk, number)
    assert Place.decoded(asked.encoded()) == asked


def test_the_address_carries_filters_sort_and_columns_from_page_to_page(
    cast: Cast, client_of: ClientOf
) -> None:
    for _ in range(51):
        make.company(cast.zone, sector="equipment")
    query = {"sector": "equipment", "sort": "-name", "column": ["uscc", "city"], "q": "示例"}
    listing = client_of(cast.office).get(reverse("companies:company-list"), query).context["listing"]
    following = listing["page"]["next_url"]
    second = client_of(cast.office).get(following).context["listing"]
    assert [second["page"][end] for end in ("from", "to", "total")] == [51, 51, 51]
    assert second["query_string"] == listing["query_string"]
    assert [column["key"] for column in second["columns"]] == ["name", "uscc", "city"]
