"""On either database a list is walked by an index in its order, and what a zone keeps is found by the zone."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Q

from sanku.common.indexes import is_walked
from sanku.common.values import Key
from sanku.companies.models import Company, Target
from sanku.projects.models import Project
from sanku.sites.models import Site

WALKED = [
    (model, index)
    for model in (Company, Target, Project, Site)
    for index in model._meta.indexes
    if is_walked(index)
]


def _refuse(*ways: str) -> None:
    """Let PostgreSQL use its indexes: it reads a table of few rows whole, or puts it in order, whatever they could do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL enable_{way} = off" for way in ways))


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "index"), WALKED, ids=[index.name for _model, index in WALKED])
def test_a_page_is_read_from_the_index_of_its_order(model: type[models.Model], index: models.Index) -> None:
    _refuse("seqscan", "bitmapscan", "sort", "incremental_sort")
    columns: dict[str, Any] = {field.name: field.attname for field in model._meta.concrete_fields}
    order = [columns[name] for name in index.fields[2:]]
    values: Any = model._default_manager.filter(zone_id=1, removed_at=None).order_by(*order).values_list("pk")
    plan = values[:50].explain()
    assert "Sort" not in plan and "TEMP B-TREE" not in plan, plan


@pytest.mark.django_db
@pytest.mark.parametrize("fitting", [Q(is_resident=True), Q(is_key=True), Q(honours__has="listed")], ids=str)
def test_what_filters_find_is_read_from_an_index_alone(fitting: Q) -> None:
    _refuse("seqscan", "bitmapscan")
    found = Company.objects.filter(fitting, zone_id=1, removed_at=None).values_list("pk")
    plan = found.explain()
    assert "Index Only Scan" in plan or "COVERING INDEX" in plan, plan


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Company, Target, Project, Site])
def test_a_small_zone_does_not_read_what_a_large_one_keeps_under_the_same_key(
    model: type[models.Model],
) -> None:
    _refuse("seqscan")
    own = Key(model, 1, "pj")
    found = [own.having_any(["A", "B"], several=True), own.having_like("安"), own.having_between(20.0, 60.0)]
    conditions: list[Any] = [*found, own.having_between("2026-01-01", None)]
    for condition in conditions:
        [(_name, lookup)] = condition.children
        plan = _plan(lookup.sql, lookup.params)
        assert re.search(r"zone_id ?= ?\S+ AND \(*key", plan), plan
    few = model._default_manager.filter(Key(model, 1, "pj", few=True).having_between(20.0, 60.0), pk=1)
    plan = few.explain()
    # PostgreSQL may take an index of numbers and ids for a few rows.
    assert connection.vendor == "postgresql" or f"{model._meta.db_table}_values_id" in plan, plan


def _plan(sql: str, parameters: Sequence[Any]) -> str:
    way = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{way} {sql}", parameters)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
