"""What nobody should send: every page answers it in words, none with a mistake."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from sanku.audit.operations import Draft
from sanku.common.problems import Refused
from sanku.companies.library import COMPANIES
from sanku.companies.models import Company
from sanku.companies.target_library import TARGETS
from sanku.library.forms import POSITION, RecordForm
from sanku.library.specs import Library, Reader
from sanku.library.state import filter_names
from sanku.projects.library import PROJECTS
from sanku.sites.library import SITES
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.scopes.asking import Readings, undrawn
from tests.scopes.world import World, address, make_world, names

LIBRARIES = {"company": COMPANIES, "target": TARGETS, "project": PROJECTS, "site": SITES}
MARKUP = "<img src=x onerror=alert(1)>{{7*7}}</script>'\"&"
TEXTS = {
    "null": "示\x00例",
    "half a character": "示\ud800例",
    "other digits": "²",
    "full-width digits": "３７０８１１",
    "many digits": "9" * 30,
    "very many digits": "9" * 5_000,
    "amount at the edge": "99999999999999999",
    "exponent": "1e400",
    "not a number": "NaN",
    "endless": "Infinity",
    "negative": "-1",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-02-30",
    "emoji": "👨‍👩‍👧" * 80,
    "right to left": "\u202egnp.exe\u202c\u200f",
    "markup": MARKUP,
    "pattern": "%_\\" * 30,
    "long": "长" * 60_000,
}
# What a database may refuse. The rest is read, checked and drawn in Python, and asked on the embedded one only.
REFUSED = {
    "null", "half a character", "very many digits", "amount at the edge", "exponent", "not a number", "endless",
    "first day", "last day", "long",
}  # fmt: skip
# Those that whole pages are asked with; forms get them all.
SOME = ["null", "very many digits", "first day", "other digits", "exponent", "long"]
if connection.vendor == "postgresql":
    TEXTS = {name: text for name, text in TEXTS.items() if name in REFUSED}
    SOME = SOME[:3]
AREA_UNITS = ("land_unit", "floor_unit", "area_total_unit", "area_free_unit", "area_smallest_unit")


def place(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


PAGES = (
    place("next", "示", 1, 0), place("next", 10**40, 1, 0), place("last", None, None, 0), place("next", None, 2**70, 0),
    place("previous", "0001-01-01T00:00:00+00:00", 1, 10**30), place({}, [], {}, ""), place("next", "9" * 400, 1, 0),
    "-1", "%", "W10", "A" * 5_000_000,
)  # fmt: skip


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    client = client_of(cast.office)
    client.raise_request_exception = False
    return client


def lists() -> Iterator[tuple[str, Library]]:
    for name, library in LIBRARIES.items():
        yield reverse(f"{library.namespace}-list"), LIBRARIES[name]


@pytest.mark.parametrize("text", [TEXTS[name] for name in SOME], ids=SOME)
def test_addresses_of_lists(world: World, client: Client, text: str) -> None:
    text = as_sent(text[:2_000])
    for url, library in lists():
        given: dict[str, Any] = {name: text for spec in library.filters for name in filter_names(spec)}
        for sent in (given, {"q": text}, dict.fromkeys(("sort", "column", "selected", "page"), text)):
            assert client.get(url, sent).status_code == 200, (url, [*sent])


@pytest.mark.usefixtures("bare_404", "people_read_once")
def test_addresses_of_pages(world: World, client: Client, readings: Readings) -> None:
    """One world for all texts; a page that looks at nothing it is sent is asked with the first only."""
    parameters = "before after seen state form all company name q".split()
    parameters += "currency department squad role investor uscc code".split()
    for name, route in names():
        if "batch" in name or "row-" in name:
            continue
        readings.names.clear()
        for text in SOME:
            query = dict.fromkeys(parameters, as_sent(TEXTS[text][:400]))
            assert taken_back(client.get, address(world, name, route), query) < 500, (name, text)
            if not readings.has(parameters):
                break


def as_sent(text: str) -> str:
    """Return what of a text can be sent: half a character becomes a question mark."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def taken_back(ask: Any, url: str, sent: dict[str, str]) -> int:
    """Ask, and take back what was written; return the status."""
    with transaction.atomic():
        status: int = ask(url, sent).status_code
        transaction.set_rollback(True)
    return status


