"""The one who asks name servers. It takes its time: never under a lock, nor while a page is made."""

from __future__ import annotations

from collections.abc import Callable

import dns.exception
import dns.name
import dns.resolver

# Seconds for one question, whatever is asked again meanwhile.
PATIENCE = 5.0
PORT = 53


class UnansweredError(Exception):
    """Nobody answered, or said that they cannot: nothing is known about the name."""


# The TXT records of a name, in no order; none where there is no such name. Raises UnansweredError.
Txt = Callable[[str], list[str]]


def asking(server: str = "", *, patience: float = PATIENCE) -> Txt:
    """Asks the name servers of this machine; or one, such as ``192.0.2.53`` or ``127.0.0.1:5353``.

    Raises:
        ValueError: the server is no IP address.
    """
    resolver = dns.resolver.Resolver(configure=not server)
    if server:
        host, colon, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
        resolver.port = int(port) if colon else PORT
        resolver.nameservers = [host]
    resolver.lifetime = patience
    return lambda name: _txt(resolver, name)


def _txt(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    try:
        wanted = dns.name.from_text(name)
    except (dns.exception.DNSException, UnicodeError):
        # What can be no name has no records.
        return []
    try:
        answer = resolver.resolve(wanted, "TXT", raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise UnansweredError(f"{name}: {type(error).__name__}") from error
    # A longer record is told in pieces, which belong together without a space (RFC 7208 §3.3, RFC 6376 §3.6.2.2).
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer.rrset or ()]
