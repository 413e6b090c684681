#

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_passwords_and_activity"),
        ("companies", "0003_shareholders_kept_duplicates_paged"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="company",
            name="companies_company_by_name",
        ),
        migrations.RemoveIndex(
            model_name="company",
            name="companies_company_by_updated",
        ),
        migrations.RemoveIndex(
            model_name="company",
            name="companies_by_capital",
        ),
        migrations.RemoveIndex(
            model_name="company",
            name="companies_company_by_founded",
        ),
        migrations.RemoveIndex(
            model_name="company",
            name="companies_company_by_revenue",
        ),
        migrations.RemoveIndex(
            model_name="company",
            name="companies_company_by_headcount",
        ),
        migrations.RemoveIndex(
            model_name="target",
            name="companies_target_by_next",
        ),
        migrations.RemoveIndex(
            model_name="target",
            name="companies_target_by_touch",
        ),
        migrations.RemoveIndex(
            model_name="target",
            name="companies_target_by_updated",
        ),
        migrations.RemoveIndex(
            model_name="target",
            name="companies_target_by_score",
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["zone", "removed_at", "name", "id"], name="companies_company_by_name"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                fields=["zone", "removed_at", "updated_at", "id"], name="companies_company_by_updated"
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                fields=["zone", "removed_at", "registered_capital_cny", "id"], name="companies_by_capital"
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                fields=["zone", "removed_at", "established_on", "id"], name="companies_company_by_founded"
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                fields=["zone", "removed_at", "revenue_cny", "id"], name="companies_company_by_revenue"
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                fields=["zone", "removed_at", "headcount", "id"], name="companies_company_by_headcount"
            ),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(
                fields=["zone", "removed_at", "next_action_on", "id"], name="companies_target_by_next"
            ),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(
                fields=["zone", "removed_at", "last_touch_on", "id"], name="companies_target_by_touch"
            ),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(
                fields=["zone", "removed_at", "updated_at", "id"], name="companies_target_by_updated"
            ),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(
                fields=["zone", "removed_at", "score", "id"], name="companies_target_by_score"
            ),
        ),
    ]
