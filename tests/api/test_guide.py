"""The page about the interface says what there is; browsers that open the interface are led to it."""

import re

import pytest
from django.test import Client

from sanku.api.api import API
from sanku.api.guide import OF_LIBRARIES, OTHERS
from sanku.library.known import libraries
from tests.cast import Cast
from tests.fixtures import ClientOf

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_the_page_tells_of_every_operation_and_of_no_other() -> None:
    told = {(method, f"/{name}{path}") for name in libraries() for method, path, _ in OF_LIBRARIES}
    told |= {(method, path) for method, path, _ in OTHERS}
    there = {
        (method, re.sub(r"{\w+:pk}", "{id}", prefix + path).rstrip("/"))
        for prefix, router in API._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    assert told == there


@pytest.mark.django_db
def test_a_browser_is_led_to_the_page_and_a_program_is_not(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.counterpart)
    for folder in ("/api/", "/ogc/"):
        answer = client.get(folder, headers=BROWSER)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/interface/")
        assert "Accept" in answer.headers["Vary"]
    assert client.get("/ogc/", {"f": "json"}, headers=BROWSER).json()["links"]
    assert client.get("/ogc/", headers={"Accept": "application/json"}).json()["links"]
    assert Client().get("/ogc/", headers={"Accept": "*/*"}).status_code == 401
    page = client.get("/interface/").content.decode()
    assert "/api/companies?limit=10" in page and "/ogc/collections/carriers/items?f=json" in page
    for address in set(re.findall(r'href="(/(?:api|ogc)/[^"]+)"', page)) - {"/api/openapi.json"}:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address
