"""Writing the tags of a zone, and those of a record."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.audit.operations import Draft, Via, save_records
from sanku.common.problems import Problem, Refused
from sanku.library.models import Tag
from sanku.library.operations.marks import mark_added
from sanku.library.rules import HUES, KEEPS_TAGS, tag_problems


def tags_of_zone(user: User) -> Any:
    """Return every tag of the user's zone, merged and removed ones too."""
    return Tag.objects.filter(zone_id=user.zone_id)


def save_tag(tag: Tag, values: dict[str, Any], *, actor: User, now: datetime, via: Via) -> None:
    """Save a new or changed tag; a new name shows on all its records at once.

    Raises:
        NotAllowed: the actor does not keep the zone's tags.
        Refused: what is wrong with it, or another tag is called so.
    """
    require(actor, KEEPS_TAGS)
    with transaction.atomic():
        _save(tag, values, actor=actor, now=now, via=via)


def _save(tag: Tag, values: dict[str, Any], *, actor: User, now: datetime, via: Via) -> None:
    found = tag_problems(values)
    name = values.get("name", tag.name).strip()
    alive = (
        values.get("removed_at", tag.removed_at) is None
        and values.get("merged_into", tag.merged_into) is None
    )
    same = tags_of_zone(actor).filter(name__iexact=name, removed_at=None, merged_into=None)
    if alive and same.exclude(pk=tag.pk).exists():
        found.append(Problem("tag_taken", "name", {"value": name}))
    if found:
        raise Refused({0: found})
    if "name" in values:
        values["name"] = name
    tag.zone_id = tag.zone_id or actor.zone_id
    save_records([Draft(tag, values)], actor=actor, now=now, via=via)
    mark_added(actor)


def make_tags(
    names: Collection[str], *, library: str, actor: User, now: datetime, via: Via
) -> dict[str, Tag]:
    """Make the tags with these names that the zone does not have; return all of them by name.

    Whoever writes records may do it on the way; the caller has asked whether he may. A tag with such a name that
    was for another library alone is for all from now on.

    Raises:
        Refused: a name is no name of a tag.
    """
    found: dict[str, Tag] = {}
    with transaction.atomic():
        known = {
            tag.name.casefold(): tag for tag in tags_of_zone(actor).filter(removed_at=None, merged_into=None)
        }
        for name in dict.fromkeys(name.strip() for name in names):
            tag = known.get(name.casefold())
            if tag is None:
                tag = Tag(zone_id=actor.zone_id)
                hue = HUES[len(known) % len(HUES)]
                _save(tag, {"name": name, "hue": hue, "library": library}, actor=actor, now=now, via=via)
                known[name.casefold()] = tag
            elif tag.library not in ("", library):
                _save(tag, {"library": ""}, actor=actor, now=now, via=via)
            found[name] = tag
    return found


def remove_tag(tag: Tag, *, actor: User, now: datetime, via: Via) -> None:
    """Take a tag out of use; its records keep it and show it again once it is restored."""
    save_tag(tag, {"removed_at": now}, actor=actor, now=now, via=via)


def restore_tag(tag: Tag, *, actor: User, now: datetime, via: Via) -> None:
    """Bring a removed tag back.

    Raises:
        Refused: another tag is called so by now.
    """
    save_tag(tag, {"removed_at": None}, actor=actor, now=now, via=via)


def merge_tag(tag: Tag, into: Tag, *, actor: User, now: datetime, via: Via) -> None:
    """Let a tag count as another: on every record, in every list and filter, until they are separated.

    Raises:
        Refused: it would be merged into itself, or into one that is not in use.
    """
    require(actor, KEEPS_TAGS)
    with transaction.atomic():
        pair = tags_of_zone(actor).select_for_update().in_bulk([tag.pk, into.pk])
        target = pair.get(into.pk)
        if (
            target is None
            or target.pk == tag.pk
            or target.merged_into_id is not None
            or target.removed_at is not None
        ):
            raise Refused({0: [Problem("tag_merge", "merged_into")]})
        values: dict[str, Any] = {"merged_into": target}
        _save(pair[tag.pk], values, actor=actor, now=now, via=via)
        if target.library not in ("", tag.library):
            _save(target, {"library": ""}, actor=actor, now=now, via=via)


def separate_tag(tag: Tag, *, actor: User, now: datetime, via: Via) -> None:
    """Let a merged tag count for itself again, on the records that had it.

    Raises:
        Refused: another tag is called so by now.
    """
    save_tag(tag, {"merged_into": None}, actor=actor, now=now, via=via)


def chosen_tags(
    present: Sequence[str], offered: Collection[str], chosen: Collection[str], roots: dict[str, str]
) -> list[str]:
    """Return the tags that a record is to have: the chosen ones of those offered, and what was not offered as it is."""
    kept = {one for one in present if roots.get(one, one) not in offered}
    still = {one for one in present if roots.get(one, one) in chosen}
    covered = {roots.get(one, one) for one in still}
    return sorted(kept | still | ((set(chosen) & set(offered)) - covered))
