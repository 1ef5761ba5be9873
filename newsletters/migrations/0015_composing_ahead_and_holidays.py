import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0014_reviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='HolidayCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None, verbose_name='days without an edition')),
            ],
            options={
                'verbose_name': 'holiday calendar',
                'verbose_name_plural': 'holiday calendars',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='edition',
            name='is_reworded',
            field=models.BooleanField(default=False, editable=False, help_text="Its subject or preview line is an editor's.", verbose_name='reworded'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='compose_ahead',
            field=models.PositiveSmallIntegerField(default=0, help_text='Minutes before its moment from which an edition stands at the desk. Until it is approved, or its moment comes, it follows what is published. 0: it is composed at its moment.', validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='composed ahead'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='days_off',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None, verbose_name='days without an edition'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='least_items',
            field=models.PositiveSmallIntegerField(default=1, help_text='With fewer nothing goes out, and they are in the next edition.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='stories at least'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='holidays',
            field=models.ForeignKey(blank=True, help_text='On its days nothing goes out. The next edition has their stories.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='newsletters', to='newsletters.holidaycalendar', verbose_name='holiday calendar'),
        ),
    ]
