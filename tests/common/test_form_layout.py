"""Forms are drawn one row a fact, with unit, currency and datum beside it and errors at the field."""

from django import forms

from sanku.common.form_layout import fields_of, filter_names


class Sample(forms.Form):
    name = forms.CharField(help_text="In full.")
    planned_amount = forms.DecimalField(required=False)
    planned_unit = forms.ChoiceField(choices=[("10000", "wan")])
    planned_currency = forms.ChoiceField(choices=[("CNY", "CNY")])
    land_m2 = forms.DecimalField(required=False)
    land_unit = forms.ChoiceField(choices=[("mu", "mu")])
    power = forms.DecimalField(required=False, widget=forms.NumberInput(attrs={"data-unit": "kVA"}))
    start_on = forms.DateField(required=False)
    longitude = forms.DecimalField(required=False)
    latitude = forms.DecimalField(required=False, max_value=90)
    datum = forms.ChoiceField(choices=[("WGS-84", "WGS-84")])
    honours = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    major = forms.BooleanField(required=False)
    note = forms.CharField(widget=forms.Textarea, required=False)


def test_companions_are_folded_into_their_field() -> None:
    rows = fields_of(Sample())
    assert [(row.bound.name, row.kind, [other.name for other in row.beside]) for row in rows] == [
        ("name", "text", []),
        ("planned_amount", "money", ["planned_unit", "planned_currency"]),
        ("land_m2", "measure", ["land_unit"]),
        ("power", "number", []),
        ("start_on", "date", []),
        ("longitude", "coordinates", ["latitude", "datum"]),
        ("honours", "checks", []),
        ("major", "flag", []),
        ("note", "textarea", []),
    ]
    assert rows[3].unit == "kVA"


def test_only_the_named_fields_in_their_order() -> None:
    rows = fields_of(Sample(), ["note", "name", "planned_unit", "no such field"])
    assert [row.bound.name for row in rows] == ["note", "name"]


def test_an_error_beside_a_field_stands_at_the_field_and_is_read_aloud() -> None:
    form = Sample({"name": "", "latitude": "91", "honours": ["a"]})
    rows = {row.bound.name: row for row in fields_of(form)}
    assert rows["longitude"].errors
    assert rows["name"].described_by == "id_name-help id_name-errors"
    assert 'aria-invalid="true"' in rows["name"].control
    assert 'aria-describedby="id_name-help id_name-errors"' in rows["name"].control
    assert "aria-invalid" not in rows["power"].control


def test_dates_use_the_browser_s_own_picker() -> None:
    row = fields_of(Sample(initial={"start_on": "2026-11-23"}), ["start_on"])[0]
    assert 'type="date"' in row.control
    assert 'value="2026-11-23"' in row.control


def test_filters_send_these_names() -> None:
    assert filter_names("area", "range") == ["area_min", "area_max"]
    assert filter_names("on", "date_range") == ["on_from", "on_to"]
    assert filter_names("stage", "multi") == ["stage"]
