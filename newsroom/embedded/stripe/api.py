"""One request to the API: who asks, what exactly, whether it was asked before, and the answer."""

import base64
import binascii
import hashlib
import json
import sys
import traceback
from dataclasses import dataclass, field
from typing import Any

import stripe

from newsroom.embedded.stripe import forms
from newsroom.embedded.stripe.clock import Clock
from newsroom.embedded.stripe.errors import StripeError, unmodelled
from newsroom.embedded.stripe.expansion import expand
from newsroom.embedded.stripe.params import accept
from newsroom.embedded.stripe.routing import Route, match
from newsroom.embedded.stripe.store import Store, new_id
from newsroom.embedded.stripe.turn import Turn

REPLIES_KEPT = 24 * 3600
LONGEST_KEY = 255


@dataclass(frozen=True)
class Request:
    """``path`` without its query; ``form`` is the query of a GET or DELETE and the body of a POST."""

    method: str
    path: str
    form: str
    headers: dict[str, str]
    base_url: str
    id: str = field(default_factory=lambda: new_id("req", 14))

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key") if self.method == "POST" else None

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"{self.method} {self.path}\n{self.form}".encode()).hexdigest()


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]
    replayed: bool = False
    may_be_tried_again: bool = False


def answer(store: Store, clock: Clock, request: Request) -> Reply:
    """Never raises: whatever goes wrong is an error body."""
    try:
        return _answer(store, clock, request)
    except StripeError as error:
        return Reply(error.status, error.body())
    except Exception:
        traceback.print_exc(file=sys.stderr)
        message = (
            "The development stand-in failed on this request; its terminal shows where. This is a fault of its own."
        )
        return Reply(500, StripeError(message, type="api_error").body())


def refuse(error: StripeError) -> Reply:
    """An answer in place of acting, such as an overloaded Stripe gives: the client decides whether to try again."""
    return Reply(error.status, error.body(), may_be_tried_again=True)


def headers(request: Request, reply: Reply) -> dict[str, str]:
    named = {
        "Request-Id": request.id,
        "Stripe-Version": request.headers.get("stripe-version", stripe.api_version),
        "Idempotency-Key": request.idempotency_key,
        "Idempotent-Replayed": "true" if reply.replayed else None,
        # The SDK asks the server, not itself, whether trying again could help.
        "Stripe-Should-Retry": "false" if reply.status >= 400 and not reply.may_be_tried_again else None,
    }
    return {name: value for name, value in named.items() if value is not None}


def _answer(store: Store, clock: Clock, request: Request) -> Reply:
    _authenticate(request.headers.get("authorization", ""))
    found = match(request.method, request.path)
    if found is None:
        message = f"Unrecognized request URL ({request.method}: {request.path}), or one the development stand-in lacks."
        raise StripeError(message, status=404)
    endpoint, ids = found
    key = request.idempotency_key
    if key is None:
        with store.transaction():
            return _run(store, clock, request, endpoint, ids)
    if len(key) > LONGEST_KEY:
        raise StripeError(f"Idempotency keys can be up to {LONGEST_KEY} characters.", type="idempotency_error")
    with store.transaction():
        _forget_old_replies(store, clock.now())
        earlier = _earlier(store, request, key)
        if earlier is not None:
            return earlier
        reply = _run(store, clock, request, endpoint, ids)
        store.run(
            "INSERT INTO replies VALUES (?, ?, ?, ?, ?)",
            key,
            request.fingerprint,
            reply.status,
            json.dumps(reply.body),
            clock.now(),
        )
        return reply


def _earlier(store: Store, request: Request, key: str) -> Reply | None:
    found = store.rows("SELECT * FROM replies WHERE key = ?", key)
    if not found:
        return None
    if found[0]["request"] != request.fingerprint:
        message = (
            f"Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request."
        )
        raise StripeError(message, type="idempotency_error")
    return Reply(found[0]["status"], json.loads(found[0]["body"]), replayed=True)


def _run(store: Store, clock: Clock, request: Request, endpoint: Route, ids: tuple[str, ...]) -> Reply:
    """The endpoint's own work. What fails leaves nothing behind, but for a declined payment, which is kept and told."""
    params = accept(endpoint.params, forms.decode(request.form))
    for name in params:
        if name in endpoint.unmodelled:
            raise unmodelled(name)
    paths = params.pop("expand", [])
    turn = Turn(store, clock.now(), request.base_url, request.id, request.idempotency_key)
    try:
        return Reply(200, expand(turn, endpoint.action(turn, params, *ids), paths))
    except StripeError as error:
        if not error.keeps:
            raise
        return Reply(error.status, error.body())


def _forget_old_replies(store: Store, now: int) -> None:
    store.run("DELETE FROM replies WHERE created < ?", now - REPLIES_KEPT)


def _authenticate(header: str) -> None:
    """Any test key will do. A live one is refused here, before it can be mistaken for harmless."""
    scheme, _, credential = header.partition(" ")
    key = credential.strip()
    if scheme.lower() == "basic":
        key = _basic_user(key)
    if not key:
        message = "You did not provide an API key: send it as a Bearer token or as the user of HTTP Basic Auth."
        raise StripeError(message, status=401)
    if not key.startswith(("sk_test_", "rk_test_")):
        message = (
            f"Invalid API Key provided: {key[:8]}***. The development stand-in takes sk_test_… and rk_test_… only."
        )
        raise StripeError(message, status=401)


def _basic_user(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
