"""Writing what a text can be found by."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import Expression, Func, TextField, Value

from articles.models import Article
from articles.querysets import HEAVY_COLUMNS
from articles.reading import open_article
from articles.search import vocabulary
from articles.search.asking import CONFIGURATIONS
from articles.search.labels import labels_of
from memberships.access import ANONYMOUS

# What one task takes on at most; the next goes on.
MOST_AT_ONCE = 200


def index(article: Article, at: datetime) -> None:
    """Write the search vector: headline over standfirst over what everybody may read, and the labels."""
    reading = open_article(article, ANONYMOUS, at)
    configuration = CONFIGURATIONS.get(article.language, "simple")
    parts = [("A", article.headline), ("B", article.standfirst), ("C", reading.plain_text)]
    authors = article.bylines.values_list("author_id", flat=True)
    vectors = [SearchVector(_fold(text), config=configuration, weight=weight) for weight, text in parts]
    vector = _joined(_labels(labels_of(article, authors)), *vectors)
    Article.objects.filter(pk=article.pk).update(search_vector=vector)
    if not reading.is_withheld:
        vocabulary.learn(article.language, " ".join(text for _weight, text in parts))


def index_missing(at: datetime) -> int:
    """Index published texts that search does not know yet, the newest first; answers how many, a portion at a time."""
    missing = Article.objects.published(at).filter(search_vector__isnull=True).defer(*HEAVY_COLUMNS).newest_first()
    portion = list(missing[:MOST_AT_ONCE])
    for article in portion:
        index(article, at)
    return len(portion)


def _joined(*vectors: Expression) -> Func:
    return Func(*vectors, template="%(expressions)s", arg_joiner=" || ", output_field=SearchVectorField())


def _labels(labels: list[str]) -> Func:
    array = Value(labels, output_field=ArrayField(TextField()))
    return Func(array, function="array_to_tsvector", output_field=SearchVectorField())


def _fold(text: str) -> Func:
    return Func(Value(text, output_field=TextField()), function="articles_fold", output_field=TextField())
