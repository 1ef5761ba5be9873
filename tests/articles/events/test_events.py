"""Events: who may come, who does, and what they get."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import icalendar
import pytest
from django.db import connection

from articles.events import registering
from articles.events.registering import RegistrationError
from articles.models import Event, Registration
from articles.signals import event_left, event_registered
from memberships import clock
from memberships.access import Reader
from tests.articles.builders import picture
from tests.factories.articles import author, make_event
from tests.factories.memberships import make_reader, plan
from tests.people import Browser, anonymous, lapsed, member, reader

pytestmark = pytest.mark.django_db
SIGNED_IN = Reader(is_signed_in=True)
STREAM = "https://stream.example/room-7"


def page(event: Event, browser: Browser) -> str:
    response = browser.get(event.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def register(event: Event, browser: Browser, **fields: str) -> str:
    """Register on the event's page; answers the page one then sees."""
    response = browser.post(f"{event.get_absolute_url()}register/", fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def places(event: Event) -> int:
    return Registration.objects.filter(event=event, cancelled_at=None).count()


def give_place(event: Event, browser: Browser) -> None:
    registering.register(event, browser.user, SIGNED_IN, clock.now())


def test_list_shows_what_is_coming_soonest_first_then_what_has_been():
    at = clock.now()
    make_event(title="Later", starts_at=at + timedelta(days=9))
    make_event(title="Sooner", starts_at=at + timedelta(days=1))
    make_event(title="Over", starts_at=at - timedelta(days=1))
    make_event(title="Hidden", is_published=False)
    html = anonymous().get("/events/").content.decode()
    assert html.index("Sooner") < html.index("Later") < html.index("Past events") < html.index("Over")
    assert "Hidden" not in html


def test_no_event_is_said():
    assert "Nothing is planned at the moment" in anonymous().get("/events/").content.decode()


def test_hidden_event_is_unknown():
    event = make_event(is_published=False)
    for path in ("", "live/", "event.ics"):
        assert member().get(event.get_absolute_url() + path).status_code == 404


def test_page_says_what_when_where_and_with_whom():
    event = make_event(
        title="Ask the Gulf desk",
        starts_at=datetime(2030, 7, 1, 16, 0, tzinfo=UTC),
        time_zone="Asia/Dubai",
        place="Rooftop, Hamra",
        kind="in_person",
        description='<p>Bring questions.</p><script>alert("x")</script>',
        guests="Layla Haddad, economist\nOmar Saleh",
        picture=picture("A rooftop."),
    )
    event.speakers.add(author("Rima Daouk", role="Gulf correspondent"))
    html = page(event, anonymous())
    assert "Monday 1 July 2030, 20:00" in html
    for words in ("Asia/Dubai", "Rooftop, Hamra", "Bring questions.", "Layla Haddad", "economist", "Omar Saleh"):
        assert words in html
    assert "Gulf correspondent" in html
    assert "alert(" not in html


def test_stranger_signs_in_and_comes_back():
    event = make_event()
    login = f"/account/login/?next={event.get_absolute_url().replace('/', '%2F')}"
    assert f'href="{login}"' in page(event, anonymous())
    response = anonymous().post(f"{event.get_absolute_url()}register/")
    assert (response.status_code, response["Location"]) == (302, login)
    assert places(event) == 0


def test_reader_takes_a_place_and_asks_a_question(django_capture_on_commit_callbacks):
    event, browser, told = make_event(), reader(), []

    def listen(sender, registration, at, **kwargs):
        told.append(registration.user)

    event_registered.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            html = register(event, browser, question="  What of the ports?  ")
    finally:
        event_registered.disconnect(listen)
    assert "You have a place." in html
    held = Registration.objects.get()
    assert (held.event, held.user, held.question) == (event, browser.user, "What of the ports?")
    assert told == [browser.user]


def test_registering_twice_keeps_one_place_and_takes_the_newer_question():
    event, browser = make_event(), reader()
    register(event, browser, question="First?")
    register(event, browser, question="Second?")
    assert Registration.objects.get().question == "Second?"


def test_question_too_long_is_explained_and_kept():
    event, browser = make_event(), reader()
    html = register(event, browser, question="?" * 501)
    assert "at most 500 characters" in html
    assert "?" * 501 in html
    assert places(event) == 0


def test_event_for_members_shows_strangers_the_offer():
    plan()
    event = make_event(access="product")
    for browser in (anonymous(), reader(), lapsed()):
        html = page(event, browser)
        assert "This event is for members." in html
        assert "Start 7 days free, then $300.00 a year" in html
        assert "/register/" not in html


def test_members_event_refuses_others_even_if_they_send_the_form():
    event, browser = make_event(access="product"), lapsed()
    assert "This event is for members." in register(event, browser)
    assert places(event) == 0


def test_member_takes_a_place_at_a_members_event():
    event, browser = make_event(access="product"), member()
    assert "You have a place." in register(event, browser)


def test_full_event_gives_no_more_places_until_one_is_given_back():
    event, first, second = make_event(capacity=1), reader(), reader()
    register(event, first)
    assert "Every place is taken." in page(event, second)
    assert "Every place is taken." in register(event, second)
    assert places(event) == 1
    assert "You have a place." in register(event, first), "who has a place may ask again"
    leave(event, first)
    assert "You have a place." in register(event, second)


def leave(event: Event, browser: Browser) -> str:
    return browser.post(f"{event.get_absolute_url()}leave/", follow=True).content.decode()


def test_leaving_gives_the_place_back_and_says_so():
    event, browser, told = make_event(), reader(), []

    def listen(sender, event, user, at, **kwargs):
        told.append(user)

    register(event, browser)
    event_left.connect(listen)
    try:
        assert "Your place is free for somebody else." in leave(event, browser)
        assert "Your place is free" not in leave(event, browser), "there is no place to give back"
    finally:
        event_left.disconnect(listen)
    assert places(event) == 0
    assert told == [browser.user]


def test_stranger_who_leaves_is_asked_to_sign_in():
    event = make_event()
    response = anonymous().post(f"{event.get_absolute_url()}leave/")
    assert response["Location"].startswith("/account/login/?next=%2Fevents%2F")
    assert "leave" not in response["Location"]


def test_event_that_is_over_takes_nobody():
    event = make_event(starts_at=clock.now() - timedelta(hours=2))
    assert "This event is over." in register(event, reader())
    assert places(event) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committing")
def test_last_place_is_given_once():
    event = make_event(capacity=1)
    people = [make_reader(), make_reader()]
    together = Barrier(len(people), timeout=20)

    def take(user) -> str:
        try:
            together.wait()
            registering.register(event, user, SIGNED_IN, clock.now())
        except RegistrationError as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(len(people)) as pool:
        answers = sorted(pool.map(take, people))
    assert answers == ["Every place is taken. Places that are given back appear here.", "in"]
    assert places(event) == 1


def test_calendar_file_is_what_calendars_read():
    event = make_event(
        title="Ask the desk; again, and “again”",
        standfirst="Long. " * 40,
        place="Hamra, Beirut",
        starts_at=datetime(2030, 7, 1, 16, 0, tzinfo=UTC),
    )
    response = anonymous().get(f"{event.get_absolute_url()}event.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{event.public_id}.ics"'
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(response.content)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    (entry,) = calendar.walk("VEVENT")
    assert entry["uid"] == f"{event.public_id}@corniche.example"
    assert entry["dtstart"].dt == event.starts_at
    assert entry["dtend"].dt == event.ends_at
    assert entry["dtstamp"].dt.tzinfo is not None
    assert entry["summary"] == "Ask the desk; again, and “again”"
    assert entry["location"] == "Hamra, Beirut"
    assert entry["url"] == f"http://127.0.0.1:8000{event.get_absolute_url()}"


def test_calendar_file_does_not_tell_the_stream():
    event = make_event(stream_url=STREAM)
    assert STREAM.encode() not in anonymous().get(f"{event.get_absolute_url()}event.ics").content


def live(event: Event, browser: Browser) -> str:
    response = browser.get(f"{event.get_absolute_url()}live/")
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    return response.content.decode()


def soon(**fields) -> Event:
    """A live event whose doors are open: it begins in twenty-nine minutes."""
    return make_event(stream_url=STREAM, starts_at=clock.now() + timedelta(minutes=29), **fields)


def test_live_room_opens_half_an_hour_before_for_who_has_a_place():
    event, browser = soon(), reader()
    give_place(event, browser)
    assert STREAM in live(event, browser)


def test_live_room_is_closed_until_then():
    event, browser = make_event(stream_url=STREAM, starts_at=clock.now() + timedelta(minutes=31)), reader()
    give_place(event, browser)
    html = live(event, browser)
    assert STREAM not in html
    assert "The doors open half an hour before the start" in html


def test_live_room_is_closed_to_who_has_no_place():
    event = soon()
    html = live(event, reader())
    assert STREAM not in html
    assert "This room is for those who have a place." in html


def test_live_room_is_closed_to_who_gave_the_place_back():
    event, browser = soon(), reader()
    give_place(event, browser)
    leave(event, browser)
    assert STREAM not in live(event, browser)


def test_live_room_is_closed_to_whose_membership_ran_out():
    event, browser = soon(), lapsed()
    give_place(event, browser)
    Event.objects.filter(pk=event.pk).update(access="product", product=plan().product)
    assert STREAM not in live(event, browser)


def test_live_room_asks_strangers_to_sign_in():
    event = soon()
    response = anonymous().get(f"{event.get_absolute_url()}live/")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/account/login/")


def test_live_room_says_when_it_is_over():
    event, browser = make_event(stream_url=STREAM, starts_at=clock.now() - timedelta(hours=2)), reader()
    Registration.objects.create(event=event, user=browser.user, registered_at=clock.now())
    html = live(event, browser)
    assert STREAM not in html
    assert "This event is over." in html


def test_live_room_without_a_stream_says_to_wait():
    event, browser = make_event(starts_at=clock.now() + timedelta(minutes=5)), reader()
    give_place(event, browser)
    assert "the stream is not up yet" in live(event, browser)


def test_event_in_a_room_has_no_live_page():
    event = make_event(kind="in_person")
    assert reader().get(f"{event.get_absolute_url()}live/").status_code == 404


def test_stream_is_told_on_no_other_page():
    event, browser = soon(), reader()
    give_place(event, browser)
    assert STREAM not in page(event, browser)
    assert STREAM not in browser.get("/events/").content.decode()
