"""One kept SMTP connection, and what the next server says to each message.

The only moment of doubt in SMTP lies between the end of the message and the reply to it: a connection lost before that
certainly sent nothing, one lost within it may have. The dialogue is spelled out here because ``smtplib.sendmail`` does
not tell the two apart.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TIMEOUT = 30.0


class Security(StrEnum):
    """How the line is protected, by the scheme of the address."""

    NONE = "smtp"
    STARTTLS = "smtp+tls"
    TLS = "smtps"


_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int
    security: Security
    username: str = ""
    password: str = ""


def endpoint(url: str) -> Endpoint:
    """Where mail is handed over, from ``smtp://``, ``smtp+tls://`` or ``smtps://[user:password@]host[:port]``.

    Raises:
        ImproperlyConfigured: with a sentence that never shows the password.
    """
    try:
        parts = urlsplit(url)
        security, host, port = Security(parts.scheme), parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise ImproperlyConfigured(
            "EMAIL_URL is malformed: write smtp://, smtp+tls:// or smtps://, then user:password@ if the server asks "
            "for one, then its name and port, for example smtp+tls://user:password@mail.example.org:587"
        )
    return Endpoint(
        host, port or _PORTS[security], security, unquote(parts.username or ""), unquote(parts.password or "")
    )


class Verdict(StrEnum):
    """What became of one message."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # Certainly not taken; may be tried again.
    REFUSED = "refused"  # Certainly not taken, for good.
    UNCERTAIN = "uncertain"  # The line went dead after the message was on its way.
    LINE_DOWN = "line_down"  # The server cannot be spoken to; says nothing about the message.


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    reply: str


class Line:
    """A connection that is opened when first needed, kept, and opened again after it was lost."""

    def __init__(self, to: Endpoint | None = None, *, timeout: float = TIMEOUT) -> None:
        self._endpoint = to or endpoint(settings.EMAIL_URL)
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            with suppress(OSError):
                self._server.quit()
        self._drop()

    def hand_over(self, sender: str, recipient: str, content: bytes) -> Outcome:
        """Give one message (CRLF lines) to the next server. Raises nothing: every answer and silence is an outcome."""
        try:
            server = self._connected()
            refusal = self._announce(server, sender, recipient)
        except OSError as error:  # smtplib's own errors are OSErrors.
            self._drop()
            return Outcome(Verdict.LINE_DOWN, _words(error))
        return refusal or self._tell(server, content)

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._open()
        return self._server

    def _open(self) -> smtplib.SMTP:
        to = self._endpoint
        if to.security is Security.TLS:
            tls = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=self._timeout, context=tls)
        else:
            server = smtplib.SMTP(to.host, to.port, timeout=self._timeout)
        if to.security is Security.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if to.username:
            server.login(to.username, to.password)
        return server

    def _announce(self, server: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
        """Envelope and DATA; ``None`` when the server asks for the message."""
        code, reply = server.mail(sender)
        if code != 250:
            # What is refused here is us, not the reader: it can be mended, so the message is kept.
            return self._refused(code, reply, for_good=Verdict.DEFERRED)
        for command, argument, welcome in ((server.rcpt, recipient, {250, 251}), (server.docmd, "DATA", {354})):
            code, reply = command(argument)
            if code not in welcome:
                return self._refused(code, reply, for_good=Verdict.REFUSED)
        return None

    def _refused(self, code: int, reply: bytes, *, for_good: Verdict) -> Outcome:
        """A no before the message was told. The connection stays if the server can be asked to forget it."""
        words = _quoted(code, reply)
        if not 400 <= code < 600 or code == 421:
            self._drop()
            return Outcome(Verdict.LINE_DOWN, words)
        try:
            self._connected().rset()
        except OSError:
            self._drop()
        return Outcome(for_good if code >= 500 else Verdict.DEFERRED, words)

    def _tell(self, server: smtplib.SMTP, content: bytes) -> Outcome:
        """The message itself. Silence from here on is doubt."""
        try:
            server.send(dot_stuffed(content))
            code, reply = server.getreply()
        except OSError as error:
            self._drop()
            return Outcome(Verdict.UNCERTAIN, _words(error))
        if code == 421 or not 200 <= code < 600:
            self._drop()
        return Outcome(_VERDICTS.get(code // 100, Verdict.UNCERTAIN), _quoted(code, reply))

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


_VERDICTS = {2: Verdict.ACCEPTED, 4: Verdict.DEFERRED, 5: Verdict.REFUSED}


def dot_stuffed(content: bytes) -> bytes:
    """A message as it is told after DATA: leading dots doubled, ended by a dot alone (RFC 5321 §4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content.rstrip(b"\r\n")) + b"\r\n.\r\n"


def _quoted(code: int, reply: bytes) -> str:
    return f"{code} {' '.join(reply.decode('utf-8', errors='replace').split())}"[:500]


def _words(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return _quoted(error.smtp_code, reply if isinstance(reply, bytes) else reply.encode())
    return f"{type(error).__name__}: {error}"[:500]
