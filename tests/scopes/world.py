"""One of everything in zone A, held by the first sector department, and the addresses that lead to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from sanku.companies.honour_sheets import Published
from sanku.companies.models import Company, Contact, Duplicate, HonourEdition, Shareholder, Target, Touch
from sanku.companies.operations import load_edition
from sanku.intake.models import Batch
from sanku.library.known import libraries
from sanku.library.models import Attachment, BulkEdit, CustomField, Export, Notice, SavedView, Tag
from sanku.library.operations.exports import order_export
from sanku.library.operations.notes import write_note
from sanku.maps.boundaries import EDITION
from sanku.merging.models import Merge
from sanku.merging.operations import merge_companies
from sanku.projects.models import Project
from sanku.sites.models import Reshape, Site
from tests import make
from tests.cast import Cast
from tests.intake_web.books import COMPANIES as HEADER
from tests.intake_web.books import book, hand_in

# The library of signing in has addresses of its own; what is closed among them stands in test_sign_in.
NOT_OURS = ("account_", "mfa_", "socialaccount_", "openid_connect_")
LIBRARIES = {"company": "companies", "target": "targets", "project": "projects", "site": "sites"}
SECTIONS = {"company": "identity", "target": "owner", "project": "people", "site": "identity"}


@dataclass(frozen=True)
class World:
    """The records; those whose name ends in `gone` were removed."""

    cast: Cast
    company: Company
    company_gone: Company
    contact: Contact
    contact_gone: Contact
    touch: Touch
    touch_gone: Touch
    shareholder: Shareholder
    shareholder_gone: Shareholder
    target: Target
    target_gone: Target
    project: Project
    project_gone: Project
    site: Site
    site_gone: Site
    reshape: Reshape
    pair: Duplicate
    merge: Merge
    batch: Batch
    rate: Any
    tag: Tag
    field: CustomField
    views: dict[str, SavedView]  # of the department, by the first word of the library's addresses
    views_gone: dict[str, SavedView]
    token: Any
    export: Export
    bulk: dict[str, BulkEdit]
    files: dict[str, Attachment]
    files_gone: dict[str, Attachment]
    edition: HonourEdition
    notes: dict[str, int]  # the number of a note of the officer's own
    notice: Notice

    def ids(self, name: str) -> dict[str, Any]:
        """Return the arguments of an address by its name."""
        namespace, _, page = name.rpartition(":")
        gone = "_gone" if page.endswith("-restore") else ""
        match namespace, page.partition("-")[0]:
            case "accounts", first:
                found = {"person": self.cast.counterpart, "department": self.cast.department}
                found |= {"squad": self.cast.squad, "rate": self.rate, "token": self.token}
                return {"pk": found[first].pk, "key": "place"} if first in found else {}
            case "base", _:
                return {"version": "2026-11", "row": 0, "company_id": 1}
            case "api", "import":
                return {"pk": self.batch.rows.order_by("pk")[0].pk if "-row-" in page else self.batch.pk}
            case "api", ("duplicate" | "merge") as which:
                return {"pk": self.pair.pk if which == "duplicate" else self.merge.pk}
            case "ogc", _:
                return {"name": "projects", "pk": self.project.pk, "z": 0, "x": 0, "y": 0}
            case "intake", "row":
                return {"pk": self.batch.rows.order_by("pk")[0].pk}
            case "notices", _:
                return {"pk": self.notice.pk}
            case "exports", _:
                return {"pk": self.export.pk}
            case "intake", _:
                return {"pk": self.batch.pk}
            case "library", "tag":
                return {"pk": self.tag.pk}
            case "library", "field":
                return {"pk": self.field.pk}
            case "merging", "company":
                return {"pk": self.company.pk}
            case "merging", _:
                return {"pk": self.merge.pk}
            case "companies", "honour":
                of_entry = page == "honour-decide"
                return {"pk": self.edition.entries.get().pk if of_entry else self.edition.pk}
            case "companies", "duplicate":
                return {"pk": self.pair.pk}
            case "maps", _:
                return {"edition": EDITION, "layer": "sites", "z": 0, "x": 0, "y": 0, "pk": 1}
            case "projects", "company":
                return {"pk": self.company.pk}
            case "sites", "site" if page == "site-reshape-undo":
                return {"pk": self.reshape.pk}
        return self._of_library(page.partition("-")[0], page, gone)

    def _of_library(self, library: str, page: str, gone: str) -> dict[str, Any]:
        if "-note-" in page:
            return {"pk": getattr(self, library).pk, "number": self.notes[library]}
        if page.endswith("-bulk") or "-bulk-" in page:
            return {"edit": self.bulk[library].pk, "row": self.bulk[library].rows.get().pk}
        if "-attachment-" in page:
            record = getattr(self, library)
            return {"pk": record.pk, "file": (self.files_gone if gone else self.files)[library].pk}
        if "-tab-" in page:
            return {"saved": (self.views_gone if gone else self.views)[library].pk}
        for row in ("contact", "touch", "shareholder"):
            if f"-{row}-" in page:
                return {"pk": getattr(self, library).pk, "row": getattr(self, row + gone).pk}
        record = getattr(self, library + gone, None)
        return {} if record is None else {"pk": record.pk, "key": SECTIONS[library]}


def make_world(cast: Cast) -> World:
    """Make one of everything."""
    zone, department, then = cast.zone, cast.department, {"removed_at": make.NOW}
    company = make.company(zone, "示例甲机械有限公司", uscc=make.uscc())
    other = make.company(zone, "示例甲机械集团公司")
    first, second = sorted((company, other), key=lambda one: one.pk)
    shareholders = [
        Shareholder.objects.create(company=company, name=name, **values)
        for name, values in (("示例股东", {}), ("示例前股东", then))
    ]
    world = World(
        cast=cast,
        company=company,
        company_gone=make.company(zone, "示例旧公司", **then),
        contact=make.contact(company, department, name="示曌甲", phone="13800005678"),
        contact_gone=make.contact(company, department, name="示曌乙", **then),
        touch=make.touch(company, department, content="曌谈甲", method="拜访曌"),
        touch_gone=make.touch(company, department, content="曌谈乙", **then),
        shareholder=shareholders[0],
        shareholder_gone=shareholders[1],
        target=make.target(company=company, department=department, reason="曌由甲", next_action="曌步甲"),
        target_gone=make.target(department=department, **then),
        project=make.project(
            zone, "示例曌项目", department=department, investor=company, stage="negotiation", content="曌建甲"
        ),
        project_gone=make.project(zone, "示例旧项目", department=department, **then),
        site=make.site(zone, "示例厂房甲"),
        site_gone=make.site(zone, "示例旧厂房", **then),
        reshape=Reshape.objects.create(
            zone=zone, kind="split", kept=make.site(zone, "示例厂房乙"), at=make.NOW, by=cast.office
        ),
        pair=Duplicate.objects.create(
            zone=zone, first=first, second=second, reason="name", found_at=make.NOW
        ),
        batch=hand_in(
            cast.promotion, book([HEADER, ["示例曌表公司", None, None, None, None, None, None, None]])
        ),
        rate=make.rate(zone=zone),
        tag=Tag.objects.create(zone=zone, name="示例标签", created_at=make.NOW, updated_at=make.NOW),
        field=CustomField.objects.create(
            zone=zone,
            library="companies",
            key="sl",
            label="示例字段",
            kind="text",
            created_at=make.NOW,
            updated_at=make.NOW,
        ),
        token=make.token(cast.promotion),
        merge=merge_companies(
            make.company(zone, "示例丙机电有限公司"),
            make.company(zone, "示例丙机电公司"),
            actor=cast.office,
            now=make.NOW,
            via=make.VIA,
        ),
        views={
            word: make.saved_view(cast.promotion, name, shared="department")
            for word, name in LIBRARIES.items()
        },
        views_gone={
            word: make.saved_view(cast.promotion, name, shared="department", removed_at=make.NOW)
            for word, name in LIBRARIES.items()
        },
        edition=load_edition(
            [Published(2, "示例甲机械有限公司", 1)],
            list_name="示例榜",
            honour="china_500",
            publisher="",
            name="2026",
            published_on=make.TODAY,
            source="",
            file_name="",
            sha256="",
            actor=cast.office,
            now=make.NOW,
            via=make.VIA,
        ),
        export=order_export(
            "companies",
            "",
            ["name"],
            form="xlsx",
            actor=cast.promotion,
            now=timezone.now(),
            via=make.VIA,
        ),
        bulk={word: make.bulk_edit(cast.promotion, name) for word, name in LIBRARIES.items()},
        files={},
        files_gone={},
        notes={},
        notice=Notice.objects.create(
            zone=zone,
            to=cast.promotion,
            kind="bulk",
            record_id=0,
            params={"state": "done", "count": 2},
            at=make.NOW,
        ),
    )
    Notice.objects.update(record_id=world.bulk["project"].pk)
    for word, library in LIBRARIES.items():
        record = getattr(world, word)
        # What is noted of a carrier or hangs on it is open to all staff, as the carrier is.
        text = "示例记甲" if word == "site" else "曌记甲"
        note = write_note(
            libraries()[library], record, text, actor=cast.promotion, now=make.NOW, via=make.VIA
        )
        world.notes[word] = note.number
        world.files[word] = make.attachment(
            record, cast.promotion, "示例平面图.pdf" if word == "site" else "示例曌函.pdf"
        )
        world.files_gone[word] = make.attachment(record, cast.promotion, removed_at=make.NOW)
    return world


def names(patterns: Any = None, route: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Yield name and route of every address of Sanku's own."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern) and pattern.name and not pattern.name.startswith(NOT_OURS):
            yield namespace + pattern.name, path


def address(world: World, name: str, route: str) -> str:
    """Return the address of a page of the world."""
    given = world.ids(name)
    return reverse(name, kwargs={key: value for key, value in given.items() if f":{key}>" in route})
