"""The one test of permission that all operations share."""

from sanku.accounts.models import User
from sanku.accounts.rules import Role
from sanku.common.problems import NotAllowed


def require(actor: User, roles: frozenset[Role]) -> None:
    """Raise NotAllowed unless the actor's role is one of `roles`."""
    if not actor.may(roles):
        raise NotAllowed
