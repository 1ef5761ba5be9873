"""Who comes in at the desk, and how."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from tests.memberships.builders import person

pytestmark = pytest.mark.django_db
PASSWORD = "three-words-of-sand"


def colleague():
    user = person(is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, user, password=PASSWORD):
    """From the desk's address to wherever it leads; the page that stands there then."""
    asked = client.get("/admin/", follow=True)
    return client.post(asked.redirect_chain[-1][0], {"login": user.email, "password": password}, follow=True)


def test_staff_come_in_by_the_page_everybody_signs_in_at(client):
    assert sign_in(client, colleague()).request["PATH_INFO"] == "/admin/"
    assert client.get(reverse("admin:login"))["Location"] == "/admin/"


def test_who_has_a_second_step_is_asked_for_it_on_the_way_to_the_desk(client):
    user = colleague()
    totp.TOTP.activate(user, totp.generate_totp_secret())

    assert sign_in(client, user).request["PATH_INFO"] == reverse("mfa_authenticate")
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_guesses_at_a_password_of_the_desk_are_counted(client):
    user = colleague()
    for _guess in range(6):
        sign_in(client, user, "sesame")

    assert "Too many attempts." in sign_in(client, user).content.decode()


def test_the_desks_own_door_takes_no_password(client):
    user = colleague()
    client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})

    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_reader_who_is_signed_in_is_told_that_the_desk_is_not_open_to_them(client):
    client.force_login(person())

    assert client.get("/admin/", follow=True).status_code == 403


def test_an_empty_list_says_what_will_stand_in_it_and_a_search_that_nothing_matches(client):
    client.force_login(person(is_staff=True, is_superuser=True))
    page = reverse("admin:newsletters_receivingdomain_changelist")

    assert "when it asks us to slow down" in client.get(page).content.decode()
    found = client.get(page, {"q": "nowhere.example"}).content.decode()
    assert "Nothing matches" in found
    assert "when it asks us to slow down" not in found
