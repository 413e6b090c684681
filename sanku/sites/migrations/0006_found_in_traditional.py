from django.db import migrations

from sanku.common.refolding import fold_search_texts


class Migration(migrations.Migration):
    dependencies = [("sites", "0005_whole_position")]
    operations = [fold_search_texts("sites", "site")]
