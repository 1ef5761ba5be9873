from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0007_pauses'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignupGuard',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('until', models.DateTimeField(null=True, verbose_name='sign-ups are guarded until')),
            ],
            options={
                'verbose_name': 'guard of the sign-ups',
                'verbose_name_plural': 'guard of the sign-ups',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='signup_guard_is_one')],
            },
        ),
    ]
