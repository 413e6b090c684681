"""All tables of this app, as one step: the steps in which they came to be are in the history of the code."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # A database that had all of these has these tables.
    replaces = [
        ('library', '0001_views_bulk_edits_attachments'),
        ('library', '0002_tabs_with_the_person'),
        ('library', '0003_exports'),
        ('library', '0004_tags_fields_notices'),
        ('library', '0005_field_words'),
        ('library', '0006_notices_of_work'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('audit', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('library', models.CharField(max_length=20)),
                ('actions', models.JSONField(default=dict)),
                ('values', models.TextField(blank=True, default='')),
                ('came_from', models.TextField(blank=True, default='')),
                ('address', models.CharField(blank=True, default='', max_length=45)),
                ('reason', models.CharField(blank=True, default='', max_length=300, verbose_name='reason')),
                ('state', models.CharField(choices=[('previewing', 'Being worked out'), ('ready', 'To check'), ('saving', 'Being saved'), ('done', 'Saved'), ('undoing', 'Being undone'), ('undone', 'Undone'), ('stopped', 'Stopped'), ('failed', 'Failed')], max_length=10)),
                ('run', models.PositiveIntegerField(default=0)),
                ('work_done', models.PositiveIntegerField(default=0)),
                ('work_total', models.PositiveIntegerField(default=0)),
                ('work_started_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'bulk edit',
                'indexes': [models.Index(fields=['by', 'library', '-id'], name='library_bulkedit_by_person'), models.Index(condition=models.Q(('state__in', ['previewing', 'saving', 'undoing'])), fields=['heartbeat_at'], name='library_bulkedit_at_work')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['previewing', 'ready', 'saving', 'done', 'undoing', 'undone', 'stopped', 'failed'])), name='library_bulkedit_state')],
            },
        ),
        migrations.CreateModel(
            name='BulkRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_id', models.BigIntegerField()),
                ('label', models.CharField(blank=True, default='', max_length=300)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('ready', 'will change'), ('same', 'as it is'), ('refused', 'refused'), ('saved', 'changed'), ('undone', 'taken back'), ('kept', 'kept')], default='waiting', max_length=8)),
                ('changes', models.JSONField(default=list)),
                ('problems', models.JSONField(default=list)),
                ('edit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='library.bulkedit')),
            ],
            options={
                'indexes': [models.Index(fields=['edit', 'state', 'id'], name='library_bulkrow_by_state')],
                'constraints': [models.UniqueConstraint(fields=('edit', 'record_id'), name='library_bulkrow_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'ready', 'same', 'refused', 'saved', 'undone', 'kept'])), name='library_bulkrow_state')],
            },
        ),
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('library', models.CharField(max_length=20, verbose_name='library')),
                ('key', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=30, verbose_name='label')),
                ('help', models.CharField(blank=True, default='', max_length=200, verbose_name='help')),
                ('kind', models.CharField(choices=[('text', 'text'), ('long', 'long text'), ('number', 'a number'), ('money', 'amount in yuan'), ('date', 'date'), ('flag', 'yes or no'), ('choice', 'one of several choices'), ('codes', 'several choices'), ('link', 'web address')], max_length=8, verbose_name='kind')),
                ('unit', models.CharField(blank=True, default='', max_length=12, verbose_name='unit')),
                ('decimals', models.PositiveSmallIntegerField(default=0, verbose_name='decimals')),
                ('choices', models.JSONField(blank=True, default=list, verbose_name='choices')),
                ('synonyms', models.TextField(blank=True, default='', help_text='One a line.', verbose_name='other names')),
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
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('library', models.CharField(max_length=40)),
                ('query', models.TextField(blank=True, default='')),
                ('columns', models.JSONField(default=list)),
                ('form', models.CharField(choices=[('xlsx', 'Excel workbook (.xlsx)'), ('csv', 'CSV, UTF-8'), ('csv_gb18030', 'CSV, GB18030 (older programs)')], max_length=12, verbose_name='kind of file')),
                ('language', models.CharField(max_length=10)),
                ('address', models.CharField(blank=True, default='', max_length=45)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Being written'), ('done', 'Ready'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='waiting', max_length=8, verbose_name='state')),
                ('reason', models.CharField(blank=True, default='', max_length=20)),
                ('run', models.PositiveIntegerField(default=1)),
                ('stop_asked', models.BooleanField(default=False)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('filters', models.TextField(blank=True, default='', verbose_name='filter')),
                ('path', models.CharField(blank=True, default='', max_length=100)),
                ('file_name', models.CharField(blank=True, default='', max_length=200, verbose_name='file')),
                ('size_bytes', models.PositiveBigIntegerField(default=0, verbose_name='size')),
                ('sha256', models.CharField(blank=True, default='', max_length=64)),
                ('standing', models.CharField(blank=True, default='', max_length=80)),
                ('created_at', models.DateTimeField(verbose_name='asked for')),
                ('done_at', models.DateTimeField(null=True)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'export',
                'indexes': [models.Index(fields=['by', '-id'], name='library_export_by_person'), models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['heartbeat_at'], name='library_export_at_work'), models.Index(condition=models.Q(('path', ''), _negated=True), fields=['expires_at'], name='library_export_kept')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'stopped', 'failed'])), name='library_export_state'), models.CheckConstraint(condition=models.Q(('form__in', ['xlsx', 'csv', 'csv_gb18030'])), name='library_export_form')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mention', 'mentions'), ('export', 'exports'), ('import', 'imports'), ('bulk', 'changes of many')], max_length=20)),
                ('library', models.CharField(blank=True, default='', max_length=20)),
                ('record_id', models.BigIntegerField(null=True)),
                ('params', models.JSONField(default=dict)),
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
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['mention', 'export', 'import', 'bulk'])), name='library_notice_kind')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('library', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('query', models.TextField(blank=True, default='', verbose_name='address')),
                ('said', models.JSONField(default=dict)),
                ('shared', models.CharField(choices=[('mine', 'only me'), ('department', 'my department'), ('zone', 'the whole zone')], default='mine', max_length=10, verbose_name='seen by')),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department', verbose_name='department')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'saved view',
                'indexes': [models.Index(condition=models.Q(('removed_at', None)), fields=['zone', 'library'], name='library_savedview_of_library')],
                'constraints': [models.CheckConstraint(condition=models.Q(('shared__in', ['mine', 'department', 'zone'])), name='library_savedview_shared'), models.CheckConstraint(condition=models.Q(('department', None), ('shared', 'department'), _connector='XOR'), name='library_savedview_department')],
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
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('kind', models.CharField(max_length=10, verbose_name='kind')),
                ('size_bytes', models.PositiveBigIntegerField(verbose_name='size')),
                ('sha256', models.CharField(max_length=64)),
                ('has_thumbnail', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(verbose_name='added')),
                ('updated_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True, verbose_name='removed')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'attachment',
                'indexes': [models.Index(fields=['table', 'record_id'], name='library_attachment_of_record'), models.Index(fields=['sha256'], name='library_attachment_content'), models.Index(condition=models.Q(('removed_at__isnull', False)), fields=['removed_at'], name='library_attachment_removed')],
            },
        ),
    ]
