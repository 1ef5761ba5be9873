"""The history of who said what about newsletters. It only grows; an erasure alone takes somebody's out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils.crypto import salted_hmac

from newsletters.models import Newsletter, Recipient, SignupAct

_ERASING = "newsletters.erased_recipient"


@dataclass(frozen=True)
class Proof:
    """What another system kept of a consent: when it was asked for, from which network, and the words of its export."""

    asked_at: datetime
    address_hash: str = ""
    kept: Mapping[str, object] = field(default_factory=dict)


def hash_of(address: str) -> str:
    """A network address as it is kept: good for comparing, and for nothing else."""
    return salted_hmac("newsletters.consent", address, algorithm="sha256").hexdigest() if address else ""


def note(
    recipient: Recipient,
    newsletter: Newsletter | None,
    kind: SignupAct.Kind,
    at: datetime,
    *,
    source: str = "",
    words: str = "",
    address_hash: str = "",
    proof: Mapping[str, object] | None = None,
) -> None:
    """Write an act down, in the transaction of what it leads to; ``None`` is every newsletter there is."""
    SignupAct.objects.create(
        recipient=recipient,
        newsletter=newsletter,
        kind=kind,
        at=at,
        source=source[:200],
        words=words,
        address_hash=address_hash,
        proof=dict(proof or {}),
    )


def erase(recipient: Recipient) -> None:
    """Take the history of an erased person out, by the one door the database leaves. Call it inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [_ERASING, str(recipient.pk)])
        SignupAct.objects.filter(recipient=recipient).delete()
        cursor.execute("SELECT set_config(%s, '', true)", [_ERASING])
