"""How many sign-ups an hour may come for one mailbox, from one network and for the mailboxes of one domain."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.utils.translation import gettext as _

from newsletters.floodgate import counters
from newsletters.models import Recipient, Signup
from newsletters.signups import SignupError

HOUR = 60 * 60
MOST_PER_EMAIL = 5
# One line: an IPv4 address or the /64 of IPv6 that every household, office and phone has for itself. Whoever has a /64
# has more addresses than could be counted.
MOST_PER_LINE = 20
# The neighbourhood of a line, an IPv4 /24 or the /48 a customer may get: a university, or a carrier's phones, which
# share a handful of addresses. Twenty lines at their limit would be an attack from one house.
MOST_PER_NEIGHBOURHOOD = 100
_NEIGHBOURHOODS = {4: (32, 24), 6: (64, 48)}

# Domains with the mailboxes of millions, whose owners neither know each other nor can be told apart by it.
MAILBOX_HOSTS = frozenset(
    ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "hotmail.fr",
     "outlook.fr", "yahoo.com", "ymail.com", "yahoo.co.uk", "yahoo.fr", "icloud.com", "me.com", "mac.com", "aol.com",
     "proton.me", "protonmail.com", "gmx.net", "gmx.de", "gmx.com", "web.de", "t-online.de", "orange.fr", "free.fr",
     "mail.ru", "yandex.com", "yandex.ru", "yandex.com.tr", "mynet.com", "zoho.com", "fastmail.com")
)  # fmt: skip
# For a domain in an hour. Beyond it a form has to solve the puzzle or wait; beyond ten times as many it is for later.
FREE_AT_A_HOST = 1000
# Somebody there has confirmed before: a company, a ministry, a university at the beginning of its year.
FREE_AT_A_KNOWN = 100
# Never seen: often one made up for an attack, or one person's own, whose owner would get every letter of it.
FREE_AT_AN_UNSEEN = 10
TIMES_WITH_WORK = 10


def is_crowded(email: str) -> bool:
    """Whether so many have signed up at the domain within the hour that the next one has to do something for it."""
    domain = _domain(email)
    known = counters.read([_of_domain(domain)])
    return known is not None and known[0] >= _free_at(domain, known[0])


def refuse_flood(email: str, address: str) -> None:
    """Count one sign-up. Raises SignupError when there were too many within the hour."""
    domain = _domain(email)
    most = {f"email:{email.strip().lower()}": MOST_PER_EMAIL, **_networks_of(address)}
    counted = counters.count(dict.fromkeys([*most, _of_domain(domain)], HOUR))
    if counted is None:
        return
    *counts, at_domain = counted
    if any(count > limit for count, limit in zip(counts, most.values(), strict=True)):
        raise SignupError(_("There were too many attempts. Try again in an hour."))
    if at_domain > TIMES_WITH_WORK * _free_at(domain, at_domain):
        raise SignupError(
            _("Very many have signed up with addresses at %(domain)s within the hour. Try again in an hour.")
            % {"domain": domain}
        )


def _networks_of(address: str) -> dict[str, int]:
    """The line and the neighbourhood of a network address, and how many may come from each."""
    if not address:
        return {}
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    line, neighbourhood = (
        f"network:{ip_network(f'{ip}/{size}', strict=False)}" for size in _NEIGHBOURHOODS[ip.version]
    )
    return {line: MOST_PER_LINE, neighbourhood: MOST_PER_NEIGHBOURHOOD}


def _domain(email: str) -> str:
    return email.strip().lower().rpartition("@")[2].rstrip(".")


def _of_domain(domain: str) -> str:
    return f"domain:{domain}"


def _free_at(domain: str, count: int) -> int:
    """The database is asked about a domain only when there is something to decide, and once an hour."""
    if domain in MAILBOX_HOSTS:
        return FREE_AT_A_HOST
    return FREE_AT_A_KNOWN if count >= FREE_AT_AN_UNSEEN and _is_known(domain) else FREE_AT_AN_UNSEEN


def _is_known(domain: str) -> bool:
    _NO, _YES = 1, 2
    name = f"known:{domain}"
    if (remembered := counters.read([name])) and remembered[0]:
        return remembered[0] == _YES
    confirmed = Recipient.objects.filter(email__endswith=f"@{domain}", signups__state=Signup.State.CONFIRMED)
    is_known = confirmed.exists()
    counters.put(name, _YES if is_known else _NO, HOUR)
    return is_known
