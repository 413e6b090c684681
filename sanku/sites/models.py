"""Carriers 載體: what a project can land on."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from sanku.common.extents import Box, extent_of
from sanku.common.fields import CodesField
from sanku.common.names import initials
from sanku.common.records import LibraryRecord


class SiteKind(models.TextChoices):
    """What kind of carrier it is."""

    LAND = "land", _("Land parcel")
    FACTORY = "factory", _("Standard factory")
    OFFICE = "office", _("Office floor")
    LAB = "lab", _("Lab or incubator unit")
    BUILDING = "building", _("Whole building")


class SiteStatus(models.TextChoices):
    """Whether it can be offered."""

    FREE = "free", _("Free")
    OFFERED = "offered", _("Offered")
    HELD = "held", _("Held")
    TAKEN = "taken", _("Taken")


class Tenure(models.TextChoices):
    """How it can be had."""

    SALE = "sale", _("For sale")
    RENT = "rent", _("To let")
    BOTH = "both", _("Sale or rent")


class Listing(models.TextChoices):
    """How land is put on the market (招拍掛)."""

    TENDER = "tender", _("Tender")
    AUCTION = "auction", _("Auction")
    LISTED = "listed", _("Listing")
    AGREEMENT = "agreement", _("Agreement")


class SiteQuerySet(models.QuerySet["Site"]):
    """Carriers, chainable."""

    def with_status(self, on: date) -> Any:
        """Add `status_now`: the status as of a day. A hold expires by itself: past its date the carrier is free.

        This is the one place that decides it; lists, filters, sums and exports read `status_now`.
        """
        lapsed = When(status=SiteStatus.HELD, held_until__lt=on, then=Value(SiteStatus.FREE.value))
        status = Case(lapsed, default=F("status"), output_field=models.CharField())
        return self.annotate(**{"status_now": status})


def not_negative(name: str) -> models.CheckConstraint:
    """Return the constraint of a quantity that may be unknown but not negative."""
    return models.CheckConstraint(
        condition=Q(**{name: None}) | Q(**{f"{name}__gte": 0}), name=f"sites_site_{name.partition('_cny')[0]}"
    )


class Site(LibraryRecord):
    """One carrier: a parcel, factory, office, lab or building. Open to all staff of the zone.

    Areas in square metres; sale prices in yuan a square metre, rents in yuan a square metre and month;
    position WGS-84; `boundary` a GeoJSON polygon or multipolygon in WGS-84 or None.
    """

    DERIVED = ("search_text", "west", "south", "east", "north")

    if TYPE_CHECKING:
        status_now: str  # of `SiteQuerySet.with_status`

    code = models.CharField(_("number"), max_length=60, blank=True, default="")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=SiteKind)
    park = models.CharField(_("park"), max_length=100, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    building = models.CharField(_("building"), max_length=60, blank=True, default="")
    floor = models.CharField(_("floor"), max_length=40, blank=True, default="")
    unit = models.CharField(_("unit or room"), max_length=60, blank=True, default="")
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    # The extent of the boundary, or the position four times over: what a map asks for.
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)
    area_total_m2 = models.DecimalField(
        _("total area"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    area_free_m2 = models.DecimalField(_("free area"), max_digits=14, decimal_places=2, null=True, blank=True)
    is_divisible = models.BooleanField(_("divisible"), default=False)
    area_smallest_m2 = models.DecimalField(
        _("smallest part"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    tenure = models.CharField(_("tenure"), max_length=6, choices=Tenure, blank=True, default="")
    price_sale_cny_m2 = models.DecimalField(
        _("sale price"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    price_rent_cny_m2_month = models.DecimalField(
        _("rent"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    service_fee_cny_m2_month = models.DecimalField(
        _("service fee"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    zoning = models.CharField(_("zoning"), max_length=60, blank=True, default="")
    plot_ratio = models.CharField(_("plot ratio"), max_length=40, blank=True, default="")
    allowed_sectors = CodesField(_("sectors allowed"))
    clear_height_m = models.DecimalField(
        _("clear height"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    floor_load_t_m2 = models.DecimalField(
        _("floor load"), max_digits=8, decimal_places=3, null=True, blank=True
    )
    power_kva = models.DecimalField(_("power"), max_digits=12, decimal_places=1, null=True, blank=True)
    gas_m3_h = models.DecimalField(_("gas"), max_digits=12, decimal_places=1, null=True, blank=True)
    steam_t_h = models.DecimalField(_("steam"), max_digits=10, decimal_places=2, null=True, blank=True)
    water_t_d = models.DecimalField(_("water"), max_digits=12, decimal_places=1, null=True, blank=True)
    sewage_class = models.CharField(_("sewage class"), max_length=40, blank=True, default="")
    rail_access = models.CharField(_("rail access"), max_length=100, blank=True, default="")
    road_access = models.CharField(_("road access"), max_length=100, blank=True, default="")
    status = models.CharField(_("status"), max_length=8, choices=SiteStatus, default=SiteStatus.FREE)
    listing = models.CharField(_("way of listing"), max_length=10, choices=Listing, blank=True, default="")
    held_for = models.CharField(_("held for"), max_length=200, blank=True, default="")
    held_until = models.DateField(_("held until"), null=True, blank=True)
    available_on = models.DateField(_("available from"), null=True, blank=True)
    vacancy = models.DecimalField(_("vacancy"), max_digits=6, decimal_places=4, null=True, blank=True)
    owner_name = models.CharField(_("owner"), max_length=200, blank=True, default="")
    occupier_name = models.CharField(_("occupier"), max_length=200, blank=True, default="")

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("carrier")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "code"], condition=~Q(code="") & Q(removed_at=None), name="sites_site_code"
            ),
            models.CheckConstraint(condition=Q(kind__in=SiteKind.values), name="sites_site_kind"),
            models.CheckConstraint(condition=Q(status__in=SiteStatus.values), name="sites_site_status"),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(held_until__isnull=False), name="sites_site_hold"
            ),
            models.CheckConstraint(
                condition=Q(tenure="") | Q(tenure__in=Tenure.values), name="sites_site_tenure"
            ),
            models.CheckConstraint(
                condition=Q(listing="") | Q(listing__in=Listing.values), name="sites_site_listing"
            ),
            *(
                not_negative(name)
                for name in (
                    "area_smallest_m2",
                    "price_sale_cny_m2",
                    "price_rent_cny_m2_month",
                    "service_fee_cny_m2_month",
                    "clear_height_m",
                    "floor_load_t_m2",
                    "power_kva",
                    "gas_m3_h",
                    "steam_t_h",
                    "water_t_d",
                )
            ),
            models.CheckConstraint(
                condition=Q(area_total_m2=None) | Q(area_total_m2__gt=0), name="sites_site_area_total"
            ),
            models.CheckConstraint(
                condition=Q(area_free_m2=None)
                | Q(area_free_m2__gte=0) & (Q(area_total_m2=None) | Q(area_free_m2__lte=F("area_total_m2"))),
                name="sites_site_area_free",
            ),
            models.CheckConstraint(
                # Said twice, as a comparison with nothing counts as kept.
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="sites_site_position",
            ),
            models.CheckConstraint(
                condition=Q(vacancy=None) | Q(vacancy__range=(0, 1)), name="sites_site_vacancy"
            ),
        ]
        indexes = [
            models.Index(fields=["zone", "removed_at", "code", "id"], name="sites_site_by_code"),
            models.Index(fields=["zone", "removed_at", "name", "id"], name="sites_site_by_name"),
            models.Index(fields=["zone", "removed_at", "area_total_m2", "id"], name="sites_site_by_area"),
            models.Index(fields=["zone", "removed_at", "area_free_m2", "id"], name="sites_site_by_free"),
            models.Index(fields=["zone", "removed_at", "updated_at", "id"], name="sites_site_by_updated"),
            models.Index(
                fields=[
                    "zone",
                    "removed_at",
                    "kind",
                    "status",
                    "park",
                    "tenure",
                    "area_total_m2",
                    "area_free_m2",
                ],
                name="sites_site_filters",
            ),
            models.Index(
                fields=["zone", "removed_at", "west", "east", "south", "north"],
                condition=Q(west__isnull=False),
                name="sites_site_by_extent",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def held_for_now(self) -> str:
        """For whom it is held; nobody once the hold has lapsed. Read by `record_json`, as `status_now` is."""
        return self.held_for if self.status_now == SiteStatus.HELD else ""

    @property
    def held_until_now(self) -> date | None:
        """Until when it is held; None once the hold has lapsed."""
        return self.held_until if self.status_now == SiteStatus.HELD else None

    def derive(self) -> None:
        """Compute the extent on the ground and the search text."""
        box = extent_of(self.boundary)
        if box is None and self.lon is not None and self.lat is not None:
            box = Box(self.lon, self.lat, self.lon, self.lat)
        self.west, self.south, self.east, self.north = (
            (None,) * 4 if box is None else (box.west, box.south, box.east, box.north)
        )
        super().derive()

    def search_parts(self) -> list[str]:
        """Return name, number, place and owner."""
        return [
            self.name, self.code, self.park, self.address, self.building, self.owner_name, self.occupier_name,
            initials(self.name), initials(self.park),
        ]  # fmt: skip


class Reshape(models.Model):
    """A parcel split into several, or several merged into one: what it takes to undo it.

    `kept` is the record that stays. `steps` tells of each record that is still there what was changed:
    [{"id", "before", "after"}], values by field as the ledger keeps them; of one that a split made `before` is empty.
    """

    class Kind(models.TextChoices):
        """What was done."""

        SPLIT = "split", _("split")
        MERGE = "merge", _("merge")

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind)
    kept = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("record that stays"))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    steps = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("split or merge of parcels")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["split", "merge"]), name="sites_reshape_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.kept}"


class ReshapePart(models.Model):
    """A record besides the one that stays: made by a split, or removed by a merge."""

    reshape = models.ForeignKey(Reshape, models.CASCADE, related_name="parts")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("part of a split or merge")
        constraints = [models.UniqueConstraint(fields=["reshape", "site"], name="sites_reshapepart_once")]

    def __str__(self) -> str:
        return str(self.site)
