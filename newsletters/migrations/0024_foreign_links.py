from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0023_signs_of_life'),
    ]

    operations = [
        migrations.CreateModel(
            name='ForeignLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64, unique=True, verbose_name='fingerprint')),
                ('outcome', models.CharField(choices=[('alive', 'answers'), ('dead', 'gone'), ('unreachable', 'did not answer')], max_length=12, verbose_name='outcome')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='status')),
                ('asked_at', models.DateTimeField(db_index=True, verbose_name='asked')),
                ('excused_at', models.DateTimeField(null=True, verbose_name='excused')),
            ],
            options={
                'verbose_name': 'link to another site',
                'verbose_name_plural': 'links to other sites',
            },
        ),
    ]
