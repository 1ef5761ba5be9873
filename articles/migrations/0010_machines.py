"""The policy for crawlers, and an index that answers the sitemaps by itself."""

import articles.models.crawlers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_search_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='CrawlerPolicy',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('stance', models.CharField(choices=[('allow', 'allow them all'), ('refuse_training', 'refuse those that collect texts to train models'), ('refuse_all', 'refuse every crawler of AI companies')], default='refuse_training', help_text='Search engines are not among them. robots.txt is a request: those who ignore it are not stopped.', max_length=16, verbose_name='crawlers of AI companies')),
                ('also_refused', models.TextField(blank=True, help_text='Crawlers by the name they read robots.txt under, one a line.', max_length=4000, validators=[articles.models.crawlers.validate_names], verbose_name='refused besides')),
                ('allowed_anyway', models.TextField(blank=True, help_text='For instance because their company pays for a licence. One a line; stronger than all else here.', max_length=4000, validators=[articles.models.crawlers.validate_names], verbose_name='allowed all the same')),
                ('licence_url', models.URLField(blank=True, help_text='Where your terms for machines stand (RSL). robots.txt names it in a line of its own.', max_length=300, verbose_name='licence')),
            ],
            options={
                'verbose_name': 'crawler policy',
                'verbose_name_plural': 'crawler policy',
            },
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['year', 'month', '-first_published_at', '-id'], include=('updated_at',), name='article_by_month'),
        ),
        migrations.AddConstraint(
            model_name='crawlerpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='crawler_policy_is_one'),
        ),
    ]
