"""What a text is filed under stands in its search index, and follows it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection

from articles import publishing, search
from articles.models import Article
from articles.search import Wanted, find
from articles.search.labels import labels_of, month_number
from benchmarks.archive import _labels
from memberships import clock
from tests.factories.articles import author, country, make_article, section
from tests.people import anonymous

pytestmark = pytest.mark.django_db


def kept(article: Article) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(search_vector) FROM articles_article WHERE id = %s", [article.pk])
        return {lexeme for lexeme in cursor.fetchone()[0] if lexeme.startswith("=")}


def test_publishing_keeps_them():
    one, place, where = author(), section(), country()
    article = make_article("Harbour", at=datetime(2024, 3, 31, 23, 30, tzinfo=UTC), country=where)
    labels = {"=len", f"=a{one.pk}", f"=s{place.pk}", f"=c{where.pk}", f"=f{article.format_id}", "=hharbour"}
    assert kept(article) == labels | {f"=m{2024 * 12 + 2}", "=y2024"}


def test_they_follow_a_text_that_is_filed_elsewhere():
    article = make_article("Harbour")
    elsewhere = section("Business")
    publishing.save(article.draft, article.draft.number, {"section": elsewhere}, None, clock.now())
    publishing.publish(article, None, clock.now())
    assert f"=s{elsewhere.pk}" in kept(article)
    browser = anonymous()
    assert browser.get("/search/", {"q": "harbour", "section": "business"}).context["results"] != []
    assert browser.get("/search/", {"q": "harbour", "section": "politics"}).context["results"] == []


@pytest.mark.parametrize("typed", ["=len", "=s1 =hharbour", '"=hharbour"', "=m24000"])
def test_nobody_can_type_one(typed):
    make_article("Cranes")
    assert find(Wanted(typed), clock.now()).numbers == ()


def test_months_are_counted_in_utc():
    assert month_number(datetime(2024, 12, 31, 23, tzinfo=UTC)) + 1 == month_number(datetime(2025, 1, 1, tzinfo=UTC))


def test_generated_archive_is_labelled_as_publishing_does():
    article = make_article("Harbour cranes", country=country())
    filed = [article.section_id, article.country_id, article.format_id, 0, author().pk, 0]
    generated = _labels("en", article.first_published_at, "harbour cranes", filed)
    assert generated == labels_of(article, [author().pk])


def test_vector_from_before_there_were_labels_is_written_anew():
    old, new = make_article("Harbour tariffs fall"), make_article("Harbour tariffs rise")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET search_vector = to_tsvector('harbour') WHERE id = %s", [old.pk])
        cursor.execute(import_module("articles.migrations.0013_search_vectors_of_before").FORGET)
    unknown = Article.objects.filter(search_vector__isnull=True)
    assert [article.pk for article in unknown] == [old.pk]

    at = clock.now()
    assert [search.index_missing(at), search.index_missing(at)] == [1, 0]

    assert not unknown.all().exists()
    assert set(search.find(search.Wanted("harbour", section=old.section), at).numbers) == {old.pk, new.pk}
