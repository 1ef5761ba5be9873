"""Sums that pages read: what an edition led to, and what a day brought a list. And indexes by which the desk finds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0017_mail_is_counted"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditionCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("open", "opened"), ("click", "followed a link")], max_length=8, verbose_name="what"
                    ),
                ),
                ("link", models.PositiveSmallIntegerField(null=True, verbose_name="link")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("human", "a person"), ("unknown", "not known"), ("machine", "a machine")],
                        max_length=8,
                        verbose_name="by",
                    ),
                ),
                ("copies", models.PositiveIntegerField(verbose_name="copies")),
            ],
            options={
                "verbose_name": "count of an edition",
                "verbose_name_plural": "counts of editions",
            },
        ),
        migrations.CreateModel(
            name="ListDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("asked", models.PositiveIntegerField(default=0, verbose_name="asked")),
                ("confirmed", models.PositiveIntegerField(default=0, verbose_name="confirmed")),
                ("added", models.PositiveIntegerField(default=0, verbose_name="came in another way")),
                ("left_by_link", models.PositiveIntegerField(default=0, verbose_name="left by a letter's link")),
                ("left_by_choice", models.PositiveIntegerField(default=0, verbose_name="left where they choose")),
                ("stopped", models.PositiveIntegerField(default=0, verbose_name="stopped everything")),
                ("bounced", models.PositiveIntegerField(default=0, verbose_name="lost address")),
                ("complained", models.PositiveIntegerField(default=0, verbose_name="marked as spam")),
                ("suppressed", models.PositiveIntegerField(default=0, verbose_name="stopped by us")),
                ("size", models.PositiveIntegerField(null=True, verbose_name="readers at the end")),
            ],
            options={
                "verbose_name": "day of a list",
                "verbose_name_plural": "days of lists",
                "ordering": ["-day", "newsletter"],
            },
        ),
        migrations.AddField(
            model_name="edition",
            name="rules",
            field=models.PositiveSmallIntegerField(
                editable=False, null=True, verbose_name="judged by rules of version"
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="uncounted",
            field=models.PositiveIntegerField(editable=False, null=True, verbose_name="readers who are not counted"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["email"], name="recipient_email_begins", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(condition=models.Q(("is_counted", False)), fields=["id"], name="recipient_uncounted"),
        ),
        migrations.AddIndex(
            model_name="signupact",
            index=models.Index(fields=["at"], name="signup_act_by_day"),
        ),
        migrations.AddIndex(
            model_name="suppression",
            index=models.Index(fields=["suppressed_at"], name="suppression_by_day"),
        ),
        migrations.AddField(
            model_name="editioncount",
            name="edition",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="counts",
                to="newsletters.edition",
                verbose_name="edition",
            ),
        ),
        migrations.AddField(
            model_name="listday",
            name="newsletter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="days_counted",
                to="newsletters.newsletter",
                verbose_name="newsletter",
            ),
        ),
        migrations.AddConstraint(
            model_name="editioncount",
            constraint=models.UniqueConstraint(
                fields=("edition", "kind", "link", "verdict"), name="edition_count_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="listday",
            constraint=models.UniqueConstraint(fields=("newsletter", "day"), name="list_day_once"),
        ),
        migrations.AddIndex(
            model_name="signup",
            index=models.Index(fields=["newsletter", "-id"], name="signup_newest"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "claimed", "accepted"]), _negated=True),
                fields=["state", "-id"],
                name="message_odd",
            ),
        ),
    ]
