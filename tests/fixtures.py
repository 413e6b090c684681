"""Fixtures that every test may ask for."""

from collections.abc import Callable

import pytest
from django.test import Client

from sanku.accounts.models import User
from tests.cast import Cast, make_cast

ClientOf = Callable[[User], Client]


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
