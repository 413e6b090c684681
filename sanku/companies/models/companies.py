"""Companies, one record whatever the role, and the names under which they are recognised."""

from functools import lru_cache

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex, Substr
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import Sector
from sanku.common.fields import CodesField
from sanku.common.names import core_name, initials
from sanku.common.records import LibraryRecord
from sanku.common.rows import QuickRows
from sanku.common.search import SearchedIndex
from sanku.common.sounds import sound_key
from sanku.warehouse.matching.words import ENGLISH


class Honour(models.TextChoices):
    """What marks a company out."""

    FORTUNE_500 = "fortune_500", _("Fortune Global 500")
    CHINA_500 = "china_500", _("China 500")
    CENTRAL_SOE = "central_soe", _("Central SOE")
    PROVINCIAL_SOE = "provincial_soe", _("Provincial SOE")
    MULTINATIONAL = "multinational", _("Multinational")
    INDUSTRY_LEADER = "industry_leader", _("Industry leader")
    CHAIN_LEADER = "chain_leader", _("Chain leader")
    ABOVE_SIZE = "above_size", _("Above designated size")
    HIGH_TECH = "high_tech", _("National high-tech")
    SPECIALISED = "specialised", _("Specialised and innovative")
    LITTLE_GIANT = "little_giant", _("Little giant")
    LISTED = "listed", _("Listed")
    UNICORN = "unicorn", _("Unicorn")


class RegistrationStatus(models.TextChoices):
    """The state of a company in the register."""

    ACTIVE = "active", _("In business")
    MOVED = "moved", _("Moved away")
    REVOKED = "revoked", _("Licence revoked")
    CANCELLED = "cancelled", _("Deregistered")
    SUSPENDED = "suspended", _("Out of business")
    UNKNOWN = "unknown", _("Unknown")


USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc_remainder() -> models.expressions.Combinable:
    """Return SQL for the weighted sum of a code's 18 characters modulo 31; zero for a valid code.

    Source: GB 32100-2015, annex A: weights 3^(i-1) mod 31; the check character completes a multiple of 31.
    """
    total: models.expressions.Combinable = Value(0)
    for position in range(1, 19):
        weight = pow(3, position - 1, 31) if position < 18 else 1
        digit = StrIndex(Value(USCC_ALPHABET), Substr(F("uscc"), position, 1)) - Value(1)
        total = total + digit * Value(weight)
    return total % Value(31)


