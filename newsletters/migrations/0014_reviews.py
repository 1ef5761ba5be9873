import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What went out already carried the stories its edition has.
CARRIED = """
UPDATE newsletters_variant AS variant SET items = coalesce(
    (SELECT array_agg(item.article_id ORDER BY item.position, item.id)
     FROM newsletters_editionitem AS item WHERE item.edition_id = variant.edition_id), '{}')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0013_reviews_and_pins'),
    ]

    operations = [
        migrations.AddField(
            model_name='variant',
            name='items',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None, verbose_name='stories'),
        ),
        migrations.AddField(
            model_name='variant',
            name='reasons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None, verbose_name='why each is in it'),
        ),
        migrations.RunSQL(CARRIED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='signupact',
            name='kind',
            field=models.CharField(choices=[('asked', 'asked for it'), ('confirmed', 'confirmed from their mailbox'), ('joined', 'signed up in person'), ('included', 'came with the membership'), ('imported', 'came along from another system'), ('moved', 'followed its owner to a new address'), ('left', 'left'), ('stopped', 'stopped every newsletter'), ('returned', 'came back')], max_length=12, verbose_name='what they did'),
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.PositiveIntegerField(verbose_name='from variant')),
                ('key', models.CharField(max_length=60, verbose_name='what it is')),
                ('text', models.TextField(verbose_name='text')),
                ('html', models.TextField(verbose_name='HTML')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='newsletters.edition', verbose_name='edition')),
            ],
            options={
                'verbose_name': 'block',
                'verbose_name_plural': 'blocks',
                'ordering': ['edition', 'since', 'key'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'since', 'key'), name='block_once')],
            },
        ),
    ]
