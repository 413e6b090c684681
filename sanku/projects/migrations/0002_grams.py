"""The search index of projects, and the tables of what own fields hold."""

from django.db import migrations

from sanku.common.search import create_grams
from sanku.common.values import create_values


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_tables")]
    operations = [
        create_grams("projects_project"),
        create_values("projects_project"),
    ]
