"""Say figures the way the reader's language does: money, areas, dates, shares.

Everything here is a pure function of its arguments and the active language; missing values are a dash.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext_lazy

from sanku.common.areas import m2_to_mu

MISSING = "—"
WAN = Decimal(10_000)
YI = Decimal(100_000_000)
MILLION = Decimal(1_000_000)
CENTS = Decimal("0.01")

WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def chinese() -> bool:
    """Return whether the reader's language is a Chinese one."""
    return (get_language() or "").startswith("zh")


def traditional() -> bool:
    """Return whether the reader's language is Chinese in Traditional characters."""
    return (get_language() or "").lower().startswith("zh-hant")


def names_of() -> Locale:
    """Return the names of countries and currencies in the reader's language."""
    if not chinese():
        return Locale("en")
    return Locale("zh", script="Hant") if traditional() else Locale("zh")


def rounded(value: Decimal) -> Decimal:
    """Round to two decimals, halves away from zero as offices do."""
    return value.quantize(CENTS, rounding=ROUND_HALF_UP)


def number(value: Decimal | float | int | None) -> str:
    """Group thousands and cut useless zeros, two decimals at most."""
    if value is None:
        return MISSING
    if type(value) is int:
        return f"{value:,d}"
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    # Adding nought turns a negative nought into a plain one.
    return f"{rounded(exact) + 0:,f}".rstrip("0").rstrip(".")


def currency_name(currency: str) -> str:
    """Return what Chinese calls a currency after a figure: 元, 美元."""
    if currency == "CNY":
        return "元"
    return str(names_of().currencies.get(currency, currency))


def money_parts(amount: Decimal, currency: str = "CNY") -> tuple[str, str, str]:
    """Split an amount into what stands before the figure, the figure, and its unit after it.

    Chinese: 亿 from 100 million on with two decimals, 万 from 10,000 on. English: the currency before,
    millions from a million on. An amount that rounds up to the next unit is said in it.
    """
    if chinese():
        name = currency_name(currency)
        if abs(rounded(amount / WAN)) >= WAN:
            return "", f"{rounded(amount / YI):,f}", f"{'億' if traditional() else '亿'}{name}"
        if abs(amount) >= WAN:
            return "", number(amount / WAN), f"{'萬' if traditional() else '万'}{name}"
        return "", number(amount), name
    if abs(amount) >= MILLION:
        return currency, number(amount / MILLION), gettext("million")
    return currency, number(amount), ""


def plain_money(amount: Decimal, currency: str = "CNY") -> str:
    """Say one amount in its own currency."""
    return " ".join(part for part in money_parts(amount, currency) if part)


def money(amount_cny: Decimal | None, *, original: Decimal | None = None, currency: str = "CNY") -> str:
    """Say an amount in CNY, with the original currency beside it; the original alone where no rate was known."""
    if currency == "CNY" or original is None:
        amount = original if amount_cny is None else amount_cny
        return MISSING if amount is None else plain_money(amount)
    if amount_cny is None:
        return plain_money(original, currency)
    beside = plain_money(original, currency)
    return f"{plain_money(amount_cny)}（{beside}）" if chinese() else f"{plain_money(amount_cny)} ({beside})"


def money_figure(amount_cny: Decimal | None) -> SafeString:
    """Set an amount in CNY as a bold figure with its unit small beside it."""
    if amount_cny is None:
        return format_html('<span class="t3">{}</span>', MISSING)
    before, figure, unit = money_parts(amount_cny)
    return format_html(
        "{}<b>{}</b>{}",
        format_html('<span class="u u-b">{}</span>', before) if before else "",
        figure,
        format_html('<span class="u">{}</span>', unit) if unit else "",
    )


def money_yi(amount_cny: Decimal | None) -> str:
    """Return 亿元 (CNY 100 million) with two decimals: for a column with its unit in the head."""
    return MISSING if amount_cny is None else f"{rounded(amount_cny / YI):,f}"


def money_wan(amount_cny: Decimal | None) -> str:
    """Return 万元 (CNY 10,000) as a plain number: for a column with its unit in the head."""
    return MISSING if amount_cny is None else number(amount_cny / WAN)


def area_number(area_m2: Decimal | float | None, unit: str = "mu") -> str:
    """Return an area as a plain number in "mu" or "m2": for a column with its unit in the head."""
    if area_m2 is None:
        return MISSING
    return number(area_m2 if unit == "m2" else m2_to_mu(area_m2))


def area_unit(unit: str = "mu") -> str:
    """Return the name of an area unit, "mu" or "m2", in the reader's language."""
    return "m²" if unit == "m2" else gettext("mu")


def area(area_m2: Decimal | float | None, unit: str = "mu") -> SafeString:
    """Say an area in one unit, with the other one in its title."""
    if area_m2 is None:
        return SafeString(MISSING)
    other = "mu" if unit == "m2" else "m2"
    return format_html(
        '<span title="{} {}">{} {}</span>',
        area_number(area_m2, other),
        area_unit(other),
        area_number(area_m2, unit),
        area_unit(unit),
    )


def weekday(on: date) -> str:
    """Return the short name of a date's weekday."""
    return str(WEEKDAYS[on.weekday()])


def short_date(on: date, today: date) -> str:
    """Write a date without the year where it is this year's."""
    return f"{on:%m-%d}" if on.year == today.year else on.isoformat()


def near_day(on: date, today: date) -> str:
    """Say a date by its distance where it is near, in digits otherwise. Weeks begin on Monday."""
    distance = (on - today).days
    if -1 <= distance <= 1:
        return (gettext("today"), gettext("tomorrow"), gettext("yesterday"))[distance]
    weeks = ((on - timedelta(on.weekday())) - (today - timedelta(today.weekday()))).days // 7
    if distance > 0 and weeks == 0:
        return weekday(on)
    if weeks == 1:
        return gettext("next %(weekday)s") % {"weekday": weekday(on)}
    return short_date(on, today)


def day(on: date | None, today: date) -> SafeString:
    """Say a date relative to today where it is near, the full date and weekday in its title."""
    return SafeString(MISSING) if on is None else _day(on, today, get_language())


@lru_cache(maxsize=4096)  # a page of a list says fifty, and each takes three translations
def _day(on: date, today: date, language: str | None) -> SafeString:
    iso = on.isoformat()
    # Nothing but digits and our own words: a list says hundreds of days, and has no time to look for signs in them.
    return mark_safe(f'<time datetime="{iso}" title="{iso} {weekday(on)}">{near_day(on, today)}</time>')


def moment(at: datetime | None, now: datetime) -> SafeString:
    """Say a moment, its full form in the title: the time alone today, the year only where it is another."""
    if at is None:
        return SafeString(MISSING)
    local = at.astimezone(now.tzinfo)
    clock = f"{local:%H:%M}"
    text = clock if local.date() == now.date() else f"{short_date(local.date(), now.date())} {clock}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}", text
    )


def percent(part: int | None, base: int | None) -> str:
    """Say a share with its base: 12 / 18, 66.7 %; the two figures alone where the base is nought."""
    if part is None or base is None:
        return MISSING
    if not base:
        return f"{part} / {base}"
    share = (Decimal(100) * part / base).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{part:,} / {base:,}{'，' if chinese() else ', '}{share} %"
