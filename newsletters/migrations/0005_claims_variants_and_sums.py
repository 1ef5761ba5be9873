"""A claim is a row of its own, an edition's rendering too, and the sum of an edition's copies is kept by the database.

The ledger loses its foreign keys and the index on edition and state: with them, a million rows took three times as long
to write, and the planner read all of an edition to find the next thousand that wait.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# Whoever had begun may have sent; whoever had not sent nothing. No worker runs while a migration does.
SETTLE = """
UPDATE newsletters_delivery SET state = 'uncertain', settled_at = claimed_at WHERE state = 'claimed' AND handing_over;
UPDATE newsletters_delivery SET state = 'queued', claim = NULL WHERE state = 'claimed';
UPDATE newsletters_message SET state = 'uncertain', settled_at = claimed_at WHERE state = 'claimed' AND handing_over;
UPDATE newsletters_message SET state = 'queued', claim = NULL WHERE state = 'claimed';
"""
COLUMNS = """
ALTER TABLE newsletters_delivery
    DROP CONSTRAINT newsletters_delivery_edition_id_fkey,
    DROP CONSTRAINT newsletters_delivery_recipient_id_fkey,
    ADD COLUMN variant integer NOT NULL DEFAULT 1 CHECK (variant >= 0);
DROP INDEX delivery_by_edition;
DROP INDEX delivery_claims;
ALTER TABLE newsletters_delivery DROP COLUMN claimed_at, DROP COLUMN handing_over;
CREATE INDEX delivery_claims ON newsletters_delivery (claim) WHERE state = 'claimed';
CREATE INDEX delivery_odd ON newsletters_delivery (edition_id, state, recipient_id)
    WHERE state NOT IN ('queued', 'claimed', 'accepted');
