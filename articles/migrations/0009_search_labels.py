"""Search: words, labels, and a folding that knows which signs are no letters.

Where the server's locale is C, as the embedded one's is, its parser takes every character beyond ASCII for a letter: a
word in curly quotation marks, or before an Arabic comma, was kept with its sign and found by nobody. The signs are
folded to blanks now, Arabic digits to plain ones, and what is not seen at all is left out.

What texts are filed under stands in their search vector as labels. The vectors and the words of texts that were published
before are written by a task, see ``0013``.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

FOLD = r"""
CREATE OR REPLACE FUNCTION articles_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(
        lower(
            regexp_replace(
                regexp_replace(
                    normalize($1, NFKD),
                    U&'[\0300-\036F\064B-\065F\0670\00AD\0640\200B-\200F\202A-\202E\2060-\206F\FEFF]', '', 'g'
                ),
                U&'[\00A1-\00BF\00D7\00F7\02B0-\02FF\060C\061B\061D-\061F\066A-\066D\06D4'
                '\2010-\2029\2030-\205E\20A0-\2BFF\2E00-\2E7F\3001-\303F\FFFD\+01F000-\+01FAFF]', ' ', 'g'
            )
        ),
        'ıøłđħŧæœßأإآٱىة٠١٢٣٤٥٦٧٨٩',
        'ioldhtaosاااايه0123456789'
    )
$$;
"""
BEFORE = r"""
CREATE OR REPLACE FUNCTION articles_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(
        lower(regexp_replace(normalize($1, NFKD), U&'[\0300-\036F\064B-\065F\0670\0640]', '', 'g')),
        'ıøłđħŧæœßأإآٱىة',
        'ioldhtaosاااايه'
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_access_rules")]

    operations = [
        migrations.RunSQL(FOLD, BEFORE),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ar", "Arabic"), ("tr", "Turkish")],
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "word",
                    models.CharField(help_text="As search compares it.", max_length=24, verbose_name="folded"),
                ),
                ("written", models.CharField(max_length=48, verbose_name="as written")),
                (
                    "trigrams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3),
                        size=None,
                        verbose_name="groups of three letters",
                    ),
                ),
            ],
            options={
                "verbose_name": "word",
                "verbose_name_plural": "words",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["trigrams"], name="word_trigrams"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("language", "word"), name="word_once_a_language"),
                ],
            },
        ),
        migrations.RemoveIndex(model_name="article", name="article_front"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["language", "-first_published_at", "-id"],
                name="article_front",
            ),
        ),
        migrations.RemoveIndex(model_name="article", name="article_by_section"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["section", "language", "-first_published_at", "-id"],
                name="article_by_section",
            ),
        ),
        migrations.RemoveIndex(model_name="article", name="article_by_country"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["country", "language", "-first_published_at", "-id"],
                name="article_by_country",
            ),
        ),
        migrations.RemoveIndex(model_name="article", name="article_by_series"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["series", "language", "-first_published_at", "-id"],
                name="article_by_series",
            ),
        ),
        migrations.RemoveIndex(model_name="article", name="article_by_format"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["format", "language", "-first_published_at", "-id"],
                name="article_by_format",
            ),
        ),
    ]