def test_pages_of_a_list_that_do_not_exist(world: World, client: Client) -> None:
    for url, library in lists():
        sorts: list[Any] = [column for column in library.columns if column.sort]
        for column in sorts[:: len(sorts) // 3]:
            for page in PAGES[:-1]:
                query = {"page": page, "sort": f"-{column.key}"}
                with undrawn() if page != PAGES[0] else nullcontext():
                    assert client.get(url, query).status_code == 200, (url, query)
        assert client.get(url, {"page": PAGES[-1]}).status_code == 200


def test_more_values_than_a_database_compares(world: World, client: Client) -> None:
    for url, library in lists():
        many = {spec.key: [f"{n}" for n in range(900)] for spec in library.filters if spec.kind == "multi"}
        for name, values in many.items():
            assert client.get(url, {name: values}).status_code == 200, (url, name)
        assert client.get(url, {"selected": ",".join(map(str, range(200_000)))}).status_code == 200


@pytest.mark.sqlite  # what arrives is text before any database sees it
def test_an_address_that_is_no_text(world: World, client: Client) -> None:
    for url, library in lists():
        names_sent = ("page", "sort", *(name for spec in library.filters for name in filter_names(spec)))
        for sent in (("q",), names_sent):
            query = "&".join(f"{name}=%ff%fe%00%ed%a0%80&{name}=%zz" for name in sent)
            assert client.get(f"{url}?{query}").status_code == 200, (url, sent)
    assert client.get(f"{reverse('companies:company-list')}?q={'x' * 10_000_000}").status_code == 200


@pytest.mark.usefixtures("bare_404", "people_read_once")
def test_ids_that_no_table_can_hold(cast: Cast, client: Client) -> None:
    for name, route in names():
        if "<int:" in route:
            parts = re.findall(r"<(\w+):(\w+)>", route)
            url = reverse(
                name, kwargs={part: 10**30 if kind == "int" else "identity" for kind, part in parts}
            )
            # Of a program what it sends is read first, and an empty body is none.
            refused = {404, 405, 400, 422} if name.startswith("api:") else {404, 405}
            assert {client.get(url).status_code, client.post(url).status_code} <= refused, name


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_field_of_a_record(world: World, library: str) -> None:
    """Every field gets what nobody types; what is wrong with it can be said."""
    make.rate(zone=world.cast.zone, currency="KWD", cny="23.123456")
    spec, record = LIBRARIES[library], getattr(world, library)
    reader = Reader(world.cast.office, make.TODAY)
    for section in spec.sections:
        empty = RecordForm(section.facts, record, reader)
        good = {
            name: value for name in empty.fields if (value := empty[name].value()) not in (None, False, "")
        }
        good |= {
            name: "100000000" for name in empty.fields if name.endswith("_unit") and name not in AREA_UNITS
        }
        for text in TEXTS.values():
            # One world for all texts: every saving is taken back.
            enter(spec, Entered(section.facts, record, reader, good), as_sent(text))


@dataclass(frozen=True)
class Entered:
    """A section of a record that is filled in, and the values of it that are as they should be."""

    facts: Any
    record: Any
    reader: Reader
    good: dict[str, Any]

    def form(self, fields: Iterable[str], text: str) -> RecordForm:
        """Return the section's form with the text in these fields."""
        record = type(self.record)._default_manager.get(pk=self.record.pk)
        sent = QueryDict(mutable=True)
        for name, value in {**self.good, **dict.fromkeys(fields, text)}.items():
            sent.setlist(
                name, [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
            )
        return RecordForm(self.facts, record, self.reader, sent)


def enter(library: Library, entered: Entered, text: str) -> None:
    """Send the text in all fields, then in those that are not refused; where no field is named, in each alone."""
    form = entered.form(RecordForm(entered.facts, entered.record, entered.reader).fields, text)
    form.is_valid()
    taken = [name for name in form.fields if name not in form.errors]
    while taken and (refused := refused_fields(library, entered, taken, text)):
        left = [name for name in taken if name not in refused]
        if left == taken:
            for name in taken:
                refused_fields(library, entered, [name], text)
            return
        taken = left


def refused_fields(library: Library, entered: Entered, fields: list[str], text: str) -> set[str]:
    """Save a record with the text in these fields; return which are refused, none if it is saved. All is said in words."""
    form = entered.form(fields, text)
    if not form.is_valid():
        assert form.errors.as_text(), (fields, text[:20])
        return set(form.errors)
    with transaction.atomic():
        try:
            draft = Draft(form.record, form.values())
            library.save([draft], actor=entered.reader.user, now=make.NOW, via=make.VIA)
        except Refused as refused:
            problems = refused.problems[0]
            assert problems and all(problem.message() for problem in problems), (fields, text[:20])
            return {POSITION.get(problem.field, problem.field) for problem in problems}
        finally:
            transaction.set_rollback(True)
    return set()


@pytest.mark.usefixtures("bare_404", "people_read_once")
def test_forms_of_rows_notes_and_new_records(world: World, client: Client, readings: Readings) -> None:
    """One world for all texts; what looks at nothing it is sent is sent the first only."""
    fields = "name title phone email note on method participants content result share text state next_action next_action_on"
    fields += " company kind status uscc investor investment area_total_m2 currency cny"
    for name, route in names():
        if name in ("set_language", "intake:batch-create"):
            continue
        readings.names.clear()
        for text in SOME:
            sent = dict.fromkeys(fields.split(), as_sent(TEXTS[text][:5_000]))
            assert taken_back(client.post, address(world, name, route), sent) < 500, (name, text)
            if not readings.has(fields.split()):
                break


def test_a_note_of_2001_characters_is_refused_in_words(world: World, client: Client) -> None:
    for library in LIBRARIES:
        url = reverse(f"{LIBRARIES[library].namespace}-note", args=[getattr(world, library).pk])
        answer = client.post(url, {"text": "长" * 2_001})
        assert (answer.status_code, "2001" in answer.content.decode()) == (200, True)


def test_a_name_of_the_longest_length_is_kept_and_one_more_refused(cast: Cast, client: Client) -> None:
    url = reverse("companies:company-create")
    for length, status in ((200, 302), (201, 200)):
        sent = {"name": "示" * length, "status": "active", "country": "CN"}
        assert client.post(url, sent).status_code == status
    assert Company.objects.get().search_text


def test_a_form_that_is_too_large_is_answered_in_words(world: World, client: Client) -> None:
    url = reverse("companies:company-note", args=[world.company.pk])
    answer = client.post(url, {"text": "长" * 3_000_000})
    assert answer.status_code == 400
    assert "无法读取" in answer.content.decode()
    answer = client.post(url, {f"field{number}": "1" for number in range(5_001)})
    assert answer.status_code == 400


# --- markup ------------------------------------------------------------------------------------------


@pytest.mark.sqlite  # drawing asks no database
def test_markup_in_names_stays_text_on_every_page(world: World, client: Client) -> None:
    """Names, notes, chips, titles and messages: nothing that was typed is ever read as a tag."""
    company = world.company
    typed = MARKUP[:60]
    sent = {"name": typed, "short_name": typed, "status": "active", "country": "CN", "former_names": typed}
    edit = reverse("companies:company-section-edit", args=[company.pk, "identity"])
    assert client.post(edit, sent).status_code == 200
    client.post(reverse("companies:company-note", args=[company.pk]), {"text": typed})
    for record in (world.project, world.site, world.target, world.contact, world.touch, world.shareholder):
        for field in record._meta.concrete_fields:
            if field.name in (
                "name",
                "next_action",
                "content",
                "held_for",
                "park",
                "method",
                "investor_name",
                "title",
            ):
                setattr(record, field.name, typed[: field.max_length or 60])
        record.save()
    world.cast.department.name = world.cast.department.short_name = typed[:20]
    world.cast.department.save()
    pages = 0
    for name, route in names():
        url = address(world, name, route)
        if name.startswith("intake:batch-file"):
            continue
        answer = client.get(
            url, {"q": typed, "name": typed, "company": typed, "province": typed, "park": typed}
        )
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            pages += 1
            text = answer.content.decode()
            assert "<img src=x" not in text, name
            assert "{{7*7}}</script>" not in text, name
    assert pages > 40
    removed = client.post(reverse("sites:site-remove", args=[world.site.pk]), follow=True)
    assert "<img src=x" not in removed.content.decode()
