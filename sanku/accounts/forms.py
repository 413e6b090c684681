"""Forms of the organisation: the shape of what is typed. What it must be is decided by the rules."""

from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.account.forms import LoginForm
from django import forms
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import Degree, Department, ExchangeRate, Language, Role, Sector, Squad, User
from sanku.accounts.problems import message
from sanku.accounts.queries import departments_for, squads_for
from sanku.accounts.rules import TOKEN_DAYS
from sanku.audit.operations import Draft
from sanku.common.problems import Refused


class SignInForm(LoginForm):  # type: ignore[misc]
    """The sign-in; nothing is mailed to whoever forgot his password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("Forgotten? The administrator gives you a new one.")


class RecordForm(forms.Form):
    """A form on one record, or on a new one; labels and help come from the model."""

    model: ClassVar[type[models.Model]]

    def __init__(
        self, *args: Any, user: User, record: Any = None, names: Iterable[str] | None = None, **kwargs: Any
    ) -> None:
        self.user = user
        self.record = record if record is not None else self.model()
        kwargs["initial"] = {
            name: getattr(self.record, name)
            for name in self.base_fields
            if record is not None and hasattr(record, name)
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if names is not None:
            self.fields = {name: self.fields[name] for name in names}
        for name, field in self.fields.items():
            model_field = self.model._meta.get_field(name)
            field.label = field.label or model_field.verbose_name  # type: ignore[union-attr]
            field.help_text = field.help_text or model_field.help_text  # type: ignore[union-attr]

    def draft(self) -> Draft[Any]:
        """Return the record with the values that it is to have."""
        return Draft(self.record, dict(self.cleaned_data))

    def refuse(self, refused: Refused) -> None:
        """Put what the operation refused at its fields."""
        for problems in refused.problems.values():
            for problem in problems:
                self.add_error(problem.field if problem.field in self.fields else None, message(problem))


class DepartmentChoice(forms.ModelChoiceField[Any]):
    """One of the departments at work in the user's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), required=False, empty_label="—", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Show the whole name."""
        return str(obj.name)


class SquadChoice(forms.ModelChoiceField[Any]):
    """One of the squads at work in the user's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Squad.objects.none(), required=False, empty_label="—", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Show the department with it."""
        return f"{obj.name} · {obj.department}"


def codes(choices: Any) -> forms.MultipleChoiceField:
    """Return a field of checkboxes."""
    return forms.MultipleChoiceField(choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


def one_of(choices: Any, *, required: bool = False) -> forms.ChoiceField:
    """Return a select; an empty choice stands first."""
    return forms.ChoiceField(choices=[("", "—"), *choices], required=required)


class PersonForm(RecordForm):
    """A person."""

    model = User
    name = forms.CharField(max_length=40)
    username = forms.CharField(max_length=60)
    role = one_of(Role.choices, required=True)
    department = DepartmentChoice()
    squad = SquadChoice()
    title = forms.CharField(max_length=40, required=False)
    phone = forms.CharField(max_length=30, required=False)
    birth_year = forms.IntegerField(required=False)
    degree = one_of(Degree.choices)
    languages = codes(Language.choices)
    skills = codes(Sector.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "department" in self.fields:
            self.fields["department"].queryset = departments_for(self.user)  # type: ignore[attr-defined]
        if "squad" in self.fields:
            self.fields["squad"].queryset = squads_for(self.user)  # type: ignore[attr-defined]


class DepartmentForm(RecordForm):
    """A department or group."""

    model = Department
    name = forms.CharField(max_length=60)
    short_name = forms.CharField(max_length=20)
    kind = one_of(Department.Kind.choices, required=True)
    sector = one_of(Sector.choices)
    position = forms.IntegerField(min_value=0, max_value=1000, initial=0)
    is_active = forms.BooleanField(required=False, initial=True)


class SquadForm(RecordForm):
    """A squad."""

    model = Squad
    name = forms.CharField(max_length=40)
    department = DepartmentChoice()
    is_active = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["department"]
        choice.queryset = departments_for(self.user)  # type: ignore[attr-defined]
        choice.disabled = self.record.pk is not None


class RateForm(RecordForm):
    """An exchange rate."""

    model = ExchangeRate
    currency = forms.CharField(max_length=3, help_text=_("Three letters, such as USD."))
    on = forms.DateField(widget=forms.DateInput)
    cny = forms.DecimalField(
        max_digits=14, decimal_places=6, help_text=_("Yuan for one unit of the currency.")
    )

    def clean_currency(self) -> str:
        """Take small letters too."""
        return str(self.cleaned_data["currency"]).upper()


class TokenForm(forms.Form):
    """An access token that a person makes for a program of his."""

    name = forms.CharField(
        label=_("what it is for"), max_length=60, help_text=_("The program that will use it, such as “QGIS”.")
    )
    days = forms.TypedChoiceField(
        label=_("good for"),
        coerce=int,
        choices=[(days, format_lazy(_("{days} days"), days=days)) for days in TOKEN_DAYS],
        initial=TOKEN_DAYS[1],
    )
    may_write = forms.BooleanField(
        label=_("may also write"), required=False, help_text=_("Without it a program can only read.")
    )
