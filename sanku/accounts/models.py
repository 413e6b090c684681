"""The organisation: zones, departments, squads and the people in them; dated exchange rates."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sanku.accounts import rules
from sanku.common.fields import CodesField
from sanku.common.rows import QuickRows


class Role(models.TextChoices):
    """The roles of `rules.Role`, with what people call them."""

    COMMANDER = rules.Role.COMMANDER.value, _("Commander")
    OFFICE = rules.Role.OFFICE.value, _("Office")
    PROMOTION = rules.Role.PROMOTION.value, _("Investment promotion officer")
    LANDING = rules.Role.LANDING.value, _("Landing group")
    CONSTRUCTION = rules.Role.CONSTRUCTION.value, _("Construction group")
    SUPERVISION = rules.Role.SUPERVISION.value, _("Supervision group")
    LEADER = rules.Role.LEADER.value, _("Responsible leader")
    SERVICE = rules.Role.SERVICE.value, _("Service officer")
    COUNTERPART = rules.Role.COUNTERPART.value, _("Counterpart department")
    ANALYST = rules.Role.ANALYST.value, _("Analyst")
    ADMINISTRATOR = rules.Role.ADMINISTRATOR.value, _("Administrator")


class Sector(models.TextChoices):
    """The sectors that the departments divide among them."""

    EQUIPMENT = "equipment", _("Equipment manufacturing")
    NEW_MATERIALS = "new_materials", _("New materials")
    OPTO_AUTO = "opto_auto", _("Optoelectronics and auto parts")
    FOOD_BIOMED = "food_biomed", _("Food and biomedicine")
    MODERN_SERVICES = "modern_services", _("Modern services")
    REAL_ESTATE_HQ = "real_estate_hq", _("Real estate and headquarters economy")
    INFORMATION = "information", _("Information industry and services")


class Degree(models.TextChoices):
    """The highest degree of a person."""

    COLLEGE = "college", _("College diploma")
    BACHELOR = "bachelor", _("Bachelor")
    MASTER = "master", _("Master")
    DOCTOR = "doctor", _("Doctor")


class Language(models.TextChoices):
    """Languages besides Chinese in which a person can negotiate, by ISO 639-1 code."""

    ENGLISH = "en", _("English")
    JAPANESE = "ja", _("Japanese")
    KOREAN = "ko", _("Korean")
    GERMAN = "de", _("German")
    FRENCH = "fr", _("French")
    RUSSIAN = "ru", _("Russian")
    SPANISH = "es", _("Spanish")
    ITALIAN = "it", _("Italian")
    PORTUGUESE = "pt", _("Portuguese")
    ARABIC = "ar", _("Arabic")


class PasswordKind(models.TextChoices):
    """Where a person's password comes from."""

    OWN = "own", _("own")
    ONE_TIME = "one_time", _("one-time, to be changed at the next sign-in")
    DEMO = "demo", _("shown on the sign-in page of a demonstration zone")


