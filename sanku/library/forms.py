"""Forms made from facts: what a person types becomes the values of a record, and refusals stand at their field."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanku.common.amounts import find_currency
from sanku.common.areas import m2_to_mu, mu_to_m2
from sanku.common.coordinates import to_wgs84
from sanku.common.names import normalise
from sanku.common.problems import Problem
from sanku.common.search import matching
from sanku.common.text import one_line, squeeze
from sanku.library.quantity_fields import NumberText, QuantityText, own_amount, own_area, own_yuan
from sanku.library.rules import LONGEST_TEXT, as_kept, merged_values
from sanku.library.specs import CUSTOM, Fact, Reader

MONEY_UNITS = [
    ("1", gettext_lazy("yuan")),
    ("10000", gettext_lazy("10,000")),
    ("100000000", gettext_lazy("100 million")),
]
AREA_UNITS = [("mu", gettext_lazy("mu")), ("m2", "m²")]
CURRENCIES = [
    (code, code)
    for code in ("CNY", "USD", "EUR", "HKD", "JPY", "GBP", "KRW", "SGD", "TWD", "CHF", "AUD", "CAD")
]
DATUMS = [(datum, datum) for datum in ("WGS-84", "CGCS2000", "GCJ-02", "BD-09")]
YI, WAN = Decimal(100_000_000), Decimal(10_000)
# The form's own names of a position.
POSITION = {"lon": "longitude", "lat": "latitude"}


class RecordForm(forms.Form):
    """The form of some facts of a record; `values()` gives what the record is to have."""

    def __init__(self, facts: Sequence[Fact], record: Any, reader: Reader, data: Any = None) -> None:
        super().__init__(data)
        is_new = record.pk is None
        self.facts = [fact for fact in facts if fact.editable and (is_new or not fact.once)]
        self.record, self.reader = record, reader
        for fact in self.facts:
            _ADD.get(fact.kind, _add_text)(self, fact)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def put(self, fact: Fact, name: str, field: forms.Field, initial: Any) -> None:
        """Add a form field for a fact."""
        model_field = fact.field_in(self.record)
        field.label = fact.label or model_field.verbose_name
        field.help_text = fact.help or getattr(model_field, "help_text", "")
        if fact.unit:
            field.widget.attrs["data-unit"] = fact.unit
        field.initial = initial
        self.fields[name] = field

    def beside(self, name: str, label: Any, choices: Sequence[tuple[str, Any]], initial: str) -> None:
        """Add the choice that stands beside a field: its unit, its currency, its datum."""
        known = [*choices] if initial in dict(choices) else [*choices, (initial, initial)]
        self.fields[name] = forms.ChoiceField(label=label, choices=known, initial=initial, required=False)

    def values(self) -> dict[str, Any]:
        """Return the values of the record's fields that the (valid) form holds."""
        found: dict[str, Any] = {}
        for fact in self.facts:
            found.update(_TAKE.get(fact.kind, _take_plain)(self, fact))
        own = {name for name in found if name.startswith(CUSTOM)}
        if own:
            new = {name.removeprefix(CUSTOM): as_kept(found.pop(name)) for name in own}
            found["custom"] = merged_values(self.record.custom, self._typed(new))
        return found

    def _typed(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return values of the zone's own fields, yes and no as true and false."""
        flags = {
            fact.name.removeprefix(CUSTOM)
            for fact in self.facts
            if isinstance(fact.custom, models.BooleanField)
        }
        return {
            key: value == "yes" if key in flags and value is not None else value
            for key, value in values.items()
        }

    def show(self, problems: Sequence[Problem]) -> None:
        """Put what an operation refused at its fields."""
        for problem in problems:
            name = POSITION.get(problem.field, problem.field)
            self.add_error(name if name in self.fields else None, problem.message())


def _initial(form: RecordForm, fact: Fact) -> Any:
    return fact.value_in(form.record)


def _model_field(form: RecordForm, fact: Fact) -> Any:
    return fact.field_in(form.record)


def _add_text(form: RecordForm, fact: Fact) -> None:
    limit = getattr(_model_field(form, fact), "max_length", None)
    form.put(fact, fact.name, forms.CharField(max_length=limit, required=fact.required), _initial(form, fact))


def _add_long(form: RecordForm, fact: Fact) -> None:
    form.put(
        fact,
        fact.name,
        forms.CharField(required=fact.required, widget=forms.Textarea, max_length=20_000),
        _initial(form, fact),
    )


def _add_date(form: RecordForm, fact: Fact) -> None:
    form.put(fact, fact.name, forms.DateField(required=fact.required), _initial(form, fact))


def _add_number(form: RecordForm, fact: Fact) -> None:
    model_field = _model_field(form, fact)
    places = getattr(model_field, "decimal_places", 0) or 0
    digits = getattr(model_field, "max_digits", 10) or 10
    field = NumberText(
        required=fact.required, max_digits=digits, decimal_places=places, widget=forms.TextInput
    )
    field.widget.attrs["inputmode"] = "decimal"
    form.put(fact, fact.name, field, _plain(_initial(form, fact)))


def _add_percent(form: RecordForm, fact: Fact) -> None:
    value = _initial(form, fact)
    field = NumberText(required=False, decimal_places=4, max_digits=12, widget=forms.TextInput)
    field.widget.attrs |= {"inputmode": "decimal", "data-unit": "%"}
    form.put(fact, fact.name, field, None if value is None else _plain(Decimal(value) * 100))


def _add_amount(form: RecordForm, fact: Fact) -> None:
    value = _initial(form, fact)
    unit = "10000" if value is None or value < YI else "100000000"
    if value is not None and ((value < WAN and value) or (value / Decimal(unit)) % Decimal("0.000001")):
        unit = "1"
    field = QuantityText(own_amount if fact.kind == "money" else own_yuan, required=fact.required)
    form.put(fact, fact.name, field, None if value is None else _plain(Decimal(value) / Decimal(unit)))
    form.beside(f"{fact.name}_unit", _("unit"), MONEY_UNITS, unit)
    if fact.kind == "money":
        currency = getattr(form.record, f"{fact.name}_currency") or "CNY"
        form.beside(f"{fact.name}_currency", _("currency"), CURRENCIES, currency)


def _add_area(form: RecordForm, fact: Fact) -> None:
    value = _initial(form, fact)
    unit = form.reader.area_unit
    shown = value
    if value is not None and unit == "mu":
        shown = m2_to_mu(value).quantize(Decimal("0.0001"))
        # What mu cannot say to the square centimetre is asked for in square metres, so that nothing drifts.
        if abs(mu_to_m2(shown) - Decimal(value)) >= Decimal("0.005"):
            unit, shown = "m2", value
    form.put(fact, fact.name, QuantityText(own_area, required=fact.required), _plain(shown))
    form.beside(f"{fact.name.removesuffix('_m2')}_unit", _("unit"), AREA_UNITS, unit)


def _add_flag(form: RecordForm, fact: Fact) -> None:
    form.put(fact, fact.name, forms.BooleanField(required=False), _initial(form, fact))


def _options(form: RecordForm, fact: Fact) -> list[tuple[str, Any]]:
    if fact.options is not None:
        return list(fact.options(form.reader.user))
    return [(value, label) for value, label in _model_field(form, fact).choices or () if value]


def _add_choice(form: RecordForm, fact: Fact) -> None:
    model_field = _model_field(form, fact)
    choices = _options(form, fact)
    if model_field.blank:
        choices = [("", "—"), *choices]
    present = _initial(form, fact)
    if fact.custom is not None and present and present not in dict(choices):
        # No longer offered: saving the rest must not take it away.
        choices.append((present, dict(_all_choices(fact)).get(present, present)))
    field = forms.ChoiceField(choices=choices, required=not model_field.blank or fact.required)
    form.put(fact, fact.name, field, present)


def _all_choices(fact: Fact) -> list[tuple[Any, Any]]:
    """Return the choices that a field of the zone has, also those no longer offered."""
    return [] if fact.custom is None else list(fact.custom.flatchoices)


def _add_codes(form: RecordForm, fact: Fact) -> None:
    choices, present = _options(form, fact), _initial(form, fact)
    if fact.custom is not None:
        offered, known = dict(choices), dict(_all_choices(fact))
        choices += [(code, known.get(code, code)) for code in present or () if code not in offered]
    field = forms.MultipleChoiceField(
        choices=choices, required=fact.required, widget=forms.CheckboxSelectMultiple
    )
    form.put(fact, fact.name, field, present)


def _add_link(form: RecordForm, fact: Fact) -> None:
    field = forms.CharField(max_length=LONGEST_TEXT, required=fact.required)
    field.widget.attrs |= {"inputmode": "url", "placeholder": "https://"}
    form.put(fact, fact.name, field, _initial(form, fact))


def _add_reference(form: RecordForm, fact: Fact) -> None:
    choices = fact.choices_of(form.reader.user) if fact.choices_of is not None else models.QuerySet().none()
    present = getattr(form.record, f"{fact.name}_id")
    if present is not None:
        # Somebody who left, a department that was dissolved: saving the rest must not erase them.
        choices = choices.model._default_manager.filter(Q(pk=present) | Q(pk__in=choices.values("pk")))
    field: Any = forms.ModelChoiceField(queryset=choices, required=fact.required, empty_label="—")
    form.put(fact, fact.name, field, present)


class NamedRecord(forms.CharField):
    """A company named by its name or code, found among those that the reader may see; or a new one, where one may be entered."""

    def __init__(
        self, choices: "models.QuerySet[Any]", enter: Callable[[str], Any] | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.choices, self.enter = choices, enter

    def clean(self, value: Any) -> Any:
        """Return the record, or None for an empty text. A name is compared without regard to how it was typed."""
        text = super().clean(value)
        if not text:
            return None
        found = list(self.choices.filter(uscc=squeeze(text).upper())[:1]) or self._named(text)
        if len(found) > 1:
            raise ValidationError(
                _("%(count)d companies are called “%(name)s”. Give the unified social credit code instead."),
                params={"count": len(found), "name": text},
            )
        if found:
            return found[0]
        if self.enter is not None:
            return self.enter(one_line(text))
        raise ValidationError(
            _("There is no company “%(name)s” yet. Enter it in the company library first."),
            params={"name": text},
        )

    def _named(self, text: str) -> list[Any]:
        exact = list(self.choices.filter(name=text)[:3])
        if exact:
            return exact
        typed = normalise(text)
        return [record for record in matching(self.choices, typed)[:50] if normalise(record.name) == typed]


def _add_company(form: RecordForm, fact: Fact) -> None:
    assert fact.choices_of is not None
    user, enter = form.reader.user, fact.enter
    field = NamedRecord(
        fact.choices_of(user),
        None if enter is None else partial(enter, user),
        required=fact.required,
        max_length=200,
    )
    has = getattr(form.record, f"{fact.name}_id", None)
    form.put(fact, fact.name, field, str(getattr(form.record, fact.name)) if has else "")


def _add_position(form: RecordForm, fact: Fact) -> None:
    for name, low in (("lon", 180), ("lat", 90)):
        field = NumberText(required=False, min_value=-low, max_value=low, widget=forms.TextInput)
        field.widget.attrs |= {
            "inputmode": "decimal",
            "placeholder": form.record._meta.get_field(name).verbose_name,
        }
        form.put(fact, POSITION[name], field, getattr(form.record, name))
    form.fields["latitude"].label = form.record._meta.get_field("lat").verbose_name
    form.fields["longitude"].label = fact.label or form.record._meta.get_field("lon").verbose_name
    form.beside("datum", _("coordinate system"), DATUMS, "WGS-84")


def _plain(value: Any) -> Any:
    """Return a number without useless zeros, as it stands in an input."""
    if value is None or not isinstance(value, Decimal | float):
        return value
    try:
        text = f"{Decimal(str(value)):f}"
    except InvalidOperation:
        return value
    return text.rstrip("0").rstrip(".") if "." in text else text


def _take_plain(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    value = form.cleaned_data[fact.name]
    return {fact.name: value.strip() if isinstance(value, str) else value}


def _take_code(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    return {fact.name: squeeze(form.cleaned_data[fact.name]).upper()}


def _take_number(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    value = form.cleaned_data[fact.name]
    whole = isinstance(_model_field(form, fact), models.IntegerField)
    return {fact.name: int(value) if whole and value is not None else value}


def _take_percent(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    value = form.cleaned_data[fact.name]
    return {fact.name: None if value is None else (value / 100).quantize(Decimal("0.0001"))}


def _quantity(form: RecordForm, fact: Fact) -> QuantityText:
    field = form.fields[fact.name]
    assert isinstance(field, QuantityText)
    return field


def _take_amount(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    value, field = form.cleaned_data[fact.name], _quantity(form, fact)
    unit = Decimal(1) if field.own is not None else Decimal(form.cleaned_data.get(f"{fact.name}_unit") or "1")
    amount = None if value is None else (value * unit).quantize(Decimal("0.01"))
    if fact.kind == "cny":
        return {fact.name: amount}
    currency = f"{fact.name}_currency"
    named = find_currency(field.typed) if field.own is not None else None
    return {fact.name: amount, currency: named or form.cleaned_data.get(currency) or "CNY"}


def _take_area(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    value = form.cleaned_data[fact.name]
    unit = form.cleaned_data.get(f"{fact.name.removesuffix('_m2')}_unit")
    if value is not None and unit != "m2" and _quantity(form, fact).own is None:
        value = mu_to_m2(value)
    return {fact.name: None if value is None else value.quantize(Decimal("0.01"))}


def _take_codes(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    return {fact.name: sorted(form.cleaned_data[fact.name])}


def _take_position(form: RecordForm, fact: Fact) -> Mapping[str, Any]:
    lon, lat = form.cleaned_data["longitude"], form.cleaned_data["latitude"]
    if lon is None or lat is None:
        return {"lon": lon, "lat": lat}
    place = to_wgs84(float(lon), float(lat), form.cleaned_data.get("datum") or "WGS-84")
    return {"lon": place.lon, "lat": place.lat}


_ADD = {
    "long": _add_long, "lines": _add_long, "date": _add_date, "number": _add_number, "money": _add_amount,
    "cny": _add_amount, "area": _add_area, "flag": _add_flag, "choice": _add_choice, "codes": _add_codes,
    "reference": _add_reference, "company": _add_company, "position": _add_position, "percent": _add_percent, "link": _add_link,
}  # fmt: skip
_TAKE = {
    "code": _take_code, "number": _take_number, "money": _take_amount, "cny": _take_amount, "area": _take_area, "codes": _take_codes,
    "position": _take_position, "percent": _take_percent,
}  # fmt: skip
