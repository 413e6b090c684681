"""Signing in: limits, expiry, one-time passwords, and what each setting changes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from sanku.accounts.demo_sign_ins import demo_password, demo_sign_ins
from sanku.accounts.models import PasswordKind, User
from sanku.accounts.operations import give_demo_password, give_one_time_password
from sanku.audit.models import Entry
from sanku.config.environment import Environment
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

PROJECT = Path(__file__).resolve().parents[2]
LOGIN = "/accounts/login/"
ROSTER = "/people/"


def sign_in(client: Client, username: str, password: str, **more: str) -> Any:
    return client.post(LOGIN, {"login": username, "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get(ROSTER).status_code == 200


def under(tmp_path: Path, code: str, **environment: str) -> str:
    """Return what a process of its own prints that starts with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANKU_")}
    env = {**kept, "SANKU_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sanku.config.settings"}
    env.pop("DATABASE_URL", None)
    start = "import django; django.setup(); from django.conf import settings;"
    done = subprocess.run(
        [sys.executable, "-c", start + code],
        env={**env, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_signing_in_and_out(cast: Cast, client: Client) -> None:
    assert not is_in(client)
    assert sign_in(client, "office", "wrong").status_code == 200
    assert not is_in(client)
    assert sign_in(client, "office", make.PASSWORD)["Location"] == "/"
    assert is_in(client)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client), "a picture or a link must not sign anybody out"
    client.post(reverse("account_logout"))
    assert not is_in(client)


@pytest.mark.django_db
def test_whoever_forgot_is_sent_to_the_administrator(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert "由系统管理员" in page
    assert "/password/reset/" not in page


def test_an_inactive_person_cannot_sign_in(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.office.pk).update(is_active=False)
    sign_in(client, "office", make.PASSWORD)
    assert not is_in(client)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_an_open_redirect_is_refused(cast: Cast, client: Client, target: str) -> None:
    assert sign_in(client, "office", make.PASSWORD, next=target)["Location"] == "/"


def test_a_page_of_our_own_is_led_to(cast: Cast, client: Client) -> None:
    assert sign_in(client, "office", make.PASSWORD, next=ROSTER)["Location"] == ROSTER


@pytest.mark.parametrize(
    "address",
    ["/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/email/"],
)
def test_nobody_registers_himself_and_nothing_is_mailed(cast: Cast, client: Client, address: str) -> None:
    for method in (client.get, client.post):
        response = method(
            address, {"username": "stranger", "password1": make.PASSWORD, "email": "a@b.example"}
        )
        assert response.status_code == 404 or b'name="password1"' not in response.content
    assert not User.objects.filter(username="stranger").exists()


# --- limits -----------------------------------------------------------------------------------


def test_too_many_wrong_passwords(cast: Cast, client: Client) -> None:
    """After five wrong passwords of one person from one address even the right one waits there; others may go on."""
    for _ in range(5):
        assert sign_in(client, "office", "wrong").status_code == 200
    refused = sign_in(client, "office", make.PASSWORD)
    assert refused.status_code == 429
    assert not is_in(client)
    assert "稍" in refused.content.decode()
    sign_in(Client(), "service", make.PASSWORD)
    assert sign_in(client, "service", make.PASSWORD).status_code == 302


def test_a_stranger_elsewhere_locks_nobody_out(cast: Cast) -> None:
    """Wrong passwords for a name count against the address that they come from."""
    stranger = Client(REMOTE_ADDR="10.0.0.9")
    answers = [sign_in(stranger, "office", "wrong").status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert sign_in(Client(REMOTE_ADDR="10.0.0.8"), "office", make.PASSWORD).status_code == 302
    assert sign_in(stranger, " OFFICE ", make.PASSWORD).status_code == 429, (
        "another spelling is no other name"
    )


@override_settings(
    ACCOUNT_RATE_LIMITS={"login_failed": "10/m/ip,5/5m/key", "login_failed_by_name": "6/h/key"}
)
def test_many_strangers_together_do_not_guess_for_ever(cast: Cast) -> None:
    for number in range(3):
        for _ in range(2):
            client = Client(REMOTE_ADDR=f"10.0.1.{number}")
            assert sign_in(client, "office", "wrong").status_code == 200
    assert sign_in(Client(REMOTE_ADDR="10.0.1.9"), "office", make.PASSWORD).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.0.1.9"), "service", make.PASSWORD).status_code == 302


@override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "3/m/ip,3/m/key", "login_failed_by_name": "3/h/key"})
def test_signing_in_rightly_uses_nothing_up(cast: Cast) -> None:
    assert [sign_in(Client(), "office", make.PASSWORD).status_code for _ in range(5)] == [302] * 5
    assert [sign_in(Client(), "office", "wrong").status_code for _ in range(4)] == [200] * 3 + [429]


def test_too_many_attempts_from_one_address(cast: Cast) -> None:
    """Whoever tries one name after the other is stopped too."""
    answers = [sign_in(Client(), f"nobody{number}", "wrong").status_code for number in range(11)]
    assert answers == [200] * 10 + [429]
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "nobody", "wrong").status_code == 200


