"""Which bounces and refusals are for good. Providers report a full mailbox or an out-of-office reply as bounces too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

# The field in which each provider says it, and what it says when another message may arrive; in lower case. The names
# are the providers' own; what Mailgun calls temporary does not come in as a bounce at all.
_PASSING = {
    "bounceType": {"transient", "undetermined"},  # Amazon SES
    "event": {"soft_bounce", "soft bounce"},  # Brevo and Mandrill; Mailtrap
    "status": {"soft_bounced"},  # Unisender Go
    "hard_bounce": {"false"},  # Mailjet
    "Type": {"softbounce"},  # Postmark
    "type": {"transient", "undetermined", "blocked", "soft_bounced"},  # Resend; then SendGrid's and MailerSend's
    # SparkPost: soft, blocked or undetermined; what is left is an address that does not exist.
    "bounce_class": {"1", "20", "21", "22", "23", "24", "25", "40", "50", "51", "52", "53", "54", "70"},
    # Unisender Go, of a bounce it calls hard: everything but that there is no such user, or no such domain any more.
    "delivery_status": {
        "err_will_retry", "err_mailbox_discarded", "err_mailbox_full", "err_spam_rejected", "err_blacklisted",
        "err_too_large", "err_unsubscribed", "err_unreachable", "err_skip_letter", "err_destination_misconfigured",
        "err_delivery_failed", "err_spam_skipped", "err_lost",
    },
}  # fmt: skip

# The rules by which refusals are judged, and those of newsletters.suppression: a suppression tells by which it came
# about. Whoever changes either counts on.
VERSION = 2

# What a mail server says of an address that cannot be: RFC 3463 §3.2, and RFC 7505 for a domain that takes no mail.
_NO_ADDRESS = re.compile(r"5\d\d[ -]5\.1\.(1|2|3|6|10)\b")
# Who says it without an enhanced code says it in words.
_NOBODY = re.compile(
    r"55[013][ -](?!\d\.\d).*?(no such (user|mailbox|recipient)|(user|recipient|mailbox) (is )?unknown|"
    r"unknown (user|recipient|mailbox)|(user|mailbox|account) (does not exist|doesn.t exist|not found))",
    re.IGNORECASE,
)
# Policy and security (RFC 3463 §3.8), and a sender's address that is not believed: what is refused is us.
_US = re.compile(r"[45]\d\d[ -][45]\.(7\.\d+|1\.[78])\b")
# The same for PostgreSQL, of a reply that is kept.
US = r"^[45]\d\d[ -][45]\.(7\.\d+|1\.[78])($|\D)"
_REPLY = re.compile(r"\b[45]\d\d[ -].*", re.DOTALL)


class Judgement(StrEnum):
    """What a refusal says: that there is nobody, that it was this time, or that it is our own fault."""

    NOBODY = "nobody"
    THIS_TIME = "this time"
    US = "us"


def judge(reply: str) -> Judgement:
    """What a mail server's refusal says, by its codes and, where it has no enhanced one, its words."""
    if _US.match(reply):
        return Judgement.US
    if _NO_ADDRESS.match(reply) or _NOBODY.match(reply):
        return Judgement.NOBODY
    return Judgement.THIS_TIME


def reply_in(words: str) -> str:
    """What a mail server said, from its code on; empty when none did: an out-of-office answer, which some report as a
    bounce, has no code."""
    found = _REPLY.search(words)
    return found[0][:500] if found else ""


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
