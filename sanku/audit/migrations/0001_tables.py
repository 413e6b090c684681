"""All tables of this app, as one step: the steps in which they came to be are in the history of the code."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # A database that had all of these has these tables.
    replaces = [
        ('audit', '0001_initial'),
        ('audit', '0003_merges'),
        ('audit', '0004_notes_changed'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Chain',
            fields=[
                ('zone', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='accounts.zone')),
                ('length', models.PositiveBigIntegerField(default=0)),
                ('last_hash', models.CharField(blank=True, default='', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
                ('at', models.DateTimeField()),
                ('channel', models.CharField(choices=[('web', 'web page'), ('import', 'import'), ('command', 'command line'), ('api', 'interface')], max_length=10)),
                ('address', models.CharField(blank=True, default='', max_length=45)),
                ('batch_id', models.BigIntegerField(null=True)),
                ('action', models.CharField(choices=[('create', 'created'), ('update', 'changed'), ('remove', 'removed'), ('restore', 'restored'), ('note', 'noted'), ('amend', 'note changed'), ('withdraw', 'note taken back'), ('read', 'contacts read'), ('export', 'exported'), ('erase', 'personal data erased'), ('merge', 'merged'), ('unmerge', 'merge undone')], max_length=10)),
                ('library', models.CharField(max_length=40)),
                ('record_id', models.BigIntegerField(null=True)),
                ('label', models.CharField(blank=True, default='', max_length=300)),
                ('changes', models.JSONField(default=list)),
                ('why', models.TextField(blank=True, default='')),
                ('salt', models.CharField(blank=True, max_length=32)),
                ('digest', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'ordering': ['zone', 'number'],
                'indexes': [models.Index(fields=['library', 'record_id', '-number'], name='audit_entry_record'), models.Index(condition=models.Q(('batch_id__isnull', False)), fields=['batch_id'], name='audit_entry_batch'), models.Index(fields=['zone', 'action', '-number'], name='audit_entry_action_idx')],
                'constraints': [models.UniqueConstraint(fields=('zone', 'number'), name='audit_entry_number'), models.CheckConstraint(condition=models.Q(('action__in', ['create', 'update', 'remove', 'restore', 'note', 'amend', 'withdraw', 'read', 'export', 'erase', 'merge', 'unmerge'])), name='audit_entry_action'), models.CheckConstraint(condition=models.Q(('channel__in', ['web', 'import', 'command', 'api'])), name='audit_entry_channel')],
            },
        ),
    ]
