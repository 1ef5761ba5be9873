from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0019_reports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='recipient',
            name='recipient_email_unique',
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('email',), name='recipient_email_unique'),
        ),
    ]
