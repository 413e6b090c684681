"""All tables of this app, as one step: the steps in which they came to be are in the history of the code."""

import django.contrib.auth.models
import django.db.models.deletion
import django.utils.timezone
import sanku.common.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # A database that had all of these has these tables.
    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_passwords_and_activity'),
        ('accounts', '0003_boundary'),
        ('accounts', '0004_preferences'),
        ('accounts', '0005_api_tokens'),
        ('accounts', '0006_added_mark'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('short_name', models.CharField(max_length=20, verbose_name='short name')),
                ('region_code', models.CharField(max_length=6, verbose_name='region code')),
                ('lon', models.FloatField(null=True, verbose_name='longitude')),
                ('lat', models.FloatField(null=True, verbose_name='latitude')),
                ('boundary', models.JSONField(blank=True, null=True, verbose_name='boundary')),
                ('boundary_source', models.CharField(blank=True, default='', max_length=100, verbose_name='source of the boundary')),
                ('area_unit', models.CharField(choices=[('mu', 'mu'), ('m2', 'square metres')], default='mu', max_length=2, verbose_name='unit of areas')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demonstration data')),
                ('added_mark', models.CharField(blank=True, default='', max_length=12)),
            ],
            options={
                'verbose_name': 'zone',
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('short_name', models.CharField(max_length=20, verbose_name='short name')),
                ('kind', models.CharField(choices=[('headquarters', 'Headquarters'), ('group', 'Working group'), ('sector', 'Sector department'), ('counterpart', 'Counterpart department')], max_length=12, verbose_name='kind')),
                ('sector', models.CharField(blank=True, choices=[('equipment', 'Equipment manufacturing'), ('new_materials', 'New materials'), ('opto_auto', 'Optoelectronics and auto parts'), ('food_biomed', 'Food and biomedicine'), ('modern_services', 'Modern services'), ('real_estate_hq', 'Real estate and headquarters economy'), ('information', 'Information industry and services')], default='', max_length=20, verbose_name='sector')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the order')),
                ('is_active', models.BooleanField(default=True, verbose_name='at work')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'department',
                'ordering': ['zone', 'position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('zone', 'name'), name='accounts_department_name'), models.CheckConstraint(condition=models.Q(('sector', ''), ('kind', 'sector'), _connector='OR'), name='accounts_department_sector')],
            },
        ),
        migrations.CreateModel(
            name='Squad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='at work')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='squads', to='accounts.department', verbose_name='department')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='squads', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'squad',
                'ordering': ['zone', 'department', 'id'],
                'constraints': [models.UniqueConstraint(fields=('zone', 'name'), name='accounts_squad_name')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('username', models.CharField(help_text='2 to 60 small letters and digits, between them . _ - @ too.', max_length=60, unique=True, verbose_name='sign-in name')),
                ('name', models.CharField(max_length=40, verbose_name='full name')),
                ('role', models.CharField(choices=[('commander', 'Commander'), ('office', 'Office'), ('promotion', 'Investment promotion officer'), ('landing', 'Landing group'), ('construction', 'Construction group'), ('supervision', 'Supervision group'), ('leader', 'Responsible leader'), ('service', 'Service officer'), ('counterpart', 'Counterpart department'), ('analyst', 'Analyst'), ('administrator', 'Administrator')], max_length=16, verbose_name='role')),
                ('title', models.CharField(blank=True, default='', max_length=40, verbose_name='post')),
                ('phone', models.CharField(blank=True, default='', max_length=30, verbose_name='phone')),
                ('birth_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year of birth')),
                ('degree', models.CharField(blank=True, choices=[('college', 'College diploma'), ('bachelor', 'Bachelor'), ('master', 'Master'), ('doctor', 'Doctor')], default='', max_length=10, verbose_name='degree')),
                ('languages', sanku.common.fields.CodesField(blank=True, default=list, verbose_name='languages')),
                ('skills', sanku.common.fields.CodesField(blank=True, default=list, verbose_name='sector skills')),
                ('password_kind', models.CharField(choices=[('own', 'own'), ('one_time', 'one-time, to be changed at the next sign-in'), ('demo', 'shown on the sign-in page of a demonstration zone')], default='own', max_length=8, verbose_name='password')),
                ('preferences', models.JSONField(blank=True, default=dict)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.department', verbose_name='department')),
                ('squad', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.squad', verbose_name='squad')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'person',
                'indexes': [models.Index(fields=['zone', 'role'], name='accounts_user_zone_role')],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['commander', 'office', 'promotion', 'landing', 'construction', 'supervision', 'leader', 'service', 'counterpart', 'analyst', 'administrator'])), name='accounts_user_role'), models.CheckConstraint(condition=models.Q(('birth_year', None), ('birth_year__range', (1930, 2020)), _connector='OR'), name='accounts_user_birth_year'), models.CheckConstraint(condition=models.Q(('squad', None), ('department__isnull', False), _connector='OR'), name='accounts_user_squad_department'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'promotion'), _negated=True), ('department__isnull', False), _connector='OR'), name='accounts_user_promotion_department')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('on', models.DateField(verbose_name='in force from')),
                ('cny', models.DecimalField(decimal_places=6, max_digits=14, verbose_name='yuan for one unit')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exchange_rates', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'exchange rate',
                'ordering': ['zone', 'currency', '-on'],
                'constraints': [models.UniqueConstraint(models.F('zone'), models.F('currency'), models.F('on'), name='accounts_exchange_rate_on'), models.CheckConstraint(condition=models.Q(('cny__gt', 0)), name='accounts_exchange_rate_positive')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='what it is for')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('hint', models.CharField(max_length=8)),
                ('may_write', models.BooleanField(default=False, verbose_name='may also write')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('last_used_at', models.DateTimeField(null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'access token',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['zone', '-id'], name='accounts_token_newest')],
            },
        ),
    ]
