"""How many SQL queries a list page may make: written down in budgets.json, the same for one row as for a full page."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string

from sanku.companies.models import Company, Duplicate
from sanku.merging.models import Merge
from sanku.projects.models import Project
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

BUDGETS: dict[str, int] = json.loads((Path(__file__).parent / "budgets.json").read_text(encoding="utf-8"))
MOST = 12
# A list as people really ask for it: searched, filtered, sorted, on a later page.
QUERIES = ["", "q=示例", "q=示例 公司 有限&sort=-updated", "department=1&squad=1&status=new&sector=equipment"]


def fill(cast: Cast, count: int) -> None:
    for _ in range(count):
        company = make.company(cast.zone)
        make.target(
            company=company,
            department=cast.department,
            squad=cast.squad,
            officer=cast.promotion,
            facets=["talent"],
        )
        make.project(department=cast.department, investor=company, squad=cast.squad)
        make.site(cast.zone)
        other = make.company(cast.zone)
        Duplicate.objects.create(
            zone=cast.zone, first=company, second=other, reason="name", found_at=make.NOW
        )
        Merge.objects.create(zone=cast.zone, survivor=company, merged=other, at=make.NOW, by=cast.office)


@pytest.mark.parametrize("name", BUDGETS)
def test_a_list_page_keeps_to_its_budget(name: str, cast: Cast, client_of: ClientOf) -> None:
    assert BUDGETS[name] <= MOST
    fill(cast, 1)
    for person in (cast.office, cast.promotion):
        client = client_of(person)
        client.get(reverse(name))  # what is remembered between requests is there from now on
        made: dict[str, set[int]] = {}
        for rows in (1, 30):
            fill(cast, rows - 1)
            for query in QUERIES:
                with CaptureQueriesContext(
                    connection,
                ) as captured:
                    assert client.get(f"{reverse(name)}?{query}").status_code == 200
                texts = [entry["sql"] for entry in captured.captured_queries]
                assert len(texts) <= BUDGETS[name], "\n".join(texts)
                made.setdefault(query, set()).add(len(texts))
        assert all(max(counts) - min(counts) <= 1 for counts in made.values()), made


@pytest.mark.parametrize("path", settings.LIBRARIES)
def test_no_column_asks_once_a_row(path: str, cast: Cast, client_of: ClientOf) -> None:
    library = import_string(path)
    fill(cast, 8)
    people = {"responsible_leader": cast.office, "service_officer": cast.promotion}
    Company.objects.update(**people)
    Project.objects.update(**people, lead=cast.promotion)
    client = client_of(cast.office)
    url = reverse(f"{library.namespace}-list")
    client.get(url)
    query = "&".join(f"column={column.key}" for column in library.columns)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{url}?{query}").status_code == 200
    assert len(captured) <= BUDGETS[f"{library.namespace}-list"], [one["sql"] for one in captured]
    for column in library.columns:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{url}?column={column.key}")
        assert len(captured) <= BUDGETS[f"{library.namespace}-list"], column.key


def test_every_library_has_a_budget() -> None:
    from django.urls import get_resolver

    namespaces = get_resolver().namespace_dict
    lists = {
        f"{namespace}:{pattern}"
        for namespace, (_prefix, resolver) in namespaces.items()
        for pattern in resolver.reverse_dict
        if isinstance(pattern, str)
        and pattern.endswith("-list")
        and pattern.replace("-list", "-export") in resolver.reverse_dict
    }
    assert lists
    assert lists <= set(BUDGETS)
