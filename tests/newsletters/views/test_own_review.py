"""The page of a review: a member's own where they were sent one, to everybody else what it was chosen from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletters import editions
from newsletters.models import Delivery, EditionItem
from tests.newsletters.builders import AT, grant_pro, person
from tests.newsletters.digests.press import industries, member, of, review, review_list, user_of
from tests.newsletters.views.test_pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    banking, energy = industries(2)
    letter = review_list(slug="the-review", most_items=2)
    made = review(letter, of(banking, "Story B1"), of(banking, "Story B2"), of(energy, "Story E1"), of(energy, "Gone"))
    EditionItem.objects.filter(article__headline="Gone").update(is_dropped=True)
    return made


def shown(client) -> list[str]:
    seen = words(client.get("/newsletters/the-review/2026-03-04/"))
    return [name for name in sorted(("Story B1", "Story B2", "Story E1", "Gone"), key=seen.find) if name in seen]


def test_each_member_sees_their_own_and_why(client, made, django_assert_num_queries):
    banking, energy = industries(2)
    reader, other = member(made.newsletter, energy, banking), person()
    grant_pro(other)
    editions.freeze(made, AT)
    client.force_login(user_of(reader))
    assert shown(client) == ["Story E1", "Story B1"]
    with django_assert_num_queries(9):
        response = client.get("/newsletters/the-review/2026-03-04/")
    assert "Green Energy is number 1 in your order." in words(response)
    assert "Surrogate-Control" not in response
    assert "no-store" in response["Cache-Control"]
    client.force_login(other)
    assert shown(client) == ["Story B1", "Story B2", "Story E1"]
    client.logout()
    assert shown(client) == ["Story B1"]


def test_who_was_sent_none_sees_what_it_was_chosen_from(client, made):
    reader = member(made.newsletter, *industries(2))
    editions.freeze(made, AT)
    Delivery.objects.of_edition(made).update(state="suppressed")
    client.force_login(user_of(reader))
    assert shown(client) == ["Story B1", "Story B2", "Story E1"]


def test_the_page_of_the_industries_says_when_the_next_one_comes(client, made, monkeypatch):
    reader = member(made.newsletter)
    client.force_login(user_of(reader))
    monkeypatch.setattr("memberships.clock.now", lambda: AT)
    seen = words(client.get("/pro/industries/"))
    assert "The Review comes next on Wednesday 11 March" in seen
    reader.signups.update(state="left", left_at=AT + timedelta(hours=1))
    assert "comes next" not in words(client.get("/pro/industries/"))
