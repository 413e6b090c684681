"""All tables of this app, as one step: the steps in which they came to be are in the history of the code."""

import django.db.models.deletion
import sanku.common.fields
import sanku.common.search
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # A database that had all of these has these tables.
    replaces = [
        ('projects', '0001_initial'),
        ('projects', '0003_core_and_integrity'),
        ('projects', '0004_walk_without_removed'),
        ('projects', '0005_by_investor_name'),
        ('projects', '0006_found_in_traditional'),
        ('projects', '0007_searched'),
        ('projects', '0008_position'),
        ('projects', '0009_tags_and_custom'),
        ('projects', '0010_by_stage'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
        ('companies', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_written', models.JSONField(blank=True, default=dict, verbose_name='as written')),
                ('note', models.TextField(blank=True, default='', verbose_name='remark')),
                ('is_demo', models.BooleanField(default=False, verbose_name='demonstration data')),
                ('search_text', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('updated_at', models.DateTimeField(verbose_name='last changed')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('tags', sanku.common.fields.CodesField(blank=True, default=list, verbose_name='tags')),
                ('custom', models.JSONField(blank=True, default=dict, verbose_name='further facts')),
                ('code', models.CharField(blank=True, default='', max_length=40, verbose_name='number')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('core', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('content', models.TextField(blank=True, default='', verbose_name='what is built')),
                ('investor_name', models.CharField(blank=True, default='', max_length=200, verbose_name='investor as written')),
                ('sector', models.CharField(blank=True, choices=[('equipment', 'Equipment manufacturing'), ('new_materials', 'New materials'), ('opto_auto', 'Optoelectronics and auto parts'), ('food_biomed', 'Food and biomedicine'), ('modern_services', 'Modern services'), ('real_estate_hq', 'Real estate and headquarters economy'), ('information', 'Information industry and services')], default='', max_length=20, verbose_name='sector')),
                ('chain_segment', models.CharField(blank=True, default='', max_length=60, verbose_name='chain segment')),
                ('investment', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='planned investment')),
                ('investment_currency', models.CharField(blank=True, default='CNY', max_length=3, verbose_name='currency')),
                ('investment_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='planned investment in yuan')),
                ('contracted', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='contracted amount')),
                ('contracted_currency', models.CharField(blank=True, default='CNY', max_length=3, verbose_name='currency of the contract')),
                ('contracted_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='contracted amount in yuan')),
                ('fixed_asset_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='fixed assets')),
                ('foreign_investment_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='foreign investment')),
                ('money_in_place_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='money in place')),
                ('money_origin', models.CharField(blank=True, choices=[('in_province', 'In the province'), ('outside', 'Outside the province'), ('abroad', 'Abroad')], default='', max_length=12, verbose_name='origin of the money')),
                ('expected_output_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='expected output a year')),
                ('expected_tax_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True, verbose_name='expected tax a year')),
                ('jobs', models.PositiveIntegerField(blank=True, null=True, verbose_name='jobs')),
                ('talent', models.PositiveIntegerField(blank=True, null=True, verbose_name='talent brought')),
                ('land_m2', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='land')),
                ('floor_m2', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='floor space')),
                ('power_kva', models.DecimalField(blank=True, decimal_places=1, max_digits=14, null=True, verbose_name='power')),
                ('water_t_d', models.DecimalField(blank=True, decimal_places=1, max_digits=14, null=True, verbose_name='water')),
                ('steam_t_h', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='steam')),
                ('environmental_class', models.CharField(blank=True, choices=[('report', 'Full report'), ('form', 'Report form'), ('registration', 'Registration form'), ('exempt', 'Exempt')], default='', max_length=12, verbose_name='environmental class')),
                ('energy_tce', models.DecimalField(blank=True, decimal_places=1, max_digits=14, null=True, verbose_name='energy use')),
                ('is_high_energy', models.BooleanField(default=False, verbose_name='high energy use or emissions')),
                ('is_major', models.BooleanField(default=False, verbose_name='major project')),
                ('stage', models.CharField(choices=[('lead', 'Lead'), ('negotiation', 'Negotiation'), ('intent', 'Intent'), ('signed', 'Signed'), ('landed', 'Landed'), ('construction', 'Construction'), ('production', 'Production'), ('growth', 'Growth'), ('suspended', 'Suspended'), ('lost', 'Lost')], default='lead', max_length=12, verbose_name='stage')),
                ('stage_on', models.DateField(blank=True, null=True, verbose_name='in this stage since')),
                ('is_unverified', models.BooleanField(default=False, verbose_name='opening entry, not verified')),
                ('source', models.CharField(blank=True, default='', max_length=100, verbose_name='source')),
                ('reporter', models.CharField(blank=True, default='', max_length=60, verbose_name='reporter')),
                ('first_reported_at', models.DateTimeField(blank=True, null=True, verbose_name='first reported')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed on')),
                ('planned_start_on', models.DateField(blank=True, null=True, verbose_name='planned start')),
                ('lon', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('started_on', models.DateField(blank=True, null=True, verbose_name='started on')),
                ('progress', models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True, verbose_name='progress')),
                ('next_action', models.CharField(blank=True, default='', max_length=200, verbose_name='next action')),
                ('next_action_on', models.DateField(blank=True, null=True, verbose_name='date of the next action')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='accounts.department', verbose_name='department')),
                ('investor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='companies.company', verbose_name='investor')),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='team lead')),
                ('responsible_leader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible leader')),
                ('service_officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='service officer')),
                ('squad', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='accounts.squad', verbose_name='squad')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'project',
                'indexes': [models.Index(fields=['zone', 'removed_at', 'name', 'id'], name='projects_project_by_name'), models.Index(fields=['zone', 'removed_at', 'investment_cny', 'id'], name='projects_by_investment'), models.Index(fields=['zone', 'removed_at', 'next_action_on', 'id'], name='projects_by_next'), models.Index(fields=['zone', 'removed_at', 'signed_on', 'id'], name='projects_by_signed'), models.Index(fields=['zone', 'removed_at', 'stage_on', 'id'], name='projects_by_stage_on'), models.Index(fields=['zone', 'removed_at', 'land_m2', 'id'], name='projects_by_land'), models.Index(condition=models.Q(('lon__isnull', False)), fields=['zone', 'removed_at', 'lon', 'lat'], name='projects_by_position'), models.Index(fields=['zone', 'core'], name='projects_project_by_core'), models.Index(condition=models.Q(('investor_name', ''), _negated=True), fields=['zone', 'investor_name'], name='projects_by_investor_name'), models.Index(fields=['zone', 'removed_at', 'stage', 'investment_cny', 'id'], name='projects_by_stage'), sanku.common.search.SearchedIndex(fields=['zone', 'removed_at', 'stage', 'department', 'sector', 'is_major', 'lead', 'responsible_leader', 'service_officer', 'investment_cny', 'stage_on', 'next_action_on', 'signed_on', 'land_m2', 'money_origin', 'environmental_class', 'is_high_energy', 'is_unverified', 'search_text'], name='projects_project_filters'), models.Index(fields=['zone', 'removed_at', 'updated_at', 'id'], name='projects_by_updated')],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), ('removed_at', None)), fields=('zone', 'code'), name='projects_project_code'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='projects_project_name'), models.CheckConstraint(condition=models.Q(('stage__in', ['lead', 'negotiation', 'intent', 'signed', 'landed', 'construction', 'production', 'growth', 'suspended', 'lost'])), name='projects_project_stage'), models.CheckConstraint(condition=models.Q(('investment', None), models.Q(('investment__gte', 0), models.Q(('investment_currency', ''), _negated=True)), _connector='OR'), name='projects_project_investment'), models.CheckConstraint(condition=models.Q(('contracted', None), models.Q(('contracted__gte', 0), models.Q(('contracted_currency', ''), _negated=True)), _connector='OR'), name='projects_project_contracted'), models.CheckConstraint(condition=models.Q(models.Q(('investment_cny', None), ('investment__isnull', False), _connector='OR'), models.Q(('contracted_cny', None), ('contracted__isnull', False), _connector='OR')), name='projects_project_value'), models.CheckConstraint(condition=models.Q(('fixed_asset_cny', None), ('fixed_asset_cny__gte', 0), _connector='OR'), name='projects_project_fixed'), models.CheckConstraint(condition=models.Q(('foreign_investment_cny', None), ('foreign_investment_cny__gte', 0), _connector='OR'), name='projects_project_foreign'), models.CheckConstraint(condition=models.Q(('money_in_place_cny', None), ('money_in_place_cny__gte', 0), _connector='OR'), name='projects_project_in_place'), models.CheckConstraint(condition=models.Q(('expected_output_cny', None), ('expected_output_cny__gte', 0), _connector='OR'), name='projects_project_output'), models.CheckConstraint(condition=models.Q(('expected_tax_cny', None), ('expected_tax_cny__gte', 0), _connector='OR'), name='projects_project_tax'), models.CheckConstraint(condition=models.Q(('land_m2', None), ('land_m2__gte', 0), _connector='OR'), name='projects_project_land'), models.CheckConstraint(condition=models.Q(('floor_m2', None), ('floor_m2__gte', 0), _connector='OR'), name='projects_project_floor'), models.CheckConstraint(condition=models.Q(('squad', None), ('department__isnull', False), _connector='OR'), name='projects_project_squad'), models.CheckConstraint(condition=models.Q(models.Q(('lat', None), ('lon', None)), models.Q(('lat__isnull', False), ('lat__range', (-90, 90)), ('lon__isnull', False), ('lon__range', (-180, 180))), _connector='OR'), name='projects_project_position'), models.CheckConstraint(condition=models.Q(('progress', None), ('progress__range', (0, 1)), _connector='OR'), name='projects_project_progress')],
            },
        ),
    ]
