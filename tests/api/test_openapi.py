"""The interface is what its checked-in description says: programs of others rely on it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from sanku.api.api import API
from tests import make
from tests.api.test_records import Program
from tests.cast import Cast

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described() -> str:
    with translation.override("en"):
        schema = API.get_openapi_schema(path_prefix="/api/")
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def test_the_interface_is_as_it_was_described() -> None:
    """Where the change is meant: `python -m tests.api.write_openapi`, read the difference, say it in the CHANGELOG."""
    assert json.loads(described()) == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_operation_declares_its_refusals_and_has_a_name_of_its_own() -> None:
    operations = [
        operation for path in json.loads(described())["paths"].values() for operation in path.values()
    ]
    assert len({operation["operationId"] for operation in operations}) == len(operations) > 40
    for operation in operations:
        assert {"401", "403", "404", "422", "429"} <= operation["responses"].keys(), operation["operationId"]
        assert operation["security"]


@pytest.mark.django_db
def test_the_description_is_served_and_no_page_loads_parts_from_elsewhere(cast: Cast) -> None:
    served: Any = Program(cast.office).ask("get", "/openapi.json")
    assert served["paths"].keys() == json.loads(described())["paths"].keys()
    assert Client().get("/api/openapi.json").status_code == 401
    assert Client().get("/api/docs").status_code == 401
    assert (
        Program(cast.office).client.get("/api/docs", headers=Program(cast.office).headers).status_code == 404
    )


@pytest.mark.django_db
def test_a_list_costs_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    office = Program(cast.office)
    for number in range(60):
        make.project(cast.zone, f"示例{number}", investor=make.company(cast.zone), department=cast.department)
    for path in ("companies", "targets", "projects", "sites"):
        with django_assert_max_num_queries(8):
            office.ask("get", f"/{path}")
