"""The search index of carriers."""

from django.db import migrations

from sanku.common.search import create_grams


class Migration(migrations.Migration):
    dependencies = [("sites", "0001_initial")]
    operations = [create_grams("sites_site")]
