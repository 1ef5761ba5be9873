
import django.core.validators
import django.db.models.deletion
import memberships.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memberships', '0008_sharing'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For the desk: what it is for.', max_length=120, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The lowest that fits decides; the others are not asked.', verbose_name='order')),
                ('is_in_force', models.BooleanField(default=True, verbose_name='in force')),
                ('starts_at', models.DateTimeField(blank=True, help_text='Empty: at once.', null=True, verbose_name='from')),
                ('ends_at', models.DateTimeField(blank=True, help_text='Empty: for good.', null=True, verbose_name='until')),
                ('referrers', memberships.fields.DomainsField(blank=True, help_text='One domain a line, such as google.com, which stands for news.google.com as well, but not for google.de.', verbose_name='coming from these sites')),
                ('campaigns', memberships.fields.LinesField(blank=True, help_text='One a line: what stands after utm_campaign= in the link. Small and capital letters are the same.', verbose_name='by a link of these campaigns')),
                ('countries', memberships.fields.CountriesField(blank=True, help_text='One ISO 3166 code of two letters a line, such as DE. It is where the reader is, not the story.', verbose_name='reading in these countries')),
                ('sections', memberships.fields.LinesField(blank=True, verbose_name='texts of these sections')),
                ('counts_as', models.CharField(blank=True, choices=[('free', 'everybody'), ('registered', 'whoever signs in'), ('metered', 'everybody, so many a month')], help_text='Empty: whoever could read it anyway. Here even what is sold alone is opened, if you say so.', max_length=16, verbose_name='a closed text may be read by')),
                ('allowance', models.PositiveSmallIntegerField(blank=True, help_text='Without an account. Empty: as many as the terms of reading say. What was read elsewhere counts with it.', null=True, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='free readings a month')),
                ('registered_allowance', models.PositiveSmallIntegerField(blank=True, help_text='Empty: as many as the terms of reading say.', null=True, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='with an account')),
                ('plan', models.ForeignKey(blank=True, help_text='Empty: the first one. One that does not open the text is not offered there.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='memberships.plan', verbose_name='plan offered at the wall')),
            ],
            options={
                'verbose_name': 'reading rule',
                'verbose_name_plural': 'reading rules',
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('campaigns', ''), ('countries', ''), ('referrers', ''), ('sections', ''), _negated=True), name='reading_rule_has_a_condition', violation_error_message='Say for whom it is: without a condition it would be the terms of reading.'), models.CheckConstraint(condition=models.Q(('allowance', None), ('counts_as', ''), ('plan', None), ('registered_allowance', None), _negated=True), name='reading_rule_has_an_outcome', violation_error_message='Say what it changes: who may read, how much, or what is offered.'), models.CheckConstraint(condition=models.Q(('counts_as__in', ['', 'free', 'registered', 'metered'])), name='reading_rule_level_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('allowance', None), ('allowance__lte', 60), _connector='OR'), models.Q(('registered_allowance', None), ('registered_allowance__lte', 60), _connector='OR')), name='reading_rule_allowance_fits_a_cookie'), models.CheckConstraint(condition=models.Q(('starts_at', None), ('ends_at', None), ('starts_at__lt', models.F('ends_at')), _connector='OR'), name='reading_rule_ends_after_it_starts', violation_error_message='It would be over before it begins.')],
            },
        ),
    ]
