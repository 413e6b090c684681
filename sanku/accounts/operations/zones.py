"""Writing zones."""

from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import User, Zone
from sanku.accounts.operations.passwords import write_one_time_password
from sanku.accounts.operations.people import problems_of_people
from sanku.accounts.operations.permission import require
from sanku.accounts.rules import MANAGES_PEOPLE, Role, zone_problems
from sanku.audit.models import Action
from sanku.audit.operations import Draft, Happening, Via, changes_of, save_records, write_entries
from sanku.common.problems import Problem, Refused


def found_zone(
    values: dict[str, Any], *, username: str, name: str, now: datetime, via: Via
) -> tuple[User, str]:
    """Make a zone with its first administrator; return him (his zone with him) and his one-time password.

    Done by the operator of the installation at the command line: there is nobody yet who could be the actor.

    Raises:
        Refused: position 0 for the zone, 1 for the administrator; nothing was saved.
    """
    zone = Zone()
    person = {"username": username, "name": name, "role": Role.ADMINISTRATOR.value}
    with transaction.atomic():
        problems = {
            0: zone_problems(values, is_new=True) + _taken(zone, values),
            1: problems_of_people([Draft(User(), person)]).get(0, []),
        }
        if any(problems.values()):
            raise Refused({position: found for position, found in problems.items() if found})
        _write(zone, values, Action.CREATE, actor=None, now=now, via=via)
        administrator = User(zone=zone)
        administrator.set_unusable_password()
        save_records([Draft(administrator, person)], actor=None, now=now, via=via)
        password = write_one_time_password(administrator, actor=None, now=now, via=via)
    return administrator, password


def save_zone(values: dict[str, Any], *, actor: User, now: datetime, via: Via) -> list[dict[str, Any]]:
    """Change the actor's own zone; return the changes.

    Raises:
        NotAllowed: the actor does not manage people.
        Refused: position 0; nothing was saved.
    """
    require(actor, MANAGES_PEOPLE)
    with transaction.atomic():
        zone = Zone.objects.select_for_update().get(pk=actor.zone_id)
        found = zone_problems(values, is_new=False) + _taken(zone, values)
        if found:
            raise Refused({0: found})
        return _write(zone, values, Action.UPDATE, actor=actor, now=now, via=via)


def _taken(zone: Zone, values: dict[str, Any]) -> list[Problem]:
    name = values.get("name")
    if name and Zone.objects.filter(name=name).exclude(pk=zone.pk).exists():
        return [Problem("name_taken", "name", {"value": name})]
    return []


def _write(
    zone: Zone, values: dict[str, Any], action: Action, *, actor: User | None, now: datetime, via: Via
) -> list[dict[str, Any]]:
    changes = changes_of(zone, values)
    if not changes:
        return []
    for name, value in values.items():
        setattr(zone, name, value)
    zone.save()
    happening = Happening(
        action=action, library=Zone._meta.label_lower, record_id=zone.pk, label=zone.name, changes=changes
    )
    write_entries([happening], zone_id=zone.pk, actor=actor, now=now, via=via)
    return changes
