"""Tags, the fields that a zone adds, and notices to its people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_passwords_and_activity'),
        ('audit', '0002_append_only'),
        ('library', '0003_exports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('library', models.CharField(max_length=20, verbose_name='library')),
                ('key', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=30, verbose_name='label')),
                ('help', models.CharField(blank=True, default='', max_length=200, verbose_name='help')),
                ('kind', models.CharField(choices=[('text', 'text'), ('long', 'long text'), ('number', 'number'), ('money', 'amount in yuan'), ('date', 'date'), ('flag', 'yes or no'), ('choice', 'one of several choices'), ('codes', 'several choices'), ('link', 'web address')], max_length=8, verbose_name='kind')),
                ('unit', models.CharField(blank=True, default='', max_length=12, verbose_name='unit')),
                ('decimals', models.PositiveSmallIntegerField(default=0, verbose_name='decimals')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='choices')),
                ('synonyms', models.TextField(blank=True, default='', help_text='One a line. Imports know the column by them too.', verbose_name='other names')),
                ('is_required', models.BooleanField(default=False, verbose_name='required')),
                ('section', models.CharField(blank=True, default='', max_length=30, verbose_name='section')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the order')),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('updated_at', models.DateTimeField(verbose_name='last changed')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'field',
                'ordering': ['zone', 'library', 'position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('zone', 'library', 'key'), name='library_customfield_key'), models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('zone', 'library', 'label'), name='library_customfield_label'), models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'long', 'number', 'money', 'date', 'flag', 'choice', 'codes', 'link'])), name='library_customfield_kind'), models.CheckConstraint(condition=models.Q(('decimals__lte', 6)), name='library_customfield_decimals')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('library', models.CharField(blank=True, default='', max_length=20)),
                ('record_id', models.BigIntegerField(null=True)),
                ('params', models.JSONField(default=dict)),
                ('link', models.CharField(blank=True, default='', max_length=300)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('to', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'notice',
                'indexes': [models.Index(fields=['to', '-id'], name='library_notice_by_person'), models.Index(condition=models.Q(('read_at', None)), fields=['to'], name='library_notice_unread')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, verbose_name='name')),
                ('hue', models.CharField(choices=[('c1', 'c1'), ('c2', 'c2'), ('c3', 'c3'), ('c4', 'c4'), ('c5', 'c5'), ('c6', 'c6')], default='c1', max_length=2, verbose_name='colour')),
                ('library', models.CharField(blank=True, default='', max_length=20, verbose_name='library')),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('updated_at', models.DateTimeField(verbose_name='last changed')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='library.tag', verbose_name='merged into')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'tag',
                'indexes': [models.Index(fields=['zone', 'removed_at', 'name'], name='library_tag_by_name')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('merged_into', None), ('removed_at', None)), fields=('zone', 'name'), name='library_tag_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='library_tag_named'), models.CheckConstraint(condition=models.Q(('hue__in', ('c1', 'c2', 'c3', 'c4', 'c5', 'c6'))), name='library_tag_hue')],
            },
        ),
    ]
