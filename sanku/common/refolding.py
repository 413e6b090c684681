"""Making what is kept for searching anew, after `names.normalise` has come to make more spellings equal."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sanku.common.names import simplified
from sanku.common.search import index_texts

STEP = 2_000


def fold_search_texts(app: str, model_name: str) -> Any:
    """Return a migration step that puts the search texts of a model into Simplified characters, with their pairs."""

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        model = apps.get_model(app, model_name)
        index_texts(model, dict(_folded(model, "search_text", simplified)))

    return migrations.RunPython(forwards, migrations.RunPython.noop)


def fold_field(app: str, model_name: str, name: str, fold: Callable[[str], str] = simplified) -> Any:
    """Return a migration step that folds a text field; of rows that become alike, where a key forbids it, one stays."""

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        model = apps.get_model(app, model_name)
        for _pk, _text in _folded(model, name, fold):
            pass

    return migrations.RunPython(forwards, migrations.RunPython.noop)


def _folded(model: Any, name: str, fold: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """Fold the texts that hold a Traditional character; yield the id and the new text of each."""
    keys = [set(key.fields) - {name} for key in model._meta.constraints if name in getattr(key, "fields", ())]
    last = 0
    while rows := list(
        model.objects.filter(pk__gt=last).order_by("pk")[:STEP].values("pk", *_fields(keys), name)
    ):
        for row in rows:
            if simplified(row[name]) == row[name]:
                continue
            new = fold(row[name])
            if any(
                model.objects.filter(**{field: row[field] for field in key}, **{name: new}).exists()
                for key in keys
            ):
                model.objects.filter(pk=row["pk"]).delete()
                continue
            model.objects.filter(pk=row["pk"]).update(**{name: new})
            yield row["pk"], new
        last = rows[-1]["pk"]


def _fields(keys: list[set[str]]) -> list[str]:
    return sorted({field for key in keys for field in key})
