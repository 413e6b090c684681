"""On PostgreSQL, the indexes of lists hold living records alone."""

from django.db import migrations

from sanku.common.indexes import walked_living


class Migration(migrations.Migration):
    dependencies = [("sites", "0002_grams")]
    operations = [walked_living("sites.Site")]
