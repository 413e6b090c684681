"""The search index of carriers, and the tables of what own fields hold."""

from django.db import migrations

from sanku.common.search import create_grams
from sanku.common.values import create_values


class Migration(migrations.Migration):
    dependencies = [("sites", "0001_tables")]
    operations = [
        create_grams("sites_site"),
        create_values("sites_site"),
    ]
