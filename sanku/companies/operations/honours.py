"""Loading editions of honours lists, and the marks that companies have by them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import LOADS_HONOURS
from sanku.audit.models import Action
from sanku.audit.operations import Draft, Happening, Via, chunks, save_records, write_entries
from sanku.common.bulk import blank, insert_rows
from sanku.common.names import core_name, normalise
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies.honour_sheets import Published
from sanku.companies.models import Company, CompanyName, NameKind
from sanku.companies.models.honours import HonourEdition, HonourEntry, HonourList

State, How = HonourEntry.State, HonourEntry.How


def load_edition(
    entries: Sequence[Published],
    *,
    list_name: str,
    honour: str,
    publisher: str,
    name: str,
    published_on: date,
    source: str,
    file_name: str,
    sha256: str,
    actor: User,
    now: datetime,
    via: Via,
) -> HonourEdition:
    """Keep an edition of a list (made where there is none of that name), match its companies and mark them.

    Raises:
        NotAllowed: the actor's role loads no lists.
        Refused: nothing was read, the list gives another mark, or that day's edition is there.
    """
    require(actor, LOADS_HONOURS)
    if not entries:
        raise Refused({0: [Problem("honour_nothing_read", "file")]})
    with transaction.atomic():
        found, _made = HonourList.objects.select_for_update().get_or_create(
            zone_id=actor.zone_id, name=list_name, defaults={"honour": honour, "publisher": publisher}
        )
        if found.honour != honour:
            raise Refused(
                {
                    0: [
                        Problem(
                            "honour_other_mark", "honour", {"list": found, "mark": found.get_honour_display()}
                        )
                    ]
                }
            )
        there = found.editions.filter(published_on=published_on, undone_at=None).first()
        if there is not None:
            raise Refused({0: [Problem("honour_edition_there", "published_on", {"edition": there})]})
        edition = HonourEdition.objects.create(
            list=found, zone_id=actor.zone_id, name=name, published_on=published_on, source=source,
            file_name=file_name, sha256=sha256, by=actor, loaded_at=now,
        )  # fmt: skip
        insert_rows(_matched(edition, entries))
        _tell(edition, Action.CREATE, len(entries), actor=actor, now=now, via=via)
        apply_marks(found, actor=actor, now=now, via=via)
    return edition


def _matched(edition: HonourEdition, published: Sequence[Published]) -> list[HonourEntry]:
    """Return the entries of an edition, with the company that each surely is."""
    codes, names, cores = _known(edition.zone_id, published)
    taken: set[int] = set()
    made = []
    for one in published:
        core = core_name(one.name)[:200]
        company, state, how = _judged(one, codes, names, cores.get(core, {}))
        if company in taken:  # two rows cannot be one company: a person says which
            company, state, how = None, State.DOUBTFUL, ""
        if company is not None:
            taken.add(company)
        made.append(
            blank(
                HonourEntry,
                edition=edition,
                zone_id=edition.zone_id,
                number=one.number,
                rank=one.rank,
                name=one.name,
                core=core,
                uscc=one.uscc,
                country=one.country,
                company_id=company,
                state=state,
                how=how,
            )
        )
    return made


def _judged(
    one: Published, codes: dict[str, int], names: dict[str, set[int]], alike: dict[int, tuple[str, str]]
) -> tuple[int | None, str, str]:
    """Return the company, whether that is sure, and how it was recognised.

    By its code; else by its whole name, if no other has it and no code contradicts. A former or short name, or a name
    that differs in its legal form, is for a person to decide.
    """
    if one.uscc and one.uscc in codes:
        return codes[one.uscc], State.MATCHED, How.CODE
    same = {pk for pk in names.get(normalise(one.name), ()) if not one.uscc or not alike.get(pk, ("", ""))[1]}
    if len(same) == 1:
        return same.pop(), State.MATCHED, How.NAME
    return (
        None,
        State.DOUBTFUL
        if same or any(not one.uscc or not code for _kind, code in alike.values())
        else State.NONE,
        "",
    )


def _known(
    zone_id: int, published: Sequence[Published]
) -> tuple[dict[str, int], dict[str, set[int]], dict[str, dict[int, tuple[str, str]]]]:
    """Return the zone's companies by code, by normalised whole name, and by core: {company: (kind of name, code)}."""
    codes: dict[str, int] = {}
    names: dict[str, set[int]] = defaultdict(set)
    cores: dict[str, dict[int, tuple[str, str]]] = defaultdict(dict)
    alive = Company.objects.filter(zone_id=zone_id, removed_at=None)
    for some in chunks(sorted({one.uscc for one in published if one.uscc})):
        codes |= dict(alive.filter(uscc__in=some).values_list("uscc", "pk"))
    rows = CompanyName.objects.filter(zone_id=zone_id, company__removed_at=None)
    for some in chunks(sorted({core_name(one.name)[:200] for one in published})):
        for core, kind, pk, name, code in rows.filter(core__in=some).values_list(
            "core", "kind", "company_id", "company__name", "company__uscc"
        ):
            cores[core][pk] = (kind, code)
            if kind == NameKind.NAME:
                names[normalise(name)].add(pk)
    return codes, names, cores


