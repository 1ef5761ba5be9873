"""Google, Apple and Microsoft say who somebody is; an account is opened, or found by its address, with our own code."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.apple.views import AppleOAuth2Adapter
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from django.urls import reverse

from memberships import clock, providers
from memberships.models import CheckoutAttempt, SignIn, User
from newsroom import provider_settings
from newsroom.environment import Environment
from tests.memberships import local_providers
from tests.memberships.browsing import text
from tests.memberships.builders import person, plan
from tests.memberships.local_providers import KEYS, begin, come_in, say
from tests.memberships.test_accounts import code_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
CONFIRM = "/account/3rdparty/signup/"


@pytest.fixture(scope="module")
def _origin():
    with local_providers.running() as base:
        yield base


@pytest.fixture(autouse=True)
def origin(_origin, settings) -> str:
    settings.SOCIALACCOUNT_PROVIDERS = provider_settings.read(Environment({}, strict=False), _origin).for_allauth()
    return _origin


def confirm(client, mailoutbox, email: str, **more: str):
    """From the page that says which address to the code; answers the last response."""
    answer = client.post(CONFIRM, {"email": email, **more})
    assert answer.url.startswith(reverse("account_confirm_login_code")), answer
    return client.post(answer.url, {"code": code_in(mailoutbox[-1]), **more})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", KEYS)
def test_somebody_new_confirms_their_address_and_returns_without_a_code(client, mailoutbox, name):
    answer = come_in(client, name, email="Nour@Example.org", name="Nour Haddad")

    assert answer.url == CONFIRM
    assert (is_in(client), User.objects.count(), len(mailoutbox)) == (False, 0, 0)
    page = text(client.get(CONFIRM))
    assert f"You have not come in with {name} before" in page
    assert 'value="nour@example.org"' in page
    assert confirm(client, mailoutbox, "Nour@Example.org").url == reverse("account")
    user = User.objects.get(email="nour@example.org")
    assert user.emailaddress_set.get().verified
    assert "was connected to your account" in mailoutbox[-1].subject
    connection = SocialAccount.objects.get(user=user)
    assert connection.extra_data == {"email": "nour@example.org"}

    other_device, mails = Client(), len(mailoutbox)
    assert come_in(other_device, name, email="nour@example.org").url == reverse("account")
    assert (is_in(other_device), len(mailoutbox)) == (True, mails)
    assert SignIn.objects.filter(user=user).latest("pk").way == SignIn.Way.PROVIDER


def test_name_and_language_are_taken_over_where_they_are_empty(client, mailoutbox):
    come_in(client, "Google", email="nour@example.org", name="نور حداد", language="ar-LB")
    confirm(client, mailoutbox, "nour@example.org")
    user = User.objects.get()
    assert (user.name, user.language) == ("نور حداد", "ar")

    come_in(other := Client(), "Microsoft", email="nour@example.org", name="N. H.", language="tr")
    confirm(other, mailoutbox, "nour@example.org")
    user.refresh_from_db()
    assert (user.name, user.language, user.socialaccount_set.count()) == ("نور حداد", "ar", 2)


def test_a_name_is_one_line_of_what_can_be_written(client, mailoutbox):
    come_in(client, "Google", email="nour@example.org", name="Nour\x00\r\nBcc: all@example.org " + "x" * 200)
    confirm(client, mailoutbox, "nour@example.org")
    assert User.objects.get().name == ("Nour Bcc: all@example.org " + "x" * 200)[:120]


def test_the_language_of_the_browser_goes_before_that_of_the_provider(client, mailoutbox):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ar,en;q=0.5"
    come_in(client, "Google", email="nour@example.org", language="tr")
    confirm(client, mailoutbox, "nour@example.org")
    assert User.objects.get().language == "ar"


def test_an_address_that_a_provider_claims_opens_no_account_that_has_it(client, mailoutbox):
    victim = person("victim@example.org")

    assert come_in(client, "Microsoft", email="victim@example.org").url == CONFIRM
    client.post(CONFIRM, {"email": "victim@example.org"})

    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    # The owner comes in elsewhere, and nothing was prepared for the one who waits.
    sign_in(owner := Client(), "victim@example.org", mailoutbox)
    assert is_in(owner)
    assert not victim.socialaccount_set.exists()


def test_the_account_with_the_address_is_connected_once_its_code_was_typed(client, mailoutbox):
    owner = person("nour@example.org")
    come_in(client, "Google", email="nour@example.org")

    assert confirm(client, mailoutbox, "NOUR@example.org").url == reverse("account")

    assert owner.socialaccount_set.get().provider == "google"
    assert (mailoutbox[-1].to, mailoutbox[-1].subject) == (["nour@example.org"], "Google was connected to your account")
    assert User.objects.count() == 1


def test_whether_an_address_has_an_account_is_told_to_nobody(mailoutbox):
    person("known@example.org")
    answers = []
    for address in ("known@example.org", "unknown@example.org"):
        come_in(browser := Client(), "Microsoft", email=address)
        answers.append((text(browser.get(CONFIRM)).count("have an account"), browser.post(CONFIRM, {"email": address})))

    assert len({(said, answer.status_code, answer.url) for said, answer in answers}) == 1


def test_whoever_else_signs_in_on_a_shared_browser_is_not_connected(client, mailoutbox):
    person("colleague@example.org")
    person("nour@example.org")
    come_in(client, "Google", email="nour@example.org")
    client.post(CONFIRM, {"email": "nour@example.org"})
    client.post(reverse("account_logout"))  # "Use another address"

    sign_in(client, "colleague@example.org", mailoutbox)
    client.post(reverse("account_logout"))
    sign_in(client, "nour@example.org", mailoutbox)

    assert not SocialAccount.objects.exists()


def test_a_claim_is_connected_only_where_the_page_said_so_and_while_it_is_new(mailoutbox):
    user, at, session = person("nour@example.org"), clock.now(), {}
    introduction = providers.Introduction("google", "1", "nour@example.org", "", "en", at)
    providers.keep(session, introduction)
    assert providers.settle(session, user, at) is None

    for late, connected in ((timedelta(minutes=31), False), (timedelta(minutes=29), True)):
        providers.prove(session, introduction, "nour@example.org")
        assert (providers.settle(session, user, at + late) is not None) == connected
    for comer in (person("colleague@example.org"), user):  # not theirs; connected already
        providers.prove(session, introduction, "nour@example.org")
        assert providers.settle(session, comer, at) is None
        assert session == {}


def test_the_same_person_with_a_new_address_is_the_same_person(client, mailoutbox):
    come_in(client, "Google", email="old@example.org", subject="1077")
    confirm(client, mailoutbox, "old@example.org")

    come_in(later := Client(), "Google", email="new@example.org", subject="1077")

    assert is_in(later)
    assert User.objects.get().email == "old@example.org"


def test_a_subject_is_one_person_at_one_provider_only(client, mailoutbox):
    come_in(client, "Google", email="nour@example.org", subject="1077")
    confirm(client, mailoutbox, "nour@example.org")

    assert come_in(Client(), "Apple", email="else@example.org", subject="1077").url == CONFIRM


def test_microsoft_is_believed_by_tenant_and_object():
    issuer = "https://login.microsoftonline.com/{tid}/v2.0"
    good = {"tid": "t1", "oid": "o1", "iss": "https://login.microsoftonline.com/t1/v2.0"}
    assert providers.uid_of("s", good, issuer) == "t1:o1"
    for broken in ({"iss": "https://login.microsoftonline.com/t2/v2.0"}, {"oid": None}, {"tid": ""}):
        with pytest.raises(providers.UnknownIssuer):
            providers.uid_of("s", good | broken, issuer)


def test_nobody_comes_in_by_an_issuer_that_is_not_the_tenants(client, settings):
    [app] = [each for each in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] if each["name"] == "Microsoft"]
    app["settings"]["issuer"] = "https://elsewhere.example/{tid}"

    answer = come_in(client, "Microsoft", email="nour@example.org")

    assert (answer.status_code, is_in(client)) == (401, False)
    assert "could not understand the other side" in text(answer)


def test_who_tells_no_address_types_one(client, mailoutbox):
    come_in(client, "Microsoft", email="", subject="77")

    assert client.post(CONFIRM, {"email": "nonsense"}).status_code == 200
    assert User.objects.count() == 0
    assert confirm(client, mailoutbox, "nour@example.org").url == reverse("account")
    assert SocialAccount.objects.get().user.email == "nour@example.org"


def test_a_wrong_code_connects_nothing(client, mailoutbox):
    come_in(client, "Google", email="nour@example.org")
    answer = client.post(CONFIRM, {"email": "nour@example.org"})

    assert "not the code we sent" in text(client.post(answer.url, {"code": "AAAA-AAAA"}))
    assert (is_in(client), SocialAccount.objects.count()) == (False, 0)


def test_who_declines_is_back_with_a_sentence(client):
    answer = come_in(client, "Google", {"next": "/pro/"}, answer="no")

    assert answer.url == f"{reverse('account_login')}?next=%2Fpro%2F"
    assert "You did not go on with Google. Nothing has changed." in text(client.get(answer.url))
    assert User.objects.count() == 0


def test_a_replayed_a_foreign_and_no_state_let_nobody_in(client):
    person("nour@example.org")
    back = say(begin(client, "Google"), email="nour@example.org")
    assert client.get(back, headers={"host": "127.0.0.1"}).url == CONFIRM

    thief = Client()
    for browser, way in ((client, back), (thief, back), (thief, back.partition("?")[0])):
        answer = browser.get(way, headers={"host": "127.0.0.1"})
        assert (answer.status_code, is_in(browser)) == (401, False)
        assert "does not belong to a sign-in that was begun in this browser" in text(answer)
    assert not SocialAccount.objects.exists()


def test_a_code_is_good_only_with_the_verifier_of_its_browser(client, origin):
    """PKCE: who steals the way back cannot exchange it, and the request carries the challenge alone."""
    asked = parse_qs(urlsplit(begin(client, "Google")).query)
    assert asked["code_challenge_method"] == ["S256"]
    code = parse_qs(urlsplit(say(begin(client, "Google"), email="a@b.example")).query)["code"][0]
    form = {"code": code, "client_id": asked["client_id"][0], "client_secret": "s", "code_verifier": "guessed"}

    answer = requests.post(f"{origin}/google/token", data={**form, "redirect_uri": asked["redirect_uri"][0]}, timeout=9)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_a_provider_that_is_away_is_told_in_a_sentence(client, settings):
    dead = provider_settings.read(Environment({}, strict=False), "http://127.0.0.1:9")
    settings.SOCIALACCOUNT_PROVIDERS = dead.for_allauth()

    answer = client.post("/account/oidc/google/login/")

    assert answer.status_code == 502
    assert "could not understand the other side" in text(answer)


def test_signing_in_starts_with_a_post_and_unknown_providers_are_not_found(client):
    assert client.get("/account/oidc/google/login/").status_code == 405
    assert client.get("/account/apple/login/").status_code == 405
    assert client.post("/account/oidc/elsewhere/login/").status_code == 404
    assert client.post("/account/apple/login/").status_code == 404


def test_the_order_waits_at_the_provider_and_goes_to_the_till(client, mailoutbox, local_stripe):
    plan()
    terms = re.search(r'name="terms" value="([^"]+)"', client.get(reverse("pro")).content.decode())[1]
    way_on = parse_qs(urlsplit(client.post("/account/start/pro_annual/", {"terms": terms}).url).query)["next"][0]
    assert "$300" in text(client.get(reverse("account_login")))

    answer = come_in(client, "Google", {"next": way_on}, email="new@example.org")
    assert answer.url.startswith(f"{CONFIRM}?next=")
    assert "$300" in text(client.get(answer.url))
    answer = confirm(client, mailoutbox, "new@example.org", next=way_on)

    assert answer.url == CheckoutAttempt.objects.get().url


def test_who_is_signed_in_connects_and_disconnects_on_the_profile(client, mailoutbox):
    user = person("nour@example.org")
    client.force_login(user)
    assert "Connect Google" in text(client.get(reverse("account_profile")))

    answer = come_in(client, "Google", {"process": "connect"}, email="private@elsewhere.example")
    page = text(client.get(answer.url))
    assert "Google is connected to your account." in page
    assert ("private@elsewhere.example" in page, "Connect Google" in page) == (True, False)
    assert mailoutbox[-1].subject == "Google was connected to your account"

    number = user.socialaccount_set.get().pk
    client.post(reverse("socialaccount_connections"), {"number": number})
    assert "Google is no longer connected." in text(client.get(reverse("account_profile")))
    assert not user.socialaccount_set.exists()
    assert mailoutbox[-1].subject == "Google was disconnected from your account"


def test_nobody_connects_or_disconnects_what_is_somebody_elses(client, mailoutbox):
    owner, other = person("owner@example.org"), person("other@example.org")
    connection = SocialAccount.objects.create(user=owner, provider="google", uid="1077")
    client.force_login(other)

    for number in (connection.pk, "x", "9" * 30, ""):
        assert client.post(reverse("socialaccount_connections"), {"number": number}).url == reverse("account_profile")
    answer = come_in(client, "Google", {"process": "connect"}, email="owner@example.org", subject="1077")

    assert "belongs to another account here" in text(client.get(answer.url))
    assert SocialAccount.objects.get().user == owner
    assert mailoutbox == []


def test_without_keys_there_are_no_buttons(client, settings):
    settings.SOCIALACCOUNT_PROVIDERS = provider_settings.read(Environment({}, strict=False), None).for_allauth()

    for name in ("account_login", "account_signup"):
        assert "Continue with" not in text(client.get(reverse(name)))
    client.force_login(person())
    assert "other accounts" not in text(client.get(reverse("account_profile")))


def test_an_unconfirmed_address_is_nobodys(client, mailoutbox):
    """Somebody began to sign up with the address of another; their account is found, and the code is the owner's."""
    Client().post(reverse("account_signup"), {"email": "nour@example.org"})
    assert not EmailAddress.objects.get().verified

    come_in(client, "Google", email="nour@example.org")
    confirm(client, mailoutbox, "nour@example.org")

    assert (is_in(client), User.objects.count()) == (True, 1)


