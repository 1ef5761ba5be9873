"""Search vectors from before there were labels are taken away: a task writes what is missing, the newest first."""

from django.db import migrations, models

# Every vector that is written now has the label of its language.
FORGET = r"UPDATE articles_article SET search_vector = NULL WHERE NOT search_vector @@ $$'=l':*$$::tsquery"


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_free_texts_have_no_rest")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["-first_published_at"],
                condition=models.Q(state="published", search_vector__isnull=True),
                name="article_unindexed",
            ),
        ),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
