"""The stand-in insists on what the providers insist on, and speaks to this machine only."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.memberships import local_providers

VERIFIER = "a verifier of some length that nobody guesses"
ASKED = {
    "client_id": "us",
    "redirect_uri": "http://127.0.0.1:8000/back/",
    "state": "s",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with local_providers.running() as base:
        yield base


def code_for(origin: str) -> str:
    back = local_providers.say(
        requests.Request("GET", f"{origin}/google/authorize", params=ASKED).prepare().url, email="nour@example.org"
    )
    return parse_qs(urlsplit(back).query)["code"][0]


def exchange(origin: str, code: str, **changed: str) -> requests.Response:
    form = {"code": code, "client_secret": "x", "code_verifier": VERIFIER, **ASKED, **changed}
    return requests.post(f"{origin}/google/token", data=form, timeout=9)


def test_a_code_is_good_once_and_its_token_says_who(origin):
    code = code_for(origin)
    token = exchange(origin, code).json()["access_token"]

    said = requests.get(f"{origin}/google/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=9).json()

    assert (said["email"], said["email_verified"]) == ("nour@example.org", True)
    assert exchange(origin, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changed", [{"code_verifier": "x"}, {"client_id": "them"}, {"redirect_uri": "http://127.0.0.1/"}]
)
def test_a_code_is_good_for_whom_it_was_given_to(origin, changed):
    assert exchange(origin, code_for(origin), **changed).status_code == 400


@pytest.mark.parametrize(
    "changed", [{"redirect_uri": "https://elsewhere.example/"}, {"state": ""}, {"code_challenge_method": "plain"}]
)
def test_what_a_provider_refuses_is_refused_here(origin, changed):
    assert requests.get(f"{origin}/google/authorize", params={**ASKED, **changed}, timeout=9).status_code == 400


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "[::1"])
def test_nobody_speaks_to_it_under_another_name(origin, host):
    answer = requests.get(f"{origin}/google/jwks", headers={"Host": host}, timeout=9)
    assert answer.status_code == 421


def test_what_is_typed_is_shown_as_it_was_typed(origin):
    page = requests.get(f"{origin}/google/authorize", params={**ASKED, "state": '"><script>'}, timeout=9).text
    assert "<script>" not in page
