"""On PostgreSQL, the indexes of lists hold living records alone."""

from django.db import migrations

from sanku.common.indexes import walked_living


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_by_id")]
    operations = [walked_living("projects.Project")]
