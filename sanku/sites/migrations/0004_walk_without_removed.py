#

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_passwords_and_activity"),
        ("sites", "0003_holds_and_quantities"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="site",
            name="sites_site_by_code",
        ),
        migrations.RemoveIndex(
            model_name="site",
            name="sites_site_by_name",
        ),
        migrations.RemoveIndex(
            model_name="site",
            name="sites_site_by_area",
        ),
        migrations.RemoveIndex(
            model_name="site",
            name="sites_site_by_free",
        ),
        migrations.RemoveIndex(
            model_name="site",
            name="sites_site_by_updated",
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(fields=["zone", "removed_at", "code", "id"], name="sites_site_by_code"),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(fields=["zone", "removed_at", "name", "id"], name="sites_site_by_name"),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                fields=["zone", "removed_at", "area_total_m2", "id"], name="sites_site_by_area"
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                fields=["zone", "removed_at", "area_free_m2", "id"], name="sites_site_by_free"
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                fields=["zone", "removed_at", "updated_at", "id"], name="sites_site_by_updated"
            ),
        ),
    ]
