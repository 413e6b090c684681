"""The ledger's chain: it verifies, and whatever is done to it behind Sanku's back is found."""

import importlib
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from sanku.accounts.models import Zone
from sanku.audit.models import Action, Chain, Entry
from sanku.audit.operations import Draft, add_note, erase_content
from sanku.audit.queries import verify_chain
from sanku.companies.models import Company
from sanku.companies.operations import save_companies
from tests import make
from tests.cast import Cast

ENTRIES = 6


@pytest.fixture
def ledger(cast: Cast) -> Zone:
    """Give a zone whose ledger has six entries: a company, four notes, a change."""
    company = Company(zone=cast.zone)
    save_companies(
        [Draft(company, {"name": "示例轴承有限公司"})], actor=cast.office, now=make.NOW, via=make.VIA
    )
    for number in range(4):
        add_note(
            company, body=f"记 {number}", actor=cast.office, now=make.NOW, via=make.VIA, department_id=None
        )
    save_companies(
        [Draft(company, {"short_name": "示例轴承"})], actor=cast.office, now=make.NOW, via=make.VIA
    )
    return cast.zone


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def drop_triggers() -> None:
    """Take the database's own protection away, as somebody with all rights could."""
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("DROP TRIGGER audit_entry_append_only ON audit_entry")
    else:
        run("DROP TRIGGER audit_entry_no_delete")
        run("DROP TRIGGER audit_entry_no_update")


def found(zone: Zone) -> tuple[int, str] | None:
    broken = verify_chain(Chain.objects.get(zone=zone))
    return None if broken is None else (broken.number, broken.what)


def test_a_chain_left_alone_is_whole(ledger: Zone, capsys: pytest.CaptureFixture[str]) -> None:
    assert Entry.objects.filter(zone=ledger).count() == ENTRIES
    assert found(ledger) is None
    call_command("audit", "verify")
    assert str(ENTRIES) in capsys.readouterr().out


def change_text(zone: Zone) -> None:
    Entry.objects.filter(zone=zone, number=3).update(why="另一句话")


def change_actor(zone: Zone) -> None:
    Entry.objects.filter(zone=zone, number=3).update(actor=None)


def delete_one(zone: Zone) -> None:
    Entry.objects.filter(zone=zone, number=3).delete()


def cut_the_end(zone: Zone) -> None:
    Entry.objects.filter(zone=zone, number__gt=ENTRIES - 2).delete()


def insert_one(zone: Zone) -> None:
    forged = Entry.objects.get(zone=zone, number=ENTRIES)
    forged.pk, forged.number = None, ENTRIES + 1
    forged.save()


def swap_two(zone: Zone) -> None:
    Entry.objects.filter(zone=zone, number=2).update(number=99)
    Entry.objects.filter(zone=zone, number=3).update(number=2)
    Entry.objects.filter(zone=zone, number=99).update(number=3)


def erase_silently(zone: Zone) -> None:
    """Erase without the entry that tells of it: the triggers allow this form, the check does not."""
    Entry.objects.filter(zone=zone, number=3).update(salt="", changes=[], why="", label="", address="")


@pytest.mark.parametrize(
    ("tamper", "place"),
    [
        (change_text, (3, "content")),
        (change_actor, (3, "hash")),
        (delete_one, (3, "number")),
        (cut_the_end, (ENTRIES - 2, "end")),
        (insert_one, (ENTRIES + 1, "hash")),
        (swap_two, (2, "hash")),
        (erase_silently, (3, "content")),
    ],
)
def test_tampering_is_found(
    ledger: Zone,
    tamper: Callable[[Zone], None],
    place: tuple[int, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    drop_triggers()
    tamper(ledger)
    assert found(ledger) == place
    with pytest.raises(CommandError):
        call_command("audit", "verify")
    assert str(place[0]) in capsys.readouterr().err


@pytest.mark.parametrize("tamper", [change_text, change_actor, delete_one, cut_the_end, swap_two])
def test_the_database_itself_refuses(ledger: Zone, tamper: Callable[[Zone], None]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        tamper(ledger)
    assert found(ledger) is None


def test_erasing_keeps_the_chain(cast: Cast, ledger: Zone) -> None:
    """What an entry said of a person goes; that it happened, and that it was erased, stays."""
    entry = Entry.objects.get(zone=ledger, number=3)
    erase_content(entry, actor=cast.administrator, now=make.NOW, via=make.VIA, why="本人要求")
    entry.refresh_from_db()
    assert (entry.why, entry.label, entry.address, entry.salt, entry.changes) == ("", "", "", "", [])
    last = Entry.objects.get(zone=ledger, number=ENTRIES + 1)
    assert (last.action, last.changes[0]["old"], last.why) == (Action.ERASE, 3, "本人要求")
    assert found(ledger) is None


def test_zones_have_chains_of_their_own(cast: Cast, ledger: Zone) -> None:
    save_companies(
        [Draft(Company(zone=cast.other_zone), {"name": "示例乙公司"})],
        actor=cast.outsider,
        now=make.NOW,
        via=make.VIA,
    )
    assert Entry.objects.get(zone=cast.other_zone).number == 1
    drop_triggers()
    change_text(ledger)
    assert found(cast.other_zone) is None


def test_triggers_cover_every_column_of_an_entry() -> None:
    """A new column must be named in the trigger, or it could be changed unseen."""
    kept = importlib.import_module("sanku.audit.migrations.0002_append_only").KEPT
    columns = {field.column for field in Entry._meta.concrete_fields}
    assert columns - set(kept) == {"id", "changes", "why", "label", "salt", "address"}
