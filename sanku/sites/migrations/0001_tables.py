"""All tables of this app, as one step: the steps in which they came to be are in the history of the code."""

import django.db.models.deletion
import sanku.common.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # A database that had all of these has these tables.
    replaces = [
        ('sites', '0001_initial'),
        ('sites', '0003_holds_and_quantities'),
        ('sites', '0004_walk_without_removed'),
        ('sites', '0005_whole_position'),
        ('sites', '0006_found_in_traditional'),
        ('sites', '0007_extent'),
        ('sites', '0008_tags_and_custom'),
        ('sites', '0009_splits_and_merges'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Site',
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
                ('code', models.CharField(blank=True, default='', max_length=60, verbose_name='number')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('land', 'Land parcel'), ('factory', 'Standard factory'), ('office', 'Office floor'), ('lab', 'Lab or incubator unit'), ('building', 'Whole building')], max_length=10, verbose_name='kind')),
                ('park', models.CharField(blank=True, default='', max_length=100, verbose_name='park')),
                ('address', models.CharField(blank=True, default='', max_length=300, verbose_name='address')),
                ('building', models.CharField(blank=True, default='', max_length=60, verbose_name='building')),
                ('floor', models.CharField(blank=True, default='', max_length=40, verbose_name='floor')),
                ('unit', models.CharField(blank=True, default='', max_length=60, verbose_name='unit or room')),
                ('lon', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('boundary', models.JSONField(blank=True, null=True, verbose_name='boundary')),
                ('west', models.FloatField(editable=False, null=True)),
                ('south', models.FloatField(editable=False, null=True)),
                ('east', models.FloatField(editable=False, null=True)),
                ('north', models.FloatField(editable=False, null=True)),
                ('area_total_m2', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='total area')),
                ('area_free_m2', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='free area')),
                ('is_divisible', models.BooleanField(default=False, verbose_name='divisible')),
                ('area_smallest_m2', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='smallest part')),
                ('tenure', models.CharField(blank=True, choices=[('sale', 'For sale'), ('rent', 'To let'), ('both', 'Sale or rent')], default='', max_length=6, verbose_name='tenure')),
                ('price_sale_cny_m2', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='sale price')),
                ('price_rent_cny_m2_month', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name='rent')),
                ('service_fee_cny_m2_month', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, verbose_name='service fee')),
                ('zoning', models.CharField(blank=True, default='', max_length=60, verbose_name='zoning')),
                ('plot_ratio', models.CharField(blank=True, default='', max_length=40, verbose_name='plot ratio')),
                ('allowed_sectors', sanku.common.fields.CodesField(blank=True, default=list, verbose_name='sectors allowed')),
                ('clear_height_m', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='clear height')),
                ('floor_load_t_m2', models.DecimalField(blank=True, decimal_places=3, max_digits=8, null=True, verbose_name='floor load')),
                ('power_kva', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, verbose_name='power')),
                ('gas_m3_h', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, verbose_name='gas')),
                ('steam_t_h', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='steam')),
                ('water_t_d', models.DecimalField(blank=True, decimal_places=1, max_digits=12, null=True, verbose_name='water')),
                ('sewage_class', models.CharField(blank=True, default='', max_length=40, verbose_name='sewage class')),
                ('rail_access', models.CharField(blank=True, default='', max_length=100, verbose_name='rail access')),
                ('road_access', models.CharField(blank=True, default='', max_length=100, verbose_name='road access')),
                ('status', models.CharField(choices=[('free', 'Free'), ('offered', 'Offered'), ('held', 'Held'), ('taken', 'Taken')], default='free', max_length=8, verbose_name='status')),
                ('listing', models.CharField(blank=True, choices=[('tender', 'Tender'), ('auction', 'Auction'), ('listed', 'Listing'), ('agreement', 'Agreement')], default='', max_length=10, verbose_name='way of listing')),
                ('held_for', models.CharField(blank=True, default='', max_length=200, verbose_name='held for')),
                ('held_until', models.DateField(blank=True, null=True, verbose_name='held until')),
                ('available_on', models.DateField(blank=True, null=True, verbose_name='available from')),
                ('vacancy', models.DecimalField(blank=True, decimal_places=4, max_digits=6, null=True, verbose_name='vacancy')),
                ('owner_name', models.CharField(blank=True, default='', max_length=200, verbose_name='owner')),
                ('occupier_name', models.CharField(blank=True, default='', max_length=200, verbose_name='occupier')),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
            ],
            options={
                'verbose_name': 'carrier',
                'indexes': [models.Index(fields=['zone', 'removed_at', 'code', 'id'], name='sites_site_by_code'), models.Index(fields=['zone', 'removed_at', 'name', 'id'], name='sites_site_by_name'), models.Index(fields=['zone', 'removed_at', 'area_total_m2', 'id'], name='sites_site_by_area'), models.Index(fields=['zone', 'removed_at', 'area_free_m2', 'id'], name='sites_site_by_free'), models.Index(fields=['zone', 'removed_at', 'updated_at', 'id'], name='sites_site_by_updated'), models.Index(fields=['zone', 'removed_at', 'kind', 'status', 'park', 'tenure', 'area_total_m2', 'area_free_m2'], name='sites_site_filters'), models.Index(condition=models.Q(('west__isnull', False)), fields=['zone', 'removed_at', 'west', 'east', 'south', 'north'], name='sites_site_by_extent')],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), ('removed_at', None)), fields=('zone', 'code'), name='sites_site_code'), models.CheckConstraint(condition=models.Q(('kind__in', ['land', 'factory', 'office', 'lab', 'building'])), name='sites_site_kind'), models.CheckConstraint(condition=models.Q(('status__in', ['free', 'offered', 'held', 'taken'])), name='sites_site_status'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'held'), _negated=True), ('held_until__isnull', False), _connector='OR'), name='sites_site_hold'), models.CheckConstraint(condition=models.Q(('tenure', ''), ('tenure__in', ['sale', 'rent', 'both']), _connector='OR'), name='sites_site_tenure'), models.CheckConstraint(condition=models.Q(('listing', ''), ('listing__in', ['tender', 'auction', 'listed', 'agreement']), _connector='OR'), name='sites_site_listing'), models.CheckConstraint(condition=models.Q(('area_smallest_m2', None), ('area_smallest_m2__gte', 0), _connector='OR'), name='sites_site_area_smallest_m2'), models.CheckConstraint(condition=models.Q(('price_sale_cny_m2', None), ('price_sale_cny_m2__gte', 0), _connector='OR'), name='sites_site_price_sale'), models.CheckConstraint(condition=models.Q(('price_rent_cny_m2_month', None), ('price_rent_cny_m2_month__gte', 0), _connector='OR'), name='sites_site_price_rent'), models.CheckConstraint(condition=models.Q(('service_fee_cny_m2_month', None), ('service_fee_cny_m2_month__gte', 0), _connector='OR'), name='sites_site_service_fee'), models.CheckConstraint(condition=models.Q(('clear_height_m', None), ('clear_height_m__gte', 0), _connector='OR'), name='sites_site_clear_height_m'), models.CheckConstraint(condition=models.Q(('floor_load_t_m2', None), ('floor_load_t_m2__gte', 0), _connector='OR'), name='sites_site_floor_load_t_m2'), models.CheckConstraint(condition=models.Q(('power_kva', None), ('power_kva__gte', 0), _connector='OR'), name='sites_site_power_kva'), models.CheckConstraint(condition=models.Q(('gas_m3_h', None), ('gas_m3_h__gte', 0), _connector='OR'), name='sites_site_gas_m3_h'), models.CheckConstraint(condition=models.Q(('steam_t_h', None), ('steam_t_h__gte', 0), _connector='OR'), name='sites_site_steam_t_h'), models.CheckConstraint(condition=models.Q(('water_t_d', None), ('water_t_d__gte', 0), _connector='OR'), name='sites_site_water_t_d'), models.CheckConstraint(condition=models.Q(('area_total_m2', None), ('area_total_m2__gt', 0), _connector='OR'), name='sites_site_area_total'), models.CheckConstraint(condition=models.Q(('area_free_m2', None), models.Q(('area_free_m2__gte', 0), models.Q(('area_total_m2', None), ('area_free_m2__lte', models.F('area_total_m2')), _connector='OR')), _connector='OR'), name='sites_site_area_free'), models.CheckConstraint(condition=models.Q(models.Q(('lat', None), ('lon', None)), models.Q(('lat__isnull', False), ('lat__range', (-90, 90)), ('lon__isnull', False), ('lon__range', (-180, 180))), _connector='OR'), name='sites_site_position'), models.CheckConstraint(condition=models.Q(('vacancy', None), ('vacancy__range', (0, 1)), _connector='OR'), name='sites_site_vacancy')],
            },
        ),
        migrations.CreateModel(
            name='Reshape',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('split', 'split'), ('merge', 'merge')], max_length=5)),
                ('at', models.DateTimeField()),
                ('steps', models.JSONField(default=list)),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.zone')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.site', verbose_name='record that stays')),
            ],
            options={
                'verbose_name': 'split or merge of parcels',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['split', 'merge'])), name='sites_reshape_kind')],
            },
        ),
        migrations.CreateModel(
            name='ReshapePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reshape', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='sites.reshape')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sites.site')),
            ],
            options={
                'verbose_name': 'part of a split or merge',
                'constraints': [models.UniqueConstraint(fields=('reshape', 'site'), name='sites_reshapepart_once')],
            },
        ),
    ]
