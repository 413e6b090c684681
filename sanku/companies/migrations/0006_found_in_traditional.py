from django.db import migrations

from sanku.common.names import core_name
from sanku.common.refolding import fold_field, fold_search_texts


class Migration(migrations.Migration):
    dependencies = [("companies", "0005_positions_whole_codes_shaped")]
    operations = [
        fold_search_texts("companies", "company"),
        fold_search_texts("companies", "target"),
        fold_field("companies", "companyname", "core", core_name),
    ]