@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"})
def test_the_limit_is_a_setting(cast: Cast) -> None:
    assert [sign_in(Client(), "office", make.PASSWORD).status_code for _ in range(3)] == [302, 302, 429]


# --- session ----------------------------------------------------------------------------------


def test_a_session_runs_out(cast: Cast, client: Client) -> None:
    sign_in(client, "office", make.PASSWORD)
    session = Session.objects.get()
    left = session.expire_date - timezone.now()
    assert timedelta(hours=11.9) < left <= timedelta(hours=12)
    session.expire_date = timezone.now() - timedelta(seconds=1)
    session.save()
    cache.clear()
    assert not is_in(client)


def test_session_cookie_is_for_the_server_alone(cast: Cast, client: Client) -> None:
    cookie = sign_in(client, "office", make.PASSWORD).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "it goes with the browser"


def test_a_session_of_no_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="session_hours"):
        Environment(session_hours=0)


# --- one-time passwords -----------------------------------------------------------------------


def test_a_one_time_password_must_be_changed_first(cast: Cast, client: Client) -> None:
    password = give_one_time_password(cast.service, actor=cast.administrator, now=make.NOW, via=make.VIA)
    sign_in(client, "service", password)
    change = reverse("account_change_password")
    assert client.get(ROSTER)["Location"] == change
    assert client.get("/")["Location"] == change
    assert client.get(ROSTER, headers={"HX-Request": "true"})["HX-Redirect"] == change
    assert client.get(change).status_code == 200

    def chosen(new: str) -> Any:
        return client.post(change, {"oldpassword": password, "password1": new, "password2": new})

    assert "现在的密码" in chosen(password).content.decode()
    assert chosen("12345678").status_code == 200
    assert client.get(ROSTER)["Location"] == change
    assert chosen("示例-quite-another-one")["Location"] == "/"
    assert is_in(client)
    cast.service.refresh_from_db()
    assert cast.service.password_kind == PasswordKind.OWN
    last = Entry.objects.latest("number")
    assert (last.actor, last.address) == (cast.service, "127.0.0.1")


# --- demonstration sign-ins -------------------------------------------------------------------


def demo_zone_cast() -> tuple[User, User]:
    zone = make.zone("示例演示区", is_demo=True)
    return make.user("administrator", zone, username="admin"), make.user("office", zone, username="desk")


@pytest.mark.django_db
def test_the_sign_in_page_shows_the_demonstration_sign_ins(client: Client) -> None:
    administrator, office = demo_zone_cast()
    password = demo_password()
    give_demo_password(office, password, actor=administrator, now=make.NOW, via=make.VIA)
    shown = demo_sign_ins()
    assert [(person["username"], person["role_label"], person["password"]) for person in shown] == [
        ("desk", "办公室", password)
    ]
    assert password in client.get(LOGIN).content.decode()
    assert sign_in(client, "desk", password).status_code == 302


@pytest.mark.django_db
def test_a_demonstration_sign_in_that_changed_its_password_is_not_shown(client: Client) -> None:
    administrator, office = demo_zone_cast()
    give_demo_password(office, demo_password(), actor=administrator, now=make.NOW, via=make.VIA)
    give_one_time_password(office, actor=administrator, now=make.NOW, via=make.VIA)
    assert demo_sign_ins() == []


