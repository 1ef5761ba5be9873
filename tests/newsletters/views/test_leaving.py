from datetime import timedelta

import pytest
from django.test import Client

from memberships import clock
from newsletters import tokens
from newsletters.models import Signup, Suppression
from newsletters.suppression import suppress
from tests.newsletters.builders import grant_pro, newsletter, person, pro, recipient, subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict():
    """A client that sends no cookies and would be stopped by a check for them."""
    return Client(enforce_csrf_checks=True)


def unsubscribe_path(reader, letter) -> str:
    return f"/newsletters/unsubscribe/{tokens.for_unsubscribing(reader.public_id, letter.pk)}/"


def preferences_path(reader) -> str:
    return f"/newsletters/preferences/{tokens.for_preferences(reader.public_id)}/"


def state(reader, letter) -> str:
    return Signup.objects.get(recipient=reader, newsletter=letter).state


def words(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_one_click_of_a_mail_client_leaves(strict, content_type):
    """RFC 8058: no cookies, no context, either encoding, and the answer is no redirect."""
    letter = newsletter()
    reader = subscriber(letter)
    body = "List-Unsubscribe=One-Click"
    if "multipart" in content_type:
        body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    response = strict.post(unsubscribe_path(reader, letter), body, content_type=content_type)
    assert (response.status_code, response.cookies) == (200, {})
    assert response["Content-Type"].startswith("text/plain")
    assert state(reader, letter) == "left"


def test_scanner_that_follows_every_link_changes_nothing(strict):
    letter = newsletter()
    reader = subscriber(letter)
    for path in (unsubscribe_path(reader, letter), preferences_path(reader)):
        for ask in (strict.get, strict.head):
            response = ask(path)
            assert response.status_code == 200
            assert "no-store" in response["Cache-Control"]
        assert strict.get(f"{path}?undo=1&leave_all=1&List-Unsubscribe=One-Click").status_code == 200
    assert state(reader, letter) == "confirmed"


def test_person_leaves_by_a_button_and_takes_it_back(strict):
    letter = newsletter(name="The Takeaway")
    reader = subscriber(letter)
    path = unsubscribe_path(reader, letter)
    assert "Stop The Takeaway?" in words(strict.get(path))
    assert "You have left" in words(strict.post(path))
    assert state(reader, letter) == "left"
    assert "You are on the list" in words(strict.post(path, {"undo": "1"}))
    assert state(reader, letter) == "confirmed"


@pytest.mark.parametrize("path", ["/newsletters/unsubscribe/x/", "/newsletters/preferences/x/"])
def test_damaged_link_is_told_so(strict, path):
    for response in (strict.get(path), strict.post(path)):
        assert response.status_code == 404
        assert "This link is damaged." in words(response)


def test_preferences_turn_lists_on_and_off(strict):
    one, other = newsletter("one"), newsletter("two")
    reader = subscriber(one)
    response = strict.post(preferences_path(reader), {"newsletters": ["two"]})
    assert "Your choice is saved." in words(response)
    assert (state(reader, one), state(reader, other)) == ("left", "confirmed")
    assert 'value="two" id="choice-two" checked' in words(response)


def test_preferences_stop_everything(strict):
    reader = subscriber(newsletter())
    assert "You get no newsletters any more." in words(strict.post(preferences_path(reader), {"leave_all": "1"}))
    assert set(Suppression.objects.values_list("reason", flat=True)) == {"asked"}


def test_preferences_open_lists_for_members_to_members_only(strict):
    newsletter("banking", product=pro())
    stranger, member = recipient(), person()
    grant_pro(member)
    for reader, outcome in [(stranger, "is part of Corniche PRO"), (recipient(member.email), "Your choice is saved.")]:
        assert outcome in words(strict.post(preferences_path(reader), {"newsletters": ["banking"]}))
    assert [signup.recipient.user for signup in Signup.objects.confirmed()] == [member]


def test_unknown_list_changes_nothing(strict):
    letter = newsletter("one")
    reader = subscriber(letter)
    assert "“gone” is not on offer" in words(strict.post(preferences_path(reader), {"newsletters": ["gone"]}))
    assert state(reader, letter) == "confirmed"


def test_account_page_needs_a_confirmed_address(client):
    newsletter("one")
    user = person("ann@example.org", is_confirmed=False)
    client.force_login(user)
    assert "Confirm your address first" in words(client.get("/account/newsletters/"))
    client.post("/account/newsletters/", {"newsletters": ["one"]})
    assert not Signup.objects.exists()
    user.emailaddress_set.update(verified=True)
    assert "Your choice is saved." in words(client.post("/account/newsletters/", {"newsletters": ["one"]}))
    assert Signup.objects.get().recipient.user == user


def test_account_page_is_for_people_signed_in(client):
    assert client.get("/account/newsletters/").status_code == 302


def test_looking_at_the_account_page_makes_no_recipient(client):
    user = person()
    client.force_login(user)
    assert client.get("/account/newsletters/").status_code == 200
    assert not hasattr(user, "recipient")


@pytest.mark.parametrize("kind", ["unsubscribe", "preferences"])
def test_pages_behind_links_speak_the_readers_language(strict, kind):
    letter = newsletter()
    reader = recipient("ann@example.org", language="ar")
    path = unsubscribe_path(reader, letter) if kind == "unsubscribe" else preferences_path(reader)
    response = strict.get(path)
    assert response["Content-Language"] == "ar"
    assert '<html lang="ar" dir="rtl"' in words(response)


def test_preferences_pause_a_list_until_a_day(strict):
    letter = newsletter("one")
    reader = subscriber(letter)
    day = (clock.now() + timedelta(days=9)).date()
    page = words(strict.post(preferences_path(reader), {"newsletters": ["one"], "pause-one": day.isoformat()}))
    assert "Your choice is saved." in page
    assert f'value="{day.isoformat()}"' in page
    assert reader.signups.get().paused_until == day
    strict.post(preferences_path(reader), {"newsletters": ["one"], "pause-one": ""})
    assert reader.signups.get().paused_until is None


@pytest.mark.parametrize(("day", "refusal"), [("soon", "That is no day."), ("2020-01-01", "within a year")])
def test_a_day_that_is_none_changes_nothing(strict, day, refusal):
    one, _other = newsletter("one"), newsletter("two")
    reader = subscriber(one)
    page = words(strict.post(preferences_path(reader), {"newsletters": ["one", "two"], "pause-one": day}))
    assert refusal in page
    assert [signup.newsletter for signup in reader.signups.all()] == [one]


def test_who_would_stop_a_list_may_pause_it_for_a_month(strict):
    letter = newsletter()
    reader = subscriber(letter)
    assert "Pause it for a month instead" in words(strict.get(unsubscribe_path(reader, letter)))
    assert "It is paused" in words(strict.post(unsubscribe_path(reader, letter), {"pause": "1"}))
    assert state(reader, letter) == "confirmed"
    assert reader.signups.get().paused_until == (clock.now() + timedelta(days=30)).date()


def test_a_list_that_was_left_is_not_paused(strict):
    letter = newsletter()
    reader = subscriber(letter)
    strict.post(unsubscribe_path(reader, letter))
    answer = strict.post(unsubscribe_path(reader, letter), {"pause": "1"})
    assert (answer.status_code, state(reader, letter)) == (409, "left")
    assert "You have left" in words(answer)


def test_preferences_say_that_nothing_comes_until_the_choice_is_saved(strict):
    reader = subscriber(newsletter("one"))
    assert "No newsletter goes to this address" not in words(strict.get(preferences_path(reader)))
    suppress(reader, "newsletters", Suppression.Reason.HARD_BOUNCE, clock.now())
    assert "No newsletter goes to this address" in words(strict.get(preferences_path(reader)))
    assert "No newsletter goes" not in words(strict.post(preferences_path(reader), {"newsletters": ["one"]}))
    assert not Suppression.objects.exists()