@pytest.fixture
def apple(client, settings, origin, monkeypatch):
    """Apple's own way through the library, of which only the addresses are the stand-in's: there and back, and in."""
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    names = {"CLIENT_ID": "org.example", "KEY_ID": "K", "TEAM_ID": "T", "PRIVATE_KEY": key.decode()}
    env = Environment({f"APPLE_{name}": value for name, value in names.items()})
    settings.SOCIALACCOUNT_PROVIDERS = provider_settings.read(env, None).for_allauth()
    for name, act in (("authorize_url", "authorize"), ("access_token_url", "token"), ("public_key_url", "jwks")):
        monkeypatch.setattr(AppleOAuth2Adapter, name, f"{origin}/apple/{act}")
    client.defaults["HTTP_HOST"] = "127.0.0.1"

    def come_in(user: str):
        address = client.post(reverse("apple_login")).url
        assert parse_qs(urlsplit(address).query)["response_mode"] == ["form_post"]
        said = dict(parse_qsl(urlsplit(say(address, email="nour@relay.example")).query))
        # Posted by Apple's page, and so without the cookies of ours.
        posted = Client(headers={"host": "127.0.0.1"}).post(reverse("apple_callback"), {**said, "user": user})
        client.cookies["apple-login-session"] = posted.cookies["apple-login-session"].value
        return client.get(posted.url)

    return come_in


def test_apple_posts_back_and_tells_a_name_the_first_time(client, mailoutbox, apple):
    answer = apple(json.dumps({"name": {"firstName": "Nour", "lastName": "Haddad"}}))

    assert answer.url == CONFIRM
    confirm(client, mailoutbox, "nour@relay.example")
    assert (User.objects.get().name, SocialAccount.objects.get().provider) == ("Nour Haddad", "apple")


@pytest.mark.parametrize("user", ["[1]", "5", '{"name": "Nour"}', '{"name": {"firstName": 5}}', "no json"])
def test_what_apple_never_says_breaks_nothing(apple, user):
    answer = apple(user)

    assert (answer.status_code, User.objects.count()) in {(302, 0), (502, 0)}
