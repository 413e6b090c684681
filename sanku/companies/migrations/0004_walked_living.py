"""On PostgreSQL, the indexes of lists hold living records alone."""

from django.db import migrations

from sanku.common.indexes import walked_living


class Migration(migrations.Migration):
    dependencies = [("companies", "0003_filters_alone")]
    operations = [walked_living("companies.Company", "companies.Target")]
