"""The search indexes of companies and target clients, and the tables of what own fields hold."""

from django.db import migrations

from sanku.common.search import create_grams
from sanku.common.values import create_values


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_tables")]
    operations = [
        create_grams("companies_company"),
        create_grams("companies_target"),
        create_values("companies_company"),
        create_values("companies_target"),
    ]
