"""Text as search compares it: without accents, with the letters that have no decomposition written plainly.

The server has no unaccent extension, so the function is ours. It is immutable, so an index may use it.
"""

from django.db import migrations

CREATE = r"""
CREATE FUNCTION articles_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(
        lower(regexp_replace(normalize($1, NFKD), U&'[\0300-\036F\064B-\065F\0670\0640]', '', 'g')),
        'ıøłđħŧæœßأإآٱىة',
        'ioldhtaosاااايه'
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_relations")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION articles_fold(text);")]
