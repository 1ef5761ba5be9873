
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memberships', '0006_feed_tokens'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='history_since',
            field=models.DateTimeField(editable=False, help_text='Empty: nothing is kept of what this person reads.', null=True, verbose_name='keeps a reading history since'),
        ),
    ]