def apply_marks(honours: HonourList, *, actor: User | None, now: datetime, via: Via) -> None:
    """Bring the marks of companies into step with the newest edition of a list.

    A company on it gets the mark. The mark of one that is on it no longer is taken away if the list gave it and no
    other list gives it; a mark that a person set, or an import, stays.
    """
    current = _current(honours)
    entries = HonourEntry.objects.filter(edition__list=honours)
    wanted = dict(
        entries.filter(edition=current, state=State.MATCHED).values_list("company_id", "pk")
        if current
        else ()
    )
    given = set(entries.filter(sets_mark=True, company__isnull=False).values_list("company_id", flat=True))
    elsewhere = _given_elsewhere(honours, given - wanted.keys())
    why = str(current) if current is not None else str(honours)
    setting: set[int] = set()
    for some in chunks(sorted(wanted.keys() | given)):
        drafts: list[Draft[Company]] = []
        for company in Company.objects.select_for_update().filter(pk__in=some):
            has, wants = honours.honour in company.honours, company.pk in wanted
            if wants and not has:
                drafts.append(Draft(company, {"honours": sorted({*company.honours, honours.honour})}, why))
            elif not wants and has and company.pk not in elsewhere:
                left = [code for code in company.honours if code != honours.honour]
                drafts.append(Draft(company, {"honours": left}, why))
            if wants and (not has or company.pk in given):
                setting.add(wanted[company.pk])
        save_records(drafts, actor=actor, now=now, via=via)
    entries.filter(sets_mark=True).exclude(edition=current).update(sets_mark=False)
    for batch in chunks(sorted(setting)):
        entries.filter(pk__in=batch).update(sets_mark=True)


def _current(honours: HonourList) -> HonourEdition | None:
    return honours.editions.filter(undone_at=None).order_by("-published_on", "-pk").first()


def _given_elsewhere(honours: HonourList, companies: Iterable[int]) -> set[int]:
    """Return the companies that the newest edition of another list gives the same mark; it is that list's from now on."""
    others = HonourList.objects.filter(zone_id=honours.zone_id, honour=honours.honour).exclude(pk=honours.pk)
    editions = [edition for other in others if (edition := _current(other)) is not None]
    found: set[int] = set()
    for some in chunks(sorted(companies)):
        entries = HonourEntry.objects.filter(edition__in=editions, state=State.MATCHED, company_id__in=some)
        found |= set(entries.values_list("company_id", flat=True))
        entries.update(sets_mark=True)
    return found


