"""Counts are kept until somebody writes in the zone, for one reader and one day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from sanku.audit.operations import Draft
from sanku.companies.models import Company
from sanku.companies.operations import save_companies
from sanku.library.remembered import Remembered
from sanku.library.specs import Reader
from tests import make

pytestmark = pytest.mark.django_db

KEPT = override_settings(
    CACHES={
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "remembered"},
    }
)


@KEPT
def test_a_write_in_the_zone_makes_counts_be_counted_again() -> None:
    office = make.user("office")
    client = Client()
    client.force_login(office)
    assert "0" in client.get("/companies/").content.decode()
    save_companies(
        [Draft(Company(zone=office.zone), {"name": "济宁示例安邦机械有限公司"})],
        actor=office,
        now=make.NOW,
        via=make.VIA,
    )
    page = client.get("/companies/")
    assert page.context["listing"]["page"]["total"] == 1
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/companies/").context["listing"]["page"]["total"] == 1
    assert not [
        query
        for query in queries.captured_queries
        if "COUNT(" in query["sql"] and 'FROM "companies_company"' in query["sql"]
    ]


@KEPT
def test_another_reader_and_another_day_are_told_anew() -> None:
    one, other = make.user("office"), make.user("commander")
    told = Remembered(Reader(one, make.TODAY), "示例").get("how many", lambda: 1)
    assert told == 1
    assert Remembered(Reader(one, make.TODAY), "示例").get("how many", lambda: 2) == 1
    assert Remembered(Reader(other, make.TODAY), "示例").get("how many", lambda: 3) == 3
    assert Remembered(Reader(one, make.TODAY + timedelta(1)), "示例").get("how many", lambda: 4) == 4
