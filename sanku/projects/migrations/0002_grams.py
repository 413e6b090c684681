"""The search index of projects."""

from django.db import migrations

from sanku.common.search import create_grams


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [create_grams("projects_project")]
