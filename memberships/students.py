"""Who studies: proved by a document that staff look at, or by a mailbox at a university; for a year, then anew.

The rule of the year: a proof holds twelve months. Where ``STUDENT_YEAR_ENDS`` names a day, it holds to the end of the
academic year instead, or of the next one where fewer than three months are left of this.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from memberships import audit, signals
from memberships.models import StudentProof, User
from memberships.pauses import months_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from memberships.documents import Document

# As long a link of ours holds elsewhere, and as long staff may look at a document again after they decided.
LINK_HOLDS = timedelta(days=3)
DOCUMENT_KEPT = timedelta(days=30)
_SHORTEST = timedelta(days=90)
_SALT = "memberships.students"
_How, _State = StudentProof.How, StudentProof.State
_BAD_LINK = gettext_lazy("This link is not whole or not good any more. Ask for another one on your account.")
_OTHERS = gettext_lazy("Another account has been proved with this address already.")


class ProofRefused(Exception):
    """Nothing is proved; the message says why and what to do instead."""


def running(user: User, at: datetime) -> StudentProof | None:
    """The proof that holds now, the one that holds longest where there are several."""
    return StudentProof.objects.running(at).filter(user=user).defer("document").order_by("-ends_at").first()


def holds_until(user: User) -> datetime | None:
    """When the last of somebody's proofs ends or ended; ``None`` for whoever never had one."""
    proved = StudentProof.objects.filter(user=user, state=_State.PROVED)
    return proved.order_by("-ends_at").values_list("ends_at", flat=True).first()


def known_hosts(user: User) -> frozenset[str]:
    """Where somebody has confirmed addresses that may still prove that they study: of whom no proof was ever asked.

    An address outlives the studies, so the second proof needs a mailbox that answers, or a document.
    """
    if StudentProof.objects.filter(user=user, state=_State.PROVED).exists():
        return frozenset()
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return frozenset(host_of(email) for email in confirmed)


