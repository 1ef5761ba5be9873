"""One kept SMTP connection, and what the next server says to each letter.

The only moment of doubt in SMTP lies between the end of the message and the reply to it: a connection lost before that
certainly sent nothing, one lost within it may have. The dialogue is spelled out here because ``smtplib.sendmail`` does
not tell the two apart.
"""

from __future__ import annotations

import math
import re
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from types import TracebackType
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from newsletters.delivery.outcomes import Outcome, Verdict, in_one_line

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


@dataclass(frozen=True)
class Envelope:
    """One letter for one address, ``told`` as it is after DATA: leading dots doubled, ended by a dot alone."""

    sender: str
    recipient: str
    told: bytes

    @property
    def commands(self) -> bytes:
        return f"MAIL FROM:<{self.sender}>\r\nRCPT TO:<{self.recipient}>\r\nDATA\r\n".encode("ascii")


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

    def hand_over(self, letters: Sequence[Envelope], *, until: float = math.inf) -> list[Outcome]:
        """Give letters to the next server, each to its end. Raises nothing: every answer and silence is an outcome.

        After a letter that the line did not survive, and once the monotonic clock shows ``until``, none is begun any
        more: the rest is told as a line that is down.
        """
        try:
            dialogue = _Dialogue(self._connected(), until)
        except OSError as error:  # smtplib's own errors are OSErrors.
            self._drop()
            return [Outcome(Verdict.LINE_DOWN, _words(error))] * len(letters)
        outcomes = dialogue.tell(letters)
        if dialogue.is_over:
            self._drop()
        return outcomes + [Outcome(Verdict.LINE_DOWN, _UNASKED)] * (len(letters) - len(outcomes))

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

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


class _Dialogue:
    """Letters told over one open line.

    Where the server takes commands in groups (RFC 2920), the next letter is announced in the same breath in which one
    is told, so that each takes one round trip and not four. Only a letter that was told whole is ever in doubt.
    """

    def __init__(self, server: smtplib.SMTP, until: float) -> None:
        self._server = server
        self._until = until
        self._takes_groups = server.has_extn("pipelining")
        self.is_over = False

    def tell(self, letters: Sequence[Envelope]) -> list[Outcome]:
        """The outcomes of the letters that were begun, from the first on."""
        outcomes: list[Outcome] = []
        refusal = self._announced(letters[0], b"") if letters else None
        for number, letter in enumerate(letters):
            following = letters[number + 1] if number + 1 < len(letters) and monotonic() < self._until else None
            if refusal is None:
                outcome, refusal = self._told(letter, following)
            elif not self.is_over and following is not None:
                outcome, refusal = refusal, self._announced(following, b"RSET\r\n")
            else:
                outcome, refusal = refusal, None
                self._forget()
            outcomes.append(outcome)
            if self.is_over or following is None:
                break
        # The line that went down under the announcement of a letter said so of that letter.
        return [*outcomes, refusal] if self.is_over and refusal is not None else outcomes

    def _announced(self, letter: Envelope, before: bytes) -> Outcome | None:
        """Sender, recipient and DATA; ``None`` when the server asks for the letter."""
        try:
            if before:
                self._ask(before)
            if self._takes_groups:
                self._server.send(letter.commands)
            return self._welcome(letter)
        except OSError as error:
            self.is_over = True
            return Outcome(Verdict.LINE_DOWN, _words(error))

    def _told(self, letter: Envelope, following: Envelope | None) -> tuple[Outcome, Outcome | None]:
        """What became of an announced letter, and what was said to the one that follows. Silence here is doubt."""
        is_grouped = self._takes_groups and following is not None
        try:
            self._server.send(letter.told + following.commands if is_grouped and following else letter.told)
            code, reply = self._server.getreply()
        except OSError as error:
            self.is_over = True
            return Outcome(Verdict.UNCERTAIN, _words(error)), None
        outcome = Outcome(_VERDICTS.get(code // 100, Verdict.UNCERTAIN), _quoted(code, reply))
        self.is_over = code == 421 or not 200 <= code < 600
        if following is None or self.is_over:
            return outcome, None
        if not is_grouped:
            return outcome, self._announced(following, b"")
        try:
            return outcome, self._welcome(following)
        except OSError as error:
            self.is_over = True
            return outcome, Outcome(Verdict.LINE_DOWN, _words(error))

    def _welcome(self, letter: Envelope) -> Outcome | None:
        """Read what is said to the commands of a letter, or give them one by one."""
        refusal = None
        for command, welcome, for_good in zip(letter.commands.splitlines(True), _WELCOMES, _FOR_GOOD, strict=True):
            if not self._takes_groups and refusal is not None:
                break
            code, reply = self._server.getreply() if self._takes_groups else self._ask(command)
            if code == 421 or not 200 <= code < 600:
                self.is_over = True
                return Outcome(Verdict.LINE_DOWN, _quoted(code, reply))
            if refusal is None and code not in welcome:
                refusal = Outcome(for_good if code >= 500 else Verdict.DEFERRED, _quoted(code, reply))
            elif refusal is not None and code == 354:
                # It asks for a letter for nobody: an end without a beginning, which it refuses.
                self._ask(b".\r\n")
        return refusal

    def _forget(self) -> None:
        """Have the server forget what was announced, for whoever uses the line next."""
        try:
            if not self.is_over:
                self._ask(b"RSET\r\n")
        except OSError:
            self.is_over = True

    def _ask(self, command: bytes) -> tuple[int, bytes]:
        self._server.send(command)
        return self._server.getreply()


# To MAIL, RCPT and DATA. What is refused at MAIL is us, not the reader: it can be mended, so the letter is kept.
_WELCOMES = ({250}, {250, 251}, {354})
_FOR_GOOD = (Verdict.DEFERRED, Verdict.REFUSED, Verdict.REFUSED)
_VERDICTS = {2: Verdict.ACCEPTED, 4: Verdict.DEFERRED, 5: Verdict.REFUSED}
# After the last line's own end.
END = b".\r\n"
_UNASKED = "The next server was not asked."


def told(content: bytes) -> bytes:
    """A letter as it is told after DATA: leading dots doubled, ended by a dot alone (RFC 5321 §4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content.rstrip(b"\r\n")) + b"\r\n" + END


def _quoted(code: int, reply: bytes) -> str:
    return in_one_line(f"{code} {reply.decode('utf-8', errors='replace')}")


def _words(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return _quoted(error.smtp_code, reply if isinstance(reply, bytes) else reply.encode())
    return in_one_line(f"{type(error).__name__}: {error}")
