"""How a list tells its stories: each with its opening, one at length, or by headlines alone."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from newsletters.models import Newsletter
from newsletters.presenting import ESSAY_WORDS, render_edition, view_of
from newsletters.rendering.text import text_of
from tests.newsletters.builders import AT, edition, memo, newsletter, pro, story

pytestmark = pytest.mark.django_db
LONG = "".join(
    f'<p>Paragraph {number} of <a href="/articles/2026/03/x/">it</a>. {"word " * 60}</p>' for number in range(9)
)


def told(template: str, **fields):
    first = story("Lead", standfirst="What leads.", opening_html=LONG, **fields)
    made = edition(newsletter(template=template), first, story("Second", standfirst="What is second."))
    return made, view_of(made, AT), render_edition(made, AT)


def test_each_story_is_told_with_its_opening():
    _made, view, content = told("stories")
    assert [(item.summary, item.paragraphs) for item in view.items] == [("What leads.", ()), ("What is second.", ())]
    assert "Read on" not in content.html


def test_one_story_is_told_at_length_and_the_others_by_their_headlines(client):
    made, view, content = told("essay")
    lead, second = view.items
    assert (lead.summary, second.summary, second.paragraphs) == ("What leads.", "", ())
    words = [len(text_of(block).split()) for block in lead.paragraphs]
    assert sum(words) >= ESSAY_WORDS > sum(words[:-1]), "whole paragraphs, and no more than it takes"
    assert "What is second." not in content.html + content.text
    assert 'href="/' not in content.html, "a letter does not know where it is"
    for part in (content.html, content.text):
        assert "Paragraph 0 of" in part
        assert "Paragraph 8 of" not in part
        assert "Read on" in part
    made.state, made.frozen_at, made.audience_size = "sent", AT, 0
    made.save()
    assert "Paragraph 0 of" in client.get(made.get_absolute_url()).content.decode()


def test_what_is_told_at_length_stops_where_the_wall_stands():
    made = edition(newsletter(template="essay", product=pro()), memo(opening_html="<p>Open.</p>", paid_html=LONG))
    assert [str(block) for block in view_of(made, AT).items[0].paragraphs] == ["<p>Open.</p>"]


def test_headlines_have_nothing_beside_them():
    _made, view, content = told("headlines")
    assert [(item.summary, item.lead, item.paragraphs) for item in view.items] == [("", None, ())] * 2
    assert "What leads." not in content.html + content.text


def test_a_review_tells_each_story():
    letter = newsletter(kind="review", product=pro())
    letter.template = Newsletter.Template.ESSAY
    with pytest.raises(ValidationError, match="A review tells each story"):
        letter.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save()
