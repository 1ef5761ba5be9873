"""Sends the waiting messages of the ledger, one after the other."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from newsletters import winning_back
from newsletters.delivery import claim, dkim, mime
from newsletters.delivery.claim import Now
from newsletters.delivery.ledger import attachments_of
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.delivery.returned import return_paths
from newsletters.delivery.smtp import Envelope, Line, told
from newsletters.journeys import looking
from newsletters.models import Claim, Message, SendState

log = logging.getLogger(__name__)


def send_next(line: Line, now: Now) -> bool:
    """Hand over the longest-waiting message. False when none waits, or the line went down."""
    message = take(now())
    if message is None:
        return False
    outcome = _sent(line, message, now)
    return outcome is None or outcome.verdict is not Verdict.LINE_DOWN


def take(at: datetime) -> Message | None:
    """The longest-waiting message that nobody else is claiming, claimed; what must not be sent any more is suppressed
    on the way."""
    while True:
        with transaction.atomic():
            waiting = Message.objects.due(at).select_related("recipient").order_by("created_at", "id")
            message = waiting.select_for_update(skip_locked=True, of=("self",)).first()
            if message is None:
                return None
            reason = _lost(message, at)
            if not reason:
                return message if _claim(message, at) else None
            _settle(message, at, state=SendState.SUPPRESSED, reply=reason)


def record(message: Message, outcome: Outcome, at: datetime) -> None:
    """Write down what became of a message and close its claim; that first, for whoever holds it decides. Late news
    that is final settles even one that was given up, and none that a report has settled. What was given up never waits
    again: its words may be wiped."""
    assert message.claim is not None  # noqa: S101 - it was taken.
    told_so = claim.settle(message.attempts, outcome, at)
    with transaction.atomic():
        Claim.objects.filter(pk=message.claim).delete()
        settles = [SendState.CLAIMED, SendState.UNCERTAIN] if told_so.is_final else [SendState.CLAIMED]
        ours = Message.objects.filter(pk=message.pk, claim=message.claim, state__in=settles)
        final = {"settled_at": at, **_wiped(message)} if told_so.is_final else {"claim": None}
        ours.update(
            state=told_so.state, attempts=told_so.attempts, reply=told_so.reply, not_before=told_so.not_before, **final
        )


def letter_of(message: Message) -> mime.Letter:
    return mime.Letter(
        message_id=mime.message_id(message.public_id, prefix="m"),
        sender=message.from_email,
        to=message.recipient.email_as_typed,
        subject=message.subject,
        text=message.text,
        html=message.html,
        written_at=message.created_at,
        reply_to=message.reply_to,
        headers=message.headers,
        attachments=attachments_of(message),
    )


def _sent(line: Line, message: Message, now: Now) -> Outcome | None:
    """What became of it; None when the claim was not ours any more."""
    assert message.claim is not None  # noqa: S101 - it was just taken.
    try:
        envelope = _envelope_of(message)
    except (ValueError, KeyError) as error:
        # Without a traceback: its locals would show the message.
        log.warning("message %s cannot be written: %s", message.public_id, type(error).__name__)
        outcome = Outcome(Verdict.REFUSED, f"It could not be written: {error}"[:500])
    else:
        if not claim.begin(message.claim, now()):
            return None
        (outcome,) = line.hand_over([envelope])
    record(message, outcome, now())
    return outcome


def _envelope_of(message: Message) -> Envelope:
    letter = letter_of(message)
    content, signer = mime.write(letter), dkim.signer()
    if signer is not None:
        content = signer.signed(content, letter.written_at)
    sender = return_paths.of_message(message.public_id) or mime.bare_address(letter.sender)
    return Envelope(sender, mime.on_the_wire(letter.to), told(content))


def _claim(message: Message, at: datetime) -> UUID | None:
    """The claim the message is under from now on; None when it is not waiting any more."""
    ours = claim.opened(at)
    waiting = Message.objects.filter(pk=message.pk, state=SendState.QUEUED)
    if not waiting.update(state=SendState.CLAIMED, claim=ours):
        return None
    message.state, message.claim = SendState.CLAIMED, ours
    return ours


def _lost(message: Message, at: datetime) -> str:
    """Why it must not be sent any more: its address was lost for the stream, or what it is about has changed."""
    if message.recipient.suppressions.filter(stream=message.stream).exists():
        return _("The address is suppressed for this kind of mail.")
    if winning_back.is_overtaken(message, at):
        return _("The offer was overtaken before it was sent.")
    return _("The letter was overtaken before it was sent.") if looking.is_overtaken(message, at) else ""


def _settle(message: Message, at: datetime, *, state: SendState, reply: str) -> None:
    Message.objects.filter(pk=message.pk, state=SendState.QUEUED).update(
        state=state, settled_at=at, reply=reply, **_wiped(message)
    )


def _wiped(message: Message) -> dict[str, object]:
    """What is cleared once it is settled: the code or link in a sensitive message is of no use to anybody here."""
    return claim.EMPTY if message.is_sensitive else {}
