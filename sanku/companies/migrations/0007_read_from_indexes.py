"""On PostgreSQL, what lists count and find is read from indexes, and words among texts instead of arrays of pairs."""

from django.db import migrations

from sanku.common.indexes import giving_ids
from sanku.common.search import texts_beside


class Migration(migrations.Migration):
    dependencies = [("companies", "0006_in_order")]
    operations = [
        texts_beside("companies_company"),
        texts_beside("companies_target"),
        giving_ids("companies.Company", "companies.Target"),
    ]
