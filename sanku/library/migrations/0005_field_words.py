"""What the kinds of a zone's own fields are called."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0004_tags_fields_notices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='customfield',
            name='kind',
            field=models.CharField(choices=[('text', 'text'), ('long', 'long text'), ('number', 'a number'), ('money', 'amount in yuan'), ('date', 'date'), ('flag', 'yes or no'), ('choice', 'one of several choices'), ('codes', 'several choices'), ('link', 'web address')], max_length=8, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='customfield',
            name='synonyms',
            field=models.TextField(blank=True, default='', help_text='One a line.', verbose_name='other names'),
        ),
    ]
