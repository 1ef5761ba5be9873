"""Signing in with Google, Apple or Microsoft: what is offered, whom a provider means, and when it is connected.

A provider is believed one thing, that this is whom it calls so and so: by that name, and by no address, an account is
found. The address it tells is a suggestion (at Entra anybody may claim any: Microsoft Q&A 812672). A provider somebody
has not used here before is connected in the session that types the code we mailed to the address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from memberships.models import User

_KEY = "introduction"
# Twice what a code is good for, and a walk to the other device.
_GOOD_FOR = timedelta(minutes=30)
_IN_ORDER = ("Google", "Apple", "Microsoft")
_LONGEST_UID = 191


class UnknownIssuer(ValueError):
    """A token does not say who issued it and about whom, as this provider's tokens do."""


@dataclass(frozen=True)
class Provider:
    """``key`` is what connections are kept under; ``name`` a proper name, in no language."""

    key: str
    name: str
    is_stand_in: bool = False

    @property
    def begin_path(self) -> str:
        """Where its button posts to."""
        if self.key == "apple":
            return reverse("apple_login")
        return reverse("openid_connect_login", args=[self.key])


@dataclass(frozen=True)
class Introduction:
    """Somebody whom a provider calls ``uid`` and whom we do not know by it. All the rest is hearsay.

    ``proving`` is the address a code was asked for on the page that says what for; empty before that.
    """

    provider: str
    uid: str
    email: str
    name: str
    language: str
    at: datetime
    proving: str = ""


def offered() -> list[Provider]:
    """Those whose keys are set; in demo and test, the stand-ins of the others too."""
    openid = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apple = settings.SOCIALACCOUNT_PROVIDERS["apple"]["APPS"]
    found = [_provider(app["provider_id"], app) for app in openid] + [_provider("apple", app) for app in apple]
    return sorted(found, key=lambda provider: _IN_ORDER.index(provider.name))


def named(key: str) -> Provider:
    """The provider of a connection, also where it is offered no longer."""
    known = {provider.key: provider for provider in offered()}
    return known.get(key) or Provider(key, key.partition("-")[0].capitalize())


def uid_of(sub: str, claims: Mapping[str, Any], issuer: str) -> str:
    """What a connection is found by: the subject of the token or, where an ``issuer`` with ``{tid}`` is given, tenant
    and object, since Microsoft's subjects are for one program only and its objects are one within their tenant.

    Raises UnknownIssuer where the token does not say them, or not by the tenant's own issuer.
    """
    if not issuer:
        return sub
    tenant, person = claims.get("tid"), claims.get("oid")
    if not (isinstance(tenant, str) and isinstance(person, str) and tenant and person):
        raise UnknownIssuer("The token names no tenant and object")
    uid = f"{tenant}:{person}"
    if claims.get("iss") != issuer.replace("{tid}", tenant) or len(uid) > _LONGEST_UID:
        raise UnknownIssuer("The token is not by the issuer of its tenant")
    return uid


def keep(session: MutableMapping[str, Any], introduction: Introduction) -> None:
    session[_KEY] = {**asdict(introduction), "at": introduction.at.isoformat()}


def pending(session: MutableMapping[str, Any], at: datetime) -> Introduction | None:
    """The introduction that waits in the session, unless it has grown old."""
    kept = session.get(_KEY)
    if kept is None:
        return None
    introduction = Introduction(**{**kept, "at": datetime.fromisoformat(kept["at"])})
    return introduction if at - introduction.at < _GOOD_FOR else None


def prove(session: MutableMapping[str, Any], introduction: Introduction, email: str) -> None:
    """A code was asked for at this address, so that the introduction may be connected to its account."""
    keep(session, replace(introduction, proving=email))


def settle(session: MutableMapping[str, Any], user: User, at: datetime) -> SocialAccount | None:
    """Connect the introduction that waits to whoever has just come in, if that is whose address was to be proven.

    Whoever else has come in, it waits no longer. ``None`` where nothing was connected.
    """
    introduction = pending(session, at)
    session.pop(_KEY, None)
    if introduction is None or not introduction.proving or not _has_confirmed(user, introduction.proving):
        return None
    return _connect(introduction, user)


@transaction.atomic
def _connect(introduction: Introduction, user: User) -> SocialAccount | None:
    connection, is_new = SocialAccount.objects.get_or_create(
        provider=introduction.provider,
        uid=introduction.uid,
        defaults={"user": user, "extra_data": {"email": introduction.email}},
    )
    if not is_new:
        return None
    if introduction.name and not user.name:
        user.name = introduction.name
        user.save(update_fields=["name"])
    return connection


def connections_of(user: User) -> QuerySet[SocialAccount]:
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(user=user).order_by("date_joined", "pk")
    return found


def not_among(connections: Iterable[SocialAccount]) -> list[Provider]:
    """What could be connected besides."""
    keys = {connection.provider for connection in connections}
    return [provider for provider in offered() if provider.key not in keys]


def disconnect(user: User, number: int) -> SocialAccount | None:
    """Take a connection away; ``None`` where there is none of that number. A mailed code still lets them in."""
    connection = connections_of(user).filter(pk=number).first()
    return connection if connection is not None and connection.delete()[0] else None


def _provider(key: str, app: Mapping[str, Any]) -> Provider:
    return Provider(key, app["name"], bool(app["settings"].get("is_stand_in")))


def _has_confirmed(user: User, email: str) -> bool:
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())
