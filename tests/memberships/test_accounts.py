from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from memberships import identity, signals
from memberships.models import User
from tests.memberships.builders import NOW, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]

PASSWORD = "a password nobody has"
CODE = re.compile(r"^[A-Z0-9]{3,}-?[A-Z0-9]+$", re.MULTILINE)


@pytest.fixture
def opened():
    """The accounts announced as opened."""
    told = []

    def listener(user, **_rest):
        told.append(user)

    signals.account_opened.connect(listener)
    yield told
    signals.account_opened.disconnect(listener)


def code_in(mail) -> str:
    return CODE.search(mail.body)[0]


def sign_up(client, email: str, mailoutbox, **more: str):
    """Through the whole of signing up; answers the last response."""
    answer = client.post(reverse("account_signup"), {"email": email, **more})
    assert answer.url.startswith(reverse("account_email_verification_sent"))
    return client.post(answer.url, {"code": code_in(mailoutbox[-1]), **more})


def sign_in(client, email: str, mailoutbox, **more: str):
    answer = client.post(reverse("account_request_login_code"), {"email": email, **more})
    assert answer.url.startswith(reverse("account_confirm_login_code"))
    return client.post(answer.url, {"code": code_in(mailoutbox[-1]), **more})


def test_somebody_new_opens_an_account_with_an_address_and_a_code(
    client, mailoutbox, opened, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_up(client, "Nour@Example.org", mailoutbox)

    assert answer.url == reverse("account")
    assert client.get(answer.url).status_code == 200
    user = User.objects.get(email="nour@example.org")
    assert (user.email_as_typed, user.has_usable_password()) == ("Nour@Example.org", False)
    assert opened == [user]


def test_somebody_who_chose_a_password_signs_in_with_it(client, mailoutbox):
    refused = client.post(reverse("account_signup"), {"email": "nour@example.org", "password1": "qwertyuiop"})
    assert "too common" in refused.content.decode()
    answer = sign_up(client, "nour@example.org", mailoutbox, password1=PASSWORD)
    assert client.get(answer.url).status_code == 200
    client.logout()

    answer = client.post(reverse("account_login"), {"login": "nour@example.org", "password": PASSWORD})

    assert client.get(answer["Location"]).context["user"].email == "nour@example.org"


def test_a_stranger_leaves_no_password_behind_for_whoever_owns_the_address(client, mailoutbox):
    Client().post(reverse("account_signup"), {"email": "nour@example.org", "password1": PASSWORD})
    sign_in(client, "nour@example.org", mailoutbox)

    owner = User.objects.get(email="nour@example.org")
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert not owner.has_usable_password()


def test_the_same_address_in_another_case_is_no_second_account(client, mailoutbox):
    person("nour@example.org")

    client.post(reverse("account_signup"), {"email": "NOUR@example.org"})

    assert User.objects.filter(email__iexact="nour@example.org").count() == 1
    assert reverse("account_request_login_code") in mailoutbox[-1].body


def test_a_wrong_code_opens_nothing_and_says_what_to_do(client, mailoutbox):
    client.post(reverse("account_signup"), {"email": "nour@example.org"})

    answer = client.post(reverse("account_email_verification_sent"), {"code": "AAAA-AAAA"})

    assert "not the code we sent" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_account_speaks_the_language_it_was_opened_in(client, mailoutbox):
    client.post(reverse("account_signup"), {"email": "nour@example.org"}, headers={"accept-language": "ar"})

    assert User.objects.get(email="nour@example.org").language == "ar"


def test_a_reader_returns_with_a_code_to_where_they_were(client, mailoutbox):
    person("nour@example.org")

    answer = sign_in(client, "nour@example.org", mailoutbox, next="/pro/memos/")

    assert answer.url == "/pro/memos/"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "http:///evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_strangers(client, mailoutbox, wanted):
    person("nour@example.org")

    answer = sign_in(client, "nour@example.org", mailoutbox, next=wanted)

    assert answer.url == reverse("account")


def test_an_account_made_by_staff_is_confirmed_by_its_first_code(
    client, mailoutbox, opened, django_capture_on_commit_callbacks
):
    user, is_new = identity.open_account("Owner@Quay.example", NOW, name="Rosa")
    assert is_new

    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(client, "owner@quay.example", mailoutbox)

    assert answer.url == reverse("account")
    assert opened == [user]
    assert user.emailaddress_set.get().verified


def test_signing_in_again_announces_nothing(client, mailoutbox, opened, django_capture_on_commit_callbacks):
    person("nour@example.org")

    with django_capture_on_commit_callbacks(execute=True):
        sign_in(client, "nour@example.org", mailoutbox)

    assert opened == []


def test_confirming_a_further_address_opens_no_account_again(
    client, mailoutbox, opened, django_capture_on_commit_callbacks
):
    user = person("nour@example.org")
    client.force_login(user)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_email"), {"action_add": "", "email": "nour@elsewhere.example"})
        client.post(reverse("account_email_verification_sent"), {"code": code_in(mailoutbox[-1])})

    assert user.emailaddress_set.get(email="nour@elsewhere.example").verified
    assert opened == []


def test_an_unknown_address_is_told_so_by_mail_only(client, mailoutbox):
    answer = client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})

    assert answer.url == reverse("account_confirm_login_code")
    assert reverse("account_signup") in mailoutbox[-1].body
    assert User.objects.count() == 0


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_request_login_code"])
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("tr", "ltr")])
def test_the_doors_are_drawn_in_our_design_and_in_every_language(client, name, language, direction):
    page = client.get(reverse(name), headers={"accept-language": language}).content.decode()

    assert f'lang="{language}" dir="{direction}"' in page
    assert 'class="sign-in"' in page
    assert " style=" not in page


@pytest.mark.parametrize(
    "name", ["account", "account_profile", "account_membership", "account_email", "mfa_index", "usersessions_list"]
)
def test_the_rooms_of_the_account_share_one_frame(client, name):
    client.force_login(person())

    page = client.get(reverse(name)).content.decode()

    assert 'class="account-nav"' in page
    assert " style=" not in page


@pytest.mark.parametrize("name", ["account", "account_profile", "account_membership", "account_cancel", "account_team"])
def test_the_account_is_for_those_signed_in(client, name):
    answer = client.get(reverse(name))

    assert answer.url == f"{reverse('account_login')}?next={reverse(name)}"


@pytest.mark.parametrize("name", ["account", "account_profile", "account_membership", "account_team"])
def test_nobody_keeps_a_copy_of_an_account_page(client, name):
    client.force_login(person())

    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]


def test_a_profile_is_saved(client):
    user = person()
    client.force_login(user)

    answer = client.post(
        reverse("account_profile"), {"name": "نور", "language": "ar", "time_zone": "Asia/Beirut"}, follow=True
    )

    user.refresh_from_db()
    assert (user.name, user.language, user.time_zone) == ("نور", "ar", "Asia/Beirut")
    assert 'lang="ar"' in answer.content.decode()


def test_a_wrong_profile_changes_nothing_and_says_why(client):
    user = person(name="Nour")
    client.force_login(user)

    answer = client.post(reverse("account_profile"), {"name": "N" * 121, "language": "xx", "time_zone": "Mars/Olympus"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "3 things to mend" in page
    assert "N" * 121 + "</span>" not in page
    user.refresh_from_db()
    assert user.name == "Nour"