class Company(LibraryRecord):
    """One legal entity, whatever its roles; known by its USCC, or abroad by country and registry number.

    Its identity is open to all staff of the zone; contacts and notes to the department that holds them.
    """

    DERIVED = ("initials", "merged_text", "other_codes", "search_text")

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True, default="")
    english_name = models.CharField(_("English name"), max_length=200, blank=True, default="")
    former_names = models.TextField(_("former names"), blank=True, default="", help_text=_("One a line."))
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True, default="")
    old_code = models.CharField(_("old registration number"), max_length=20, blank=True, default="")
    country = models.CharField(_("country or region"), max_length=2, default="CN")
    registry_number = models.CharField(_("registry number abroad"), max_length=60, blank=True, default="")
    status = models.CharField(
        _("registration status"),
        max_length=10,
        choices=RegistrationStatus,
        default=RegistrationStatus.UNKNOWN,
    )
    established_on = models.DateField(_("established on"), null=True, blank=True)
    province = models.CharField(_("province"), max_length=30, blank=True, default="")
    city = models.CharField(_("city"), max_length=30, blank=True, default="")
    region_code = models.CharField(_("region code"), max_length=6, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, blank=True, default="")
    industry_code = models.CharField(_("industry code (GB/T 4754)"), max_length=5, blank=True, default="")
    industry_text = models.CharField(_("industry as written"), max_length=200, blank=True, default="")
    products = models.TextField(_("products"), blank=True, default="")
    business_scope = models.TextField(_("business scope"), blank=True, default="")
    registered_capital = models.DecimalField(
        _("registered capital"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    registered_capital_currency = models.CharField(_("currency"), max_length=3, blank=True, default="CNY")
    registered_capital_cny = models.DecimalField(
        _("registered capital in yuan"), max_digits=20, decimal_places=2, null=True, blank=True
    )
    headcount = models.PositiveIntegerField(_("headcount"), null=True, blank=True)
    revenue_cny = models.DecimalField(_("revenue"), max_digits=20, decimal_places=2, null=True, blank=True)
    revenue_growth = models.DecimalField(
        _("revenue growth"), max_digits=8, decimal_places=4, null=True, blank=True
    )
    profit_cny = models.DecimalField(_("profit"), max_digits=20, decimal_places=2, null=True, blank=True)
    tax_cny = models.DecimalField(_("tax paid"), max_digits=20, decimal_places=2, null=True, blank=True)
    group_name = models.CharField(_("group"), max_length=200, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    ultimate_parent = models.CharField(_("ultimate parent"), max_length=200, blank=True, default="")
    stock_code = models.CharField(_("stock code"), max_length=20, blank=True, default="")
    honours = CodesField(_("honours"))
    is_resident = models.BooleanField(_("in the zone"), default=False)
    is_key = models.BooleanField(_("key enterprise"), default=False)
    responsible_leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible leader"),
    )
    service_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service officer"),
    )
    initials = models.CharField(max_length=200, blank=True, default="")
    # Where it was picked from the national base: the version, and what the company is called in every version.
    base_version = models.CharField(
        _("version of the base"), max_length=64, blank=True, default="", editable=False
    )
    base_id = models.BigIntegerField(_("company in the base"), null=True, blank=True, editable=False)
    # A merged company is a tombstone: removed, and leading to the one it was merged into (which may have been merged
    # itself since). It keeps its values, so that the merge can be undone.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="tombstones")
    # What else it is found by since companies were merged into it, and the codes that mean it too; one a line.
    merged_text = models.TextField(blank=True, default="", editable=False)
    other_codes = models.TextField(blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("company")
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(removed_at__isnull=False) & ~Q(merged_into=F("id"))),
                name="companies_company_tombstone",
            ),
            models.UniqueConstraint(
                fields=["zone", "uscc"],
                condition=~Q(uscc="") & Q(removed_at=None),
                name="companies_company_uscc",
            ),
            models.UniqueConstraint(
                fields=["zone", "country", "registry_number"],
                condition=~Q(registry_number="") & Q(removed_at=None),
                name="companies_company_registry_number",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="companies_company_name"),
            models.CheckConstraint(
                condition=Q(uscc="")
                | Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"),
                name="companies_company_uscc_shape",
            ),
            models.CheckConstraint(
                condition=Q(uscc="") | Q(Exact(uscc_remainder(), Value(0))),
                name="companies_company_uscc_check",
            ),
            models.CheckConstraint(
                condition=Q(region_code="") | Q(region_code__regex=r"^[0-9]{6}$"),
                name="companies_company_region_shape",
            ),
            models.CheckConstraint(
                condition=Q(registered_capital=None) | Q(registered_capital__gte=0),
                name="companies_company_capital",
            ),
            models.CheckConstraint(
                # Half a position compares as unknown, which a constraint lets pass: both must be there.
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="companies_company_position",
            ),
        ]
        indexes = [
            models.Index(fields=["zone", "removed_at", "name", "id"], name="companies_company_by_name"),
            models.Index(fields=["zone", "removed_at", "registered_capital_cny", "id"], name="companies_by_capital"),
            models.Index(fields=["zone", "removed_at", "established_on", "id"], name="companies_company_by_founded"),
            models.Index(fields=["zone", "removed_at", "revenue_cny", "id"], name="companies_company_by_revenue"),
            models.Index(fields=["zone", "removed_at", "headcount", "id"], name="companies_company_by_headcount"),
            # Counts and sums of a filtered or searched list are read from this index alone.
            SearchedIndex(
                fields=[
                    "zone", "removed_at", "sector", "is_resident", "is_key", "status", "province", "city",
                    "honours", "registered_capital_cny", "search_text",
                ],
                name="companies_company_filters",
            ),
            # One filter alone counts what fits it, rather than reading all.
            models.Index(fields=["zone", "removed_at", "status"], name="companies_by_status"),
            models.Index(fields=["zone", "removed_at", "city"], name="companies_by_city"),
            models.Index(fields=["zone", "removed_at", "province"], name="companies_by_province"),
            models.Index(
                fields=["zone", "removed_at"], condition=Q(is_resident=True), name="companies_resident"
            ),
            models.Index(fields=["zone", "removed_at"], condition=Q(is_key=True), name="companies_key"),
            models.Index(
                fields=["zone", "removed_at", "honours"],
                condition=Q(honours__gt=""),
                name="companies_by_honours",
            ),
            models.Index(
                fields=["zone", "removed_at", "lon", "lat"],
                condition=Q(lon__isnull=False),
                name="companies_company_by_position",
            ),
            # What the list is put in order by, of records known by their id: a twentieth of reading them.
            models.Index(
                fields=[
                    "id", "zone", "removed_at", "name", "registered_capital_cny", "established_on", "updated_at",
                    "revenue_cny", "headcount",
                ],
                name="companies_in_order",
            ),
            # Last, as SQLite counts a whole library by the index made last: let it be a small one.
            models.Index(fields=["zone", "removed_at", "updated_at", "id"], name="companies_company_by_updated"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def end(self) -> "Company":
        """The company that this one leads to, over as many merges as there were; itself if it was not merged."""
        company = self
        while company.merged_into is not None:
            company = company.merged_into
        return company

    def search_parts(self) -> list[str]:
        """Return names, codes and initials."""
        return [
            self.name, self.short_name, self.english_name, *self.former_names.splitlines(),
            self.uscc, self.old_code, self.registry_number, self.stock_code, self.initials,
            initials(self.short_name), *self.merged_text.splitlines(),
        ]  # fmt: skip

    def cores(self) -> set[tuple[str, str]]:
        """Return kind and core of every name under which the company is to be recognised."""
        named = [(NameKind.NAME, self.name), (NameKind.SHORT, self.short_name)]
        named += [(NameKind.FORMER, former) for former in self.former_names.splitlines()]
        codes = {(str(NameKind.CODE), code) for code in self.other_codes.splitlines()}
        return codes | {(str(kind), core_name(name)[:200]) for kind, name in named if name.strip()}

    def recognised(self) -> set[tuple[str, str, str]]:
        """Return kind, core and sound of every name, as CompanyName keeps them."""
        return {(kind, core, sound_of(core) if kind in SAID else "") for kind, core in self.cores()}

    @property
    def codes(self) -> list[str]:
        """The codes that mean this company, as CompanyName keeps them: USCC, registry number with its country."""
        abroad = f"{self.country} {self.registry_number}" if self.registry_number else ""
        return [code for code in (self.uscc, abroad, *self.other_codes.splitlines()) if code]

    def derive(self) -> None:
        """Compute initials and search text."""
        self.initials = initials(self.name)[:200]
        super().derive()


@lru_cache(maxsize=20_000)
def sound_of(core: str) -> str:
    """Return what the core of a company's name sounds like, as a key; English words of trade as what they mean."""
    return sound_key(core, ENGLISH)


class NameKind(models.TextChoices):
    """Which of a company's names it is."""

    NAME = "name", _("name")
    SHORT = "short", _("short name")
    FORMER = "former", _("former name")
    CODE = "code", _("code")


# Names long enough to say by their sound which company is meant: 瑞辰 and 睿辰, as firms are called for short, are two.
SAID = frozenset({NameKind.NAME, NameKind.FORMER})


class Likeness(models.TextChoices):
    """Why two companies may be one, beside the kinds of names that are equal."""

    SOUND = "sound", _("sounds alike")
    SPELLING = "spelling", _("one character apart")


class CompanyName(QuickRows):
    """A name under which a company is recognised, by its core; derived from the company's names.

    A code that means the company since another was merged into it stands here too, as it is.
    """

    zone = models.ForeignKey("accounts.Zone", models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, models.CASCADE, related_name="names")
    kind = models.CharField(max_length=8, choices=NameKind)
    core = models.CharField(max_length=200)
    # Equal where the cores sound alike, in whatever order their words stand: homophones, pinyin; of the kinds in SAID.
    sound = models.CharField(max_length=16, default="", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "core"], name="companies_companyname_once"),
        ]
        indexes = [
            models.Index(fields=["zone", "core", "company", "kind"], name="companies_companyname_core"),
            models.Index(
                fields=["zone", "sound", "company"],
                condition=~Q(sound=""),
                name="companies_companyname_sound",
            ),
        ]

    def __str__(self) -> str:
        return self.core
