
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memberships', '0004_invitation_bounces'),
    ]

    operations = [
        migrations.CreateModel(
            name='Paywall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('allowance', models.PositiveSmallIntegerField(default=10, help_text='How many metered articles somebody without an account may read in a calendar month.', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='free readings a month')),
                ('registered_allowance', models.PositiveSmallIntegerField(default=10, help_text='How many somebody who is signed in may read; it is one allowance, not a second one.', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='with an account')),
                ('newcomers_a_day', models.PositiveSmallIntegerField(default=5, help_text='How often a day a meter is begun for the same browser at the same internet address. It keeps those who delete their cookies from reading without end; no address is stored for it.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='new meters a day and connection')),
                ('opening_words', models.PositiveSmallIntegerField(default=120, help_text='How much of a closed text stands open where its author set no break.', verbose_name='words of an opening')),
            ],
            options={
                'verbose_name': 'terms of reading',
                'verbose_name_plural': 'terms of reading',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='paywall_is_one'), models.CheckConstraint(condition=models.Q(('allowance__lte', 60), ('registered_allowance__lte', 60)), name='paywall_allowance_fits_a_cookie'), models.CheckConstraint(condition=models.Q(('newcomers_a_day__gte', 1)), name='paywall_lets_newcomers_in')],
            },
        ),
        migrations.CreateModel(
            name='MeteredReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day, in the time zone of the publication.', verbose_name='month')),
                ('item', models.UUIDField(help_text='Its public id.', verbose_name='what was read')),
                ('counted_at', models.DateTimeField(verbose_name='counted')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='metered_readings', to=settings.AUTH_USER_MODEL, verbose_name='reader')),
            ],
            options={
                'verbose_name': 'metered reading',
                'verbose_name_plural': 'metered readings',
                'ordering': ['-counted_at'],
                'constraints': [models.UniqueConstraint(fields=('user', 'month', 'item'), name='metered_reading_counts_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='metered_reading_month_is_its_first_day')],
            },
        ),
    ]
