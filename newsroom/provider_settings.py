"""Who else may say who somebody is: Google, Apple and Microsoft, in the form in which allauth reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from newsroom import environment
from newsroom.environment import Environment

_PARSERS = {"APPLE_PRIVATE_KEY": environment.private_key}
# Whoever shares a browser chooses anew each time.
_ASKED = {"prompt": "select_account"}


@dataclass
class Providers:
    """``openid`` and ``apple`` are allauth's apps; ``forms_go_to`` the origins to which a press of a button leads."""

    openid: list[dict[str, Any]] = field(default_factory=list)
    apple: list[dict[str, Any]] = field(default_factory=list)
    forms_go_to: list[str] = field(default_factory=list)

    def for_allauth(self) -> dict[str, Any]:
        """``SOCIALACCOUNT_PROVIDERS``."""
        return {"openid_connect": {"APPS": self.openid}, "apple": {"APPS": self.apple}}


def read(env: Environment, stand_in: str | None) -> Providers:
    """The providers whose keys are set. Where nothing is said of one, ``stand_in`` (an origin) takes its place."""
    found = Providers()
    _google(env, stand_in, found)
    _microsoft(env, stand_in, found)
    _apple(env, stand_in, found)
    return found


def _google(env: Environment, stand_in: str | None, found: Providers) -> None:
    keys = _all_or_none(env, "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET")
    if keys:
        found.openid.append(_openid("google", "Google", keys, "https://accounts.google.com"))
        found.forms_go_to.append("https://accounts.google.com")
    elif stand_in:
        found.openid.append(_played("google", "Google", stand_in))
        _add(found, stand_in)


def _microsoft(env: Environment, stand_in: str | None, found: Providers) -> None:
    keys = _all_or_none(env, "MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET")
    if keys:
        # Each organisation is an issuer of its own, so which one spoke is compared in memberships.providers.
        settings = {
            "openid_configuration_overrides": {"issuer": None},
            "issuer": "https://login.microsoftonline.com/{tid}/v2.0",
        }
        server = "https://login.microsoftonline.com/common/v2.0"
        found.openid.append(_openid("microsoft", "Microsoft", keys, server, **settings))
        # The second is where private accounts are sent on to.
        found.forms_go_to += ["https://login.microsoftonline.com", "https://login.live.com"]
    elif stand_in:
        settings = {"openid_configuration_overrides": {"issuer": None}, "issuer": f"{stand_in}/microsoft/{{tid}}/v2.0"}
        found.openid.append(_played("microsoft", "Microsoft", stand_in, **settings))
        _add(found, stand_in)


def _apple(env: Environment, stand_in: str | None, found: Providers) -> None:
    keys = _all_or_none(env, "APPLE_CLIENT_ID", "APPLE_KEY_ID", "APPLE_TEAM_ID", "APPLE_PRIVATE_KEY")
    if keys:
        client_id, key_id, team_id, private_key = keys
        settings = {"certificate_key": private_key, "oauth_pkce_enabled": True}
        app = {"client_id": client_id, "secret": key_id, "key": team_id, "name": "Apple", "settings": settings}
        found.apple.append(app)
        found.forms_go_to.append("https://appleid.apple.com")
    elif stand_in:
        # Not under Apple's own name, which is that of allauth's module for the real one.
        found.openid.append(_played("apple-stand-in", "Apple", stand_in))
        _add(found, stand_in)


def _all_or_none(env: Environment, *names: str) -> list[str]:
    """The values, where all are set. Where only some are, the environment complains in one sentence."""
    values = {name: env.read(name, _PARSERS.get(name, environment.maybe_text), default="") for name in names}
    missing = [name for name, value in values.items() if not value]
    if missing and len(missing) < len(names):
        env.complain(f"{', '.join(names)} belong together: set all of them or none; missing is {', '.join(missing)}")
    return [] if missing else list(values.values())


def _openid(key: str, name: str, keys: list[str], server: str, **settings: Any) -> dict[str, Any]:
    client_id, secret = keys
    base = {
        "server_url": server,
        # The token says all there is to know; one question less to be answered late.
        "fetch_userinfo": False,
        "oauth_pkce_enabled": True,
        "auth_params": _ASKED,
    }
    return {
        "provider_id": key,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": base | settings,
    }


def _played(key: str, name: str, stand_in: str, **settings: Any) -> dict[str, Any]:
    keys = ["local-newsroom", "no-secret-to-anybody"]
    return _openid(key, name, keys, f"{stand_in}/{name.lower()}", is_stand_in=True, **settings)


def _add(found: Providers, origin: str) -> None:
    if origin not in found.forms_go_to:
        found.forms_go_to.append(origin)
