"""Take the pictures of docs/screenshots/ anew: every page of the navigation, one record of each library, and the
steps of an import, of an entry and of an edit, and what `scenes.py` makes.

They show a demo zone made for the purpose, as the person for whom a page is meant sees it.
"""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts import machine
from scripts.postgres import free_port
from scripts.processes import stop
from scripts.run import HOST, CannotRun, children, prepare_database, wait_until_answering
from scripts.scenes import make_scenes
from scripts.steps import PROJECT, Step, StepFailed

FOLDER = PROJECT / "docs" / "screenshots"
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
# Who looks at a page, where several may: the one who works with most of what is on it.
PREFERRED_ROLES = ("office", "commander", "administrator", "promotion")
PATIENCE_MS = 180_000  # a machine that has other work to do takes long over a map
FLAGS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-first-run", "--no-sandbox"]


@contextmanager
def demo_server() -> Iterator[str]:
    """Run Sanku with a demo zone in a temporary folder and give its address."""
    with tempfile.TemporaryDirectory(prefix="sanku-screenshots-") as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["SANKU_DATA_DIR"] = folder
        prepare_database()
        port = free_port()
        parts = children(port)
        try:
            for part in parts:
                part.start()
            wait_until_answering(port, parts[0])
            yield f"http://{HOST}:{port}"
        finally:
            stop([part.process for part in parts if part.process is not None])


def session_of(roles: frozenset[str]) -> dict[str, str]:
    """Return the session cookie of somebody of one of the roles."""
    from django.conf import settings
    from django.test import Client

    from sanku.accounts.models import User

    role = next((name for name in PREFERRED_ROLES if name in roles), min(roles))
    person = User.objects.filter(role=role, is_active=True).earliest("pk")
    client = Client()
    client.force_login(person)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


# What a page with a map calls the moment at which it is drawn.
MAPS = {"sk-map": "sanku:map-drawn", "sk-draw": "sanku:editor-drawn", "sk-parcels": "sanku:map-drawn"}


def take(page: Page, name: str, screen: str) -> None:
    """Save what is on the screen once the page has come to rest."""
    page.wait_for_load_state("networkidle")
    for element, mark in MAPS.items():
        if page.locator(element).count():
            page.wait_for_function(f"() => performance.getEntriesByName('{mark}').length > 0")
    save_small(page.screenshot(animations="disabled"), FOLDER / f"{name}-{screen}.png")


def save_small(png: bytes, path: Path) -> None:
    """Save a picture with 256 colours: a third of the size, and pages look the same."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def first_record(page: Page) -> str | None:
    """Return the address of the first record that a list links to."""
    below = re.compile(rf"{re.escape(page.url.split('?')[0])}\d+/")
    links: list[str] = page.locator("main a[href]").evaluate_all("links => links.map(link => link.href)")
    return next((link for link in links if below.fullmatch(link)), None)


def take_steps(page: Page, address: str, screen: str, scenes: Mapping[str, str]) -> None:
    """Take the pictures of pages that the navigation does not lead to at once."""
    pages = {
        **scenes,
        "search": "/search/?q=机械",
        "map-companies": "/map/?in=companies&layers=sites,companies,targets&at=13.50/35.42/116.69",
        "map-selection": "/map/?in=projects&layers=sites,projects&within=c:116.691,35.424,1500",
        "company-create": "/companies/new/",
        "target-create": "/targets/new/",
        "project-create": "/projects/new/",
        "site-create": "/sites/new/",
        "interface": "/interface/",
        "list-empty": "/projects/?q=没有这样的项目",
        "not-found": "/projects/999999999/",
    }
    for name, path in pages.items():
        page.goto(address + path)
        take(page, name, screen)
    page.goto(f"{address}/projects/")
    page.locator("[data-opens=filters]").first.click()
    take(page, "list-filters", screen)
    page.goto(f"{address}/projects/")
    page.locator("[data-opens=tabs-dialog]").click()
    page.wait_for_selector("#tabs-dialog[open] form")
    take(page, "views", screen)
    page.goto(f"{address}/projects/")
    record = first_record(page)
    if screen == "desktop":
        page.locator("tr[data-id] td.nm").first.click()
        page.wait_for_selector("#preview .pvf")
        take(page, "list-preview", screen)
        # On a phone rows are cards without a box to tick.
        page.goto(f"{address}/projects/")
        page.locator("tbody input[type=checkbox]").first.check()
        take(page, "list-selected", screen)
    if record is not None:
        page.goto(record)
        page.locator("#section-overview, section.sec").first.get_by_role("button", name="编辑").click()
        page.wait_for_selector("section.editing")
        take(page, "section-edit", screen)


def take_all(browser: Browser, address: str, screen: str, scenes: Mapping[str, str]) -> None:
    """Take all pictures at one size of the screen."""
    from django.urls import reverse

    from sanku.config.navigation import GROUPS

    def new_page(cookie: dict[str, str] | None) -> Page:
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **SCREENS[screen])
        context.set_default_timeout(PATIENCE_MS)
        if cookie is not None:
            context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": address}])
        return context.new_page()

    page = new_page(None)
    page.goto(f"{address}/")
    take(page, "sign-in", screen)
    page.context.close()
    for entry in (entry for _, entries in GROUPS for entry in entries):
        page = new_page(session_of(frozenset(str(role) for role in entry.roles)))
        page.goto(address + reverse(entry.name))
        app, _, last = entry.name.partition(":")
        name = app if last == "list" else last
        take(page, name, screen)
        record = first_record(page)
        if record is not None:
            page.goto(record)
            take(page, name.replace("-list", "-detail"), screen)
        page.context.close()
    page = new_page(session_of(frozenset({"office"})))
    take_steps(page, address, screen, scenes)
    page.context.close()


def main() -> int:
    """Take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        executable = machine.need_chromium()
        with demo_server() as address:
            # Playwright has an event loop in this thread; Django would refuse its database beside it.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
            scenes = make_scenes()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
                for screen in SCREENS:
                    with Step(f"Pictures ({screen})"):
                        take_all(browser, address, screen, scenes)
                browser.close()
    except (StepFailed, CannotRun) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