def decide_entry(
    entry: HonourEntry, company: Company | None, *, actor: User, now: datetime, via: Via
) -> None:
    """Say which company an entry is, or that it is none of the library.

    Raises:
        NotAllowed: the actor's role decides nothing, or the company is of another zone.
        Refused: another entry of the edition is that company already.
    """
    require(actor, LOADS_HONOURS)
    with transaction.atomic():
        current = (
            HonourEntry.objects.select_for_update(of=("self",))
            .select_related("edition__list", "company")
            .get(pk=entry.pk)
        )
        if company is not None and company.zone_id != current.zone_id:
            raise NotAllowed
        same = current.edition.entries.exclude(pk=current.pk).filter(company=company)
        if company is not None and same.exists():
            raise Refused({0: [Problem("honour_twice", "company", {"company": company})]})
        if current.sets_mark and company != current.company:
            _take_mark(current.company, current.edition.list, actor=actor, now=now, via=via)
            current.sets_mark = False
        current.company, current.state = company, State.MATCHED if company is not None else State.NONE
        current.how = How.HAND
        current.save(update_fields=["company", "state", "how", "sets_mark"])
        _tell(
            current.edition,
            Action.UPDATE,
            1,
            actor=actor,
            now=now,
            via=via,
            why=f"{current.name}: {company or '—'}",
        )
        apply_marks(current.edition.list, actor=actor, now=now, via=via)


def _take_mark(company: Company | None, honours: HonourList, *, actor: User, now: datetime, via: Via) -> None:
    """Take a mark away that a list gave, unless another list gives it too."""
    if company is None or honours.honour not in company.honours or _given_elsewhere(honours, [company.pk]):
        return
    left = [code for code in company.honours if code != honours.honour]
    save_records([Draft(company, {"honours": left}, str(honours))], actor=actor, now=now, via=via)


def undo_edition(edition: HonourEdition, *, actor: User, now: datetime, via: Via) -> None:
    """Take an edition back: the marks are again those of the edition before.

    Raises:
        NotAllowed: the actor's role loads no lists.
    """
    require(actor, LOADS_HONOURS)
    with transaction.atomic():
        current = (
            HonourEdition.objects.select_for_update(of=("self",)).select_related("list").get(pk=edition.pk)
        )
        if current.undone_at is not None:
            return
        current.undone_at = now
        current.save(update_fields=["undone_at"])
        _tell(current, Action.REMOVE, current.entries.count(), actor=actor, now=now, via=via)
        apply_marks(current.list, actor=actor, now=now, via=via)


def note_honours(companies: Sequence[Company], *, actor: User | None, now: datetime, via: Via) -> None:
    """Mark companies, new or renamed, that stand on a current edition where they were not known so far."""
    if (
        not companies
        or not HonourEdition.objects.filter(zone_id=companies[0].zone_id, undone_at=None).exists()
    ):
        return
    touched: dict[int, HonourList] = {}
    by_code = {company.uscc: company for company in companies if company.uscc}
    by_name = {normalise(company.name): company for company in companies}
    cores = {core for company in companies for kind, core in company.cores() if kind == NameKind.NAME}
    waiting = HonourEntry.objects.filter(
        zone_id=companies[0].zone_id, state=State.NONE, edition__undone_at=None
    ).exclude(how=How.HAND)
    for some in chunks(sorted(cores | by_code.keys())):
        for entry in waiting.filter(Q(core__in=some) | Q(uscc__in=some)).select_related("edition__list"):
            company = by_code.get(entry.uscc) if entry.uscc else None
            how = How.CODE if company is not None else How.NAME
            company = company or by_name.get(normalise(entry.name))
            if company is None or (entry.uscc and company.uscc and entry.uscc != company.uscc):
                continue
            if entry.edition.entries.filter(company=company).exists():
                continue
            entry.company, entry.state, entry.how = company, State.MATCHED, how
            entry.save(update_fields=["company", "state", "how"])
            touched[entry.edition.list_id] = entry.edition.list
    for honours in touched.values():
        apply_marks(honours, actor=actor, now=now, via=via)


def _tell(
    edition: HonourEdition, action: Action, rows: int, *, actor: User, now: datetime, via: Via, why: str = ""
) -> None:
    """Enter in the ledger what was done with an edition."""
    changes: list[dict[str, Any]] = [{"field": "rows", "old": None, "new": rows}]
    happening = Happening(
        action=action,
        library=HonourEdition._meta.label_lower,
        record_id=edition.pk,
        label=str(edition)[:300],
        changes=changes,
        why=why,
    )
    write_entries([happening], zone_id=edition.zone_id, actor=actor, now=now, via=via)