"""
COLUMNS_BACK = """
DROP INDEX delivery_odd;
DROP INDEX delivery_claims;
ALTER TABLE newsletters_delivery
    ADD COLUMN claimed_at timestamptz NULL,
    ADD COLUMN handing_over boolean NOT NULL DEFAULT false,
    DROP COLUMN variant,
    ADD CONSTRAINT newsletters_delivery_edition_id_fkey FOREIGN KEY (edition_id)
        REFERENCES newsletters_edition (id) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT newsletters_delivery_recipient_id_fkey FOREIGN KEY (recipient_id)
        REFERENCES newsletters_recipient (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE newsletters_delivery ALTER COLUMN handing_over DROP DEFAULT;
CREATE INDEX delivery_by_edition ON newsletters_delivery (edition_id, state);
CREATE INDEX delivery_claims ON newsletters_delivery (claimed_at) WHERE state = 'claimed';
"""
# Always in the order of the key, so that two senders of one edition wait for each other and never in a circle.
SUMS = """
CREATE FUNCTION newsletters_count_copy(edition bigint, state_is varchar, more bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE newsletters_tally SET copies = copies + more WHERE edition_id = edition AND state = state_is;
    IF NOT FOUND THEN
        INSERT INTO newsletters_tally AS kept (edition_id, state, copies) VALUES (edition, state_is, more)
            ON CONFLICT (edition_id, state) DO UPDATE SET copies = kept.copies + excluded.copies;
    END IF;
END
$$;
CREATE FUNCTION newsletters_count_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
    FOR found IN SELECT edition_id, state, count(*) AS more FROM written GROUP BY edition_id, state ORDER BY 1, 2 LOOP
        PERFORM newsletters_count_copy(found.edition_id, found.state, found.more);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE FUNCTION newsletters_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT edition_id, state, sum(one) AS more FROM (
            SELECT edition_id, state, 1 AS one FROM written UNION ALL SELECT edition_id, state, -1 FROM overwritten
        ) AS differences GROUP BY edition_id, state HAVING sum(one) <> 0 ORDER BY 1, 2
    LOOP
        PERFORM newsletters_count_copy(found.edition_id, found.state, found.more::bigint);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER copies_are_counted_when_written AFTER INSERT ON newsletters_delivery
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION newsletters_count_written();
CREATE TRIGGER copies_are_counted_when_changed AFTER UPDATE ON newsletters_delivery
    REFERENCING NEW TABLE AS written OLD TABLE AS overwritten
    FOR EACH STATEMENT EXECUTE FUNCTION newsletters_count_changed();
INSERT INTO newsletters_tally (edition_id, state, copies)
    SELECT edition_id, state, count(*) FROM newsletters_delivery GROUP BY edition_id, state;
"""
SUMS_BACK = """
DROP TRIGGER copies_are_counted_when_written ON newsletters_delivery;
DROP TRIGGER copies_are_counted_when_changed ON newsletters_delivery;
DROP FUNCTION newsletters_count_written();
DROP FUNCTION newsletters_count_changed();
DROP FUNCTION newsletters_count_copy(bigint, varchar, bigint);
"""
STATES = [
    ("queued", "queued"),
    ("claimed", "being handed over"),
    ("accepted", "accepted by the next server"),
    ("uncertain", "uncertain"),
    ("failed", "refused"),
    ("halted", "halted"),
    ("suppressed", "suppressed"),
    ("bounced", "bounced"),
    ("complained", "complained about"),
]
EDITION_STATES = [
    ("composed", "composed"),
    ("approved", "approved"),
    ("held", "held back"),
    ("sending", "sending"),
    ("sent", "sent"),
    ("empty", "nothing new, not sent"),
    ("halted", "halted"),
]


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0004_offers")]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("taken_at", models.DateTimeField(verbose_name="taken in hand")),
                ("begun_at", models.DateTimeField(null=True, verbose_name="hand-over begun")),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "indexes": [models.Index(fields=["taken_at"], name="claim_age")],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("text", models.TextField(verbose_name="text")),
                ("html", models.TextField(verbose_name="HTML")),
                ("rendered_at", models.DateTimeField(verbose_name="rendered")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="variants",
                        to="newsletters.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "variant",
                "verbose_name_plural": "variants",
                "ordering": ["edition", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "number"), name="variant_number_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=STATES, max_length=16, verbose_name="state")),
                ("copies", models.BigIntegerField(verbose_name="copies")),
                (
                    "edition",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="newsletters.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "tally",
                "verbose_name_plural": "tallies",
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "state"), name="tally_once"),
                    models.CheckConstraint(condition=Q(copies__gte=0), name="tally_not_negative"),
                ],
            },
        ),
        migrations.AddField(
            model_name="edition",
            name="held_because",
            field=models.TextField(blank=True, editable=False, verbose_name="why it is held back"),
        ),
        migrations.AlterField(
            model_name="edition",
            name="state",
            field=models.CharField(choices=EDITION_STATES, default="composed", max_length=16, verbose_name="state"),
        ),
        migrations.RunSQL(SETTLE, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="message", name="message_claims"),
        migrations.RemoveField(model_name="message", name="claimed_at"),
        migrations.RemoveField(model_name="message", name="handing_over"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=Q(state="claimed"), fields=["claim"], name="message_claims"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(COLUMNS, COLUMNS_BACK), migrations.RunSQL(SUMS, SUMS_BACK)],
            state_operations=[
                migrations.RemoveIndex(model_name="delivery", name="delivery_by_edition"),
                migrations.RemoveField(model_name="delivery", name="claimed_at"),
                migrations.RemoveField(model_name="delivery", name="handing_over"),
                migrations.AddField(
                    model_name="delivery",
                    name="variant",
                    field=models.PositiveIntegerField(default=1, verbose_name="variant"),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="edition",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="newsletters.edition",
                        verbose_name="edition",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="recipient",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="newsletters.recipient",
                        verbose_name="recipient",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=Q(state="queued"), fields=["edition", "recipient"], name="delivery_queue"
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(condition=Q(state="claimed"), fields=["claim"], name="delivery_claims"),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=~Q(state__in=["queued", "claimed", "accepted"]),
                        fields=["edition", "state", "recipient"],
                        name="delivery_odd",
                    ),
                ),
            ],
        ),
    ]