class Zone(QuickRows):
    """A development zone. Every record belongs to one, and nothing crosses between them."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    short_name = models.CharField(_("short name"), max_length=20)
    region_code = models.CharField(_("region code"), max_length=6)
    lon = models.FloatField(_("longitude"), null=True)
    lat = models.FloatField(_("latitude"), null=True)
    # A GeoJSON polygon or multipolygon in WGS-84, and where it is from: an approval, a sketch.
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    boundary_source = models.CharField(_("source of the boundary"), max_length=100, blank=True, default="")
    area_unit = models.CharField(
        _("unit of areas"), max_length=2, choices=[("mu", _("mu")), ("m2", _("square metres"))], default="mu"
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False)
    # Another text whenever the zone's tags or fields change; empty where it never added any.
    added_mark = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        verbose_name = _("zone")

    def __str__(self) -> str:
        return self.name


class Department(QuickRows):
    """A body of the zone: headquarters' groups, the sector departments, and counterpart departments."""

    class Kind(models.TextChoices):
        HEADQUARTERS = "headquarters", _("Headquarters")
        GROUP = "group", _("Working group")
        SECTOR = "sector", _("Sector department")
        COUNTERPART = "counterpart", _("Counterpart department")

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="departments")
    name = models.CharField(_("name"), max_length=60)
    short_name = models.CharField(_("short name"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("place in the order"), default=0)
    is_active = models.BooleanField(_("at work"), default=True)

    class Meta:
        verbose_name = _("department")
        ordering = ["zone", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "name"], name="accounts_department_name"),
            models.CheckConstraint(
                condition=Q(sector="") | Q(kind="sector"), name="accounts_department_sector"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class Squad(QuickRows):
    """A few officers of a department who approach clients together."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="squads")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="squads", verbose_name=_("department")
    )
    name = models.CharField(_("name"), max_length=40)
    is_active = models.BooleanField(_("at work"), default=True)

    class Meta:
        verbose_name = _("squad")
        ordering = ["zone", "department", "id"]
        constraints = [models.UniqueConstraint(fields=["zone", "name"], name="accounts_squad_name")]

    def __str__(self) -> str:
        return self.name


class User(QuickRows, AbstractUser):
    """A person who works for the zone and signs in."""

    username = models.CharField(
        _("sign-in name"),
        max_length=60,
        unique=True,
        help_text=_("2 to 60 small letters and digits, between them . _ - @ too."),
    )
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="people")
    name = models.CharField(_("full name"), max_length=40)
    role = models.CharField(_("role"), max_length=16, choices=Role)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("department"),
    )
    squad = models.ForeignKey(
        Squad, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("squad")
    )
    title = models.CharField(_("post"), max_length=40, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=30, blank=True, default="")
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    degree = models.CharField(_("degree"), max_length=10, choices=Degree, blank=True, default="")
    languages = CodesField(_("languages"))
    skills = CodesField(_("sector skills"))
    password_kind = models.CharField(
        _("password"), max_length=8, choices=PasswordKind, default=PasswordKind.OWN
    )
    # How he has his pages, by what it is about ({"tabs": {"projects": …}}): read with him, and not in the ledger.
    preferences = models.JSONField(default=dict, blank=True)

    REQUIRED_FIELDS = ["name", "zone", "role"]

    class Meta:
        verbose_name = _("person")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_user_role"),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1930, 2020)),
                name="accounts_user_birth_year",
            ),
            # Whoever belongs to a squad belongs to its department; the operation sets both together.
            models.CheckConstraint(
                condition=Q(squad=None) | Q(department__isnull=False), name="accounts_user_squad_department"
            ),
            models.CheckConstraint(
                condition=~Q(role="promotion") | Q(department__isnull=False),
                name="accounts_user_promotion_department",
            ),
        ]
        indexes = [models.Index(fields=["zone", "role"], name="accounts_user_zone_role")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Return the name people go by."""
        return self.name

    @property
    def sees_all(self) -> bool:
        """Whether this person reads every record of the zone."""
        return rules.sees_all(self.role)

    def may(self, roles: frozenset[rules.Role]) -> bool:
        """Return whether this person's role is one of `roles`."""
        return self.is_active and self.role in roles


class ExchangeRate(models.Model):
    """How many yuan one unit of a currency was worth from a date on; kept by the administrator."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="exchange_rates")
    currency = models.CharField(_("currency"), max_length=3)
    on = models.DateField(_("in force from"))
    cny = models.DecimalField(_("yuan for one unit"), max_digits=14, decimal_places=6)

    class Meta:
        verbose_name = _("exchange rate")
        ordering = ["zone", "currency", "-on"]
        constraints = [
            models.UniqueConstraint(F("zone"), F("currency"), F("on"), name="accounts_exchange_rate_on"),
            models.CheckConstraint(condition=Q(cny__gt=0), name="accounts_exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.cny} CNY"


class ApiToken(models.Model):
    """A key by which a program of a person's reads, or also writes, what he may himself.

    Only its SHA-256 digest is kept: a token is 256 random bits, so a plain digest cannot be turned round.
    """

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("person"))
    name = models.CharField(_("what it is for"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)  # its last characters, by which a person knows it again
    may_write = models.BooleanField(_("may also write"), default=False)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("access token")
        ordering = ["-id"]
        indexes = [models.Index(fields=["zone", "-id"], name="accounts_token_newest")]

    def __str__(self) -> str:
        return self.name
