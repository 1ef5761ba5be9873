"""Letters as the bytes that go over the wire (RFC 5322, 2045, 2919, 8058)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from memberships.idn import in_ascii
from newsletters.delivery.ledger import Attachment, one_line


class _Wire(EmailPolicy):
    """Headers in ASCII stay on one line as they are: the standard folding encodes a link that is longer than a line.

    RFC 5322 §2.1.1 asks for 78 characters and allows 998.
    """

    def fold(self, name: str, value: str) -> str:
        line = f"{name}: {value}"
        return f"{line}\r\n" if line.isascii() and len(line) <= 998 else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


# Addresses that stand in a header as they are (RFC 5322 §3.4.1, a dot-atom on both sides).
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
# Seven bits only: nothing depends on what the next server can do.
_WIRE = _Wire(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True)
class Letter:
    """Everything that stands on and in one message. ``sender`` may be ``Name <address>``; ``to`` is an address."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    written_at: datetime
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()


def write(letter: Letter) -> bytes:
    """The message with CRLF lines, a text part and, where there is HTML, the same as ``multipart/alternative``.

    Raises:
        ValueError: no mail can be sent to the address.
    """
    message = EmailMessage(policy=_WIRE)
    message["Message-ID"] = letter.message_id
    message["To"] = Address(addr_spec=on_the_wire(letter.to))
    _begin(message, letter)
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        kind, _slash, subtype = attachment.content_type.partition("/")
        message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=attachment.name)
    # Set last: making a multipart would move Content-Language into its first part.
    _finish(message, letter)
    return message.as_bytes()


def shared_head(letter: Letter) -> bytes:
    """The headers that are the same for all whom the letter goes to, each line ended."""
    message = EmailMessage(policy=_WIRE)
    _begin(message, letter)
    _finish(message, letter)
    return message.as_bytes().rstrip(b"\r\n") + b"\r\n"


def header_address(address: str) -> str:
    """An address as it stands in ``To``, quoted where it must be.

    Raises:
        ValueError: no mail can be sent to it.
    """
    if _PLAIN.fullmatch(address):
        return address
    return str(Address(addr_spec=on_the_wire(address)))


def message_id(*parts: UUID, prefix: str) -> str:
    """The same id whenever the same thing is sent to the same person, so that a doubt can be settled by it."""
    return f"<{prefix}{'.'.join(part.hex for part in parts)}@{settings.MESSAGE_ID_DOMAIN}>"


def on_the_wire(address: str) -> str:
    """An address with its domain in ASCII (IDNA 2008), as servers that know no SMTPUTF8 need it.

    Raises:
        ValueError: what stands before the @ is not ASCII, or the domain cannot be written in it; with a sentence.
    """
    local, _at, domain = address.rpartition("@")
    if not local.isascii():
        raise ValueError(_("Before the @ stand letters that mail servers do not take."))
    try:
        return f"{local}@{in_ascii(domain)}"
    except UnicodeError:
        raise ValueError(_("No domain can be written as the one behind the @.")) from None


def mailbox(name: str, address: str) -> str:
    """``"Name" <address>``, whatever the name holds; it is encoded only when it is written."""
    quoted = one_line(name).replace("\\", "").replace('"', "")
    return f'"{quoted}" <{address}>'


def bare_address(sender: str) -> str:
    """The address of ``Name <address>``, for the envelope."""
    return on_the_wire(parseaddr(sender)[1])


def _named(mailbox: str) -> Address:
    name, address = parseaddr(one_line(mailbox))
    return Address(display_name=name, addr_spec=on_the_wire(address))


def _begin(message: EmailMessage, letter: Letter) -> None:
    message["Date"] = format_datetime(letter.written_at)
    message["From"] = _named(letter.sender)
    if letter.reply_to:
        message["Reply-To"] = _named(letter.reply_to)
    message["Subject"] = one_line(letter.subject)


def _finish(message: EmailMessage, letter: Letter) -> None:
    for name, value in letter.headers.items():
        message[name] = one_line(value)
