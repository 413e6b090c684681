"""Every address, every role: the answers stand in expected.txt, for a reader to judge."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.cast import ROLES, Cast
from tests.fixtures import ClientOf
from tests.scopes.asking import undrawn
from tests.scopes.world import World, address, make_world, names

TABLE = Path(__file__).with_name("expected.txt")
# Besides the roles: an officer of another department, the office of another zone, somebody not signed in.
WHO = [*ROLES, "rival", "outsider", "nobody"]
SHORT = [name[:4] for name in WHO]
# What these answer is their own matter: the first page, the server's health, the language.
FOR_PROGRAMS = ("ogc:", "api:")
OPEN = {"home", "health", "set_language"}
# Who may what is decided in Python and by the same filters on both databases: there, one of each kind asks again.
ON_POSTGRESQL = ["commander", "promotion", "rival", "counterpart", "outsider", "nobody"]
# Each page is drawn for those who see all, their own department's and their own only; the others are asked for the status.
DRAWN_FOR = {"commander", "promotion", "counterpart"}


def expected() -> dict[tuple[str, str], list[str]]:
    """Read the table."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    rows = [parts for parts in lines if parts and not parts[0].startswith("#")]
    return {(parts[0], parts[1]): parts[2:] for parts in rows}


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def answered(client: Client, method: str, url: str) -> str:
    """Ask, and take back what was written; return the status, with where a redirect leads in a word."""
    with transaction.atomic():
        answer = getattr(client, method.lower())(url)
        transaction.set_rollback(True)
    if answer.status_code == 302:
        return "in" if answer.headers["Location"].startswith("/accounts/login/") else "302"
    return str(answer.status_code)


def asked(world: World, client_of: ClientOf, who: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Ask every page in both ways as these people; yield the rows of the table."""
    people = [Client() if one == "nobody" else client_of(getattr(world.cast, one)) for one in who]
    for client in people:
        client.raise_request_exception = False
    # Throwing a file away deletes it from the disk, which no rollback brings back: that comes last.
    for name, route in sorted(names(), key=lambda one: one[0] == "intake:batch-discard"):
        if name in OPEN:
            continue
        url = address(world, name, route)
        for method in ("GET", "POST"):
            # Which methods an address knows hangs on nobody's role.
            first = answered(people[0], method, url)
            if first != "405":
                others = zip(who[1:], people[1:], strict=True)
                yield method, name, [first, *the_others(others, method, url, drawn=first == "200")]


def the_others(others: Iterable[tuple[str, Client]], method: str, url: str, *, drawn: bool) -> Iterator[str]:
    """Ask a page as these people; on PostgreSQL it is drawn once: who sees what of it hangs on no database."""
    for name, client in others:
        once_is_enough = drawn and (connection.vendor == "postgresql" or name not in DRAWN_FOR)
        with undrawn() if once_is_enough else nullcontext():
            answer = answered(client, method, url)
        drawn = drawn or answer == "200"
        yield answer


@pytest.mark.long
@pytest.mark.usefixtures("bare_404", "people_read_once")
def test_every_address_answers_every_role_as_the_table_says(world: World, client_of: ClientOf) -> None:
    """Where this differs: compare, and take it over only if it is right."""
    who = ON_POSTGRESQL if connection.vendor == "postgresql" else WHO
    found = {(method, name): answers for method, name, answers in asked(world, client_of, who)}
    known = {row: [answers[WHO.index(one)] for one in who] for row, answers in expected().items()}
    assert found.keys() == known.keys()
    assert {row: answers for row, answers in found.items() if answers != known[row]} == {}


def test_no_page_makes_a_mistake_and_the_other_zone_finds_nothing() -> None:
    """What the table may never say, whoever changes it."""
    by_id = {name for name, route in names() if "<int:pk>" in route}
    outsider, nobody = WHO.index("outsider"), WHO.index("nobody")
    for (method, name), answers in expected().items():
        assert not [one for one in answers if one.startswith("5")], (method, name)
        # A program is told so, a person is led to the sign-in.
        assert answers[nobody] == ("401" if name.startswith(FOR_PROGRAMS) else "in"), (method, name)
        # What is no JSON is refused before anything is looked up: that tells nobody anything.
        if name in by_id and not (name.startswith("api:") and set(answers[:-1]) == {"400"}):
            assert answers[outsider] == "404", (method, name)
