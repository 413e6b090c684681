from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from sanku.common.sounds import sound_key
from sanku.warehouse.matching.words import ENGLISH

STEP = 2_000


def sound_names(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every whole name that is kept its sound."""
    names = apps.get_model("companies", "CompanyName")
    last = 0
    while rows := list(names.objects.filter(pk__gt=last).filter(kind__in=("name", "former")).order_by("pk")[:STEP]):
        for row in rows:
            row.sound = sound_key(row.core, ENGLISH)
        names.objects.bulk_update(rows, ["sound"], batch_size=400)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("companies", "0012_from_base")]
    operations = [
        migrations.AddField(
            "companyname", "sound", models.CharField(default="", editable=False, max_length=16)
        ),
        migrations.AlterField(
            "duplicate",
            "reason",
            models.CharField(
                choices=[
                    ("name", "name"),
                    ("short", "short name"),
                    ("former", "former name"),
                    ("code", "code"),
                    ("sound", "sounds alike"),
                    ("spelling", "one character apart"),
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
        migrations.RunPython(sound_names, migrations.RunPython.noop),
        migrations.AddIndex(
            "companyname",
            models.Index(
                condition=~Q(sound=""),
                fields=["zone", "sound", "company"],
                name="companies_companyname_sound",
            ),
        ),
    ]
