from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0015_recordings'),
        ('memberships', '0030_alerts_of_editions'),
        ('newsletters', '0027_resending'),
    ]

    operations = [
        migrations.AddField(
            model_name='newsletter',
            name='template',
            field=models.CharField(choices=[('stories', 'each story with its opening'), ('essay', 'one story at length, the others by their headlines'), ('headlines', 'headlines')], default='stories', max_length=16, verbose_name='how it tells its stories'),
        ),
        migrations.AddConstraint(
            model_name='newsletter',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'briefing'), ('template', 'stories'), _connector='OR'), name='newsletter_review_tells_each_story', violation_error_message='A review tells each story with its opening.'),
        ),
    ]
