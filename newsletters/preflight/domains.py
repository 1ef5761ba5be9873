"""The domain we send by: asked about once an hour, and looked up in the database when an edition wants to go out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cache

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from newsletters.delivery.dkim import signer
from newsletters.models import SendingDomain
from newsletters.preflight import dkim, dmarc, spf
from newsletters.preflight.dns import Txt, UnansweredError
from newsletters.preflight.findings import Finding

log = logging.getLogger(__name__)

# A check is made every hour: one that is older says that nobody makes them, or that nobody answers.
FRESH = timedelta(days=2)
# Nobody can own these (RFC 2606), so nobody is asked about them.
_RESERVED = {"example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"}


@dataclass(frozen=True)
class Standing:
    """What keeps our mail back, and what ought to be seen to; sentences both."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def ours() -> str:
    """The domain in our From, which receivers go by."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()


def is_reserved(domain: str) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in _RESERVED)


def check(txt: Txt, at: datetime) -> SendingDomain | None:
    """Ask for the records of our domain and write down what is wrong with them; None for one nobody is asked about.

    Without an answer, what was found before stands. Of two checks at once the later one is kept.
    """
    domain = ours()
    if is_reserved(domain):
        return None
    row, _made = SendingDomain.objects.get_or_create(domain=domain)
    known = SendingDomain.objects.filter(pk=row.pk)
    try:
        found = [finding.as_json() for finding in _findings(domain, cache(txt))]
    except UnansweredError as error:
        log.warning("the records of %s cannot be checked: %s", domain, error)
        known.filter(unanswered_at=None).update(unanswered_at=at)
    else:
        earlier = known.filter(Q(checked_at=None) | Q(checked_at__lte=at))
        earlier.update(checked_at=at, findings=found, unanswered_at=None)
    row.refresh_from_db()
    return row


def standing(at: datetime) -> Standing:
    """How our domain stands by its last check."""
    domain = ours()
    if is_reserved(domain):
        return Standing([_("%(domain)s is nobody’s to send by. Set DEFAULT_FROM_EMAIL.") % {"domain": domain}])
    row = SendingDomain.objects.filter(domain=domain).first()
    if row is None or row.checked_at is None:
        never = _("The records of %(domain)s were never checked. Run manage.py check_sending_domain.")
        return Standing([never % {"domain": domain}])
    old = _("The records of %(domain)s were last checked more than two days ago.") % {"domain": domain}
    return Standing(sentences_of(row), [old] if row.checked_at < at - FRESH else [])


def sentences_of(row: SendingDomain) -> list[str]:
    """What was wrong with its records at the last check, and what to publish."""
    return [str(Finding(found["code"], found["values"])) for found in row.findings]


def _findings(domain: str, txt: Txt) -> Iterator[Finding]:
    by_us = signer()
    # Where letters come back to is whom SPF is asked about.
    envelope = settings.BOUNCE_DOMAIN or domain
    yield from spf.findings(envelope, txt)
    if by_us is not None:
        yield from dkim.findings(by_us, txt)
    names = dmarc.Names(domain, envelope=envelope, signer=by_us.domain.lower() if by_us else "")
    yield from dmarc.findings(names, txt)
