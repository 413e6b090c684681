"""Access tokens: shown once, kept as a digest, good for what their person may, until they are revoked."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from sanku.accounts.models import ApiToken, User
from sanku.accounts.operations import give_one_time_password, make_token, revoke_token, use_token
from sanku.accounts.operations.tokens import MOST_TOKENS
from sanku.audit.models import Entry
from sanku.common.problems import NotAllowed, Refused
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

ADDRESS = "/ogc/collections/companies/items"


def made(person: User, **values: Any) -> tuple[ApiToken, str]:
    given = {"name": "示例程序", "may_write": False, "days": 30, **values}
    return make_token(**given, actor=person, now=timezone.now(), via=make.VIA)


def asked(secret: str, path: str = ADDRESS, **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).get(
        path, headers={"Authorization": f"Bearer {secret}", **headers}
    )


def test_a_token_is_shown_once_and_kept_as_a_digest(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.promotion)
    page = client.post("/people/tokens/", {"name": "示例 QGIS", "days": "90", "may_write": "on"})
    secret = page.context["secret"]
    assert secret.startswith("sanku_") and secret in page.content.decode()
    token = ApiToken.objects.get()
    assert (token.person, token.may_write, token.hint) == (cast.promotion, True, secret[-4:])
    assert secret not in {str(value) for value in ApiToken.objects.values_list()[0]}
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)
    assert secret not in client.get("/people/tokens/").content.decode()
    entry = Entry.objects.get(library="accounts.apitoken")
    assert (entry.action, entry.actor, entry.record_id) == ("create", cast.promotion, token.pk)
    assert asked(secret).status_code == 200


def test_a_token_sees_what_its_person_sees(cast: Cast) -> None:
    make.project(cast.zone, "示例己项目", department=cast.department)
    labels = {}
    for person in (cast.promotion, cast.rival, cast.outsider):
        page = asked(made(person)[1], "/ogc/collections/projects/items").json()
        labels[person.username] = [one["properties"]["label"] for one in page["features"]]
    assert labels == {"promotion": ["示例己项目"], "rival": [], "outsider": []}


def test_a_token_is_good_only_while_its_person_is(cast: Cast) -> None:
    token, secret = made(cast.promotion)
    now = timezone.now()
    assert use_token(secret, now=now) == token
    assert use_token(secret, now=now + timedelta(days=31)) is None
    assert use_token(secret[:-1], now=now) is None
    assert use_token("", now=now) is None
    give_one_time_password(cast.promotion, actor=cast.administrator, now=now, via=make.VIA)
    assert use_token(secret, now=now) is None
    User.objects.filter(pk=cast.promotion.pk).update(is_active=False, password_kind="own")
    assert use_token(secret, now=now) is None
    assert asked(secret).status_code == 401


def test_the_administrator_lists_and_revokes_all_and_others_their_own(
    cast: Cast, client_of: ClientOf
) -> None:
    token, secret = made(cast.promotion, name="示例甲程序")
    other, _ = made(cast.outsider, name="示例外区程序")
    admin, rival = client_of(cast.administrator), client_of(cast.rival)
    assert "示例甲程序" in admin.get("/people/tokens/").content.decode()
    assert "示例外区程序" not in admin.get("/people/tokens/").content.decode()
    assert "示例甲程序" not in rival.get("/people/tokens/").content.decode()
    assert rival.post(f"/people/tokens/{token.pk}/revoke/").status_code == 404
    assert admin.post(f"/people/tokens/{other.pk}/revoke/").status_code == 404
    with pytest.raises(NotAllowed):
        revoke_token(other, actor=cast.administrator, now=make.NOW, via=make.VIA)
    with pytest.raises(NotAllowed):
        revoke_token(token, actor=cast.rival, now=make.NOW, via=make.VIA)
    assert asked(secret).status_code == 200
    assert admin.post(f"/people/tokens/{token.pk}/revoke/").status_code == 302
    assert asked(secret).status_code == 401
    admin.post(f"/people/tokens/{token.pk}/revoke/")
    assert Entry.objects.filter(library="accounts.apitoken", action="remove").count() == 1


def test_its_last_use_is_kept_at_most_once_a_minute(cast: Cast) -> None:
    token, secret = made(cast.promotion)
    first = timezone.now()
    for seconds, kept in ((0, 0), (30, 0), (61, 61)):
        use_token(secret, now=first + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == first + timedelta(seconds=kept)


def test_what_is_no_sensible_token_is_refused(cast: Cast, client_of: ClientOf) -> None:
    for values in ({"name": " "}, {"days": 0}, {"days": 366}, {"name": "示" * 61}):
        with pytest.raises(Refused):
            made(cast.promotion, **values)
    page = client_of(cast.promotion).post("/people/tokens/", {"name": "", "days": "7"})
    assert {"name", "days"} == page.context["form"].errors.keys()
    for _ in range(MOST_TOKENS):
        made(cast.promotion)
    page = client_of(cast.promotion).post("/people/tokens/", {"name": "示例", "days": "30"})
    assert str(MOST_TOKENS) in str(page.context["form"].non_field_errors())


def test_a_program_is_answered_in_the_language_it_asks_for(cast: Cast) -> None:
    said = {
        language: asked("sanku_wrong", **({"Accept-Language": language} if language else {})).json()[
            "errors"
        ][0]["message"]
        for language in ("", "en", "zh-CN", "zh-TW")
    }
    assert said["en"].startswith("The token is unknown")
    assert said[""] == said["zh-CN"] != said["zh-TW"]


def test_a_token_that_only_reads_writes_nothing(cast: Cast) -> None:
    client, (_, secret) = Client(enforce_csrf_checks=True), made(cast.office)
    answer = client.post(ADDRESS, headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "read_only")


def test_a_token_opens_no_page_of_the_web(cast: Cast) -> None:
    answer = asked(made(cast.office)[1], "/companies/")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


def test_more_requests_than_the_limit_are_told_to_wait(cast: Cast, settings: LazySettings) -> None:
    settings.PROGRAM_REQUESTS_PER_MINUTE = 3
    _, secret = made(cast.promotion)
    answers = [asked(secret) for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and int(refused[0].headers["Retry-After"]) <= 60
    assert asked(made(cast.rival)[1]).status_code == 200  # counted by person
