"""All tables of this app, as one step: the steps in which they came to be are in the history of the code."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # A database that had all of these has these tables.
    replaces = [
        ('merging', '0001_initial'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('companies', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='merged')),
                ('found_by', models.TextField(blank=True, default='')),
                ('codes', models.TextField(blank=True, default='')),
                ('why', models.CharField(blank=True, default='', max_length=300, verbose_name='reason')),
                ('steps', models.JSONField(default=list)),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('kept', models.JSONField(default=list)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company', verbose_name='merged record')),
                ('survivor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company', verbose_name='record that stays')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'merge',
                'ordering': ['zone', '-id'],
                'indexes': [models.Index(fields=['zone', '-id'], name='merging_merge_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('merged',), name='merging_merge_standing'), models.CheckConstraint(condition=models.Q(('survivor', models.F('merged')), _negated=True), name='merging_merge_of_two')],
            },
        ),
    ]
