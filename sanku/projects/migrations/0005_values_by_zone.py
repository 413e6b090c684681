"""What a zone's own fields hold is found by the zone first."""

from django.db import migrations

from sanku.common.values import values_by_zone


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_walked_living")]
    operations = [values_by_zone("projects_project")]
