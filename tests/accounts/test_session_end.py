"""What a page does once the session has ended, and who may keep it."""

import pytest
from django.test import Client

from tests import make

pytestmark = pytest.mark.django_db


def test_a_fragment_leads_the_whole_page_to_the_sign_in_and_back() -> None:
    response = Client().get(
        "/companies/?q=x",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/companies/?sort=name"},
    )
    assert response.status_code == 200
    assert response.headers["HX-Redirect"].endswith("/accounts/login/?next=/companies/%3Fsort%3Dname")
    assert response.content == b""


def test_a_page_redirects_as_ever() -> None:
    response = Client().get("/companies/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


def test_an_address_of_elsewhere_is_not_led_back_to() -> None:
    response = Client().get(
        "/companies/", headers={"HX-Request": "true", "HX-Current-URL": "https://example.org/a"}
    )
    assert response.headers["HX-Redirect"].endswith("?next=/a")


def test_pages_are_not_kept_by_caches() -> None:
    client = Client()
    client.force_login(make.user("office"))
    assert client.get("/companies/").headers["Cache-Control"] == "private, no-cache"
