from __future__ import annotations

import pytest

from articles.cards import cards_of
from articles.models import Article, Author, Format, Series
from tests.articles.builders import NOW, author, memo, picture, published

pytestmark = pytest.mark.django_db


def test_card_says_what_a_list_shows():
    pulse = Series.objects.create(name="Gulf Pulse", slug="gulf-pulse")
    rima = author("Rima Daouk")
    article = published(format=memo(), series=pulse, bylines=[(rima, "")], lead_picture=picture(), lead_caption="Here.")
    (card,) = cards_of(Article.objects.published(NOW).for_cards())
    assert (card.url, card.label, card.headline) == (article.get_absolute_url(), "Memo", "Harbour tariffs fall")
    assert (card.authors, card.is_pro, card.reading_minutes) == ((("Rima Daouk", rima.get_absolute_url()),), True, 1)
    assert (card.series_name, card.series_url) == ("Gulf Pulse", pulse.get_absolute_url())
    assert (card.picture.alt, card.picture.caption) == ("A harbour at dusk.", "Here.")


def test_names_stand_in_the_language_of_the_story():
    news = Format.objects.create(name="News", name_ar="أخبار", slug="news")
    rima = Author.objects.create(name="Rima Daouk", name_ar="ريما دعوق", slug="rima")
    published(language="ar", format=news, bylines=[(rima, "")])
    (card,) = cards_of(Article.objects.for_cards())
    assert (card.label, card.authors[0][0], card.dir) == ("أخبار", "ريما دعوق", "rtl")


@pytest.mark.parametrize("stories", [1, 5])
def test_cards_ask_nothing_more_than_their_list(stories, django_assert_num_queries):
    for number in range(stories):
        published(f"Story {number}", lead_picture=picture())
    with django_assert_num_queries(2):
        assert len(cards_of(Article.objects.published(NOW).for_cards())) == stories
