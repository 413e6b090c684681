"""A list is walked by an index in its order, on either database: it is never put in order as a whole."""

from typing import Any

import pytest
from django.db import connection, models

from sanku.common.indexes import is_walked
from sanku.companies.models import Company, Target
from sanku.projects.models import Project
from sanku.sites.models import Site

WALKED = [
    (model, index)
    for model in (Company, Target, Project, Site)
    for index in model._meta.indexes
    if is_walked(index)
]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "index"), WALKED, ids=[index.name for _model, index in WALKED])
def test_a_page_is_read_from_the_index_of_its_order(model: type[models.Model], index: models.Index) -> None:
    if connection.vendor == "postgresql":
        # A table of few rows is read whole, or put in order, whatever its indexes could do.
        others = ("seqscan", "bitmapscan", "sort", "incremental_sort")
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL enable_{way} = off" for way in others))
    columns: dict[str, Any] = {field.name: field.attname for field in model._meta.concrete_fields}
    order = [columns[name] for name in index.fields[2:]]
    values: Any = model._default_manager.filter(zone_id=1, removed_at=None).order_by(*order).values_list("pk")
    plan = values[:50].explain()
    assert "Sort" not in plan and "TEMP B-TREE" not in plan, plan
