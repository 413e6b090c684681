"""All tables of this app, as one step: the steps in which they came to be are in the history of the code."""

import django.db.models.deletion
import sanku.intake.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # A database that had all of these has these tables.
    replaces = [
        ('intake', '0001_initial'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, upload_to=sanku.intake.models.kept_as)),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('kind_wanted', models.CharField(blank=True, choices=[('enterprise', 'Companies'), ('target_client', 'Target clients'), ('project', 'Projects'), ('lead', 'Leads'), ('site', 'Carriers'), ('visit', 'Visits'), ('assignment', 'Responsibilities')], default='', max_length=16)),
                ('decided', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('uploaded', 'Waiting to be read'), ('reading', 'Being read'), ('review', 'To check'), ('saving', 'Being saved'), ('done', 'Saved'), ('stopped', 'Stopped'), ('refused', 'File refused'), ('failed', 'Failed'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='uploaded', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, default='', max_length=40)),
                ('reason_detail', models.CharField(blank=True, default='', max_length=200)),
                ('run', models.PositiveIntegerField(default=0)),
                ('stop_asked', models.BooleanField(default=False)),
                ('work_done', models.PositiveBigIntegerField(default=0)),
                ('work_total', models.PositiveBigIntegerField(default=0)),
                ('work_started_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('saved_to', models.BigIntegerField(default=0)),
                ('created_count', models.PositiveIntegerField(default=0)),
                ('updated_count', models.PositiveIntegerField(default=0)),
                ('unchanged_count', models.PositiveIntegerField(default=0)),
                ('refused_count', models.PositiveIntegerField(default=0)),
                ('skipped_count', models.PositiveIntegerField(default=0)),
                ('duplicate_count', models.PositiveIntegerField(default=0)),
                ('undo_report', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(verbose_name='handed in')),
                ('read_at', models.DateTimeField(null=True)),
                ('saved_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'import',
                'indexes': [models.Index(fields=['zone', '-created_at', '-id'], name='intake_batch_by_created'), models.Index(fields=['by', '-created_at', '-id'], name='intake_batch_by_person'), models.Index(condition=models.Q(('state__in', ['uploaded', 'reading', 'saving', 'undoing'])), fields=['heartbeat_at'], name='intake_batch_at_work')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['uploaded', 'reading', 'review', 'saving', 'done', 'stopped', 'refused', 'failed', 'undoing', 'undone'])), name='intake_batch_state')],
            },
        ),
        migrations.CreateModel(
            name='BatchTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('sheet', models.CharField(blank=True, default='', max_length=200)),
                ('kind', models.CharField(choices=[('enterprise', 'Companies'), ('target_client', 'Target clients'), ('project', 'Projects'), ('lead', 'Leads'), ('site', 'Carriers'), ('visit', 'Visits'), ('assignment', 'Responsibilities')], max_length=16)),
                ('is_taken', models.BooleanField(default=True)),
                ('is_transposed', models.BooleanField(default=False)),
                ('title', models.CharField(blank=True, default='', max_length=200)),
                ('signature', models.CharField(max_length=64)),
                ('head', models.JSONField(default=list)),
                ('headers', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=dict)),
                ('decided', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tables', to='intake.batch')),
            ],
            options={
                'ordering': ['batch', 'position'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'position'), name='intake_batchtable_position')],
            },
        ),
        migrations.CreateModel(
            name='BatchRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('action', models.CharField(choices=[('create', 'new'), ('update', 'update'), ('unchanged', 'as it is'), ('refuse', 'refused'), ('skip', 'skipped')], max_length=10)),
                ('is_doubtful', models.BooleanField(default=False)),
                ('is_converted', models.BooleanField(default=False)),
                ('is_dropped', models.BooleanField(default=False)),
                ('is_undone', models.BooleanField(default=False)),
                ('cells', models.JSONField(default=list)),
                ('facts', models.JSONField(default=dict)),
                ('problems', models.JSONField(default=list)),
                ('changes', models.JSONField(default=list)),
                ('corrected', models.JSONField(default=dict)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='intake.batch')),
                ('table', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='intake.batchtable')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['batch', 'action', 'id'], name='intake_batchrow_by_action'), models.Index(condition=models.Q(('is_doubtful', True), ('action', 'refuse'), _connector='OR'), fields=['batch', 'id'], name='intake_batchrow_to_do'), models.Index(fields=['table', 'id'], name='intake_batchrow_by_table')],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['create', 'update', 'unchanged', 'refuse', 'skip'])), name='intake_batchrow_action')],
            },
        ),
        migrations.CreateModel(
            name='Layout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature', models.CharField(max_length=64)),
                ('decided', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('zone', 'signature'), name='intake_layout_signature')],
            },
        ),
        migrations.CreateModel(
            name='Saved',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('library', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField()),
                ('is_new', models.BooleanField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved', to='intake.batch')),
                ('row', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved', to='intake.batchrow')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['batch', 'library', 'record_id'], name='intake_saved_record'), models.Index(condition=models.Q(('undone_at', None)), fields=['batch', 'id'], name='intake_saved_not_undone')],
                'constraints': [models.UniqueConstraint(fields=('row', 'library', 'record_id'), name='intake_saved_once')],
            },
        ),
    ]
