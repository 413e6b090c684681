"""Writing access tokens: made by a person for himself, revoked by him or by who manages people."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from sanku.accounts.models import ApiToken, PasswordKind, User
from sanku.accounts.rules import MANAGES_PEOPLE, token_problems
from sanku.audit.models import Action
from sanku.audit.operations import Happening, Via, write_entries
from sanku.common.problems import NotAllowed, Problem, Refused

PREFIX = "sanku_"  # so that a token that leaked into a file is recognised
MOST_TOKENS = 20  # of one person that are good at a time
USED_AGAIN = timedelta(minutes=1)  # the last use is written at most so often


def make_token(
    *, name: str, may_write: bool, days: int, actor: User, now: datetime, via: Via
) -> tuple[ApiToken, str]:
    """Make a token for the actor; return it and its secret, which is kept nowhere and shown this once.

    Raises:
        Refused: it has no name or no sensible time, or there are too many, at position 0.
    """
    problems = token_problems(name=name, days=days)
    if actor.tokens.filter(revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        problems.append(Problem("tokens_enough", "", {"most": MOST_TOKENS}))
    if problems:
        raise Refused({0: problems})
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            zone_id=actor.zone_id,
            person=actor,
            name=name,
            digest=_digest(secret),
            hint=secret[-4:],
            may_write=may_write,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        _enter(token, Action.CREATE, actor=actor, now=now, via=via)
    return token, secret


def revoke_token(token: ApiToken, *, actor: User, now: datetime, via: Via) -> None:
    """Let a token be good for nothing from now on.

    Raises:
        NotAllowed: it is somebody else's, and the actor does not manage people of that zone.
    """
    if token.person_id != actor.pk and not (actor.may(MANAGES_PEOPLE) and token.zone_id == actor.zone_id):
        raise NotAllowed
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            _enter(token, Action.REMOVE, actor=actor, now=now, via=via)


def use_token(secret: str, *, now: datetime) -> ApiToken | None:
    """Return the token of a secret, with its person, if it is good now; and keep that it was used.

    It is not where it was revoked or has expired, where its person has left, or where the administrator gave him a
    new password that he has not changed yet.
    """
    if not secret.startswith(PREFIX):
        return None
    found = ApiToken.objects.select_related("person__zone", "person__department", "person__squad")
    token = found.filter(digest=_digest(secret), revoked_at=None, expires_at__gt=now).first()
    if token is None or not token.person.is_active or token.person.password_kind == PasswordKind.ONE_TIME:
        return None
    if token.last_used_at is None or now - token.last_used_at >= USED_AGAIN:
        old = Q(last_used_at=None) | Q(last_used_at__lt=now)
        ApiToken.objects.filter(old, pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _enter(token: ApiToken, action: Action, *, actor: User, now: datetime, via: Via) -> None:
    happening = Happening(
        action=action,
        library=ApiToken._meta.label_lower,
        record_id=token.pk,
        label=f"{token.person.name}: {token.name}",
        changes=[{"field": "may_write", "old": None, "new": token.may_write}],
    )
    write_entries([happening], zone_id=token.zone_id, actor=actor, now=now, via=via)
