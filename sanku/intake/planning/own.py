"""The zone's own fields and tags in an import: which columns can mean them, and what they give a record."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.audit.operations import Via
from sanku.common.display import number, plain_money
from sanku.intake.own import KINDS_OF, OWN, TAG_WORDS, TAGS, OwnField, own_field
from sanku.intake.planning.facts import Facts
from sanku.intake.planning.plan import Plan, put
from sanku.library.known import libraries
from sanku.library.models import CustomField
from sanku.library.operations.tags import make_tags
from sanku.library.rules import tag_problems
from sanku.library.zoned import YES_NO, added_to, choices_of, said_change, zoned, zoned_changes

LIBRARY_OF = {kind: library for library, kinds in KINDS_OF.items() for kind in kinds}
# The record that a table of a library's records is about, as plans call it.
RECORD_OF = {"companies": "company", "targets": "target", "projects": "project", "sites": "site"}


def own_fields(user: User, kind: str = "") -> list[OwnField]:
    """Return the fields of the user's zone that columns can mean, of one kind of table or of all; tags come first."""
    found = [own_field(TAGS, TAGS, library="", label="标签", words=TAG_WORDS)]
    for library in KINDS_OF:
        found += [_as_column(one) for one in added_to(library, user).fields]
    return [field for field in found if not kind or kind in field.kinds]


def _as_column(one: CustomField) -> OwnField:
    return own_field(
        OWN + one.key,
        one.kind,
        library=one.library,
        label=one.label,
        words=[line.strip() for line in one.synonyms.splitlines() if line.strip()],
        unit=one.unit,
        decimals=one.decimals,
        choices=choices_of(one, closed=True),
    )


class OwnValues:
    """Puts what rows say of the zone's own fields and tags into their plans."""

    def __init__(self, actor: User, kind: str, *, now: datetime, via: Via | None) -> None:
        self.actor, self.now, self.via = actor, now, via
        self.library = LIBRARY_OF.get(kind, "")

    def put(self, plans: Sequence[Plan]) -> None:
        """Complete the plans of some rows. With `via` tags that the zone has not are made, else only named."""
        if not self.library:
            return
        named: list[tuple[Plan, list[str]]] = []
        for plan in plans:
            if plan.main is None:
                continue
            custom = _values(plan.row.facts)
            if custom:
                put(plan.main.draft, {"custom": custom}, {})
            names = plan.row.facts.get(TAGS) or []
            wrong = [problem for name in names for problem in tag_problems({"name": name})]
            for problem in wrong[:1]:
                plan.refuse(RECORD_OF[self.library], problem.code, TAGS, **problem.params)
            if names and not plan.problems:
                named.append((plan, list(names)))
        if named:
            self._tag(named)

    def _tag(self, named: Sequence[tuple[Plan, Sequence[str]]]) -> None:
        known = self._known()
        if self.via is not None:
            missing = dict.fromkeys(
                name for _plan, names in named for name in names if name.casefold() not in known
            )
            made = make_tags(
                list(missing), library=self.library, actor=self.actor, now=self.now, via=self.via
            )
            known |= {name.casefold(): str(tag.pk) for name, tag in made.items()}
        for plan, names in named:
            assert plan.main is not None
            here = [known[name.casefold()] for name in names if name.casefold() in known]
            # A record that has a tag under the name that it had before keeps that one.
            have = self._roots(getattr(plan.main.draft.record, "tags", ()))
            put(plan.main.draft, {"tags": [tag for tag in here if tag not in have]}, {})
            plan.new_tags = [name for name in names if name.casefold() not in known]

    def _known(self) -> dict[str, str]:
        """Return the tags in use by their names, merged ones as what they were merged into."""
        added = added_to(self.library, self.actor)
        offered = {str(tag.pk) for tag in added.offered}
        found: dict[str, str] = {}
        for tag in added.tags:
            root = added.roots[str(tag.pk)]
            if root in offered and (tag.removed_at is None or root == str(tag.pk)):
                found.setdefault(tag.name.casefold(), root)
        return found | {tag.name.casefold(): str(tag.pk) for tag in added.offered}

    def _roots(self, tags: Iterable[str]) -> set[str]:
        roots = added_to(self.library, self.actor).roots
        return {roots.get(tag, tag) for tag in tags}


def _values(facts: Facts) -> Mapping[str, Any]:
    return {
        name.removeprefix(OWN): value
        for name, value in facts.items()
        if name.startswith(OWN) and value is not None
    }


OF_ZONE = ("tags", "custom")


def own_changes(record: str, change: Mapping[str, Any], user: User) -> list[dict[str, Any]]:
    """Say a change of a record's tags or own values, one for each field; a tag that is to be made says so."""
    library = next(name for name, called in RECORD_OF.items() if called == record)
    described = zoned(libraries()[library], user)
    known = added_to(library, user).by_id
    new = [
        _("%(name)s (new tag)") % {"name": one} if change["field"] == "tags" and one not in known else one
        for one in change["new"] or ()
    ]
    whole = change if change["field"] != "tags" else {**change, "new": new}
    found = []
    for one in zoned_changes(described, whole):
        said = said_change(described, one, _said)
        found.append({**said, "old": said["old"] or "—", "new": said["new"] or "—"})
    return found


def own_names(record: str, user: User) -> dict[str, str]:
    """Return what the zone's own fields of a record are called, as what was not undone names them."""
    library = next((name for name, called in RECORD_OF.items() if called == record), "")
    return {OWN + key: one.label for key, one in added_to(library, user).by_key.items()} if library else {}


def _said(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(dict(YES_NO)["yes" if value else "no"])
    if kind == "cny":
        return plain_money(Decimal(str(value)))
    return number(Decimal(str(value))) if kind == "number" else str(value)
