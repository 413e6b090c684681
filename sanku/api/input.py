"""What a program sends for a record, as the form that people fill in takes it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from sanku.api.answers import InvalidInput, Problem, said
from sanku.common.problems import Problem as Wrong
from sanku.library.forms import POSITION, RecordForm
from sanku.library.plain import columns_of
from sanku.library.specs import Fact, Library, Reader

Json = dict[str, Any]
# What may stand beside a field of a kind, by the ending of its name.
BESIDE = {"money": ("_unit", "_currency"), "cny": ("_unit",)}


def names_of(fact: Fact) -> tuple[str, ...]:
    """Return the names under which a program may send a fact and what goes with it."""
    match fact.kind:
        case "position":
            return ("lon", "lat", "datum")
        case "area":
            return (fact.name, f"{fact.name.removesuffix('_m2')}_unit")
    return (fact.name, *(fact.name + ending for ending in BESIDE.get(fact.kind, ())))


def filled_form(library: Library, record: Any, reader: Reader, body: Mapping[str, Any]) -> RecordForm:
    """Return the checked form of what a program sent for a record.

    Of a record that is there only the fields sent are asked for; of a new one all that its page asks for. Amounts are in
    whole units of currency and areas in square metres, where no unit is sent with them.

    Raises:
        InvalidInput: a field is not known or not to be changed, or a value is not what it should be.
    """
    is_new = record.pk is None
    sections = [one for one in library.sections if not is_new or one.key in library.create]
    facts = [
        fact for section in sections for fact in section.facts if fact.editable and (is_new or not fact.once)
    ]
    known = {name for fact in facts for name in names_of(fact)}
    unknown = [name for name in body if name not in known]
    if unknown:
        raise InvalidInput([said(Wrong("unknown_field", name, {"value": name})) for name in unknown])
    asked = facts if is_new else [fact for fact in facts if set(names_of(fact)) & set(body)]
    form = RecordForm(asked, record, reader, _typed(asked, record, body))
    if not form.is_valid():
        raise InvalidInput(_problems(form))
    return form


def _typed(facts: list[Fact], record: Any, body: Mapping[str, Any]) -> QueryDict:
    """Return the values as a browser would send them; what goes with a field and was not sent stays as it is."""
    typed = QueryDict(mutable=True)
    for fact in facts:
        sent = {name: body[name] for name in names_of(fact) if name in body}
        match fact.kind:
            case "position":
                present = {name: getattr(record, name) for name in columns_of(fact)}
                sent = {POSITION.get(name, name): value for name, value in (present | sent).items()}
            case "money":
                sent = {f"{fact.name}_currency": getattr(record, f"{fact.name}_currency")} | sent
                sent.setdefault(fact.name, getattr(record, fact.name))
            case "area":
                sent = {f"{fact.name.removesuffix('_m2')}_unit": "m2"} | sent
            case "percent" if isinstance(sent.get(fact.name), int | float):
                sent = {fact.name: Decimal(str(sent[fact.name])) * 100}  # 0.05 is 5 % on the form
            case "flag" if fact.name in sent and not isinstance(sent[fact.name], bool):
                raise InvalidInput([_shape(fact.name, "true, false")])
        for name, value in sent.items():
            _put(typed, name, value)
    return typed


def _put(typed: QueryDict, name: str, value: Any) -> None:
    match value:
        case None | False:
            return
        case True:
            typed[name] = "on"
        case list() if all(isinstance(one, str) for one in value):
            typed.setlist(name, value)
        case str() | int() | float() | Decimal():
            typed[name] = f"{Decimal(str(value)):f}" if isinstance(value, float | Decimal) else str(value)
        case {"id": int() as pk}:  # a reference, as it is read
            typed[name] = str(pk)
        case _:
            raise InvalidInput([_shape(name, '"text", 12.5, true, ["a"], null')])


def _shape(name: str, expected: str) -> Problem:
    return said(Wrong("value_shape", name, {"expected": expected}))


def _problems(form: RecordForm) -> list[Problem]:
    sent_as = {form_name: name for name, form_name in POSITION.items()}
    return [
        Problem(
            code=str(error["code"] or "invalid"),
            message=str(error["message"]),
            field=sent_as.get(name, name).removeprefix("__all__"),
        )
        for name, errors in form.errors.get_json_data().items()
        for error in errors
    ]
