import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memberships', '0023_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='MrrMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='Which movement of the subscription it is, from 1.', verbose_name='number')),
                ('at', models.DateTimeField(verbose_name='moment')),
                ('began_at', models.DateTimeField(help_text="The moment of the subscription's first movement.", verbose_name='began')),
                ('kind', models.CharField(choices=[('new', 'new'), ('expansion', 'more'), ('contraction', 'less'), ('reactivation', 'came back'), ('churn_voluntary', 'left'), ('churn_failed', 'payment failed')], max_length=20, verbose_name='what')),
                ('before', models.PositiveBigIntegerField(verbose_name='a year before')),
                ('after', models.PositiveBigIntegerField(verbose_name='a year after')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
            ],
            options={
                'verbose_name': 'movement of recurring revenue',
                'verbose_name_plural': 'movements of recurring revenue',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='RevenueDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='billed in')),
                ('invoiced', models.BigIntegerField(default=0, help_text='After discounts, with tax.', verbose_name='invoiced')),
                ('tax', models.BigIntegerField(default=0, verbose_name='tax')),
                ('discount', models.BigIntegerField(default=0, verbose_name='discount')),
                ('paid', models.BigIntegerField(default=0, verbose_name='paid')),
                ('refunded', models.BigIntegerField(default=0, verbose_name='given back')),
            ],
            options={
                'verbose_name': 'revenue of a day',
                'verbose_name_plural': 'revenue by day',
                'ordering': ['-day', 'currency'],
                'permissions': [('see_numbers', 'Can see the numbers')],
            },
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='first_article',
            field=models.UUIDField(blank=True, null=True, verbose_name='first story'),
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='first_edition',
            field=models.UUIDField(blank=True, null=True, verbose_name='first edition'),
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='first_source',
            field=models.CharField(blank=True, choices=[('search', 'search'), ('social', 'social network'), ('newsletter', 'newsletter'), ('campaign', 'campaign'), ('site', 'another site'), ('direct', 'direct')], max_length=12, verbose_name='first came by'),
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='last_article',
            field=models.UUIDField(blank=True, help_text='Public id of the story whose page led to the offer.', null=True, verbose_name='story'),
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='last_edition',
            field=models.UUIDField(blank=True, help_text="Public id of the newsletter's edition.", null=True, verbose_name='edition'),
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='last_name',
            field=models.CharField(blank=True, help_text="The host of the site, or the campaign's source.", max_length=100, verbose_name='site or campaign'),
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='last_source',
            field=models.CharField(blank=True, choices=[('search', 'search'), ('social', 'social network'), ('newsletter', 'newsletter'), ('campaign', 'campaign'), ('site', 'another site'), ('direct', 'direct')], help_text='Empty: not known.', max_length=12, verbose_name='came by'),
        ),
        migrations.AddField(
            model_name='checkoutattempt',
            name='subscription',
            field=models.OneToOneField(blank=True, editable=False, help_text='What the visit brought.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='checkout', to='memberships.subscription', verbose_name='subscription'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='country',
            field=models.CharField(blank=True, help_text='ISO 3166 code; empty: unknown.', max_length=2, verbose_name='billed in'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='discount',
            field=models.IntegerField(default=0, help_text='Taken off before the total.', verbose_name='discount'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='paid_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='paid on'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='plan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='memberships.plan', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='total',
            field=models.IntegerField(blank=True, help_text='After discounts, with tax, before credit. Empty: not asked yet.', null=True, verbose_name='total'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='counted_a_year',
            field=models.PositiveBigIntegerField(default=0, editable=False, help_text='What it brings in a year as the numbers count it, in minor units. 0: it is not counted now.', verbose_name='counted a year'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='period_amount',
            field=models.PositiveIntegerField(blank=True, help_text='In minor units, after discounts that last, before tax and credit. Empty: not asked yet.', null=True, verbose_name='price of a period'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['issued_at'], name='invoice_by_issue'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['started_at'], name='subscription_by_start'),
        ),
        migrations.AddField(
            model_name='mrrmovement',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='memberships.subscription', verbose_name='subscription'),
        ),
        migrations.AddField(
            model_name='revenueday',
            name='plan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='memberships.plan', verbose_name='plan'),
        ),
        migrations.AddIndex(
            model_name='mrrmovement',
            index=models.Index(fields=['currency', 'at'], include=('kind', 'before', 'after', 'began_at'), name='movement_by_time'),
        ),
        migrations.AddConstraint(
            model_name='mrrmovement',
            constraint=models.UniqueConstraint(fields=('subscription', 'number'), name='movement_once_in_a_row'),
        ),
        migrations.AddConstraint(
            model_name='mrrmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('after__gt', 0), ('before', 0), ('kind__in', ['new', 'reactivation'])), models.Q(('after__gt', models.F('before')), ('kind', 'expansion')), models.Q(('after__lt', models.F('before')), ('kind', 'contraction')), models.Q(('after', 0), ('before__gt', 0), ('kind__in', ['churn_voluntary', 'churn_failed'])), _connector='OR'), name='movement_is_of_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='revenueday',
            constraint=models.UniqueConstraint(fields=('day', 'currency', 'plan', 'country'), name='revenue_once_for_a_day', nulls_distinct=False),
        ),
    ]
