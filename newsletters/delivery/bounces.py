"""Which bounces and refusals are for good. Providers report a full mailbox or an out-of-office reply as bounces too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

# The field in which each provider says it, and what it says when another message may arrive; in lower case. The names
# are the providers' own; what Mailgun calls temporary does not come in as a bounce at all.
_PASSING = {
    "bounceType": {"transient", "undetermined"},  # Amazon SES
    "event": {"soft_bounce"},  # Brevo
    "hard_bounce": {"false"},  # Mailjet
    "Type": {"softbounce"},  # Postmark
    "type": {"transient", "undetermined", "blocked", "soft_bounced"},  # Resend; then SendGrid's and MailerSend's
    # SparkPost: soft, blocked or undetermined; what is left is an address that does not exist.
    "bounce_class": {"1", "20", "21", "22", "23", "24", "25", "40", "50", "51", "52", "53", "54", "70"},
}

# What a mail server says of an address that cannot be: RFC 3463 §3.2, and RFC 7505 for a domain that takes
# no mail. Whatever else it refuses (our domain, the letter, a full mailbox) says nothing about the address.
_NO_ADDRESS = re.compile(r"5\d\d[ -]5\.1\.(1|2|3|6|10)\b")


def is_no_address(reply: str) -> bool:
    """Whether a mail server's refusal says that there is no such address, by its enhanced code."""
    return _NO_ADDRESS.match(reply) is not None


def may_pass(report: object) -> bool:
    """Whether a bounce, in the provider's own words, says nothing about the next message to the address."""
    return any(str(value).lower() in _PASSING.get(name, ()) for name, value in _fields(report))


def _fields(report: object) -> Iterator[tuple[str, Any]]:
    """What the report says, however deep the provider wraps it."""
    for name, value in report.items() if isinstance(report, Mapping) else ():
        if isinstance(value, Mapping):
            yield from _fields(value)
        else:
            yield name, value
