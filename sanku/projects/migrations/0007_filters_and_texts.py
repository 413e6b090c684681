"""Narrow indexes on SQLite: filters without a search, a search without filters."""

import sanku.common.indexes
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_tables'),
        ('companies', '0006_in_order'),
        ('projects', '0006_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='project',
            index=sanku.common.indexes.EmbeddedIndex(fields=['zone', 'removed_at', 'stage', 'department', 'lead', 'responsible_leader', 'service_officer', 'investment_cny', 'search_text'], name='projects_by_text'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=sanku.common.indexes.EmbeddedIndex(fields=['zone', 'removed_at', 'stage', 'department', 'sector', 'is_major', 'lead', 'responsible_leader', 'service_officer', 'investment_cny', 'stage_on', 'next_action_on', 'signed_on', 'land_m2', 'money_origin', 'environmental_class', 'is_high_energy', 'is_unverified'], name='projects_by_filters'),
        ),
    ]
