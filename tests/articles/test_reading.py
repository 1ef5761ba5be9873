from __future__ import annotations

from dataclasses import replace

import pytest

from articles import publishing
from articles.models import Article
from articles.reading import item_of, open_article
from memberships.access import ANONYMOUS, Grant, Item, Reader, Reason
from tests.articles.builders import BODY, MINUTE, NOW, SECRET, memo, news, published

pytestmark = pytest.mark.django_db
MEMBER = Reader(is_signed_in=True, grants=(Grant("pro", "subscription", NOW - MINUTE, NOW + MINUTE),))


def test_member_reads_all_and_a_stranger_the_opening():
    article = published(format=memo())
    opened, closed = open_article(article, MEMBER, NOW), open_article(article, ANONYMOUS, NOW)
    assert (opened.is_complete, opened.html) == (
        True,
        BODY.replace("<div data-paywall-break></div>", "").replace(" </p>", "</p>"),
    )
    assert (closed.is_complete, closed.rest_html, closed.verdict.reason) == (False, "", Reason.NEEDS_SUBSCRIPTION)
    assert SECRET in opened.plain_text
    for derived in (closed.html, closed.plain_text, closed.excerpt(500)):
        assert SECRET not in derived


def test_right_that_ran_out_opens_nothing():
    assert not open_article(published(format=memo()), MEMBER, NOW + MINUTE).is_complete


def test_registered_text_opens_by_signing_in():
    article = published(format=news(access="registered"))
    assert open_article(article, Reader(is_signed_in=True), NOW).is_complete
    assert not open_article(article, ANONYMOUS, NOW).is_complete


def test_free_text_is_complete_for_everybody():
    reading = open_article(published(), ANONYMOUS, NOW)
    assert (reading.is_complete, SECRET in reading.html) == (True, True)


def test_paid_column_is_fetched_only_when_it_is_granted(django_assert_num_queries):
    published(format=memo())
    article = Article.objects.select_related("product").defer("paid_html").get()
    with django_assert_num_queries(0):
        open_article(article, ANONYMOUS, NOW)
    with django_assert_num_queries(1):
        assert SECRET in open_article(article, MEMBER, NOW).html


def test_text_dated_later_is_shown_to_nobody_before():
    """The embargo is checked again when somebody reads."""
    article = published(at=NOW + MINUTE)
    early, late = open_article(article, Reader(is_staff=True), NOW), open_article(article, ANONYMOUS, NOW + MINUTE)
    assert (early.html, early.is_withheld, early.is_complete) == ("", True, False)
    assert (SECRET in late.html, late.is_withheld) == (True, False)
    assert not Article.objects.published(NOW).exists()


def test_retracted_text_gives_its_note_and_no_word_of_itself():
    article = published(format=memo())
    publishing.retract(article, "The ledger was forged.", None, NOW)
    article.refresh_from_db()
    reading = open_article(article, MEMBER, NOW)
    assert (reading.html, reading.is_withheld, reading.note) == ("", True, "The ledger was forged.")


def test_unpublished_text_is_withheld():
    article = published()
    publishing.unpublish(article, None, NOW)
    article.refresh_from_db()
    assert open_article(article, MEMBER, NOW).html == ""


def test_excerpt_ends_in_an_ellipsis_where_it_goes_on():
    reading = open_article(published(body="<p>One two</p><p>three four.</p>"), ANONYMOUS, NOW)
    assert (reading.excerpt(3), reading.excerpt(4)) == ("One two three…", "One two three four.")


def test_item_names_the_product_that_opens_it():
    sold, open_to_all = published(format=memo()), published()
    assert item_of(sold) == Item("product", "pro", str(sold.public_id), sold.section.slug)
    assert item_of(open_to_all) == Item("free", None, str(open_to_all.public_id), open_to_all.section.slug)


def test_item_asks_for_no_section_that_is_not_there(django_assert_num_queries):
    article = Article.objects.defer("section").get(pk=published().pk)
    with django_assert_num_queries(0):
        assert item_of(article).section == ""


def test_text_is_opened_as_what_it_counts_as():
    article = published(format=memo())
    as_free = replace(item_of(article), access="free")
    assert SECRET in open_article(article, ANONYMOUS, NOW, item=as_free).html
    assert SECRET not in open_article(article, ANONYMOUS, NOW).html
    assert SECRET not in open_article(article, ANONYMOUS, NOW - MINUTE, item=as_free).html
