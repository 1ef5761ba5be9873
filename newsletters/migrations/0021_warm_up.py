import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0020_addresses_are_found_by_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='WarmUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(help_text='The one in our From.', max_length=253, unique=True, verbose_name='domain')),
                ('plan', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), help_text='Separated by commas, one number for each day. After the last there is no limit any more.', size=None, verbose_name='copies a day')),
                ('most_refused', models.PositiveSmallIntegerField(default=5, help_text='When more came to nothing, the next day is given no more than this one.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='refused at most, in percent')),
                ('step', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='days done')),
                ('day', models.DateField(editable=False, null=True, verbose_name='day')),
                ('given', models.PositiveIntegerField(default=0, editable=False, verbose_name='given on this day')),
                ('stopped_because', models.CharField(blank=True, editable=False, max_length=300, verbose_name='does not grow because')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'warm-up',
                'verbose_name_plural': 'warm-ups',
                'ordering': ['domain'],
                'constraints': [models.CheckConstraint(condition=models.Q(('plan__len__gte', 1)), name='warm_up_has_a_plan'), models.CheckConstraint(condition=models.Q(('most_refused__gte', 1), ('most_refused__lte', 100)), name='warm_up_refused_is_a_share')],
            },
        ),
        migrations.CreateModel(
            name='WarmUpShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('copies', models.PositiveIntegerField(verbose_name='copies')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='warm_up_shares', to='newsletters.edition', verbose_name='edition')),
                ('warm_up', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='newsletters.warmup', verbose_name='warm-up')),
            ],
            options={
                'verbose_name': 'share of a warm-up',
                'verbose_name_plural': 'shares of warm-ups',
                'constraints': [models.UniqueConstraint(fields=('warm_up', 'edition', 'day'), name='warm_up_share_once_a_day')],
            },
        ),
    ]
