
import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_machines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='correction',
            name='shows_difference',
            field=models.BooleanField(default=True, help_text='Clear this where the former words must not be shown again, for a legal reason for example.', verbose_name='readers may see what changed'),
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('followed_at', models.DateTimeField(verbose_name='followed')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.author', verbose_name='author')),
                ('country', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.country', verbose_name='country')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.section', verbose_name='section')),
                ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.series', verbose_name='series')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.topic', verbose_name='topic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'follow',
                'verbose_name_plural': 'follows',
                'ordering': ['-followed_at', '-id'],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('author'), models.F('topic'), models.F('series'), models.F('country'), models.F('section'), function='num_nonnulls', output_field=models.IntegerField()), 1), name='follow_names_one_thing'), models.UniqueConstraint(fields=('user', 'author', 'topic', 'series', 'country', 'section'), name='follow_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='FormerText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('headline', models.CharField(max_length=200, verbose_name='headline')),
                ('standfirst', models.TextField(blank=True, verbose_name='standfirst')),
                ('text_html', models.TextField(blank=True, verbose_name='text')),
                ('is_open', models.BooleanField(verbose_name='was for everybody')),
                ('replaced_at', models.DateTimeField(verbose_name='replaced')),
                ('article', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='former_texts', to='articles.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'former text',
                'verbose_name_plural': 'former texts',
                'ordering': ['-replaced_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_open', True), ('text_html', ''), _connector='OR'), name='former_text_holds_nothing_closed')],
            },
        ),
        migrations.CreateModel(
            name='HistoryEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_read_at', models.DateTimeField(verbose_name='last read')),
                ('furthest', models.PositiveSmallIntegerField(default=0, help_text='In per cent of the text.', verbose_name='read so far')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article', verbose_name='article')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reading_history', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'story read',
                'verbose_name_plural': 'stories read',
                'ordering': ['-last_read_at', '-id'],
                'indexes': [models.Index(fields=['user', '-last_read_at'], name='read_newest'), models.Index(fields=['last_read_at'], name='read_oldest')],
                'constraints': [models.UniqueConstraint(fields=('user', 'article'), name='read_once'), models.CheckConstraint(condition=models.Q(('furthest__lte', 100)), name='read_at_most_all_of_it')],
            },
        ),
        migrations.CreateModel(
            name='SavedArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article', verbose_name='article')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_articles', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'saved story',
                'verbose_name_plural': 'saved stories',
                'ordering': ['-saved_at', '-id'],
                'indexes': [models.Index(fields=['user', '-saved_at'], name='saved_newest')],
                'constraints': [models.UniqueConstraint(fields=('user', 'article'), name='saved_once')],
            },
        ),
    ]
