import django.db.models.deletion
from django.db import migrations, models


# What is known of the sign-ups there are: who was there in person asked and confirmed in one moment, and so did whoever
# was brought along, whose sign-up says from where.
SO_FAR = """
INSERT INTO newsletters_signupact (recipient_id, newsletter_id, kind, at, source, words, address_hash, proof)
SELECT recipient_id, newsletter_id,
    CASE
        WHEN confirmed_at IS DISTINCT FROM requested_at THEN 'asked'
        WHEN source IN ('Ghost', 'WooCommerce', 'Substack', 'Memberful') THEN 'imported'
        ELSE 'joined'
    END,
    requested_at, source, consent_text, address_hash, '{}'
FROM newsletters_signup WHERE confirmed_at IS NOT NULL OR left_at IS DISTINCT FROM requested_at;
INSERT INTO newsletters_signupact (recipient_id, newsletter_id, kind, at, source, words, address_hash, proof)
SELECT recipient_id, newsletter_id, 'confirmed', confirmed_at, '', '', '', '{}'
FROM newsletters_signup WHERE confirmed_at <> requested_at;
INSERT INTO newsletters_signupact (recipient_id, newsletter_id, kind, at, source, words, address_hash, proof)
SELECT recipient_id, newsletter_id, 'left', left_at, '', '', '', '{}'
FROM newsletters_signup WHERE state = 'left';
"""
# The transaction that erases somebody has named the recipient; it may delete that history, and nobody may change one.
APPEND_ONLY = """
CREATE FUNCTION newsletters_refuse_act_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('newsletters.erased_recipient', true) = OLD.recipient_id::text THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The history of sign-ups is append-only: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER signup_act_is_append_only BEFORE UPDATE OR DELETE ON newsletters_signupact
    FOR EACH ROW EXECUTE FUNCTION newsletters_refuse_act_change();
CREATE TRIGGER signup_act_is_not_emptied BEFORE TRUNCATE ON newsletters_signupact
    FOR EACH STATEMENT EXECUTE FUNCTION newsletters_refuse_act_change();
"""
CHANGEABLE = """
DROP TRIGGER signup_act_is_not_emptied ON newsletters_signupact;
DROP TRIGGER signup_act_is_append_only ON newsletters_signupact;
DROP FUNCTION newsletters_refuse_act_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('newsletters', '0008_signup_guard'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignupAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('asked', 'asked for it'), ('confirmed', 'confirmed from their mailbox'), ('joined', 'signed up in person'), ('imported', 'came along from another system'), ('left', 'left'), ('stopped', 'stopped every newsletter'), ('returned', 'came back')], max_length=12, verbose_name='what they did')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='where')),
                ('words', models.TextField(blank=True, verbose_name='what they agreed to')),
                ('address_hash', models.CharField(blank=True, max_length=64, verbose_name='network address, hashed')),
                ('proof', models.JSONField(blank=True, default=dict, verbose_name='what the other system kept')),
                ('newsletter', models.ForeignKey(help_text='Empty: every one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='newsletters.newsletter', verbose_name='newsletter')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signup_acts', to='newsletters.recipient', verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'act of a sign-up',
                'verbose_name_plural': 'acts of sign-ups',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['recipient', '-at'], name='signup_act_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'stopped'), ('newsletter__isnull', True)), models.Q(models.Q(('kind', 'stopped'), _negated=True), ('newsletter__isnull', False)), _connector='OR'), name='signup_act_is_about_one_newsletter_or_all')],
            },
        ),
        migrations.RunSQL(SO_FAR, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
