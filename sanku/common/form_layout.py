"""Arrange the fields of a form as a page draws them: one row a fact, its unit and currency beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

# What a field's name may end in before its companions' endings are put on: planned_amount, planned_unit.
ENDINGS = ("_amount", "_cny", "_area", "_m2")
COMPANIONS = ("_unit", "_currency")
COORDINATES = ("latitude", "datum")

# Names that a filter of each kind sends, made of its key.
FILTER_SUFFIXES = {"range": ("_min", "_max"), "date_range": ("_from", "_to")}


def filter_names(key: str, kind: str) -> list[str]:
    """Return the query names that a filter sends: KEY, or KEY_min and KEY_max, or KEY_from and KEY_to."""
    return [key + suffix for suffix in FILTER_SUFFIXES.get(kind, ("",))]


@dataclass(frozen=True)
class Field:
    """One row of a form: a field, what stands beside it, and how it is drawn."""

    bound: BoundField
    kind: str
    beside: tuple[BoundField, ...] = ()
    unit: str = ""

    @property
    def label(self) -> str:
        """Return the row's label."""
        return str(self.bound.label or "")

    @property
    def wide(self) -> bool:
        """Return whether the row takes the form's full width."""
        return self.kind in {"textarea", "checks", "coordinates", "file"}

    @property
    def grouped(self) -> bool:
        """Return whether the row holds several controls of its own, so that a fieldset names them."""
        return self.kind in {"checks", "radios", "coordinates"}

    @property
    def errors(self) -> list[str]:
        """Return what is wrong with the field or those beside it."""
        return [str(error) for bound in (self.bound, *self.beside) for error in bound.errors]

    @property
    def described_by(self) -> str:
        """Return the ids of the row's help and errors, for aria-describedby."""
        own = str(self.bound.id_for_label or self.bound.auto_id)
        ids = [f"{own}-help"] if self.bound.help_text else []
        return " ".join([*ids, f"{own}-errors"] if self.errors else ids)

    @property
    def control(self) -> str:
        """Draw the field's own control."""
        return draw(self.bound, self.described_by, bool(self.errors))

    @property
    def controls_beside(self) -> list[str]:
        """Draw the controls that stand beside it, each with its label spoken."""
        return [
            draw(bound, self.described_by, bool(bound.errors), spoken_label=str(bound.label))
            for bound in self.beside
        ]


def draw(bound: BoundField, described_by: str, invalid: bool, spoken_label: str = "") -> str:
    """Draw a control with our class and what a screen reader needs."""
    widget = bound.field.widget
    attributes: dict[str, Any] = {}
    attributes["class"] = "cb" if isinstance(widget, forms.CheckboxInput) else "field"
    if isinstance(widget, forms.DateInput):
        # The browser's own date picker takes and gives ISO dates whatever the language.
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    if isinstance(widget, forms.NumberInput):
        attributes.setdefault("inputmode", "decimal")
    if isinstance(widget, forms.Textarea):
        attributes["rows"] = widget.attrs.get("rows") if widget.attrs.get("rows") not in (None, "10") else "3"
    if described_by:
        attributes["aria-describedby"] = described_by
    if invalid:
        attributes["aria-invalid"] = "true"
    if spoken_label:
        attributes["aria-label"] = spoken_label
    return bound.as_widget(attrs=attributes)


def kind_of(bound: BoundField, beside: tuple[BoundField, ...]) -> str:
    """Return how a field is drawn, from its widget and its companions."""
    widget = bound.field.widget
    by_widget: list[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], str]] = [
        (forms.Textarea, "textarea"),
        (forms.CheckboxSelectMultiple, "checks"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "flag"),
        (forms.FileInput, "file"),
        (forms.Select, "select"),
        (forms.DateInput, "date"),
    ]
    if beside:
        if bound.name == "longitude":
            return "coordinates"
        return "money" if any(other.name.endswith("_currency") for other in beside) else "measure"
    for widgets, kind in by_widget:
        if isinstance(widget, widgets):
            return kind
    return "number" if isinstance(widget, forms.NumberInput) else "text"


def companions(form: forms.BaseForm, name: str) -> list[str]:
    """Return the names of the fields that stand beside one: its unit, its currency; latitude and datum."""
    if name == "longitude":
        return [other for other in COORDINATES if other in form.fields]
    stems = [name, *(name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending))]
    found = (stem + companion for companion in COMPANIONS for stem in stems)
    return [other for other in dict.fromkeys(found) if other in form.fields]


def fields_of(form: forms.BaseForm, names: Iterable[str] | None = None) -> list[Field]:
    """Return the rows of a form in order, or of the named fields (none named: all); companions are folded into their field.

    A field's unit is its widget's attribute `data-unit`.
    """
    visible = [bound.name for bound in form.visible_fields()]
    wanted = visible if not names else [name for name in names if name in visible]
    folded = {other for name in visible for other in companions(form, name)}
    rows = []
    for name in wanted:
        if name in folded:
            continue
        bound = form[name]
        beside = tuple(form[other] for other in companions(form, name))
        kind = kind_of(bound, beside)
        if kind in {"checks", "radios"}:
            bound.field.widget.attrs["class"] = "cb"
        rows.append(Field(bound, kind, beside, str(bound.field.widget.attrs.get("data-unit", ""))))
    return rows
