"""Reading what people keep about lists and records, within the reader's scope."""

from django.db import models
from django.db.models import Q

from sanku.accounts.models import User
from sanku.library.models import SavedView, Shared


def saved_views_for(user: User, library: str = "", *, removed: bool = False) -> models.QuerySet[SavedView]:
    """Return the saved views that the user sees: his own, his department's, the zone's."""
    seen = Q(owner=user) | Q(shared=Shared.ZONE)
    if user.department_id is not None:
        seen |= Q(shared=Shared.DEPARTMENT, department_id=user.department_id)
    views = SavedView.objects.filter(seen, zone_id=user.zone_id, removed_at__isnull=not removed)
    if library:
        views = views.filter(library=library)
    return views.select_related("owner").order_by("id")
