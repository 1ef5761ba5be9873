from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0015_recordings'),
        ('newsletters', '0012_moving_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='editionitem',
            name='is_dropped',
            field=models.BooleanField(default=False, verbose_name='dropped'),
        ),
        migrations.AddField(
            model_name='editionitem',
            name='is_pinned',
            field=models.BooleanField(default=False, verbose_name='pinned'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='kind',
            field=models.CharField(choices=[('briefing', 'briefing: the same for everybody'), ('review', "review: composed for each member's ranking of the industries")], default='briefing', max_length=16, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='editionitem',
            constraint=models.CheckConstraint(condition=models.Q(('is_pinned', False), ('is_dropped', False), _connector='OR'), name='edition_story_pinned_or_dropped'),
        ),
    ]
