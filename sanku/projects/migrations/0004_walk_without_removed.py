#

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_passwords_and_activity"),
        ("companies", "0004_walk_without_removed"),
        ("projects", "0003_core_and_integrity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="project",
            name="projects_project_by_name",
        ),
        migrations.RemoveIndex(
            model_name="project",
            name="projects_by_investment",
        ),
        migrations.RemoveIndex(
            model_name="project",
            name="projects_by_next",
        ),
        migrations.RemoveIndex(
            model_name="project",
            name="projects_by_signed",
        ),
        migrations.RemoveIndex(
            model_name="project",
            name="projects_by_stage_on",
        ),
        migrations.RemoveIndex(
            model_name="project",
            name="projects_by_updated",
        ),
        migrations.RemoveIndex(
            model_name="project",
            name="projects_by_land",
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["zone", "removed_at", "name", "id"], name="projects_project_by_name"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                fields=["zone", "removed_at", "investment_cny", "id"], name="projects_by_investment"
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                fields=["zone", "removed_at", "next_action_on", "id"], name="projects_by_next"
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["zone", "removed_at", "signed_on", "id"], name="projects_by_signed"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["zone", "removed_at", "stage_on", "id"], name="projects_by_stage_on"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["zone", "removed_at", "updated_at", "id"], name="projects_by_updated"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["zone", "removed_at", "land_m2", "id"], name="projects_by_land"),
        ),
    ]
