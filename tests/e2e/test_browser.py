"""The browser itself: pages open at both widths, and what goes wrong in them does not go unseen."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_sign_in_page_opens_with_its_styles(screen: str, request: pytest.FixtureRequest) -> None:
    """A stranger is led to the sign-in form; the build's style sheet is there."""
    page: Page = request.getfixturevalue(screen)
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/login/"))
    expect(page.locator("input[name=login]")).to_be_visible()
    sheets = page.evaluate("[...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0)")
    assert sheets > 100


def test_errors_in_the_browser_are_noted(page: Page, console_errors: list[str]) -> None:
    """An error on the console, an uncaught one and an outside address each leave a line."""
    page.goto("/")
    page.evaluate("console.error('broken')")
    page.evaluate("setTimeout(() => { throw new Error('uncaught one') })")
    page.evaluate("fetch('http://outside.invalid/').catch(() => null)")
    page.wait_for_timeout(200)
    noted = "\n".join(console_errors)
    console_errors.clear()
    assert "broken" in noted
    assert "uncaught one" in noted
    assert "outside.invalid" in noted
