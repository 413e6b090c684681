from django.db import migrations

from sanku.common.refolding import fold_field, fold_search_texts


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_by_investor_name")]
    operations = [fold_search_texts("projects", "project"), fold_field("projects", "project", "core")]
