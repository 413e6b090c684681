"""On PostgreSQL, what lists count and find is read from indexes, and words among texts instead of arrays of pairs."""

from django.db import migrations

from sanku.common.indexes import giving_ids
from sanku.common.search import texts_beside


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_filters_and_texts")]
    operations = [texts_beside("projects_project"), giving_ids("projects.Project")]
