import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0015_recordings'),
        ('memberships', '0029_watching_stripe'),
        ('newsletters', '0022_journeys'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='journey',
            name='journey_of_members_has_a_product',
        ),
        migrations.AddField(
            model_name='newsletter',
            name='silence_since',
            field=models.DateTimeField(editable=False, null=True, verbose_name='silence is counted from'),
        ),
        migrations.AddField(
            model_name='newsletter',
            name='sunset_after',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Days without a sign of life. Who does not answer within a month does not get it any more. Empty: never.', null=True, validators=[django.core.validators.MinValueValidator(90)], verbose_name='asks the silent after'),
        ),
        migrations.AddField(
            model_name='recipient',
            name='last_sign_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last heard of'),
        ),
        migrations.AlterField(
            model_name='journey',
            name='occasion',
            field=models.CharField(choices=[('confirmed', 'somebody confirms a list'), ('became', 'somebody becomes a member'), ('ended', 'a membership ends'), ('silent', 'nothing was heard of a reader for long')], max_length=16, verbose_name='begins when'),
        ),
        migrations.AlterField(
            model_name='run',
            name='why',
            field=models.CharField(blank=True, choices=[('left', 'They left.'), ('suppressed', 'They must not be written to.'), ('paused', 'They paused the list.'), ('no_right', 'They do not hold the product any more.'), ('reached', 'They hold the product.'), ('heard', 'They gave a sign of life.'), ('closed', 'The journey was stopped, or its list is not offered any more.')], max_length=12, verbose_name='why it is over'),
        ),
        migrations.AlterField(
            model_name='signupact',
            name='kind',
            field=models.CharField(choices=[('asked', 'asked for it'), ('confirmed', 'confirmed from their mailbox'), ('joined', 'signed up in person'), ('included', 'came with the membership'), ('imported', 'came along from another system'), ('moved', 'followed its owner to a new address'), ('left', 'left'), ('stopped', 'stopped every newsletter'), ('returned', 'came back'), ('kept', 'said that they still want it'), ('sunset', 'was ended after a long silence')], max_length=12, verbose_name='what they did'),
        ),
        migrations.AlterField(
            model_name='step',
            name='kind',
            field=models.CharField(choices=[('welcome_expect', 'what to expect, and the latest edition'), ('welcome_archive', 'the best of the archive, free to read'), ('welcome_product', 'what the product is'), ('journey_words', 'your own words alone'), ('still_wanted', 'whether the list is still wanted'), ('end', 'no letter: the list is ended for them')], default='journey_words', max_length=24, verbose_name='letter'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('occasion__in', ['confirmed', 'silent']), models.Q(('newsletter__isnull', True), ('product__isnull', False)), _connector='OR'), name='journey_of_members_has_a_product', violation_error_message='A journey of members names a product and no list.'),
        ),
        migrations.AddConstraint(
            model_name='newsletter',
            constraint=models.CheckConstraint(condition=models.Q(('sunset_after__isnull', True), ('silence_since__isnull', False), _connector='OR'), name='newsletter_silence_began'),
        ),
    ]
