"""Which companies rows mean: those there are, and those that are to be made once for all rows that name them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sanku.accounts.models import User
from sanku.audit.operations import Draft, chunks, is_new
from sanku.common.bulk import among, blank, having
from sanku.common.names import core_name, normalise
from sanku.companies.models import Company, CompanyName, Contact, NameKind, sound_of
from sanku.companies.spelling import sounding
from sanku.intake.planning.facts import Values
from sanku.intake.planning.plan import Called, Intent, Plan, Ready, fit, put
from sanku.intake.rules import company_match

# What a whole name of a company ends with; “示例机电” alone makes no record.
_WHOLE_NAME = re.compile(
    r"(?:公司|集团|厂|中心|合作社|研究院|研究所|设计院|事务所|合伙|银行|大学|学院|医院|学校|株式会社|支行|分行"
    r"|co\.?,?ltd\.?|limited|inc\.?|gmbh|corp\.?|corporation|llc|plc|s\.a\.|ag)$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"公司.*[、,，;；/+和与及].*公司")


def names_one_company(name: str) -> bool:
    """Return whether a name is the whole name of one company, good enough to make a record of."""
    return len(name) >= 4 and bool(_WHOLE_NAME.search(name)) and not _SEVERAL.search(name)


class Companies:
    """The companies that some rows mean."""

    def __init__(self, actor: User, *, lock: bool) -> None:
        self.actor, self.lock = actor, lock
        self.by_code: dict[str, int] = {}
        self.by_name: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.by_core: dict[str, list[int]] = defaultdict(list)
        self.by_sound: dict[str, str] = {}
        self.drafts: dict[int, Draft[Company]] = {}
        self.new_by_code: dict[str, Draft[Company]] = {}
        self.new_by_name: dict[str, list[Draft[Company]]] = defaultdict(list)
        self.contacts: dict[int, list[Contact]] = defaultdict(list)
        self.new_contacts: dict[tuple[int, str], Draft[Contact]] = {}

    def load(self, wanted: Iterable[Called]) -> None:
        """Find the companies that are called so."""
        names, cores, codes = ({*those} - {""} for those in zip(*wanted, strict=True))
        alive = Company.objects.filter(zone_id=self.actor.zone_id, removed_at=None)
        ids: set[int] = set()
        if codes:
            found = having(Company.objects.all(), "uscc", sorted(codes), zone_id=self.actor.zone_id)
            ids.update(found.values_list("pk", flat=True))
            self._load_merged_codes(sorted(codes), ids)
        known = CompanyName.objects.filter(zone_id=self.actor.zone_id, core__in=among(sorted(cores)))
        for core, pk in known.values_list("core", "company_id"):
            self.by_core[core].append(pk)
            ids.add(pk)
        if not self.lock:  # for `Plan.similar`, which nobody asks for when rows are saved
            self._load_sounds(cores)
        related = alive.select_related("responsible_leader", "service_officer")
        for some_ids in chunks(sorted(ids)):
            found = related.filter(pk__in=some_ids)
            for company in found.select_for_update(of=("self",)) if self.lock else found:
                self._know(company, names)
        self.by_code = {code: pk for code, pk in self.by_code.items() if pk in self.drafts}
        if self.drafts:
            self._load_contacts()

    def _load_merged_codes(self, codes: Sequence[str], ids: set[int]) -> None:
        """Let the codes of merged companies mean the ones that they were merged into."""
        known = CompanyName.objects.filter(
            zone_id=self.actor.zone_id, core__in=among(codes), kind=NameKind.CODE
        )
        for code, pk in known.filter(company__removed_at=None).values_list("core", "company_id"):
            self.by_code[code] = pk
            ids.add(pk)

    def _load_sounds(self, cores: Iterable[str]) -> None:
        """Find the companies with a name that sounds like one of these; only what they are called is needed."""
        known = CompanyName.objects.filter(zone_id=self.actor.zone_id, company__removed_at=None)
        sounds = {sound_of(core) for core in cores} - {""}
        alike = sounding(known, sounds).values_list("sound", "company__name")
        self.by_sound |= dict(alike.order_by("-company_id"))

    def _know(self, company: Company, names: set[str]) -> None:
        self.drafts[company.pk] = Draft(company, {})
        if company.uscc:
            self.by_code[company.uscc] = company.pk
        for name in ({normalise(company.name)} | _merged_names(company)) & names:
            self.by_name[name].append((company.pk, company.uscc))

    def _load_contacts(self) -> None:
        """Read the contacts that the actor's own department holds: others are not his to see or to change."""
        held = Contact.objects.filter(
            zone_id=self.actor.zone_id, removed_at=None, department=self.actor.department
        )
        for some in chunks(list(self.drafts)):
            for contact in held.filter(company__in=some):
                self.contacts[contact.company_id].append(contact)

    def find(self, name: str, code: str) -> tuple[Draft[Company] | None, bool]:
        """Return the draft of the company meant, made new or not; and whether several could be meant."""
        return self._meant(normalise(name), code)

    def _meant(self, folded: str, code: str) -> tuple[Draft[Company] | None, bool]:
        pk, unclear = company_match(code, self.by_code, self.by_name.get(folded, ()))
        if pk is not None:
            return self.drafts[pk], False
        if unclear:
            return None, True
        if code and code in self.new_by_code:
            return self.new_by_code[code], False
        for draft in self.new_by_name.get(folded, ()):
            if not code or not draft.values.get("uscc"):
                return draft, False
        return None, False

    def make(self, name: str, code: str) -> Draft[Company]:
        """Return the draft of a new company, known to the rows that follow."""
        return self._add(
            Draft(blank(Company, zone_id=self.actor.zone_id), {"name": name}), normalise(name), code
        )

    def _add(self, draft: Draft[Company], folded: str, code: str) -> Draft[Company]:
        if code:
            self.new_by_code[code] = draft
        self.new_by_name[folded].append(draft)
        return draft

    def make_ready(self, plan: Plan, ready: Ready) -> Intent | None:
        """Add the company that was worked out for a row to its plan; None where the row may mean one that is known."""
        if self._meant(ready.called.name, ready.called.code) != (None, False):
            return None
        values = dict(ready.prepared.values)  # a later row may have more to say
        draft = Draft(blank(Company, zone_id=self.actor.zone_id), values, prepared=ready.prepared)
        intent = Intent("company", self._add(draft, ready.called.name, ready.called.code))
        plan.intents.append(intent)
        return intent

    def plan(
        self,
        plan: Plan,
        values: Values,
        as_written: Mapping[str, str],
        *,
        make: bool,
        may_rename: bool = False,
        fill_only: bool = False,
    ) -> Intent | None:
        """Add the company that a row means to its plan; None where there is none and none is to be made."""
        name, code = str(values.get("name", "")), str(values.get("uscc", ""))
        draft, unclear = self.find(name, code)
        if unclear:
            plan.refuse("company", "company_unclear", "name", name=name)
            return None
        if draft is None:
            if not make or not name:
                return None
            draft = self.make(name, code)
            plan.similar = "" if self.lock else self._similar(name)
        values = fit(Company, dict(values), plan, "company")
        if not is_new(draft.record):
            _as_merged(draft.record, values)
            _rename(draft, values, may_rename=may_rename)
        put(draft, values, as_written, fill_only=fill_only)
        intent = Intent("company", draft)
        plan.intents.append(intent)
        return intent

    def _similar(self, name: str) -> str:
        """Return the name of a company whose core is the same or sounds alike: the pair goes on the worklist when saved."""
        core = core_name(name)[:200]
        known = [pk for pk in self.by_core.get(core, ()) if pk in self.drafts]
        return str(self.drafts[known[0]].record.name) if known else self.by_sound.get(sound_of(core), "")

    def plan_contact(self, plan: Plan, company: Intent | None, values: Values) -> bool:
        """Add the contact that a row names to its plan; return whether there was a company to have him."""
        if not values:
            return True
        if company is None:
            return False
        record, name, phone = company.draft.record, values.get("name", ""), values.get("phone", "")
        draft: Draft[Contact] | None = None
        for known in self.contacts.get(record.pk, ()) if not is_new(record) else ():
            if (name and known.name == name) or (not name and phone and known.phone == phone):
                draft = Draft(known, {})
                break
        key = (id(record), name or phone)
        if draft is None:
            draft = self.new_contacts.get(key)
        if draft is None:
            draft = Draft(blank(Contact, zone_id=self.actor.zone_id, company=record), {"company": record})
            self.new_contacts[key] = draft
        put(draft, values, {})
        plan.intents.append(Intent("contact", draft))
        return True


def _merged_names(company: Company) -> set[str]:
    """Return what else rows call a company since another was merged into it: its former names are those of both."""
    return {normalise(name) for name in company.former_names.splitlines()} if company.merged_text else set()


def _as_merged(company: Company, values: dict[str, Any]) -> None:
    """Leave code and name of a company as they are where the row gives those of one that was merged into it."""
    if values.get("uscc") in company.other_codes.splitlines():
        values.pop("uscc")
    if normalise(values.get("name", "")) in _merged_names(company):
        values.pop("name")


def _rename(draft: Draft[Company], values: dict[str, Any], *, may_rename: bool) -> None:
    """Keep a company's name, or its old name among the former ones where the table may rename it."""
    company = draft.record
    name = values.get("name", "")
    if not name or normalise(name) == normalise(company.name) or not may_rename:
        values.pop("name", None)
        return
    former = company.former_names.splitlines()
    if company.name not in former:
        values["former_names"] = "\n".join([*former, company.name])
