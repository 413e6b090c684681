"""The forms of a tag, of a field that a zone adds, and of the tags of a record."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sanku.common.problems import Problem
from sanku.library.known import libraries
from sanku.library.models import CustomField, Kind, Tag
from sanku.library.rules import HUES, LENGTHS, LONGEST_TAG, MOST_DECIMALS, WITH_CHOICES

HUE_NAMES = dict(zip(HUES, (_("blue"), _("orange"), _("cyan"), _("plum"), _("grey"), _("sand")), strict=True))
EVERY = ("", _("all libraries"))


def library_choices() -> list[tuple[str, Any]]:
    """Return the libraries by name."""
    return [(name, library.title) for name, library in libraries().items()]


class AddedForm(forms.Form):
    """A form whose refused values come back at their fields."""

    def show(self, problems: Sequence[Problem]) -> None:
        """Put what an operation refused at its fields."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message())


class TagForm(AddedForm):
    """A tag."""

    name = forms.CharField(label=_("name"), max_length=LONGEST_TAG)
    hue = forms.ChoiceField(label=_("colour"), widget=forms.RadioSelect)
    library = forms.ChoiceField(label=_("library"), required=False)

    def __init__(self, data: Any, tag: Tag) -> None:
        super().__init__(data, initial={"name": tag.name, "hue": tag.hue, "library": tag.library})
        self.fields["hue"].choices = list(HUE_NAMES.items())  # type: ignore[attr-defined]
        self.fields["library"].choices = [EVERY, *library_choices()]  # type: ignore[attr-defined]


class MergeForm(AddedForm):
    """Into which tag another is merged."""

    merged_into = forms.ChoiceField(label=_("merge into"))

    def __init__(self, data: Any, others: Sequence[Tag]) -> None:
        super().__init__(data)
        choices = [("", "—"), *((str(tag.pk), tag.name) for tag in others)]
        self.fields["merged_into"].choices = choices  # type: ignore[attr-defined]


class FieldForm(AddedForm):
    """A field that a zone adds; each choice that there is has an input of its own, so that it can be renamed."""

    library = forms.ChoiceField(label=_("library"))
    label = forms.CharField(label=_("name"), max_length=LENGTHS["label"])
    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices)
    unit = forms.CharField(
        label=_("unit"), required=False, max_length=LENGTHS["unit"], help_text=_("Of a number: t, m, kWh…")
    )
    decimals = forms.IntegerField(
        label=_("decimals"), required=False, min_value=0, max_value=MOST_DECIMALS, help_text=_("Of a number.")
    )
    choices = forms.CharField(
        label=_("choices"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Of one or several choices: one a line."),
    )
    section = forms.ChoiceField(
        label=_("section"), required=False, help_text=_("Where it stands on the page of a record.")
    )
    position = forms.IntegerField(
        label=_("place in the order"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=_("The smallest number first."),
    )
    is_required = forms.BooleanField(label=_("required"), required=False, help_text=_("Pages ask for it."))
    help = forms.CharField(
        label=_("help"),
        required=False,
        max_length=LENGTHS["help"],
        help_text=_("Stands below its input, as this does."),
    )
    synonyms = forms.CharField(
        label=_("other names"),
        required=False,
        widget=forms.Textarea,
        max_length=1000,
        help_text=_("Titles of columns that imports take for it, one a line."),
    )

    def __init__(self, data: Any, field: CustomField, *, library: str = "") -> None:
        names = (
            "label",
            "kind",
            "unit",
            "decimals",
            "section",
            "position",
            "is_required",
            "help",
            "synonyms",
        )
        initial = {name: getattr(field, name) for name in names} | {"library": field.library or library}
        super().__init__(data, initial=initial)
        self.record = field
        self.fields["library"].choices = library_choices()  # type: ignore[attr-defined]
        self.fields["library"].disabled = field.pk is not None
        known = libraries().get(field.library or (data or {}).get("library") or library)
        sections = [] if known is None else [(one.key, one.title) for one in known.sections]
        self.fields["section"].choices = [("", _("Further facts")), *sections]  # type: ignore[attr-defined]
        self.renamed = {
            f"choice-{choice['code']}": choice for choice in field.choices if field.kind in WITH_CHOICES
        }
        for name, choice in self.renamed.items():
            self.fields[name] = forms.CharField(
                label=choice["label"] if choice["is_open"] else _("%(label)s (no longer offered)") % choice,
                required=False,
                max_length=60,
                initial=choice["label"] if choice["is_open"] else "",
                help_text=_("Emptied, it is no longer offered."),
            )
        if self.renamed:
            self.fields["choices"].label = _("more choices")
            others = [name for name in self.fields if name not in self.renamed]
            place = others.index("choices")
            self.order_fields([*others[:place], *self.renamed, *others[place:]])

    def values(self) -> dict[str, Any]:
        """Return the values that the field is to have."""
        given = {name: self.cleaned_data[name] for name in self.cleaned_data if name not in self.renamed}
        given["decimals"] = given["decimals"] or 0
        given["position"] = given["position"] or 0
        given["choices"] = self._choices(given["choices"])
        return given

    def _choices(self, more: str) -> list[dict[str, Any]]:
        found = [
            {"code": choice["code"], "label": label, "is_open": True}
            for name, choice in self.renamed.items()
            if (label := self.cleaned_data[name].strip())
        ]
        taken = {choice["code"] for choice in self.record.choices}
        for line in dict.fromkeys(line.strip()[:60] for line in more.splitlines()):
            if line:
                code = next(code for n in range(1, 1000) if (code := f"c{n}") not in taken)
                taken.add(code)
                found.append({"code": code, "label": line, "is_open": True})
        return found
