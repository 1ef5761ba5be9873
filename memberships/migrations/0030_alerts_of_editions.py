from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memberships', '0029_watching_stripe'),
    ]

    operations = [
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('unreadable', 'Stripe says what we cannot read'), ('foreign', 'Stripe speaks of what is not ours'), ('version', 'Stripe speaks another version'), ('stuck', 'An event cannot be worked off'), ('drift', 'Stripe and the mirror disagreed'), ('paid_unknown', 'Somebody who is unknown here has paid'), ('charged_twice', 'Somebody is charged twice'), ('untold', 'Somebody could not be told'), ('disputed', 'A payment is disputed'), ('fraud_warning', 'A bank warns of fraud'), ('refund_failed', 'Money could not be given back'), ('unfinished', 'An invoice could not be finished'), ('refunded_elsewhere', 'Money was given back outside the desk'), ('no_credit_note', 'A credit note could not be made'), ('withdrawal', 'A withdrawal waits for a person'), ('edition_held', 'An edition is held back'), ('miscounted', 'Copies of an edition do not add up'), ('warm_up', 'A new sending domain is given no more')], max_length=40, verbose_name='what'),
        ),
    ]
