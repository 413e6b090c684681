"""What holds on every page: tokens, headers, cookies, methods, sessions, the address that the ledger keeps."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from sanku.accounts.models import User
from sanku.accounts.operations import save_people
from sanku.audit.models import Action, Entry
from sanku.audit.operations import Draft
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.scopes.test_table import expected
from tests.scopes.world import World, address, make_world, names

# Reading these is itself on record: who read a contact.
WRITE_BY_GET = {"companies:company-contact-edit"}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.I)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def routes(method: str) -> Iterator[tuple[str, str]]:
    """Yield name and route of every address that knows a method."""
    known = {name for way, name in expected() if way == method}
    return ((name, route) for name, route in names() if name in known)


@pytest.mark.sqlite  # a form is refused before any view is asked
def test_no_form_is_taken_without_its_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cast.office)
    admin = Client(enforce_csrf_checks=True)
    admin.force_login(world.cast.administrator)
    for name, route in routes("POST"):
        who = admin if name.startswith("accounts:") else client
        answer = who.post(address(world, name, route), {"text": "示例"})
        if name == "intake:batch-create":
            continue  # asks for its length first; its own test says so
        assert (answer.status_code, answer.templates[0].name) == (403, "403_csrf.html"), name
    sign_in = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "office"})
    assert sign_in.status_code == 403


@pytest.mark.sqlite  # what a page writes hangs on no database
def test_reading_writes_nothing(world: World, client_of: ClientOf) -> None:
    office, admin = client_of(world.cast.office), client_of(world.cast.administrator)
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and "django_session" not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    for name, route in routes("GET"):
        client = admin if name.startswith("accounts:") else office
        written.clear()
        with connection.execute_wrapper(note), transaction.atomic():
            client.get(address(world, name, route))
            transaction.set_rollback(True)
        assert bool(written) is (name in WRITE_BY_GET), (name, written)


def test_every_page_tells_the_browser_what_to_refuse(world: World, client_of: ClientOf) -> None:
    pages = [
        client_of(world.cast.office).get(reverse("companies:company-list")),
        Client().get(reverse("account_login")),
        client_of(world.cast.office).get("/no/such/page/"),
    ]
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.partition("style-src-attr")[0]
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        text = page.content.decode()
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce is not None
        for script in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in script or f'nonce="{nonce[1]}"' in script, script
        assert not re.search(r"<style\b|\son[a-z]+=|javascript:", text)
    assert pages[0].headers["Content-Security-Policy"] != pages[1].headers["Content-Security-Policy"]


def test_a_name_that_is_not_this_servers_is_refused(world: World, client_of: ClientOf) -> None:
    client = client_of(world.cast.office)
    assert client.get("/companies/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_switching_the_language_leads_nowhere_else(cast: Cast, client_of: ClientOf, target: str) -> None:
    answer = client_of(cast.office).post(reverse("set_language"), {"language": "en", "next": target})
    assert answer.headers["Location"] == "/"


SETTINGS = """
import json, sys
from sanku.config import settings as s
names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE LANGUAGE_COOKIE_SECURE SESSION_COOKIE_HTTPONLY CSRF_COOKIE_HTTPONLY".split()
print(json.dumps({n: getattr(s, n) for n in names} | {
    "hsts": getattr(s, "SECURE_HSTS_SECONDS", 0), "origins": getattr(s, "CSRF_TRUSTED_ORIGINS", []), "debug": s.DEBUG}))
