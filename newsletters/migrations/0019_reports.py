import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0018_sums_of_editions_and_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='suppression',
            name='rules',
            field=models.PositiveSmallIntegerField(help_text='The version by which a bounce was judged; empty: by none.', null=True, verbose_name='by the rules'),
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=20, verbose_name='from')),
                ('key', models.CharField(max_length=128, verbose_name='key')),
                ('taken_at', models.DateTimeField(verbose_name='taken in')),
                ('fate', models.CharField(choices=[('waiting', 'waits to be worked off'), ('arrived', 'the copy arrived'), ('delayed', 'it is still tried'), ('answered', 'an automatic answer'), ('failed', 'came back, for this time'), ('bounced', 'came back for good'), ('complained', 'called spam'), ('left', 'asked us to stop'), ('unknown', 'names nobody')], max_length=12, verbose_name='what it says')),
                ('said', models.CharField(blank=True, max_length=500, verbose_name='what the other side said')),
                ('raw', models.BinaryField(verbose_name='as it came')),
                ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='newsletters.recipient', verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['-taken_at', '-id'],
                'indexes': [models.Index(fields=['fate', 'taken_at'], name='report_by_fate')],
                'constraints': [models.UniqueConstraint(fields=('source', 'key'), name='report_once')],
            },
        ),
        migrations.CreateModel(
            name='SoftBounce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noted_at', models.DateTimeField(verbose_name='noted')),
                ('edition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='newsletters.edition', verbose_name='edition')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='soft_bounces', to='newsletters.recipient', verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'soft bounce',
                'verbose_name_plural': 'soft bounces',
                'indexes': [models.Index(fields=['noted_at'], name='soft_bounce_age')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'edition'), name='soft_bounce_once')],
            },
        ),
    ]
