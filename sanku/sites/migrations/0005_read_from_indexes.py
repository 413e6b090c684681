"""On PostgreSQL, what lists count and find is read from indexes, and words among texts instead of arrays of pairs."""

from django.db import migrations

from sanku.common.indexes import giving_ids
from sanku.common.search import texts_beside


class Migration(migrations.Migration):
    dependencies = [("sites", "0004_values_by_zone")]
    operations = [texts_beside("sites_site"), giving_ids("sites.Site")]