def host_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def is_at(host: str, domains: Iterable[str]) -> bool:
    """Whether a host is one of the domains or below one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def end_of_proof(at: datetime) -> datetime:
    """Until when a proof that is given now holds, to the second, as renewals are."""
    if not settings.STUDENT_YEAR_ENDS:
        return months_on(at.replace(microsecond=0), 12)
    month, day = map(int, settings.STUDENT_YEAR_ENDS.split("-"))
    zone = ZoneInfo(settings.TIME_ZONE)
    ends = (
        datetime.combine(date(year, month, day) + timedelta(days=1), time.min, zone) for year in range(at.year, 9999)
    )
    return next(end for end in ends if end - at >= _SHORTEST)


@transaction.atomic
def ask_by_document(user: User, school: str, document: Document, at: datetime) -> StudentProof:
    """Lay a document before staff. One that waited before waits no more."""
    _drop_waiting(user, at)
    return StudentProof.objects.create(
        user=user,
        how=_How.DOCUMENT,
        school=school,
        document=document.content,
        media_type=document.media_type,
        asked_at=at,
    )


@transaction.atomic
def ask_by_address(user: User, address: str, domains: Iterable[str], at: datetime) -> StudentProof:
    """Write to a mailbox at a university; the link in it proves that it is theirs.

    Raises:
        ProofRefused: the address is at no university we know, or proves that somebody else studies.
    """
    if not is_at(host_of(address), domains):
        raise ProofRefused(
            _("We do not know this university. Send a document instead, such as a picture of your student card.")
        )
    _drop_waiting(user, at)  # First the account, then the mailbox, as whoever confirms does.
    _refuse_if_others(user, address, at)
    proof = StudentProof.objects.create(user=user, how=_How.ADDRESS, address=address.lower(), asked_at=at)
    signals.student_address_asked.send(sender=__name__, proof=proof, token=token_for(proof), at=at)
    return proof


def token_for(proof: StudentProof) -> str:
    return signing.dumps([proof.pk, int(proof.asked_at.timestamp())], salt=_SALT)


def behind(token: str, at: datetime) -> StudentProof:
    """The proof that a link is about, while it waits.

    Raises:
        ProofRefused: the link is cut off, too old, or used.
    """
    try:
        key, asked = signing.loads(token, salt=_SALT)
        proof = StudentProof.objects.select_related("user").get(pk=key, how=_How.ADDRESS, state=_State.ASKED)
    except (signing.BadSignature, StudentProof.DoesNotExist) as error:
        raise ProofRefused(_BAD_LINK) from error
    if int(proof.asked_at.timestamp()) != asked or at >= proof.asked_at + LINK_HOLDS or not proof.user.is_active:
        raise ProofRefused(_BAD_LINK)
    return proof


@transaction.atomic
def confirm(token: str, at: datetime) -> StudentProof:
    """The mailbox answered: its owner studies.

    Raises:
        ProofRefused: as :func:`behind`, or another account was faster with the same address.
    """
    proof = behind(token, at)
    User.objects.select_for_update().get(pk=proof.user_id)
    proof = behind(token, at)  # As it is under the lock.
    _refuse_if_others(proof.user, proof.address, at)
    return _prove(proof, end_of_proof(at), None, at)


@transaction.atomic
def approve(proof: StudentProof, until: datetime, by: User, at: datetime) -> bool:
    """Staff looked at the document, and it proves it until then; false where a colleague has answered already."""
    waiting = _waiting(proof)
    if waiting is None:
        return False
    _prove(waiting, until, by, at)
    return True


@transaction.atomic
def refuse(proof: StudentProof, reason: str, by: User, at: datetime) -> bool:
    """Staff looked at the document, and it proves nothing; false where a colleague has answered already."""
    waiting = _waiting(proof)
    if waiting is None:
        return False
    waiting.state, waiting.reason, waiting.decided_at, waiting.decided_by = _State.REFUSED, reason, at, by
    waiting.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _record("proof of studies refused", waiting, by, at, reason=reason)
    signals.student_refused.send(sender=__name__, proof=waiting, at=at)
    return True


@transaction.atomic
def note_known_address(user: User, domains: Iterable[str], at: datetime) -> StudentProof | None:
    """Write down that a confirmed address of the account proves it, the first time that anything depends on it."""
    User.objects.select_for_update().get(pk=user.pk)
    wanted = list(domains)
    host = next((host for host in sorted(known_hosts(user)) if is_at(host, wanted)), None)
    if host is None:
        return None
    confirmed = EmailAddress.objects.filter(user=user, verified=True, email__iendswith=f"@{host}").first()
    address = confirmed.email.lower() if confirmed else ""
    _lock_mailbox(address)
    if StudentProof.objects.of_others(user, address, at).exists():
        return None
    proof = StudentProof(user=user, how=_How.ADDRESS, address=address, asked_at=at)
    proof.state, proof.decided_at, proof.starts_at, proof.ends_at = _State.PROVED, at, at, end_of_proof(at)
    proof.save()
    return proof


def forget_documents(at: datetime) -> int:
    """Let go of the documents whose days are over, and of those that another one took the place of."""
    decided = StudentProof.objects.filter(decided_at__lte=at - DOCUMENT_KEPT).exclude(document=None)
    return decided.update(document=None, media_type="")


def _prove(proof: StudentProof, until: datetime, by: User | None, at: datetime) -> StudentProof:
    proof.state, proof.decided_at, proof.decided_by = _State.PROVED, at, by
    proof.starts_at, proof.ends_at = at, until
    proof.save(update_fields=["state", "decided_at", "decided_by", "starts_at", "ends_at"])
    _record("proof of studies taken", proof, by, at, until=until.isoformat(), how=proof.how)
    signals.student_proved.send(sender=__name__, proof=proof, at=at)
    return proof


def _waiting(proof: StudentProof) -> StudentProof | None:
    rows = StudentProof.objects.select_for_update(of=("self",)).select_related("user").defer("document")
    return rows.filter(pk=proof.pk, how=_How.DOCUMENT, state=_State.ASKED).first()


def _drop_waiting(user: User, at: datetime) -> None:
    """Under the lock of the account's row: it is asked once at a time."""
    User.objects.select_for_update().get(pk=user.pk)
    waiting = StudentProof.objects.filter(user=user, state=_State.ASKED)
    waiting.update(state=_State.DROPPED, decided_at=at, document=None, media_type="")


def _refuse_if_others(user: User, address: str, at: datetime) -> None:
    """Until the transaction ends nobody else is looked at for this mailbox: of two accounts at once one proves it."""
    _lock_mailbox(address)
    if StudentProof.objects.of_others(user, address, at).exists():
        raise ProofRefused(_OTHERS)


def _lock_mailbox(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"student:{address.lower()}"])


def _record(verb: str, proof: StudentProof, by: User | None, at: datetime, **details: str) -> None:
    audit.record(
        verb,
        actor=by or proof.user,
        subject_kind="user",
        subject_id=proof.user.public_id,
        subject_label=proof.user.email,
        at=at,
        **details,
    )
