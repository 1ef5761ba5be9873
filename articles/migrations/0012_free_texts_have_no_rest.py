
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0011_reader_lists'),
        ('memberships', '0008_sharing'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('access', 'free'), _negated=True), ('paid_html', ''), _connector='OR'), name='article_free_has_no_rest'),
        ),
    ]
