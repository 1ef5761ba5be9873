"""No line of the log says what would sign somebody in."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from newsroom.logs import logging_config, redact
from tests.contracts.walking import routes

TOKEN = "eyJ1IjoxfQ:1kX9tq:Zm9vYmFyYmF6cXV4"


def redacted(**event: object) -> dict[str, object]:
    return redact(None, "info", event)


PLAIN = "q7V-0123456789_abcdefghijklmnopqrstuvwxyzABCD"
# What else an address may name; none of it is a secret.
PUBLIC = {
    "code", "day", "extension", "form", "key", "kind", "lookup_key", "mark", "month", "number", "part", "path", "pk",
    "provider", "provider_id", "public_id", "shape", "slug", "year",
}  # fmt: skip


def test_no_address_is_written_with_its_token():
    found = [route for route in routes() if "token" in route.arguments]
    values = {"form": "rss", "slug": "ports", "number": 1}
    # Feeds have tokens without a signature.
    pairs = [(route, secret) for route in found for secret in (PLAIN, *([] if "form" in route.arguments else [TOKEN]))]
    addresses = [route.address({**values, "token": secret}) for route, secret in pairs]
    assert len(addresses) > 20
    for address in addresses:
        for written in (address, f"/ar{address}", f"/tr{address}", f"/account/login/?next={quote(address, safe='')}"):
            said = str(redacted(request=f"GET {written}", referer=written))
            assert "[removed]" in said, written
            assert not any(secret in said for secret in (TOKEN, quote(TOKEN), PLAIN)), written


def test_what_an_address_names_is_a_token_or_public():
    taken = {name for route in routes() if not route.name.startswith("admin:") for name in route.arguments}
    assert taken - {"token"} == PUBLIC


@pytest.mark.parametrize(
    "text",
    [
        "Stripe refused sk_live_51HabcDEFghi",
        "secret whsec_0123456789abcdef is wrong",
        "postgresql://newsroom:hunter22hunter22@db.internal/newsroom is down",
        "back at ?session_id=cs_test_a1b2c3d4e5f6",
        "GET /articles/2026/11/harbour/?gift=0123456789abcdef&pass=a1b2c3d4e5f6 200",
        "GET /account/oidc/google/login/callback/?state=0123456789abcdef&code=4/a1b2c3d4e5f6 401",
    ],
)
def test_keys_and_passwords_in_sentences_are_taken_out(text):
    said = redacted(event=text)["event"]
    assert "[removed]" in said
    for secret in ("51HabcDEFghi", "0123456789abcdef", "hunter22hunter22", "a1b2c3d4e5f6"):
        assert secret not in said


@pytest.mark.parametrize("key", ["password", "code", "Authorization", "csrf_token", "client_secret", "cookie"])
def test_fields_that_hold_secrets_are_emptied_wherever_they_stand(key):
    assert redacted(**{key: "hunter2"}) == {key: "[removed]"}
    assert redacted(data={"inner": [{key: "hunter2"}]}) == {"data": {"inner": [{key: "[removed]"}]}}


def test_ordinary_words_stay():
    event = {"event": "GET /articles/2026/11/harbour/ 200", "status_code": 200, "encoding": "utf-8", "ids": (1, 2)}
    assert redacted(**event) == {**event, "ids": [1, 2]}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a logger set up as in production writes."""
    config = logging_config(as_json=True, quiet=False)
    formatting = config["formatters"]["structured"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        formatting["()"](processors=formatting["processors"], foreign_pre_chain=formatting["foreign_pre_chain"])
    )
    logger = logging.getLogger("newsroom.tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_request_in_a_line_of_djangos_is_redacted_too(written, rf):
    logging.getLogger("newsroom.tests.logs").warning("Gone", extra={"request": rf.get(f"/withdraw/{TOKEN}/")})
    assert "/withdraw/[removed]/" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_tracebacks_and_arguments_are_redacted_too(written):
    logger = logging.getLogger("newsroom.tests.logs")
    try:
        raise ValueError(f"no such token: /newsletters/unsubscribe/{TOKEN}/ with sk_live_51HabcDEFghi")
    except ValueError:
        logger.exception("Could not read %s", f"/newsletters/confirm/{TOKEN}/", extra={"session_key": "abc123"})
    line = json.loads(written.getvalue())
    assert line["event"] == "Could not read /newsletters/confirm/[removed]/"
    assert line["session_key"] == "[removed]"
    assert line["level"] == "error"
    assert "ValueError: no such token" in line["exception"]
    assert TOKEN not in written.getvalue()
    assert "51HabcDEFghi" not in written.getvalue()
