"""The roster and a person's page in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from sanku.accounts.models import User
from tests import make
from tests.cast import make_cast
from tests.e2e.conftest import SignIn


@pytest.fixture
def administrator() -> User:
    """Give the administrator of a zone with officers in two departments."""
    cast = make_cast()
    for number in range(6):
        make.user(
            "promotion", squad=cast.squad, skills=["equipment"], degree="master", name=f"示例员{number}"
        )
    return cast.administrator


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_roster_fits_the_screen(
    screen: str, request: pytest.FixtureRequest, administrator: User, sign_in: SignIn
) -> None:
    page: Page = request.getfixturevalue(screen)
    sign_in(page, administrator)
    page.goto("/people/")
    expect(page.locator(".pe-n a")).to_have_count(8)
    expect(page.locator(".org-3 > li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("link", name="示例装备一队").click()
    expect(page).to_have_url(re.compile(r"squad=\d+"))
    expect(page.locator(".pe-n a")).to_have_count(7)


def test_a_person_is_edited_in_place(page: Page, administrator: User, sign_in: SignIn) -> None:
    sign_in(page, administrator)
    person = User.objects.get(name="示例员0")
    page.goto(f"/people/{person.pk}/")
    section = page.locator("#section-skills")
    section.get_by_role("button").click()
    section.locator("input[name=birth_year]").fill("1488")
    section.locator("[type=submit]").click()
    expect(section.locator(".errs")).to_contain_text("1488")
    section.locator("input[name=birth_year]").fill("1988")
    section.locator("[type=submit]").click()
    expect(section.locator("input")).to_have_count(0)
    expect(section).to_contain_text("1988")
    expect(page.locator("#timeline")).to_contain_text("1988")


def test_a_new_password_is_shown_after_asking(page: Page, administrator: User, sign_in: SignIn) -> None:
    sign_in(page, administrator)
    person = User.objects.get(name="示例员0")
    page.goto(f"/people/{person.pk}/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action$='/password/'] button").click()
    shown = page.locator("[data-once]")
    expect(shown).to_have_text(re.compile(r"^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$"))
    person.refresh_from_db()
    assert person.check_password(shown.inner_text())
