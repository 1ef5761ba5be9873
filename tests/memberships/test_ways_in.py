"""Beside the code: passkeys and passwords."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from fido2.utils import websafe_decode

from memberships.models import CheckoutAttempt, User
from tests.memberships.authenticator import Passkey
from tests.memberships.browsing import text
from tests.memberships.builders import person, plan
from tests.memberships.test_accounts import code_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
GOOD = "four words nobody says"


def options_of(page: str) -> dict[str, object]:
    """What the page hands to the browser for making the passkey."""
    return json.loads(re.search(r'id="js_data"[^>]*>(.*?)</script>', page)[1])["creation_options"]


def sign_up_with_passkey(client, mailoutbox, passkey: Passkey, **more: str):
    answer = client.post(reverse("account_signup_by_passkey"), {"email": "new@example.org", **more})
    answer = client.post(answer.url, {"code": code_in(mailoutbox[-1]), **more})
    assert answer.url.startswith(reverse("mfa_signup_webauthn"))
    options = options_of(client.get(answer.url).content.decode())
    passkey.owner = websafe_decode(options["publicKey"]["user"]["id"])
    return client.post(answer.url, {"name": "Telephone", "credential": passkey.create(options)})


@pytest.fixture
def passkey() -> Passkey:
    return Passkey("http://testserver")


def test_an_account_is_opened_with_a_passkey_and_entered_with_it(client, mailoutbox, passkey):
    answer = sign_up_with_passkey(client, mailoutbox, passkey)

    assert answer.url == reverse("account")
    client.post(reverse("account_logout"))
    asked = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": passkey.get(asked["request_options"])})

    assert answer.url == reverse("account")
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new@example.org").pk)


def test_with_an_order_the_passkey_leads_to_the_till(client, mailoutbox, passkey, local_stripe):
    plan()
    terms = re.search(r'name="terms" value="([^"]+)"', client.get(reverse("pro")).content.decode())[1]
    wanted = client.post("/account/start/pro_annual/", {"terms": terms}).url

    answer = sign_up_with_passkey(client, mailoutbox, passkey, next=parse_qs(urlsplit(wanted).query)["next"][0])

    assert answer.url == CheckoutAttempt.objects.get().url


def test_the_sign_up_page_offers_the_passkey_and_keeps_the_way_on(client):
    page = client.get(reverse("account_signup"), {"next": "/pro/"}).content.decode()

    assert f"{reverse('account_signup_by_passkey')}?next=%2Fpro%2F" in page


def test_a_password_is_set_from_the_profile_and_told_by_mail(client, mailoutbox):
    user = person("nour@example.org")
    client.force_login(user)
    assert reverse("account_set_password") in text(client.get(reverse("account_profile")))

    browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
    client.post(reverse("account_set_password"), {"password1": GOOD, "password2": GOOD}, HTTP_USER_AGENT=browser)

    user.refresh_from_db()
    assert user.check_password(GOOD)
    assert (mailoutbox[-1].to, "A password was set" in mailoutbox[-1].subject) == (["nour@example.org"], True)
    assert "with Chrome on Windows." in mailoutbox[-1].body
    assert reverse("account_change_password") in text(client.get(reverse("account_profile")))


def test_a_forgotten_password_is_set_anew_with_a_code(client, mailoutbox):
    user = person("nour@example.org")
    user.set_password("forgotten, alas")
    user.save()

    answer = client.post(reverse("account_reset_password"), {"email": user.email})
    assert "is your code for a new password" in mailoutbox[-1].subject
    page = text(client.get(answer.url))
    assert "Type the code" in page
    answer = client.post(answer.url, {"code": code_in(mailoutbox[-1])})
    assert "Set a new password" in text(client.get(answer.url))
    answer = client.post(answer.url, {"password1": GOOD, "password2": GOOD})

    user.refresh_from_db()
    assert user.check_password(GOOD)
    assert "The password is set" in text(client.get(answer.url))
    assert "set anew" in mailoutbox[-1].subject


def test_a_weak_password_is_refused_with_a_sentence(client):
    user = person()
    client.force_login(user)

    page = text(client.post(reverse("account_set_password"), {"password1": "1234", "password2": "1234"}))

    assert "too short" in page
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_asking_for_a_new_password_tells_nobody_whether_there_is_an_account(client, mailoutbox):
    answers = [client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})]
    person("somebody@example.org")
    client.cookies.clear()
    answers.append(client.post(reverse("account_reset_password"), {"email": "somebody@example.org"}))

    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("name", ["account_signup_by_passkey", "account_reset_password"])
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("tr", "ltr")])
def test_the_pages_are_in_our_design(client, name, language, direction):
    page = client.get(reverse(name), {"language": language}).content.decode()

    assert f'<html lang="{language}" dir="{direction}"' in page
    assert 'class="sign-in"' in page
