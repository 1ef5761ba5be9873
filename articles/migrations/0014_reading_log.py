"""The log of what was read, and the trials of other terms that are worked out on it."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0013_search_vectors_of_before'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Simulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'being worked out'), ('done', 'finished'), ('failed', 'not finished')], default='queued', editable=False, max_length=8, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('allowance', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(60)], verbose_name='free readings a month')),
                ('registered_allowance', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(60)], verbose_name='with an account')),
                ('rules', models.JSONField(default=list, help_text='[key, name] of each, in any order.', verbose_name='access rules')),
                ('reading_rules', models.JSONField(default=list, help_text='[key, name] of each, in any order.', verbose_name='reading rules')),
                ('claim', models.UUIDField(editable=False, null=True, verbose_name='run')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('heard_at', models.DateTimeField(editable=False, null=True, verbose_name='last heard of')),
                ('readings_done', models.PositiveIntegerField(default=0, editable=False, verbose_name='readings done')),
                ('readings_total', models.PositiveIntegerField(default=0, editable=False, verbose_name='readings in all')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
                ('failure', models.CharField(blank=True, choices=[('died', 'It broke off several times. Ask whoever runs the servers to look at the worker’s log.'), ('rule_gone', 'A rule that was to be tried was deleted before its turn came.')], editable=False, max_length=16, verbose_name='why it failed')),
                ('result', models.JSONField(editable=False, null=True, verbose_name='result')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'trial of other terms',
                'verbose_name_plural': 'trials of other terms',
                'ordering': ['-asked_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SimulatedReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed', models.PositiveIntegerField(verbose_name='readings newly closed')),
                ('opened', models.PositiveIntegerField(verbose_name='readings newly open')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('simulation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readers', to='articles.simulation', verbose_name='trial')),
            ],
            options={
                'verbose_name': 'reader in a trial',
                'verbose_name_plural': 'readers in trials',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NotedReading',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False, verbose_name='key')),
                ('at', models.DateTimeField(verbose_name='read')),
                ('visitor', models.CharField(blank=True, help_text='A pseudonym; empty where somebody was signed in.', max_length=32, verbose_name='visitor')),
                ('referrer', models.CharField(blank=True, help_text='The host of another site.', max_length=100, verbose_name='came from')),
                ('campaign', models.CharField(blank=True, max_length=100, verbose_name='campaign')),
                ('country', models.CharField(blank=True, help_text='ISO 3166 code; empty: unknown.', max_length=2, verbose_name='country')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article', verbose_name='article')),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'noted reading',
                'verbose_name_plural': 'noted readings',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('user__isnull', False)), fields=['user'], name='noted_reading_by_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('user__isnull', False), ('visitor', '')), models.Q(('user__isnull', True), models.Q(('visitor', ''), _negated=True)), _connector='OR'), name='noted_reading_is_an_accounts_or_a_pseudonyms')],
            },
        ),
        migrations.AddConstraint(
            model_name='simulation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('state',), name='simulation_runs_alone'),
        ),
        migrations.AddConstraint(
            model_name='simulation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('claim__isnull', False), ('heard_at__isnull', False)), _connector='OR'), name='simulation_running_is_somebodys'),
        ),
        migrations.AddConstraint(
            model_name='simulation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('result__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('result__isnull', True)), _connector='OR'), name='simulation_done_has_a_result'),
        ),
        migrations.AddConstraint(
            model_name='simulation',
            constraint=models.CheckConstraint(condition=models.Q(('allowance__lte', 60), ('registered_allowance__lte', 60)), name='simulation_allowance_is_one_that_may_be_set'),
        ),
        migrations.AddConstraint(
            model_name='simulatedreader',
            constraint=models.UniqueConstraint(fields=('simulation', 'user'), name='simulated_reader_once'),
        ),
        migrations.AddConstraint(
            model_name='simulatedreader',
            constraint=models.CheckConstraint(condition=models.Q(('closed__gt', 0), ('opened__gt', 0), _connector='OR'), name='simulated_reader_is_one_for_whom_it_changes'),
        ),
    ]
