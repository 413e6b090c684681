"""Importing a file from the command line: the same steps in the foreground."""

import json
import os
import sys
from typing import Any

from django.core.files import File
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.common.problems import NotAllowed
from sanku.intake.models import Batch
from sanku.intake.operations.reading import read_file
from sanku.intake.operations.receiving import FileTooLarge, discard_batch, receive_file
from sanku.intake.operations.saving import save_rows, start_saving
from sanku.intake.problems import refusal_message
from sanku.intake.rules import State, asks_system


def import_file(
    path: str,
    *,
    kind: str | None = None,
    crs: str = "",
    actor: str | User | None = None,
    out: str | None = None,
) -> dict[str, Any]:
    """Import a workbook in a person's name; return, and write to `out` as JSON, what became of its rows.

    Raises:
        CommandError: nobody of that name, a role that may not, or a file that is refused.
    """
    person = actor if isinstance(actor, User) else _person(actor)
    try:
        with open(path, "rb") as stream:
            batch = receive_file(
                File(stream),
                name=os.path.basename(path),
                actor=person,
                now=timezone.now(),
                kind=kind or "",
                crs=crs,
                in_background=False,
            )
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=1) from error
    except NotAllowed as error:
        raise CommandError(_("%(name)s may not import.") % {"name": person}, returncode=1) from error
    except FileTooLarge as error:
        raise CommandError(refusal_message("too_large"), returncode=2) from error
    _say(_("Reading %(file)s …") % {"file": batch.file_name})
    read_file(batch.pk, batch.run, tell=_tell)
    batch.refresh_from_db()
    if batch.state != State.REVIEW:
        raise CommandError(
            f"{batch.reason}: {refusal_message(batch.reason, batch.reason_detail)}", returncode=2
        )
    if any(asks_system(table.mapping) for table in batch.tables.filter(is_taken=True)):
        proposed = ", ".join(sorted({table.mapping["crs"]["system"] or "?" for table in batch.tables.all()}))
        discard_batch(batch, actor=person)
        raise CommandError(
            _(
                "The file does not say in which coordinate system it is. Say it with --crs; proposed: %(proposed)s."
            )
            % {"proposed": proposed},
            returncode=2,
        )
    _say(_("Saving …"))
    run = start_saving(batch, actor=person, now=timezone.now(), in_background=False)
    save_rows(batch.pk, run, tell=_tell)
    batch.refresh_from_db()
    answer = _answer(batch)
    if out is not None:
        with open(out, "w", encoding="utf-8") as answers:
            json.dump(answer, answers, ensure_ascii=False, indent=1)
    _say(
        _(
            "%(created)d created, %(updated)d updated, %(unchanged)d as they were, %(refused)d refused, %(skipped)d skipped."
        )
        % answer["counts"]
    )
    return answer


def _person(name: str | None) -> User:
    if not name:
        raise CommandError(_("Say in whose name: --user NAME."), returncode=1)
    person = User.objects.filter(username=name, is_active=True).select_related("zone", "department").first()
    if person is None:
        raise CommandError(_("There is nobody called %(name)s.") % {"name": name}, returncode=1)
    return person


def _answer(batch: Batch) -> dict[str, Any]:
    refused = batch.rows.filter(action="refuse").select_related("table")
    return {
        "batch": batch.pk,
        "file": batch.file_name,
        "state": batch.state,
        "counts": {
            "created": batch.created_count,
            "updated": batch.updated_count,
            "unchanged": batch.unchanged_count,
            "refused": batch.refused_count,
            "skipped": batch.skipped_count,
            "near_duplicates": batch.duplicate_count,
        },
        "refused_rows": [
            {
                "sheet": row.table.sheet or None,
                "row": row.number,
                "reasons": [p["code"] for p in row.problems if p["severity"] == "refused"],
            }
            for row in refused.iterator(2_000)
        ],
    }


def _tell(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} / {total:,}", end="\n" if done >= total else "", file=sys.stderr, flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
