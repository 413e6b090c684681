"""The PostgreSQL of the tests is one's own, and gone afterwards."""

import psycopg
import pytest

from scripts.postgres import temporary_postgres


def test_server_is_new_enough_answers_and_is_gone_afterwards() -> None:
    """It takes a table and Chinese text; after the block nobody listens on its port."""
    with temporary_postgres() as url, psycopg.connect(url) as connection:
        connection.execute("create table firm (name text)")
        connection.execute("insert into firm values ('示例企业')")
        row = connection.execute("select name, char_length(name) from firm").fetchone()
        assert row == ("示例企业", 4)
        assert connection.info.server_version >= 150000
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_server_refuses_a_stranger_of_the_same_machine() -> None:
    """Others on this machine do not get in without the password."""
    with temporary_postgres() as url:
        scheme, rest = url.split("://")
        address = rest.split("@")[1]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"{scheme}://sanku:wrong@{address}", connect_timeout=5)
