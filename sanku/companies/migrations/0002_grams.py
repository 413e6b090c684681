"""The search indexes of companies and target clients."""

from django.db import migrations

from sanku.common.search import create_grams


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]
    operations = [create_grams("companies_company"), create_grams("companies_target")]
