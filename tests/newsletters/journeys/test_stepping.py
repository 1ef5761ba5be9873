"""What ends a journey, before its letter is written and before it is handed over; one letter a day; killed halfway."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from memberships import entitlements
from newsletters import signups, suppression, tokens
from newsletters.delivery import messages as sending
from newsletters.journeys import starting, stepping, stopping, timing
from newsletters.models import Journey, JourneyLetter, Message, Newsletter, Recipient, Run, Step, Stream, Suppression
from tests.newsletters.builders import AT, grant_pro, newsletter, person, pro, recipient
from tests.newsletters.journeys.travelling import DAY, joins, journey, letter_of, tick

pytestmark = pytest.mark.django_db
ASKED = Suppression.Reason.ASKED


def _leaves(run: Run) -> None:
    signups.leave(run.recipient, run.newsletter, AT)


def _stops_all(run: Run) -> None:
    suppression.suppress(run.recipient, Stream.NEWSLETTERS, ASKED, AT)


def _pauses(run: Run) -> None:
    signups.pause(run.recipient, run.newsletter, (AT + 30 * DAY).date(), AT)


def _list_closes(run: Run) -> None:
    Newsletter.objects.update(is_active=False)


def _loses_the_right(run: Run) -> None:
    Newsletter.objects.update(product=pro())


def _becomes_a_member(run: Run) -> None:
    grant_pro(run.recipient.user)


def _staff_stop_it(run: Run) -> None:
    stopping.stop_all(run.journey, AT)


AGAINST = {
    _leaves: ("left", "left"),
    _stops_all: ("stopped", "suppressed"),
    _pauses: ("stopped", "paused"),
    _list_closes: ("stopped", "closed"),
    _loses_the_right: ("stopped", "no_right"),
    _becomes_a_member: ("stopped", "reached"),
    _staff_stop_it: ("stopped", "closed"),
}


@pytest.fixture
def run() -> Run:
    """Somebody who has the first letter, and gets the second in an hour."""
    briefing = newsletter()
    journey({}, {"wait_hours": 1}, newsletter=briefing, product=pro(), is_over_with_product=True)
    joins(briefing, recipient(person().email), AT - DAY + timedelta(minutes=1))
    assert len(tick(AT - timedelta(hours=20))) == 1
    return Run.objects.select_related("recipient", "newsletter", "journey").get()


@pytest.mark.parametrize("against", AGAINST)
def test_whatever_speaks_against_it_ends_it_before_the_next_letter(run, against: Callable[[Run], None]):
    against(run)
    assert tick(AT) == []
    run.refresh_from_db()
    assert (run.state, run.why) == AGAINST[against]


@pytest.mark.parametrize("against", AGAINST)
def test_what_came_between_writing_and_handing_over_holds_the_letter_back(run, against: Callable[[Run], None]):
    Message.objects.all().delete()
    assert len(tick(AT)) == 1
    against(run)
    assert sending.take(AT) is None
    assert Message.objects.get().state == "suppressed"


def test_a_letter_nothing_speaks_against_is_handed_over(run):
    assert sending.take(AT) == Message.objects.get()


def test_a_letter_whose_reader_is_not_meant_any_more_is_held_back():
    briefing = newsletter()
    journey({"condition": "others"}, newsletter=briefing, product=pro())
    user = person()
    joins(briefing, recipient(user.email))
    tick(AT)
    grant_pro(user)
    assert sending.take(AT) is None


def test_one_letter_a_day_whatever_is_due(run):
    """Three journeys, and the clock jumps by a month: one letter on each of the days that follow."""
    for number in "BC":
        journey({"words": number}, {"words": f"{number}2"}, occasion="became", product=pro())
    grant_pro(run.recipient.user, since=AT)
    Run.objects.filter(pk=run.pk).update(due_at=AT + 20 * DAY)
    Journey.objects.update(is_over_with_product=False)
    later = AT + 30 * DAY
    days = [tick(later)]
    assert not Run.objects.running().filter(due_at__lt=later + DAY).exists(), "the others wait for the next day"
    days += [tick(later + days * DAY) for days in range(1, 6)]
    assert [len(day) for day in days] == [1, 1, 1, 1, 1, 0]
    assert sorted(subject for day in days for subject in day) == ["B", "B2", "C", "C2", "Words"]


def test_a_letter_that_is_moved_behind_whoever_has_it_does_not_come_again(run):
    first = run.journey.steps.first()
    Step.objects.filter(pk=first.pk).update(position=3)
    assert tick(AT) == ["Words"]
    assert Run.objects.get().state == "done"
    assert list(run.letters.order_by("pk").values_list("step__position", flat=True)) == [3, 2]


def test_hours_are_those_of_the_reader():
    briefing = newsletter()
    journey({"at_time": time(8)}, newsletter=briefing)
    joins(briefing, recipient(person(time_zone="Asia/Dubai").email))  # half past one in the afternoon there
    assert tick(AT) == []
    run = Run.objects.get()
    assert run.due_at.astimezone(ZoneInfo("Asia/Dubai")).isoformat() == "2026-03-05T08:00:00+04:00"
    assert tick(run.due_at) == ["Words"]


def test_who_becomes_a_member_and_who_is_none_any_more():
    journey({"words": "Welcome"}, occasion="became", product=pro())
    journey({"words": "Farewell"}, occasion="ended", product=pro())
    user = person()
    first = grant_pro(user, since=AT, until=AT + 10 * DAY)
    assert tick(AT) == ["Welcome"]
    entitlements.settle(user, pro(), first, until=AT + 20 * DAY, at=AT + 9 * DAY)
    assert tick(AT + 11 * DAY) == []
    assert tick(AT + 20 * DAY) == ["Farewell"]
    assert Run.objects.filter(state="done").count() == 2


def test_one_click_leaves_a_journey_that_is_about_no_list():
    made = journey({"words": "A"}, {"words": "B", "wait_days": 2}, occasion="became", product=pro())
    user = person()
    grant_pro(user, since=AT)
    tick(AT)
    token = tokens.for_journey(Run.objects.get().recipient.public_id, made.pk)
    address = reverse("journey_stop", args=[token])
    assert address in Message.objects.get().headers["List-Unsubscribe"]
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(address).status_code == 200
    assert Run.objects.get().state == "running"
    for _again in range(2):
        assert browser.post(address, {"List-Unsubscribe": "One-Click"}).content == b"You have left."
    assert tick(AT + 3 * DAY) == []
    assert Run.objects.get().state == "left"
    assert not Suppression.objects.exists()
    assert browser.post(f"{address[:-6]}zzzzz/").status_code == 404


def test_offers_go_to_nobody_who_stopped_any_of_our_mail():
    journey({}, occasion="became", product=pro(), stream="offers")
    first, second = person(), person()
    for user in (first, second):
        grant_pro(user, since=AT)
    suppression.suppress(recipient(first.email), Stream.NEWSLETTERS, ASKED, AT)
    tick(AT)
    assert Message.objects.get().recipient.user == second
    assert "/newsletters/offers/stop/" in Message.objects.get().headers["List-Unsubscribe"]


def test_a_letter_that_cannot_be_written_holds_up_nobody():
    broken, well = newsletter(), newsletter()
    journey({}, newsletter=broken)
    journey({"words": "Well", "wait_hours": 1}, newsletter=well)
    joins(broken), joins(well)
    starting.start_due(AT)
    Newsletter.objects.filter(pk=broken.pk).update(time_zone="Nowhere")
    assert tick(AT + timedelta(hours=1)) == ["Well"]
    assert Run.objects.running().get().due_at == AT + timedelta(hours=2)


class Killed(BaseException):
    pass


def _killed_at(number: int) -> bool:
    """A worker that dies with its ``number``th statement; whether it had so many."""
    seen = 0

    def listen(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        try:
            starting.start_due(AT)
            stepping.step_due(AT)
        except Killed:
            return True
    return False


def test_who_dies_at_any_statement_leaves_each_letter_to_be_written_once():
    number, reader_of = 0, []
    while True:
        number += 1
        Run.objects.all().delete()
        briefing = newsletter()
        made = journey({"words": "First"}, {"words": "Second", "wait_days": 1}, newsletter=briefing)
        reader_of.append(joins(briefing))
        is_dead = _killed_at(number)
        tick(AT)
        tick(AT + DAY)
        letters = JourneyLetter.objects.filter(run__journey=made)
        assert [letter_of(letter).subject for letter in letters.order_by("pk")] == ["First", "Second"], number
        assert Message.objects.filter(recipient=reader_of[-1]).count() == 2, number
        stopping.stop_all(made, AT)
        if not is_dead:
            break
    assert number > 12


def _something_happens(chance: random.Random, reader: Recipient, each: Newsletter, at: datetime) -> list[tuple]:
    """Who left a journey by it, of which list, and how many letters there were by then."""
    match chance.randrange(4):
        case 0 | 1:
            joins(each, reader, at)
        case 2:
            signups.leave(reader, each, at)
            if Run.objects.filter(recipient=reader, newsletter=each).exists():
                return [(reader.pk, each.pk, JourneyLetter.objects.count())]
        case 3:
            moved = chance.choice(Step.objects.all())
            Step.objects.filter(pk=moved.pk).update(wait_days=1, condition=chance.choice(["everybody", "nobody"]))
    return []


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_letters_come_in_order_and_never_two_a_day(seed):
    """Random journeys, clocks that jump, readers who leave and pause, editors who move letters about."""
    chance = random.Random(seed)
    lists = [newsletter(time_zone=zone) for zone in ("Asia/Dubai", "America/New_York", "UTC")]
    for each in lists:
        waits = [{"wait_days": chance.randrange(3), "wait_hours": chance.randrange(24)} for _step in range(4)]
        journey(*({**wait, "at_time": chance.choice([None, time(7)])} for wait in waits), newsletter=each)
    readers, at, gone = [recipient() for _reader in range(5)], AT, []
    for _turn in range(20):
        at += timedelta(hours=chance.choice([1, 5, 30, 200]))
        gone += _something_happens(chance, chance.choice(readers), chance.choice(lists), at)
        tick(at)
    letters = JourneyLetter.objects.order_by("pk").select_related("step", "run__newsletter")
    assert len(letters) > 10
    days = [(letter.recipient_id, letter.written_on) for letter in letters]
    assert len(days) == len(set(days))
    by_run: dict[int, list[int]] = {}
    for letter in letters:
        by_run.setdefault(letter.run_id, []).append(letter.step.position)
        assert letter.written_on == timing.day_of(letter_of(letter).created_at, letter.run.newsletter.time_zone)
    assert all(positions == sorted(set(positions)) for positions in by_run.values())
    for reader_id, list_id, before in gone:
        assert (reader_id, list_id) not in {(each.recipient_id, each.run.newsletter_id) for each in letters[before:]}
