"""The single door to Stripe: the only module that imports its SDK.

Every call is bounded in time, every object comes out as one of our dataclasses and every failure as
:class:`BillingError`. The API version is the SDK's own; the one switch between Stripe and the local stand-in is the
address in ``STRIPE_API_BASE``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from memberships.stripe.payload import Unread, Unreadable

P = ParamSpec("P")
T = TypeVar("T")

API_VERSION: str = stripe.api_version or ""
# Seconds to connect and to answer. With the one retry a page that waits for Stripe waits a quarter of a minute at most.
_TIMEOUT = (2.0, 6.0)
_RETRIES = 1
SIGNATURE_TOLERANCE = timedelta(seconds=300)
# The most entries Stripe gives in one page.
PAGE = 100

stripe.enable_telemetry = False


class BillingError(Exception):
    """Stripe did not do what was asked. Its words are for the person who asked; ``detail`` is for the log.

    ``is_retryable`` says that the same call may well succeed later; ``is_missing`` that Stripe has no such object;
    ``is_unreadable`` that its answer is cut short or speaks of what we do not know, which staff have to look at.
    """

    def __init__(
        self,
        sentence: str,
        *,
        detail: str = "",
        is_retryable: bool = False,
        is_missing: bool = False,
        is_unreadable: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.detail = detail
        self.is_retryable = is_retryable
        self.is_missing = is_missing
        self.is_unreadable = is_unreadable


class SignatureError(Exception):
    """A webhook that Stripe did not sign, or not now."""


def is_live() -> bool:
    """Whether the key in use moves real money."""
    return settings.STRIPE_SECRET_KEY.startswith(("sk_live", "rk_live"))


def key_hash() -> str:
    """Which key, at which address, ids were learned with: an id says nothing under the key of another account or mode.

    A key that is replaced looks like another account, so what was learned with it is looked up once more.
    """
    return sha256(f"{settings.STRIPE_API_BASE or ''} {settings.STRIPE_SECRET_KEY}".encode()).hexdigest()[:16]


def translated(call: Callable[P, T]) -> Callable[P, T]:
    """Turn the SDK's errors, and objects that are none, into :class:`BillingError`."""

    @wraps(call)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except stripe.StripeError as error:
            raise _billing_error(error) from error
        except Unreadable as error:
            sentence = _("Our payment partner gave an answer we cannot read. We have been told.")
            raise BillingError(sentence, detail=str(error), is_unreadable=True) from error

    return answer


def _billing_error(error: stripe.StripeError) -> BillingError:
    detail = f"{type(error).__name__}: {error}"
    passing = isinstance(error, stripe.APIConnectionError | stripe.RateLimitError)
    if passing or (error.http_status or 0) >= 500 or error.http_status == 409:
        sentence = _("Our payment partner does not answer just now. Nothing was changed; please try again in a minute.")
        return BillingError(sentence, detail=detail, is_retryable=True)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return BillingError(_("Payments are not set up correctly here. We have been told."), detail=detail)
    sentence = _("Our payment partner refused this: %(reason)s") % {"reason": error.user_message or error.code or ""}
    return BillingError(sentence, detail=detail, is_missing=error.code in {"resource_missing", "invoice_upcoming_none"})


# --- webhooks --------------------------------------------------------------------------------------------------------


def verify_signature(raw: bytes, header: str, secrets: Sequence[str], sent_about: datetime) -> None:
    """Refuse a body that none of the secrets signed within five minutes of ``sent_about``, the machine's own time.

    Several secrets are valid while one replaces another.

    Raises:
        SignatureError: when the signature is missing or wrong, or its time too far in the past or the future.
    """
    if not any(_is_signed(raw, header, secret) for secret in secrets):
        raise SignatureError("The signature is missing or was made with another secret.")
    stamped = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    if abs(sent_about.timestamp() - stamped) > SIGNATURE_TOLERANCE.total_seconds():
        raise SignatureError("The signature is not from now: check the clocks, then send the event again.")


def _is_signed(raw: bytes, header: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(raw, header, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


# --- the SDK itself --------------------------------------------------------------------------------------------------


def sdk() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client_for(key: str, api_base: str | None) -> stripe.StripeClient:
    addresses: Any = {"api": api_base} if api_base else {}
    http = stripe.RequestsClient(timeout=_TIMEOUT)
    return stripe.StripeClient(key, base_addresses=addresses, http_client=http, max_network_retries=_RETRIES)


def unless_missing(call: Callable[[], T]) -> T | None:
    """What the call answers; ``None`` where Stripe has no such object."""
    try:
        return call()
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            return None
        raise


def all_pages(list_method: Callable[..., Any], params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in list_method(loose(params)).auto_paging_iter():
        yield each.to_dict()


def made_since(
    since: datetime, list_method: Callable[..., Any], read: Callable[[object], T]
) -> tuple[list[T], list[Unread]]:
    found, unreadable = [], []
    params = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
    for each in all_pages(list_method, params):
        try:
            found.append(read(each))
        except Unreadable as error:
            unreadable.append(Unread.of(each, error))
    return found, unreadable


def loose(params: dict[str, Any]) -> Any:
    """Parameters put together piece by piece, which the SDK's types cannot follow."""
    return params
