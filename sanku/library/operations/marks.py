"""The mark by which all processes know that a zone's tags or fields are others than before."""

from django.utils.crypto import get_random_string

from sanku.accounts.models import User, Zone


def mark_added(actor: User) -> None:
    """Give the actor's zone a new mark, in the transaction that changes its tags or fields."""
    mark = get_random_string(12)
    Zone.objects.filter(pk=actor.zone_id).update(added_mark=mark)
    actor.zone.added_mark = mark
