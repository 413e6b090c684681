"""Fixtures that every test may ask for."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import Client
from django.urls import get_resolver
from pytest_django import DjangoDbBlocker

from sanku.accounts.models import User
from tests import databases
from tests.cast import Cast, make_cast

ClientOf = Callable[[User], Client]


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker, django_test_environment: None
) -> bool:
    """Give Django a migrated copy to begin with; an embedded one is where the test process's other files are."""
    wanted = connection.settings_dict["TEST"]
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            wanted["TEMPLATE"] = databases.migrated_template()
            return False
        databases.copy_migrated(Path(wanted["NAME"]))
    return True


@pytest.fixture
def cast(db: None) -> Cast:
    """Give one person a role in zone A, a rival in another department, an outsider in zone B."""
    return make_cast()


@pytest.fixture
def client_of(db: None) -> ClientOf:
    """Give a function that returns a client signed in as a person."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 and nothing else."""
    return HttpResponseNotFound()


@pytest.fixture
def bare_404(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no page where nothing is found: a third of the answers, of which the number only is asked."""
    monkeypatch.setattr(get_resolver().urlconf_module, "handler404", not_found, raising=False)


@pytest.fixture(scope="session", autouse=True)
def _emptying_everything() -> Iterator[None]:
    """Let tests that commit empty all tables afterwards.

    On SQLite the ledger's trigger refuses every DELETE; on both, Django does not know the tables of search.
    """
    triggers: list[str] = importlib.import_module("sanku.audit.migrations.0002_append_only").SQLITE
    operations = type(connection.ops)
    empty = operations.sql_flush

    def everything(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        if connection.vendor == "postgresql":
            return list(empty(self, style, tables, **{**options, "allow_cascade": True}))
        statements: list[str] = empty(self, style, tables, **options)
        names = [
            name for name in connection.introspection.table_names() if name.endswith(("_grams", "_values"))
        ]
        statements += [f"DELETE FROM {name}" for name in names]
        if "audit_entry" not in tables:
            return statements
        return ["DROP TRIGGER audit_entry_no_delete", *statements, triggers[0]]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", everything)
        yield
