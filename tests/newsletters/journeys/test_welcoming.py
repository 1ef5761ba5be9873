"""Who is new on a list is told what to expect, shown the best of it, and only then what is sold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from newsletters import signups, tokens
from newsletters.models import Message, Newsletter, Run, StepWords
from newsletters.signups import Consent
from tests.newsletters.builders import (
    AT,
    SECRET,
    edition,
    grant_pro,
    memo,
    newsletter,
    person,
    recipient,
    story,
)
from tests.newsletters.journeys.travelling import CONSENT, DAY, joins, tick, welcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def briefing() -> Newsletter:
    """A list that went out twice, a story for members among them."""
    made = newsletter(name="Morning Minute", description="The night in a few minutes.")
    old = story("The ferry that nobody ordered", published_at=AT - 40 * DAY)
    edition(made, old, edition_on=(AT - 39 * DAY).date(), state="sent", audience_size=9, frozen_at=AT - 39 * DAY)
    edition(made, story("What the port costs"), memo("What Duqm is worth"), state="sent", audience_size=9, frozen_at=AT)
    return made


def test_three_letters_each_at_its_time_and_with_what_is_really_there(briefing):
    welcome(briefing)
    reader = joins(briefing)

    assert tick(AT) == ["What to expect of Morning Minute"]
    expect = Message.objects.get()
    for fact in ("Monday to Friday at 06:00, UTC time", "The night in a few minutes.", "What the port costs"):
        assert fact in expect.text
        assert fact in expect.html
    assert (expect.stream, expect.recipient, expect.from_email[:15]) == ("newsletters", reader, '"The Corniche" ')
    stop = reverse("unsubscribe", args=[tokens.for_unsubscribing(reader.public_id, briefing.pk)])
    assert stop in expect.headers["List-Unsubscribe"]
    assert stop in expect.text
    assert expect.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert expect.headers["Auto-Submitted"] == "auto-generated"

    assert tick(AT + 3 * DAY - timedelta(minutes=1)) == []
    assert tick(AT + 3 * DAY) == ["The best of Morning Minute"]
    archive = Message.objects.get(kind="welcome_archive")
    assert "The ferry that nobody ordered" in archive.text
    assert "Duqm" not in archive.text

    assert tick(AT + 7 * DAY) == ["What Corniche PRO is"]
    sold = Message.objects.get(kind="welcome_product")
    assert "What Duqm is worth" in sold.text
    assert SECRET not in sold.text + sold.html
    assert tick(AT + 400 * DAY) == []
    assert Run.objects.get().state == "done"


def test_who_holds_the_product_is_not_told_what_it_is(briefing):
    welcome(briefing)
    member = person("member@example.org")
    grant_pro(member)
    joins(briefing, recipient(member.email))

    tick(AT)
    assert tick(AT + 3 * DAY) == ["The best of Morning Minute"]
    assert tick(AT + 7 * DAY) == []
    assert Run.objects.get().state == "done"


def test_a_letter_with_nothing_to_say_is_passed_over():
    welcome(newsletter(name="Brand New"))
    joins(Newsletter.objects.get())
    tick(AT)
    assert tick(AT + 3 * DAY) == []
    assert tick(AT + 7 * DAY) == ["What Corniche PRO is"]


def test_editors_words_stand_before_what_the_product_says(briefing):
    first = welcome(briefing).steps.in_order()[0]
    StepWords.objects.create(step=first, language="en", subject="Good morning", text="Hello.\n\nWe start early.")
    StepWords.objects.create(step=first, language="ar", subject="صباح الخير", text="أهلًا.")
    joins(briefing)

    assert tick(AT) == ["Good morning"]
    assert "We start early." in (text := Message.objects.get().text)
    assert "When it comes: Monday to Friday at 06:00, UTC time." in text


def test_hand_picked_stories_take_the_place_of_the_rule_but_must_be_free(briefing):
    second = welcome(briefing).steps.in_order()[1]
    second.stories.set([story("Chosen by hand"), memo("Sold")])
    joins(briefing)
    tick(AT)
    tick(AT + 3 * DAY)
    text = Message.objects.get(kind="welcome_archive").text
    assert "Chosen by hand" in text
    assert "Sold" not in text
    assert "ferry" not in text


def test_a_journey_for_whichever_list_welcomes_once(briefing):
    welcome(None)
    reader = joins(briefing)
    other = newsletter(name="Other")
    joins(other, reader, AT + timedelta(minutes=1))
    assert tick(AT + timedelta(minutes=2)) == ["What to expect of Morning Minute"]
    tick(AT + 3 * DAY)
    tick(AT + 7 * DAY)
    joins(newsletter(), reader, AT + 8 * DAY)
    assert tick(AT + 8 * DAY) == []


def test_who_was_there_before_was_brought_along_or_comes_back_is_not_welcomed(briefing):
    joins(briefing, at=AT - 2 * DAY)
    welcome(briefing)
    signups.bring_along(recipient(), [briefing], Consent("Substack", ""), since=AT, wants=True, at=AT)
    assert tick(AT) == []

    reader = joins(briefing)
    tick(AT)
    signups.leave(reader, briefing, AT + DAY)
    tick(AT + 3 * DAY)
    joins(briefing, reader, AT + 9 * DAY)
    assert tick(AT + 9 * DAY) == []
    assert Run.objects.get().state == "left"


def test_who_only_asked_is_welcomed_once_they_confirm(briefing):
    welcome(briefing)
    asked = signups.request("new@example.org", [briefing], CONSENT, AT)
    assert tick(AT) == []
    token = tokens.for_confirming(asked.recipient.public_id, [briefing.pk], AT)
    signups.confirm(token, AT + timedelta(hours=2))
    assert tick(AT + timedelta(hours=2)) == ["What to expect of Morning Minute"]
