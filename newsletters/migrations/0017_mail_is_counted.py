"""What letters lead to: an edition's links with their numbers, and what asked for pictures and followed links.

The events are partitioned by the edition's day like the copies; ``newsletters.partitions`` makes the months and lets
them go. The database changes no event.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

CREATE = """
CREATE TABLE newsletters_mailevent (
    edition_on date NOT NULL,
    edition_id bigint NOT NULL,
    recipient_id bigint NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind varchar(8) NOT NULL,
    link smallint NULL,
    method varchar(4) NOT NULL,
    agent varchar(60) NOT NULL,
    network varchar(32) NOT NULL,
    is_prefetch boolean NOT NULL,
    is_navigation boolean NOT NULL,
    is_data_centre boolean NOT NULL,
    seconds integer NULL,
    CONSTRAINT mail_event_kind_known CHECK (kind IN ('open', 'click', 'honeypot')),
    CONSTRAINT mail_event_click_names_link CHECK ((kind = 'click') = (link IS NOT NULL)),
    PRIMARY KEY (edition_on, edition_id, recipient_id, id)
) PARTITION BY RANGE (edition_on);
CREATE TABLE newsletters_mailevent_default PARTITION OF newsletters_mailevent DEFAULT;
CREATE INDEX mail_event_by_recipient ON newsletters_mailevent (recipient_id);
CREATE FUNCTION newsletters_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Events of letters are written once.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER mail_events_stay BEFORE UPDATE ON newsletters_mailevent
    FOR EACH STATEMENT EXECUTE FUNCTION newsletters_refuse_change();
"""
DROP = """
DROP TABLE newsletters_mailevent;
DROP FUNCTION newsletters_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0015_recordings"),
        ("newsletters", "0016_marks_and_sponsors"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="is_counted",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="openings and clicks are counted"
            ),
        ),
        migrations.AddField(
            model_name="newsletter",
            name="is_counted",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Where the site counts at all, and but for readers who do not want it.",
                verbose_name="openings and clicks are counted",
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="is_counted",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Whether what they open and follow may be counted.",
                verbose_name="counted",
            ),
        ),
        migrations.CreateModel(
            name="EditionLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("target", models.CharField(max_length=2000, verbose_name="leads to")),
                (
                    "article",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="newsletters.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "link of an edition",
                "verbose_name_plural": "links of editions",
                "ordering": ["edition", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "number"), name="edition_link_number_once"),
                    models.UniqueConstraint(
                        condition=Q(number__gt=0), fields=("edition", "target"), name="edition_link_once"
                    ),
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, DROP)],
            state_operations=[
                migrations.CreateModel(
                    name="MailEvent",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "edition_on",
                                "edition_id",
                                "recipient_id",
                                "id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("edition_on", models.DateField(verbose_name="day of the edition")),
                        ("id", models.UUIDField(editable=False, verbose_name="key")),
                        ("at", models.DateTimeField(verbose_name="at")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("open", "picture asked for"),
                                    ("click", "link followed"),
                                    ("honeypot", "hidden link followed"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("link", models.PositiveSmallIntegerField(null=True, verbose_name="link")),
                        ("method", models.CharField(max_length=4, verbose_name="method")),
                        ("agent", models.CharField(blank=True, max_length=60, verbose_name="kind of program")),
                        ("network", models.CharField(blank=True, max_length=32, verbose_name="connection of the day")),
                        ("is_prefetch", models.BooleanField(verbose_name="asked for ahead")),
                        ("is_navigation", models.BooleanField(verbose_name="by a browser that goes there")),
                        ("is_data_centre", models.BooleanField(verbose_name="from a data centre")),
                        ("seconds", models.IntegerField(null=True, verbose_name="seconds after the hand-over")),
                        (
                            "edition",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mail_events",
                                to="newsletters.edition",
                                verbose_name="edition",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mail_events",
                                to="newsletters.recipient",
                                verbose_name="recipient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event of a letter",
                        "verbose_name_plural": "events of letters",
                        "indexes": [models.Index(fields=["recipient"], name="mail_event_by_recipient")],
                    },
                ),
            ],
        ),
    ]
