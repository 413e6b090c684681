"""Reading carriers within the caller's scope."""

from django.db import models

from sanku.accounts.models import User
from sanku.sites.models import Site


def sites_for(user: User, *, removed: bool = False) -> models.QuerySet[Site]:
    """Return the carriers of the user's zone: open to all staff."""
    return Site.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)
