
import django.db.models.deletion
from django.db import migrations, models

# What the published revision says: its desk chose a level, or the product that opens it.
CHOSEN = """
    UPDATE articles_article AS article SET is_level_chosen = true
    FROM articles_revision AS revision
    WHERE revision.article_id = article.id AND revision.number = article.live_number
      AND (coalesce(revision.snapshot->>'access', '') <> '' OR revision.snapshot->>'product' IS NOT NULL)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0007_openings_cut_by_words'),
        ('memberships', '0005_paywall'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='is_level_chosen',
            field=models.BooleanField(default=False, editable=False, help_text='Who may read it was decided for this text; rules leave it alone.', verbose_name='chosen by its desk'),
        ),
        migrations.RunSQL(CHOSEN, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='article',
            name='access',
            field=models.CharField(choices=[('free', 'everybody'), ('registered', 'whoever signs in'), ('metered', 'everybody, so many a month'), ('product', 'whoever holds the product')], default='free', editable=False, max_length=16, verbose_name='may be read by'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='access',
            field=models.CharField(blank=True, choices=[('free', 'everybody'), ('registered', 'whoever signs in'), ('metered', 'everybody, so many a month'), ('product', 'whoever holds the product')], help_text='Empty: as the rules of access say, else the format.', max_length=16, verbose_name='may be read by'),
        ),
        migrations.AlterField(
            model_name='format',
            name='access',
            field=models.CharField(choices=[('free', 'everybody'), ('registered', 'whoever signs in'), ('metered', 'everybody, so many a month'), ('product', 'whoever holds the product')], default='free', max_length=16, verbose_name='may be read by'),
        ),
        migrations.CreateModel(
            name='AccessRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For the desk: what it is for.', max_length=120, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='The lowest that fits decides.', verbose_name='order')),
                ('is_in_force', models.BooleanField(default=True, verbose_name='in force')),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('ar', 'Arabic'), ('tr', 'Turkish')], max_length=8, verbose_name='language')),
                ('access', models.CharField(choices=[('free', 'everybody'), ('registered', 'whoever signs in'), ('metered', 'everybody, so many a month'), ('product', 'whoever holds the product')], max_length=16, verbose_name='may be read by')),
                ('country', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.country', verbose_name='country')),
                ('format', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.format', verbose_name='format')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='memberships.product', verbose_name='product')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.section', verbose_name='section')),
            ],
            options={
                'verbose_name': 'access rule',
                'verbose_name_plural': 'access rules',
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('access', 'product'), _negated=True), ('product__isnull', False), _connector='OR'), name='access_rule_names_product', violation_error_message='Say which product opens it.')],
            },
        ),
    ]
