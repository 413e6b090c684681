"""Tags and the fields that a zone adds: in the records, and in rows beside them by which they are found."""

import sanku.common.fields
from sanku.common.values import create_values
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0010_honours_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='company',
            name='custom',
            field=models.JSONField(blank=True, default=dict, verbose_name='further facts'),
        ),
        migrations.AddField(
            model_name='company',
            name='tags',
            field=sanku.common.fields.CodesField(blank=True, default=list, verbose_name='tags'),
        ),
        migrations.AddField(
            model_name='target',
            name='custom',
            field=models.JSONField(blank=True, default=dict, verbose_name='further facts'),
        ),
        migrations.AddField(
            model_name='target',
            name='tags',
            field=sanku.common.fields.CodesField(blank=True, default=list, verbose_name='tags'),
        ),
        create_values("companies_company"),
        create_values("companies_target"),
    ]