"""


def settings_with(tmp_path: Path, **environment: str) -> dict[str, Any]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SANKU_")}
    run = subprocess.run(
        [sys.executable, "-c", SETTINGS],
        env={**clean, "SANKU_DATA_DIR": str(tmp_path), **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_behind_https_cookies_are_for_https_alone(tmp_path: Path) -> None:
    plain = settings_with(tmp_path)
    assert not (plain["SESSION_COOKIE_SECURE"] or plain["hsts"] or plain["debug"])
    secure = settings_with(tmp_path, SANKU_HTTPS="1", SANKU_HOSTS="zone.example,.parks.example")
    assert all(value for name, value in secure.items() if "COOKIE" in name)
    assert secure["hsts"] > 0
    assert secure["origins"] == ["https://zone.example", "https://*.parks.example"]


# --- sessions and addresses --------------------------------------------------------------------------


def test_whoever_is_deactivated_is_out_at_once(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.landing)
    assert client.get(reverse("sites:site-list")).status_code == 200
    save_people(
        [Draft(cast.landing, {"is_active": False})], actor=cast.administrator, now=make.NOW, via=make.VIA
    )
    assert client.get(reverse("sites:site-list")).status_code == 302


def test_another_role_counts_from_the_next_page_on(cast: Cast, client_of: ClientOf) -> None:
    make.project(cast.zone, department=cast.department)
    client, url = client_of(cast.office), reverse("projects:project-list")
    assert len(client.get(url).context["listing"]["rows"]) == 1
    save_people(
        [Draft(cast.office, {"role": "analyst"})], actor=cast.administrator, now=make.NOW, via=make.VIA
    )
    assert client.get(url).context["listing"]["rows"] == []
    assert client.get(reverse("sites:site-create")).status_code == 403


def test_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.post(reverse("account_login"), {"login": "office", "password": make.PASSWORD})
    new = "示例-another-horse-7"
    sent = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), sent).status_code == 302
    assert here.get("/sites/").status_code == 200
    assert there.get("/sites/").status_code == 302
    told = json.dumps(list(Entry.objects.values("changes", "why", "label")))
    assert new not in told and make.PASSWORD not in told and "argon2" not in told and "md5" not in told


@pytest.mark.parametrize(
    ("proxies", "passed", "kept"),
    [
        (0, "9.9.9.9", "10.0.0.1"),
        (1, "9.9.9.9", "9.9.9.9"),
        (1, "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (2, "1.1.1.1, 9.9.9.9", "1.1.1.1"),
        (2, "9.9.9.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "<script>", "10.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_ledger_keeps_the_address_behind_the_proxies_that_are_ours(
    cast: Cast, client_of: ClientOf, proxies: int, passed: str, kept: str
) -> None:
    company = make.company(cast.zone)
    with override_settings(PROXIES=proxies):
        client_of(cast.office).post(
            reverse("companies:company-note", args=[company.pk]),
            {"text": "示例"},
            headers={"x-forwarded-for": passed},
            REMOTE_ADDR="10.0.0.1",
        )
    assert Entry.objects.get(action=Action.NOTE).address == kept


def test_a_made_up_header_does_not_escape_the_limit_of_sign_ins(cast: Cast) -> None:
    answers = [
        Client()
        .post(
            reverse("account_login"),
            {"login": f"nobody{number}", "password": "wrong"},
            headers={"x-forwarded-for": f"9.9.9.{number}"},
        )
        .status_code
        for number in range(11)
    ]
    assert answers == [200] * 10 + [429]


def test_the_sign_in_does_not_tell_who_is_entered(cast: Cast) -> None:
    User.objects.filter(pk=cast.service.pk).update(is_active=False)
    answers = []
    for name in ("office", "nobody", "service", "OFFICE"):
        page = Client().post(reverse("account_login"), {"login": name, "password": "wrong"})
        text = re.sub(
            r"'nonce-[^']+'|nonce=\"[^\"]+\"|value=\"[^\"]*\"|X-CSRFToken\": \"[^\"]+",
            "",
            page.content.decode(),
        )
        answers.append((page.status_code, text))
    assert len(set(answers)) == 1


def test_an_unknown_name_costs_a_hash_like_a_known_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    counts = []
    encode = MD5PasswordHasher.encode
    for name in ("office", "nobody"):
        hashed: list[str] = []

        def count(self: Any, password: str, salt: str, into: list[str] = hashed) -> str:
            into.append(password)
            return str(encode(self, password, salt))

        monkeypatch.setattr(MD5PasswordHasher, "encode", count)
        Client().post(reverse("account_login"), {"login": name, "password": "wrong"})
        counts.append(len(hashed))
    assert counts[0] == counts[1] >= 1
