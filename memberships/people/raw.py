"""Takes people out of what only grows or is kept as it came: the audit log, Stripe's events, alerts.

The audit log refuses every change but one: that a name becomes the pseudonym of an erased account, which the
transaction has named beforehand. Why: ``docs/decisions/0017-erasing-from-what-only-grows.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from memberships.models import Alert, AuditEntry, StripeEvent, User

# What Stripe's objects say about a person, wherever it stands in them.
_PERSONAL = frozenset(
    (
        *("email", "name", "phone", "address", "shipping", "description", "ip", "ip_address", "individual_name"),
        *("billing_details", "customer_details", "collected_information", "customer_email", "customer_name"),
        *("customer_phone", "customer_address", "customer_shipping", "customer_tax_ids", "receipt_email", "evidence"),
        *("hosted_invoice_url", "invoice_pdf", "receipt_url", "url", "custom_fields"),
    )
)
# What colleagues wrote about somebody in their own words, which may name them.
_WORDS_OF_STAFF = frozenset(("reason", "note"))
_STATES = StripeEvent.State


def pseudonym_of(user: User) -> str:
    """What stands where an erased account's address stood. No mail can be sent to it (RFC 2606 §2)."""
    return f"erased-{user.public_id}@erased.invalid"


def redact_audit_log(user: User, words: Iterable[str]) -> int:
    """Have the pseudonym stand for each of the words, in entries by the person or about them or that say one of them.

    Call it inside a transaction; answers how many entries were changed.
    """
    mask, said = pseudonym_of(user), sorted({word for word in words if word}, key=len, reverse=True)
    about = Q(actor=user) | Q(subject_id=str(user.public_id))
    for word in said:
        about |= Q(actor_label__iexact=word) | Q(subject_label__icontains=word) | Q(said__icontains=word)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('memberships.erased', %s, true)", [mask])
    entries = AuditEntry.objects.alias(said=Cast("details", TextField())).filter(about)
    changed = sum(_redact(entry, user, said, mask) for entry in entries)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('memberships.erased', '', true)")
    return changed


def _redact(entry: AuditEntry, user: User, words: Sequence[str], mask: str) -> int:
    is_about = entry.subject_id == str(user.public_id)
    free = _WORDS_OF_STAFF & entry.details.keys() if is_about and isinstance(entry.details, dict) else frozenset()
    new = {
        "actor_label": mask if entry.actor_id == user.pk else _masked(entry.actor_label, words, mask),
        "subject_label": mask if is_about and entry.subject_label else _masked(entry.subject_label, words, mask)[:255],
        "details": {**_masked(entry.details, words, mask), **{name: mask for name in free if entry.details[name]}},
    }
    changed = {name: value for name, value in new.items() if value != getattr(entry, name)}
    return AuditEntry.objects.filter(pk=entry.pk).update(**changed) if changed else 0


def empty_events(customer_ids: Sequence[str], at: datetime) -> int:
    """Take the person out of what Stripe sent about their customers; what still waited for one waits no more."""
    events = StripeEvent.objects.filter(customer_id__in=customer_ids) if customer_ids else StripeEvent.objects.none()
    changed = 0
    for event in events.iterator():
        bare = _bare(event.payload)
        if bare != event.payload:
            changed += StripeEvent.objects.filter(pk=event.pk).update(payload=bare)
    events.filter(state=_STATES.PARKED).update(state=_STATES.IGNORED, settled_at=at)
    return changed


def redact_alerts(words: Iterable[str], mask: str) -> None:
    said = [word for word in words if word]
    for word in said:
        for alert in Alert.objects.filter(sentence__icontains=word):
            Alert.objects.filter(pk=alert.pk).update(sentence=_masked(alert.sentence, said, mask))


def _masked(content: Any, words: Sequence[str], mask: str) -> Any:
    """The text, or JSON, with the mask for each of the words, in whatever case they stand there."""
    if isinstance(content, dict):
        return {name: _masked(value, words, mask) for name, value in content.items()}
    if isinstance(content, list):
        return [_masked(value, words, mask) for value in content]
    if not isinstance(content, str):
        return content
    for word in words:
        content = _replaced(content, word, mask)
    return content


def _replaced(text: str, word: str, mask: str) -> str:
    start = text.lower().find(word.lower())
    if start < 0 or len(text.lower()) != len(text):
        return text.replace(word, mask)
    return f"{text[:start]}{mask}{_replaced(text[start + len(word) :], word, mask)}"


def _bare(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: None if name in _PERSONAL else _bare(value) for name, value in content.items()}
    return [_bare(value) for value in content] if isinstance(content, list) else content
