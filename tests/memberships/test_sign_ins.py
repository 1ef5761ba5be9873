"""That somebody signed in is kept, and as little of where from as serves; devices are ended by owner and staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from memberships import clock, sessions, sign_ins, tasks
from memberships.devices import Device, device_of, network_of
from memberships.models import AuditEntry, SignIn, User
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person
from tests.memberships.test_accounts import code_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
WORDS = "four words nobody says"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


def signed_in(user: User, user_agent: str = FIREFOX, address: str = "203.0.113.77") -> Client:
    """A browser of its own that came in with the password."""
    browser = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    answer = browser.post(reverse("account_login"), {"login": user.email, "password": WORDS})
    assert answer.url == reverse("account")
    return browser


def test_each_way_in_is_noted_with_its_device_and_no_full_address(mailoutbox):
    user = person(password=WORDS)
    signed_in(user)
    browser = Client(headers={"user-agent": IPHONE}, REMOTE_ADDR="2001:db8:1:2::9")
    browser.post(reverse("account_request_login_code"), {"email": user.email})
    browser.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1])})

    noted = [(each.way, each.network, each.device) for each in SignIn.objects.filter(user=user)]

    assert noted == [
        ("code", "2001:db8:1::/48", "Safari on iPhone"),
        ("password", "203.0.113.0/24", "Firefox on Windows"),
    ]


@pytest.mark.parametrize(
    ("steps", "way"),
    [
        ([], "code"),
        ([{"method": "code"}], "code"),
        ([{"method": "password"}, {"method": "mfa", "type": "totp"}], "password"),
        ([{"method": "mfa", "type": "webauthn", "passwordless": True}], "passkey"),
        ([{"method": "socialaccount", "provider": "any"}], "provider"),
        ([{"method": "password_reset"}], "code"),
    ],
)
def test_the_way_in_is_the_step_that_proved_who_it_is(steps, way):
    assert sign_ins.way_of(steps) == way


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (IPHONE, Device("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; CrOS) AppleWebKit Chrome/140.0 Safari/537.36 Edg/140.0", Device("Edge", "ChromeOS")),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", Device("Chrome", "Android")),
        ("curl/8.1", Device("", "")),
        ("", Device("", "")),
    ],
)
def test_a_device_is_told_by_what_its_browser_says(user_agent, device):
    assert device_of(user_agent) == device


def test_an_address_is_cut_before_it_is_written_and_the_database_sees_to_it():
    assert network_of("::ffff:203.0.113.9") == "203.0.113.0/24"
    assert network_of("unknown") == ""
    row = {"user": person(), "way": "code", "at": clock.now()}
    for narrow in ("203.0.113.9/32", "2001:db8::/64"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignIn.objects.create(network=narrow, **row)


def test_sign_ins_are_forgotten_after_a_year():
    user, at = person(), clock.now()
    for age in (366, 364):
        sign_ins.record(user, SignIn.Way.CODE, "", "", at - age * DAY)

    tasks.forget_sign_ins()

    assert [at - each.at for each in SignIn.objects.all()] == [364 * DAY]


def test_a_reader_sees_their_devices_and_signs_one_out():
    user, other = person(password=WORDS), person(password=WORDS)
    here, there, stranger = signed_in(user), signed_in(user, IPHONE), signed_in(other)
    page = text(here.get(reverse("usersessions_list")))
    assert "Safari on iPhone" in page
    assert "203.0.113.77" not in page
    machine = clock.machine_now()
    phone = next(each for each in sessions.places_of(user, machine) if each.device == "Safari on iPhone")

    stranger.post(reverse("account_session_end", args=[phone.number]))
    assert there.get(reverse("account")).status_code == 200
    here.post(reverse("account_session_end", args=[phone.number]))

    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200
    assert [each.device for each in sessions.places_of(user, machine)] == ["Firefox on Windows"]


def test_all_others_are_signed_out_and_this_one_stays():
    user = person(password=WORDS)
    here, there = signed_in(user), signed_in(user, IPHONE)

    assert "Signed out on 1 device." in text(here.post(reverse("usersessions_list"), follow=True))

    assert there.get(reverse("account")).status_code == 302


def test_staff_end_every_session_also_one_nobody_listed():
    user, support = person(password=WORDS), person(is_staff=True)
    listed, unlisted = signed_in(user), Client()
    unlisted.force_login(user)

    sessions.end_all(user, "They lost their telephone", support, clock.now())

    for browser in (listed, unlisted):
        assert browser.get(reverse("account")).status_code == 302
    entry = AuditEntry.objects.get(verb="signed out everywhere")
    assert (entry.actor, entry.details) == (support, {"reason": "They lost their telephone", "places": 1})
    user.refresh_from_db()
    again = signed_in(user)
    assert again.get(reverse("account")).status_code == 200


def test_a_session_whose_password_changed_or_whose_time_is_over_is_not_listed():
    user = person(password=WORDS)
    signed_in(user)
    machine = clock.machine_now()
    assert len(sessions.places_of(user, machine)) == 1
    assert sessions.places_of(user, machine + timedelta(days=100)) == []
    user.set_password("other words nobody says")
    user.save()
    assert sessions.places_of(user, machine) == []
