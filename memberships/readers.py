"""From a request to the facts the access decision needs."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from memberships.access import ANONYMOUS, Grant, Reader
from memberships.models import Entitlement, Network, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


# A request asks the clock in several places and is over within this.
SAME_MOMENT = timedelta(seconds=30)


def reader_of(request: HttpRequest, at: datetime) -> Reader:
    """Who is asking, with everything they hold now. At most two queries for the lifetime of a request.

    What was found out a little before ``at`` serves as well: grants carry their dates, and the decision looks at those.
    """
    known: tuple[datetime, Reader] | None = getattr(request, "_reader", None)
    if known is None or abs(at - known[0]) > SAME_MOMENT:
        known = (at, reader_for(request.user, at, client_address(request)))
        request._reader = known  # type: ignore[attr-defined]
    return known[1]


def reader_for(user: User | AnonymousUser | None, at: datetime, address: str = "") -> Reader:
    """The reader a person (or nobody) is at a moment, also a past one, coming from a network address.

    A person holds what was granted to them and what was granted to a team they sit in; anybody inside a team's
    network holds what was granted to the network.
    """
    networks = list(Network.objects.containing(address).values_list("pk", flat=True)) if address else []
    if user is None or not user.is_authenticated:
        return Reader(grants=_grants(Q(network__in=networks), at)) if networks else ANONYMOUS
    held = Q(user=user) | Q(network__in=networks)
    held |= Q(team__seats__user=user, team__seats__state="active")
    return Reader(is_signed_in=True, is_staff=user.is_staff and user.is_active, grants=_grants(held, at))


def _grants(held: Q, at: datetime) -> tuple[Grant, ...]:
    rows = Entitlement.objects.filter(held).live(at).select_related("product").distinct()
    return tuple(
        Grant(row.product.slug, row.source, row.starts_at, earliest(row.ends_at, row.revoked_at)) for row in rows
    )


def earliest(*ends: datetime | None) -> datetime | None:
    """The first of the moments at which something ends; ``None`` is an end that is open."""
    return min((moment for moment in ends if moment is not None), default=None)


def client_address(request: HttpRequest) -> str:
    """The address the request came from; empty when there is none or it is not an IP address."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """The same, of a WSGI environ. ``X-Forwarded-For`` counts only as far as our own proxies wrote it."""
    trusted = settings.TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()] if trusted else []
    candidate = hops[-trusted] if trusted and len(hops) >= trusted else environ.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return ""