@pytest.mark.django_db
def test_no_sign_in_is_shown_beside_a_zone_in_earnest(client: Client) -> None:
    administrator, office = demo_zone_cast()
    give_demo_password(office, demo_password(), actor=administrator, now=make.NOW, via=make.VIA)
    make.zone("示例真区")
    assert demo_sign_ins() == []
    assert demo_password() not in client.get(LOGIN).content.decode()


def test_installations_have_different_demonstration_passwords() -> None:
    ours = demo_password()
    with override_settings(SECRET_KEY="another"):
        assert demo_password() != ours


# --- second factor and identity provider ------------------------------------------------------

SETTINGS = """
import json
from django.urls import resolve, Resolver404
try: totp = resolve("/accounts/2fa/totp/activate/").url_name
except Resolver404: totp = None
apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
servers = [app["settings"]["server_url"] for app in apps]
print(json.dumps([totp, servers, settings.SESSION_COOKIE_AGE, settings.SESSION_COOKIE_SECURE]))
"""


def test_what_comes_by_setting(tmp_path: Path) -> None:
    """A second factor, an identity provider, the hours of a session, cookies for https alone."""
    assert json.loads(under(tmp_path, SETTINGS)) == [None, [], 12 * 3600, False]
    server = "https://id.example/realm"
    with_all = {
        "SANKU_TOTP": "1",
        "SANKU_OIDC_SERVER_URL": server,
        "SANKU_SESSION_HOURS": "2",
        "SANKU_HTTPS": "1",
    }
    assert json.loads(under(tmp_path, SETTINGS, **with_all)) == ["mfa_activate_totp", [server], 7200, True]


def test_totp_page_is_not_there_when_it_is_off(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.office).get("/accounts/2fa/totp/activate/").status_code == 404


class Provider(BaseHTTPRequestHandler):
    """An identity provider that says everybody is who the test wants."""

    username = ""

    def answer(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Answer with the configuration, or with who it is."""
        host = f"http://{self.headers['Host']}"
        if "well-known" in self.path:
            names = ("issuer", "authorization", "token", "userinfo")
            self.answer({"issuer": host} | {f"{name}_endpoint": f"{host}/{name}" for name in names[1:]})
        else:
            self.answer({"sub": f"id-of-{self.username}", "preferred_username": self.username})

    def do_POST(self) -> None:
        """Answer with a token."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "token", "token_type": "Bearer", "expires_in": 60})

    def log_message(self, format: str, *args: Any) -> None:
        """Be silent."""


@pytest.fixture
def provider() -> Iterator[str]:
    """Give the address of an identity provider that runs for the test, with Sanku set to it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    app = {
        "provider_id": "oidc",
        "name": "示例统一认证",
        "client_id": "sanku",
        "secret": "secret",
        "settings": {"server_url": address},
    }
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        yield address
    server.shutdown()
    server.server_close()


def through(client: Client, provider: str, username: str) -> Any:
    """Sign in through the provider as somebody, as a browser would."""
    Provider.username = username
    start = client.post("/accounts/oidc/oidc/login/")
    asked = urlsplit(start["Location"])
    assert start["Location"].startswith(f"{provider}/authorization")
    state = parse_qs(asked.query)["state"][0]
    return client.get("/accounts/oidc/oidc/login/callback/", {"code": "code", "state": state})


def test_signing_in_through_the_provider(cast: Cast, provider: str) -> None:
    """The person of the same sign-in name is signed in, the first time and again; he stays the one he is."""
    assert "示例统一认证" in Client().get(LOGIN).content.decode()
    for _ in range(2):
        client = Client()
        assert through(client, provider, "Office")["Location"] == "/"
        assert client.get(ROSTER).wsgi_request.user == cast.office


def test_the_provider_lets_no_stranger_in(cast: Cast, provider: str) -> None:
    before = User.objects.count()
    client = Client()
    through(client, provider, "stranger")
    assert not is_in(client)
    assert User.objects.count() == before


def test_the_provider_lets_nobody_in_who_left(cast: Cast, provider: str) -> None:
    client = Client()
    through(client, provider, "office")
    User.objects.filter(pk=cast.office.pk).update(is_active=False)
    for name in ("office", "service"):
        User.objects.filter(username=name).update(is_active=False)
        client = Client()
        through(client, provider, name)
        assert not is_in(client)
