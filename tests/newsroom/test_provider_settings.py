"""Which providers people may sign in with follows from the keys that are set."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured

from newsroom import provider_settings
from newsroom.environment import Environment

STAND_IN = "http://127.0.0.1:8043"
PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
    .strip()
)
GOOGLE = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret"}
MICROSOFT = {"MICROSOFT_CLIENT_ID": "id", "MICROSOFT_CLIENT_SECRET": "secret"}
APPLE = {"APPLE_CLIENT_ID": "org.example", "APPLE_KEY_ID": "K1", "APPLE_TEAM_ID": "T1", "APPLE_PRIVATE_KEY": PEM}


def test_in_production_there_is_nothing_without_keys():
    found = provider_settings.read(Environment({}), None)
    assert (found.openid, found.apple, found.forms_go_to) == ([], [], [])


@pytest.mark.parametrize(
    ("keys", "origins"),
    [
        (GOOGLE, ["https://accounts.google.com"]),
        (MICROSOFT, ["https://login.microsoftonline.com", "https://login.live.com"]),
        (APPLE, ["https://appleid.apple.com"]),
    ],
)
def test_with_its_keys_one_is_there_with_pkce_and_its_origins_alone(keys, origins):
    env = Environment(keys)
    found = provider_settings.read(env, None)
    env.refuse_if_wrong()
    [app] = found.openid + found.apple
    assert app["settings"]["oauth_pkce_enabled"] is True
    assert "is_stand_in" not in app["settings"]
    assert found.forms_go_to == origins


def test_a_stand_in_plays_those_without_keys_only():
    found = provider_settings.read(Environment(GOOGLE, strict=False), STAND_IN)
    played = {app["name"]: app["settings"].get("is_stand_in", False) for app in found.openid}
    assert played == {"Google": False, "Microsoft": True, "Apple": True}
    assert found.forms_go_to == ["https://accounts.google.com", STAND_IN]


@pytest.mark.parametrize("keys", [GOOGLE, MICROSOFT, APPLE])
def test_half_of_the_keys_is_refused_in_one_sentence(keys):
    first, *others = keys
    for values in ({first: keys[first]}, {first: keys[first], others[-1]: " "}):
        env = Environment(values)
        provider_settings.read(env, None)
        with pytest.raises(ImproperlyConfigured) as refusal:
            env.refuse_if_wrong()
        [sentence] = str(refusal.value).splitlines()[1:]
        assert (
            sentence
            == f"  - {', '.join(keys)} belong together: set all of them or none; missing is {', '.join(others)}"
        )


def test_the_key_of_apple_may_be_written_in_one_line_and_must_be_whole():
    one_line = Environment(APPLE | {"APPLE_PRIVATE_KEY": PEM.replace("\n", "\\n")})
    assert provider_settings.read(one_line, None).apple[0]["settings"]["certificate_key"] == PEM
    cut = Environment(APPLE | {"APPLE_PRIVATE_KEY": PEM[:60]})
    provider_settings.read(cut, None)
    with pytest.raises(
        ImproperlyConfigured, match=r"APPLE_PRIVATE_KEY is malformed: write the whole text of the private key's file"
    ):
        cut.refuse_if_wrong()
