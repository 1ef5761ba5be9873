import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0015_recordings'),
        ('memberships', '0029_watching_stripe'),
        ('newsletters', '0021_warm_up'),
    ]

    operations = [
        migrations.CreateModel(
            name='Journey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='short name')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('occasion', models.CharField(choices=[('confirmed', 'somebody confirms a list'), ('became', 'somebody becomes a member'), ('ended', 'a membership ends')], max_length=16, verbose_name='begins when')),
                ('is_over_with_product', models.BooleanField(default=False, help_text='Whoever holds the product gets no further letter.', verbose_name='over with a membership')),
                ('stream', models.CharField(choices=[('newsletters', 'newsletters'), ('offers', 'offers to come back')], default='newsletters', help_text='Offers go to nobody who has stopped any of our mail.', max_length=16, verbose_name='kind of mail')),
                ('is_active', models.BooleanField(default=False, verbose_name='running')),
                ('seen_until', models.DateTimeField(editable=False, null=True, verbose_name='looked through until')),
            ],
            options={
                'verbose_name': 'journey',
                'verbose_name_plural': 'journeys',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='JourneyLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written_on', models.DateField(verbose_name='day')),
            ],
            options={
                'verbose_name': 'written letter of a journey',
                'verbose_name_plural': 'written letters of journeys',
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(help_text='What it began with; it begins no second run of the journey.', max_length=60, verbose_name='occasion')),
                ('state', models.CharField(choices=[('running', 'under way'), ('done', 'got every letter'), ('left', 'left'), ('stopped', 'stopped')], default='running', max_length=8, verbose_name='state')),
                ('why', models.CharField(blank=True, choices=[('left', 'They left.'), ('suppressed', 'They must not be written to.'), ('paused', 'They paused the list.'), ('no_right', 'They do not hold the product any more.'), ('reached', 'They hold the product.'), ('closed', 'The journey was stopped, or its list is not offered any more.')], max_length=12, verbose_name='why it is over')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('started_at', models.DateTimeField(verbose_name='began')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='over since')),
            ],
            options={
                'verbose_name': 'journey of somebody',
                'verbose_name_plural': 'journeys of people',
                'ordering': ['-started_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=1, verbose_name='place')),
                ('wait_days', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='days later')),
                ('wait_hours', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hours later')),
                ('at_time', models.TimeField(blank=True, help_text='The next such time of day where the reader is.', null=True, verbose_name='at the reader’s')),
                ('kind', models.CharField(choices=[('welcome_expect', 'what to expect, and the latest edition'), ('welcome_archive', 'the best of the archive, free to read'), ('welcome_product', 'what the product is'), ('journey_words', 'your own words alone')], default='journey_words', max_length=24, verbose_name='letter')),
                ('condition', models.CharField(choices=[('everybody', 'everybody'), ('holders', 'only who holds the product'), ('others', 'only who does not hold the product'), ('nobody', 'nobody: it is left out')], default='everybody', max_length=12, verbose_name='to')),
            ],
            options={
                'verbose_name': 'letter of a journey',
                'verbose_name_plural': 'letters of journeys',
                'ordering': ['journey', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StepWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('ar', 'Arabic'), ('tr', 'Turkish')], max_length=8, verbose_name='language')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('text', models.TextField(help_text='Plain text; an empty line starts a paragraph.', verbose_name='words')),
            ],
            options={
                'verbose_name': 'words of a letter',
                'verbose_name_plural': 'words of letters',
                'ordering': ['step', 'language'],
            },
        ),
        migrations.AddField(
            model_name='journey',
            name='newsletter',
            field=models.ForeignKey(blank=True, help_text='Empty: whichever list somebody confirms first.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journeys', to='newsletters.newsletter', verbose_name='list'),
        ),
        migrations.AddField(
            model_name='journey',
            name='product',
            field=models.ForeignKey(blank=True, help_text='What membership means here, for the occasion and for the letters.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='memberships.product', verbose_name='product'),
        ),
        migrations.AddField(
            model_name='journeyletter',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='journey_letters', to='newsletters.recipient', verbose_name='recipient'),
        ),
        migrations.AddField(
            model_name='run',
            name='journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='newsletters.journey', verbose_name='journey'),
        ),
        migrations.AddField(
            model_name='run',
            name='newsletter',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='newsletters.newsletter', verbose_name='list'),
        ),
        migrations.AddField(
            model_name='run',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='newsletters.recipient', verbose_name='recipient'),
        ),
        migrations.AddField(
            model_name='journeyletter',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='newsletters.run', verbose_name='run'),
        ),
        migrations.AddField(
            model_name='step',
            name='journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='newsletters.journey', verbose_name='journey'),
        ),
        migrations.AddField(
            model_name='step',
            name='stories',
            field=models.ManyToManyField(blank=True, help_text='Empty: chosen by rule. What is not free to read is left out of a letter that says it is.', related_name='+', to='articles.article', verbose_name='stories'),
        ),
        migrations.AddField(
            model_name='run',
            name='step',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='newsletters.step', verbose_name='next letter'),
        ),
        migrations.AddField(
            model_name='journeyletter',
            name='step',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='letters', to='newsletters.step', verbose_name='letter'),
        ),
        migrations.AddField(
            model_name='stepwords',
            name='step',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='newsletters.step', verbose_name='letter'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('stream', 'newsletters'), models.Q(('occasion__in', ['became', 'ended']), ('stream', 'offers')), _connector='OR'), name='journey_of_offers_is_about_no_list', violation_error_message='Offers are for members and about no list.'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('occasion', 'confirmed'), models.Q(('newsletter__isnull', True), ('product__isnull', False)), _connector='OR'), name='journey_of_members_has_a_product', violation_error_message='A journey of members names a product and no list.'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('is_over_with_product', False), ('product__isnull', False), _connector='OR'), name='journey_is_over_with_some_product', violation_error_message='Say with which product it is over.'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('is_active', False), ('seen_until__isnull', False), _connector='OR'), name='journey_running_began'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['due_at'], name='run_due'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['journey', 'state'], name='run_by_state'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(fields=('journey', 'recipient', 'occasion'), name='run_once_per_occasion'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('journey', 'recipient'), name='run_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('settled_at__isnull', True), ('state', 'running'), ('step__isnull', False)), models.Q(models.Q(('state', 'running'), _negated=True), ('due_at__isnull', True), ('settled_at__isnull', False), ('step__isnull', True)), _connector='OR'), name='run_goes_on_or_is_over'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['running', 'done']), ('why', '')), models.Q(('state__in', ['left', 'stopped']), models.Q(('why', ''), _negated=True)), _connector='OR'), name='run_that_ended_early_says_why'),
        ),
        migrations.AddConstraint(
            model_name='journeyletter',
            constraint=models.UniqueConstraint(fields=('run', 'step'), name='journey_letter_once'),
        ),
        migrations.AddConstraint(
            model_name='journeyletter',
            constraint=models.UniqueConstraint(fields=('recipient', 'written_on'), name='journey_letter_one_a_day'),
        ),
        migrations.AddConstraint(
            model_name='stepwords',
            constraint=models.UniqueConstraint(fields=('step', 'language'), name='step_words_once_per_language'),
        ),
    ]
