"""What is written down of a sign-up, whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletters import consents
from newsletters.consents import Proof
from newsletters.models import Newsletter, Recipient, Signup, SignupAct


class SignupError(Exception):
    """Why somebody cannot sign up or leave like this, as a sentence for them."""


@dataclass(frozen=True)
class Consent:
    """Where and under which words somebody agreed, and from which network address: kept as proof."""

    source: str
    text: str
    address: str = ""

    @property
    def address_hash(self) -> str:
        return consents.hash_of(self.address)


def note(
    recipient: Recipient,
    newsletter: Newsletter,
    kind: SignupAct.Kind,
    consent: Consent,
    at: datetime,
    proof: Proof | None = None,
) -> None:
    """Write an act down with the words that were agreed to, or with what proves it elsewhere."""
    consents.note(
        recipient,
        newsletter,
        kind,
        at,
        source=consent.source,
        words=consent.text,
        address_hash=proof.address_hash if proof else consent.address_hash,
        proof=proof.kept if proof else None,
    )


def asked(consent: Consent, at: datetime) -> dict[str, object]:
    """The columns of a wish."""
    return {
        "requested_at": at,
        "source": consent.source[:200],
        "consent_text": consent.text,
        "address_hash": consent.address_hash,
    }


def confirmed(at: datetime) -> dict[str, object]:
    """The columns of a sign-up that was confirmed, as if it had never been left or paused."""
    return {
        "state": Signup.State.CONFIRMED,
        "confirmed_at": at,
        "left_at": None,
        "paused_until": None,
        "rhythm": Signup.Rhythm.EVERY,
    }
