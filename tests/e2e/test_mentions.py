"""Mentioning somebody by keyboard, and the bell that tells him."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.cast import make_cast
from tests.e2e.conftest import SignIn


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_a_person_is_mentioned_by_keyboard_and_told(
    screen: str, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    page: Page = request.getfixturevalue(screen)
    cast = make_cast()
    project = make.project(cast.zone, "示例项目", department=cast.department)
    sign_in(page, cast.promotion)
    page.goto(f"/projects/{project.pk}/")
    note = page.get_by_role("combobox", name="写一条记录")
    note.click()
    page.keyboard.type("请 @示o")
    people = page.get_by_role("listbox", name="可以提到的人")
    expect(people.get_by_role("option")).to_have_count(1)
    expect(note).to_have_attribute("aria-expanded", "true")
    chosen = note.get_attribute("aria-activedescendant") or ""
    expect(page.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(people).to_be_hidden()
    page.keyboard.type("f")
    expect(people).to_be_visible()
    page.keyboard.press("Enter")
    expect(note).to_have_value("请 @示office ")
    page.keyboard.type("看")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .mention")).to_have_text("@示office")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.context.clear_cookies()
    sign_in(page, cast.office)
    page.goto("/sites/")
    bell = page.get_by_role("link", name="通知，1 条未读")
    expect(bell).to_be_visible()
    bell.click()
    page.get_by_role("link", name=re.compile("提到了您")).click()
    expect(page).to_have_url(re.compile(rf"/projects/{project.pk}/\?entry=\d+#entry-\d+"))
    expect(page.locator("li:target .mention.me")).to_be_visible()
    expect(page.get_by_role("link", name="通知", exact=True)).to_be_visible()


def test_who_would_not_see_the_note_is_named(page: Page, sign_in: SignIn) -> None:
    cast = make_cast()
    project = make.project(cast.zone, "示例项目", department=cast.department)
    sign_in(page, cast.promotion)
    page.goto(f"/projects/{project.pk}/")
    note = page.get_by_role("combobox", name="写一条记录")
    note.click()
    page.keyboard.type(f"@{cast.rival.name}")
    expect(page.locator("[role=option] .no")).to_have_text("看不到")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".nt-e")).to_contain_text(f"{cast.rival.name} 看不到这条记录")
    expect(note).to_have_value(f"@{cast.rival.name} ")
    page.get_by_role("button", name="照样记下，不通知他们").click()
    expect(page.locator("#timeline .mention")).to_have_text(f"@{cast.rival.name}")
