"""A real browser against a live server: errors on its console fail the test, nothing outside is reached."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect
from pytest_django.live_server_helper import LiveServer

from sanku.accounts.models import User

FLAGS = [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Without it the page itself is drawn by the software renderer too, 40 to 100 ms a frame.
    "--disable-gpu-compositing",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # Nothing outside is found. To stop each request in Python instead took a fifth of a test and the browser's own cache.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# What the driver says of that, once a frame: the flag's doing, not the page's.
READS_BACK = "GPU stall due to ReadPixels"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# A quarter of the dots: the same layout, and half of what the software renderer costs.
DOTS = {"device_scale_factor": 0.5}
SECONDS = 15
# The machine does other work too: how fast a page is, is measured elsewhere.
expect.set_options(timeout=SECONDS * 1000)

SignIn = Callable[[Page, User], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session", autouse=True)
def _django_beside_playwright() -> None:
    """Let Django touch its database in a thread where Playwright has its event loop."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True)
def _live_server_for_every_test(live_server: LiveServer) -> None:
    """Start the server also where a test names its page fixture at run time only."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Return how to start the machine's own Chromium; Playwright's download of one is not needed."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    executable = os.environ.get("SANKU_CHROMIUM", "/usr/bin/chromium")
    return {"executable_path": executable, "args": [*FLAGS, *as_root]}


@pytest.fixture
def console_errors() -> Iterator[list[str]]:
    """Give the list of what went wrong in the browser; a test that means to cause an error clears it."""
    errors: list[str] = []
    yield errors
    assert not errors, "\n".join(errors)


def watched_page(context: BrowserContext, address: str, errors: list[str]) -> Page:
    """Return a new page that reports errors, among them each address asked for that is not the live server's."""

    def note_outside(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            errors.append(f"outside address: {request.url}")

    def note_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and READS_BACK not in message.text:
            errors.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def note_response(response: Response) -> None:
        if response.status >= 500:
            errors.append(f"{response.status}: {response.url}")

    context.on("request", note_outside)
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    page.on("console", note_console)
    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    page.on("response", note_response)
    return page


def new_context(browser: Browser, address: str, **options: Any) -> BrowserContext:
    """Return a browser context in Chinese, in the zone's time, without memory of others."""
    return browser.new_context(base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai", **options)


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, console_errors: list[str]) -> Iterator[Page]:
    """Give a page on an office screen."""
    context = new_context(browser, live_server.url, viewport=DESKTOP, **DOTS)
    yield watched_page(context, live_server.url, console_errors)
    context.close()


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, console_errors: list[str]) -> Iterator[Page]:
    """Give a page on a telephone."""
    context = new_context(browser, live_server.url, viewport=PHONE, **DOTS, has_touch=True, is_mobile=True)
    yield watched_page(context, live_server.url, console_errors)
    context.close()


@pytest.fixture
def sign_in(live_server: LiveServer) -> SignIn:
    """Give a function that signs a person in on a page without the sign-in form."""

    def put_session(page: Page, person: User) -> None:
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return put_session
