"""Reading carriers within the caller's scope."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sanku.accounts.models import User
from sanku.common.extents import Box
from sanku.common.names import normalise
from sanku.common.search import matching
from sanku.sites.models import Reshape, ReshapePart, Site

ON_MAP = Q(west__isnull=False)
MOST_ALIKE = 10
MOST_PARKS = 60


def sites_for(user: User, *, removed: bool = False, on: date | None = None) -> models.QuerySet[Site]:
    """Return the carriers of the user's zone, open to all staff, with `status_now`: their status as of a day.

    Without a day it is today in the zone.
    """
    sites = Site.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)
    found: models.QuerySet[Site] = sites.with_status(on or timezone.localdate())
    return found


def sites_in(box: Box) -> Q:
    """Return the condition of the carriers of which something lies in a box."""
    return Q(west__lte=box.east, east__gte=box.west, south__lte=box.north, north__gte=box.south)


def sites_within(user: User, values: list[str]) -> Q:
    """Return the condition of the user's carriers that have ground in common with a drawn shape."""
    from sanku.common.shapes import box_of, read_shape, touched  # loads the libraries of shapes

    drawn = read_shape(values[0])
    if drawn is None:
        return Q()
    near = sites_for(user).filter(sites_in(box_of(drawn)))
    found = list(near.values_list("pk", "boundary", "lon", "lat"))
    grounds = [boundary or {"type": "Point", "coordinates": [lon, lat]} for _pk, boundary, lon, lat in found]
    here = touched(drawn, grounds)
    return Q(pk__in=[row[0] for row, inside in zip(found, here.tolist(), strict=True) if inside])


def parks_for(user: User) -> list[str]:
    """Return the parks in which the zone has carriers, by name."""
    sites = Site.objects.filter(zone_id=user.zone_id, removed_at=None).exclude(park="")
    return list(sites.order_by("park").values_list("park", flat=True).distinct()[:MOST_PARKS])


def similar_sites(user: User, name: str, code: str) -> list[Site]:
    """Return carriers that may be the one being entered: with its number, or of the same name."""
    found = list(sites_for(user).filter(code=code.strip())[:1]) if code.strip() else []
    typed = normalise(name)
    if len(typed) >= 2:
        # The search index finds those that hold the name; equal but for typing is what counts.
        named = matching(sites_for(user), typed)[:200]
        found += [site for site in named if normalise(site.name) == typed and site not in found]
    return found[:MOST_ALIKE]


def reshapes_for(user: User) -> models.QuerySet[Reshape]:
    """Return the splits and merges of the user's zone."""
    return Reshape.objects.filter(zone_id=user.zone_id)


def standing_reshape(user: User, site: Site) -> Reshape | None:
    """Return the last split or merge of a carrier that was not undone, whichever of its records the carrier is."""
    of_site = Q(kept=site) | Q(pk__in=ReshapePart.objects.filter(site=site).values("reshape"))
    standing = reshapes_for(user).filter(of_site, undone_at=None)
    return standing.select_related("kept", "by").prefetch_related("parts__site").order_by("-pk").first()


def parcel_merged_into(user: User, pk: int) -> Site | None:
    """Return the carrier that a parcel removed by a merge is part of now, through later merges; None of others."""
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        merges = reshapes_for(user).filter(
            kind=Reshape.Kind.MERGE, undone_at=None, parts__site__in=Site.objects.filter(pk=pk)
        )
        into = merges.order_by("-pk").values_list("kept", flat=True).first()
        if into is None:
            return None
        if site := sites_for(user).filter(pk=into).first():
            return site
        pk = into
    return None
