"""What SQLite knows of its tables is looked at again, by every open connection."""

from typing import Any

import pytest
from django.db import connection

from sanku.common.statistics import refresh_statistics
from tests import make
from tests.cast import Cast

pytestmark = pytest.mark.sqlite  # PostgreSQL looks for itself


def _asked(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_tables_are_looked_at_again_and_open_connections_are_told(cast: Cast) -> None:
    versions, known = [], []
    for number in range(2):
        make.company(cast.zone, f"示例{number}公司")
        refresh_statistics()
        # Another version of the schema makes every connection read what is known of the tables again.
        versions += _asked("PRAGMA schema_version")
        known += _asked("SELECT stat FROM sqlite_stat1 WHERE idx = 'companies_company_by_name'")
    assert versions[0] < versions[1]
    assert [stat.split()[0] for (stat,) in known] == ["1", "2"]
