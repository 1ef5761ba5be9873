import django.db.models.deletion
from django.conf import settings
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
        ('newsletters', '0011_sending_domains'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SignupAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('asked', 'asked for it'), ('confirmed', 'confirmed from their mailbox'), ('joined', 'signed up in person'), ('imported', 'came along from another system'), ('moved', 'followed its owner to a new address'), ('left', 'left'), ('stopped', 'stopped every newsletter'), ('returned', 'came back')], max_length=12, verbose_name='what they did')),
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
        migrations.CreateModel(
            name='ListImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('mailchimp', 'Mailchimp'), ('substack', 'Substack'), ('ghost', 'Ghost'), ('table', 'another system, as CSV')], max_length=12, verbose_name='from')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('state', models.CharField(choices=[('looking', 'being looked at'), ('looked', 'dry run finished'), ('writing', 'moving in'), ('written', 'moved in')], default='looking', max_length=8, verbose_name='state')),
                ('consent_text', models.TextField(verbose_name='what they agreed to there')),
                ('unproved', models.CharField(choices=[('refuse', 'leave them out'), ('ask', 'write to each and ask for a confirmation'), ('vouch', 'sign them up on my word')], default='refuse', max_length=8, verbose_name='who has no proof')),
                ('word', models.TextField(blank=True, verbose_name='staff’s word that they agreed')),
                ('problems', models.JSONField(blank=True, default=list, verbose_name='lines with problems')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('claimed_until', models.DateTimeField(editable=False, null=True, verbose_name='being worked on until')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('newsletters', models.ManyToManyField(related_name='+', to='newsletters.newsletter', verbose_name='newsletters')),
            ],
            options={
                'verbose_name': 'list moving in',
                'verbose_name_plural': 'lists moving in',
                'ordering': ['-asked_at', '-id'],
                'permissions': [('export_list', 'Can take the addresses of a list away as a file')],
            },
        ),
        migrations.CreateModel(
            name='ListImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(blank=True, max_length=120, verbose_name='table')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('email', models.EmailField(help_text='In lower case, as it is compared.', max_length=254, verbose_name='email address')),
                ('email_as_typed', models.EmailField(max_length=254, verbose_name='email address as typed')),
                ('standing', models.CharField(choices=[('subscribed', 'gets it'), ('pending', 'never confirmed'), ('cleaned', 'cannot be reached'), ('unsubscribed', 'has left')], max_length=12, verbose_name='the file says')),
                ('asked_at', models.DateTimeField(null=True, verbose_name='asked there')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed there')),
                ('address_hash', models.CharField(blank=True, max_length=64, verbose_name='network address, hashed')),
                ('language', models.CharField(blank=True, max_length=8, verbose_name='language')),
                ('proof', models.JSONField(blank=True, default=dict, verbose_name='what the other system kept')),
                ('state', models.CharField(choices=[('waiting', 'not looked at yet'), ('looked', 'looked at'), ('done', 'moved in'), ('failed', 'not moved in')], default='waiting', max_length=8, verbose_name='state')),
                ('outcome', models.CharField(blank=True, choices=[('signs_up', 'is signed up'), ('is_asked', 'is asked by email'), ('stops', 'is never written to'), ('stays', 'stays as it is here'), ('left_out', 'is left out')], max_length=12, verbose_name='what happens')),
                ('lists', models.JSONField(blank=True, default=list, editable=False, verbose_name='newsletters')),
                ('why', models.CharField(blank=True, choices=[('proved', 'The file says when they agreed.'), ('vouched', 'The file does not say when they agreed; you say that they did.'), ('unproved', 'The file does not say when they agreed.'), ('later', 'The file says that they agreed on a day that is yet to come.'), ('unconfirmed', 'They never confirmed there.'), ('left', 'They left there.'), ('lost', 'Mail to them came back there.'), ('chosen', 'They chose here already.'), ('stopped', 'They must not be written to here.')], max_length=12, verbose_name='why')),
                ('detail', models.CharField(blank=True, max_length=500, verbose_name='more')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('list_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='newsletters.listimport', verbose_name='file')),
            ],
            options={
                'verbose_name': 'address moving in',
                'verbose_name_plural': 'addresses moving in',
                'ordering': ['part', 'line'],
            },
        ),
        migrations.AddConstraint(
            model_name='listimport',
            constraint=models.CheckConstraint(condition=models.Q(('unproved', 'vouch'), ('word', ''), _negated=True), name='list_import_word_is_said'),
        ),
        migrations.AddIndex(
            model_name='listimportrow',
            index=models.Index(fields=['list_import', 'state', 'id'], name='list_row_by_state'),
        ),
        migrations.AddIndex(
            model_name='listimportrow',
            index=models.Index(condition=models.Q(('outcome', 'is_asked')), fields=['done_at'], name='list_row_asked'),
        ),
        migrations.AddConstraint(
            model_name='listimportrow',
            constraint=models.UniqueConstraint(fields=('list_import', 'email'), name='list_row_once_per_address'),
        ),
        migrations.AddConstraint(
            model_name='listimportrow',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting']), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='list_row_looked_at_has_an_outcome'),
        ),
    ]
