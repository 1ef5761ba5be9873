"""The long silent are asked, and a list ends for whom no answer comes; one press keeps it or brings it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from newsletters import consents, signs, signups, silence, suppression, tokens
from newsletters.delivery import messages as sending
from newsletters.models import (
    Delivery,
    Journey,
    Message,
    Newsletter,
    Recipient,
    Run,
    Signup,
    SignupAct,
    Step,
    Stream,
    Suppression,
)
from tests.newsletters.builders import AT, edition, newsletter, person, story, subscriber
from tests.newsletters.journeys.travelling import CONSENT, DAY, tick

pytestmark = pytest.mark.django_db
LATER = AT + 200 * DAY


@pytest.fixture
def briefing() -> Newsletter:
    """A list that asks who was silent for half a year, since half a year."""
    made = newsletter(name="Gulf Briefing", sunset_after=180, silence_since=AT)
    silence.watch(made, AT)
    made.save()
    return made


def went_out(briefing: Newsletter, reader: Recipient, times: int = 5, state: str = "accepted") -> None:
    for number in range(times):
        day = (LATER - (number + 1) * 7 * DAY).date()
        made = briefing.editions.filter(edition_on=day).first() or edition(
            briefing, story(), edition_on=day, state="sent", audience_size=1, frozen_at=AT
        )
        Delivery.objects.create(edition=made, edition_on=day, recipient=reader, state=state)


def silent(briefing: Newsletter) -> Recipient:
    reader = subscriber(briefing)
    went_out(briefing, reader)
    return reader


def acts(reader: Recipient) -> list[str]:
    return list(SignupAct.objects.filter(recipient=reader).order_by("pk").values_list("kind", flat=True))


def the_link(reader: Recipient, briefing: Newsletter) -> str:
    return reverse("still_wanted", args=[tokens.for_keeping(reader.public_id, briefing.pk)])


def test_who_does_not_answer_is_left_alone_after_a_month_and_comes_back_by_one_press(briefing):
    reader = silent(briefing)
    assert tick(LATER) == ["Do you still want Gulf Briefing?"]
    letter = Message.objects.get(kind="still_wanted")
    assert the_link(reader, briefing) in letter.text
    assert "If we hear nothing until 20 October 2026" in letter.text
    Message.objects.update(state="accepted")
    assert tick(LATER + 29 * DAY) == []
    assert Signup.objects.get().state == "confirmed"

    assert tick(LATER + 30 * DAY) == []
    assert Signup.objects.get().state == "left"
    assert acts(reader) == ["sunset"]
    assert Run.objects.get().state == "done"

    browser = Client(enforce_csrf_checks=True)
    assert "brings it back" in browser.get(the_link(reader, briefing)).content.decode()
    assert Signup.objects.get().state == "left"
    assert browser.post(the_link(reader, briefing)).status_code == 200
    assert Signup.objects.get().state == "confirmed"
    assert acts(reader) == ["sunset", "returned"]


@pytest.mark.parametrize(
    ("became", "why"), [("failed", "suppressed"), ("uncertain", "suppressed"), ("set to nobody", "closed")]
)
def test_a_list_ends_for_nobody_who_was_not_asked(briefing, became, why):
    silent(briefing)
    if became == "set to nobody":
        Step.objects.filter(kind="still_wanted").update(condition="nobody")
    tick(LATER)
    Message.objects.update(state=became)
    assert tick(LATER + 30 * DAY) == []
    assert (Signup.objects.get().state, Run.objects.get().why) == ("confirmed", why)


def test_yes_is_a_consent_and_ends_the_asking(briefing):
    reader = silent(briefing)
    tick(LATER)
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(the_link(reader, briefing)).status_code == 200
    assert acts(reader) == []
    for _again in range(2):
        silence.keep(reader, briefing, CONSENT, LATER + DAY)
    assert acts(reader) == ["kept"]
    assert SignupAct.objects.get().words == CONSENT.text
    assert tick(LATER + 30 * DAY) == []
    assert (Run.objects.get().why, Signup.objects.get().state) == ("heard", "confirmed")
    assert browser.post(f"{the_link(reader, briefing)[:-6]}zzzzz/").status_code == 404


def test_yes_to_what_staff_stopped_is_refused_in_a_sentence_and_is_no_consent(briefing):
    reader = silent(briefing)
    tick(LATER)
    suppression.suppress(reader, Stream.NEWSLETTERS, Suppression.Reason.STAFF, LATER)
    page = Client().post(the_link(reader, briefing))
    assert (page.status_code, acts(reader)) == (409, [])
    shown = page.content.decode()
    assert "We have stopped newsletters to this address." in shown
    assert "leads nowhere" not in shown


def _signs_in(reader: Recipient) -> None:
    signs.note(reader, LATER - 100 * DAY)


def _saves_their_preferences(reader: Recipient) -> None:
    signups.choose(reader, {Newsletter.objects.get(): None}, Newsletter.objects.all(), CONSENT, LATER - 100 * DAY)


def _paused(reader: Recipient) -> None:
    reader.signups.update(paused_until=(LATER - 50 * DAY).date())


def _is_new(reader: Recipient) -> None:
    reader.signups.update(confirmed_at=LATER - 100 * DAY)


def _was_brought_along(reader: Recipient) -> None:
    consents.note(reader, Newsletter.objects.get(), SignupAct.Kind.IMPORTED, LATER - 100 * DAY)


def _got_too_few(reader: Recipient) -> None:
    Delivery.objects.filter(edition_on__lt=(LATER - 25 * DAY).date()).update(state="uncertain")


def _left(reader: Recipient) -> None:
    signups.leave(reader, Newsletter.objects.get(), AT)


def _list_never_asks(reader: Recipient) -> None:
    Newsletter.objects.update(sunset_after=None)


def _list_listens_since_yesterday(reader: Recipient) -> None:
    Newsletter.objects.update(silence_since=LATER - DAY)


@pytest.mark.parametrize(
    "heard",
    [_signs_in, _saves_their_preferences, _paused, _is_new, _was_brought_along, _got_too_few, _left,
     _list_never_asks, _list_listens_since_yesterday],
)  # fmt: skip
def test_silence_that_could_not_be_heard_or_is_none_asks_nobody(briefing, heard: Callable[[Recipient], None]):
    heard(silent(briefing))
    assert tick(LATER) == []
    assert not Run.objects.exists()


@pytest.mark.parametrize("days", [None, 365])
def test_a_list_that_asks_no_more_or_begins_anew_ends_for_nobody(briefing, days):
    silent(briefing)
    tick(LATER)
    briefing.sunset_after = days
    silence.watch(briefing, LATER + timedelta(minutes=1))
    briefing.save()
    assert sending.take(LATER + DAY) is None, "the question is not handed over any more"
    Message.objects.update(state="accepted")
    assert tick(LATER + 30 * DAY) == []
    assert (Signup.objects.get().state, Run.objects.get().why) == ("confirmed", "closed")


def test_a_sign_between_writing_and_handing_over_holds_the_question_back(briefing):
    reader = silent(briefing)
    tick(LATER)
    signs.note(reader, LATER + timedelta(minutes=1))
    assert sending.take(LATER + timedelta(minutes=2)) is None


def test_a_sign_is_written_once_a_day(briefing):
    reader = subscriber(briefing)
    seen: list[datetime] = []
    for hours in (0, 1, 23, 24, 30):
        signs.note(reader, AT + timedelta(hours=hours))
        reader.refresh_from_db()
        seen.append(reader.last_sign_at)
    assert [(moment - AT) / timedelta(hours=1) for moment in seen] == [0, 0, 0, 24, 24]


def test_coming_in_is_a_sign(client):
    user = person()
    reader = Recipient.objects.create(email=user.email, email_as_typed=user.email, user=user, created_at=AT)
    user.set_password("tall ships at night")
    user.save()
    client.post(reverse("account_login"), {"login": user.email, "password": "tall ships at night"})
    reader.refresh_from_db()
    assert reader.last_sign_at is not None


def test_the_desk_begins_to_count_when_a_list_is_told_to(briefing):
    silence.watch(briefing, AT + DAY)
    assert briefing.silence_since == AT + DAY
    assert Journey.objects.get().steps.count() == 2
    briefing.sunset_after = None
    silence.watch(briefing, AT + DAY)
    assert briefing.silence_since is None
