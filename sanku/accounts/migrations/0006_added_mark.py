"""The mark by which a zone's tags and fields are known to have changed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_api_tokens'),
    ]

    operations = [
        migrations.AddField(
            model_name='zone',
            name='added_mark',
            field=models.CharField(blank=True, default='', max_length=12),
        ),
    ]
