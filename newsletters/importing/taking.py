"""One address moves in, in one transaction: signed up with its proof, asked by email, or never to be written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from newsletters import consents, signups
from newsletters.consents import Proof
from newsletters.importing import looking
from newsletters.models import ListImport, ListImportRow, Newsletter, Signup, SignupAct, Stream, Suppression
from newsletters.recipients import recipient_for
from newsletters.signups import Consent, SignupError
from newsletters.suppression import suppress

Outcome, State = ListImportRow.Outcome, ListImportRow.State


def take(pk: int, list_import: ListImport, chosen: Sequence[Newsletter], at: datetime) -> None:
    """Do what the dry run says of a row, unless what is so by now says otherwise; a refusal is written on the row."""
    try:
        _take(pk, list_import, chosen, at)
    except (SignupError, ValidationError) as refusal:
        fail(pk, " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal))


@transaction.atomic
def _take(pk: int, list_import: ListImport, chosen: Sequence[Newsletter], at: datetime) -> None:
    row = ListImportRow.objects.select_for_update().get(pk=pk)
    if row.state != State.LOOKED:  # Somebody else was first.
        return
    here = looking.Here.about([row])
    looking.look(row, list_import, [newsletter.pk for newsletter in chosen], here, at)
    lists = [newsletter for newsletter in chosen if newsletter.pk in row.lists]
    if row.outcome == Outcome.SIGNS_UP:
        _sign_up(row, list_import, lists, at)
    elif row.outcome == Outcome.IS_ASKED:
        consent = _consent(list_import)
        signups.request(row.email_as_typed, lists, consent, at, language=row.language)
    elif row.outcome == Outcome.STOPS:
        _stop(row, list_import, at)
    row.state, row.done_at = State.DONE, at
    row.save(update_fields=["state", "outcome", "why", "lists", "done_at"])


def _sign_up(row: ListImportRow, list_import: ListImport, lists: Sequence[Newsletter], at: datetime) -> None:
    is_proved = row.why == ListImportRow.Why.PROVED
    since = (row.confirmed_at or row.asked_at) if is_proved else None
    word = {} if is_proved else {"word": list_import.word}
    proof = Proof(row.asked_at or since or at, row.address_hash, {**_kept(row, list_import), **word})
    recipient = recipient_for(row.email_as_typed, at, language=row.language)
    signups.bring_along(recipient, lists, _consent(list_import), since=since or at, wants=True, at=at, proof=proof)


def _stop(row: ListImportRow, list_import: ListImport, at: datetime) -> None:
    recipient = recipient_for(row.email_as_typed, at, language=row.language)
    reasons = Suppression.Reason
    if row.standing == ListImportRow.Standing.CLEANED:
        suppress(recipient, Stream.NEWSLETTERS, reasons.HARD_BOUNCE, at, detail=str(list_import))
        return
    # What an earlier file brought; else it would come back with the first list they choose here.
    recipient.signups.confirmed().update(state=Signup.State.LEFT, left_at=at)
    suppress(recipient, Stream.NEWSLETTERS, reasons.ASKED, at, detail=str(list_import))
    kept, source = _kept(row, list_import), list_import.get_source_display()
    consents.note(recipient, None, SignupAct.Kind.STOPPED, at, source=source, proof=kept)


def _consent(list_import: ListImport) -> Consent:
    return Consent(list_import.get_source_display(), list_import.consent_text)


def _kept(row: ListImportRow, list_import: ListImport) -> dict[str, object]:
    where = {"file": list_import.file_name, "table": row.part, "line": row.line}
    return {**{name: value for name, value in where.items() if value}, **row.proof}


def fail(pk: int, sentence: str) -> None:
    """Keep on the row why the address is not moved in; staff see it and may try again."""
    unfinished = ListImportRow.objects.filter(pk=pk, state=State.LOOKED)
    unfinished.update(state=State.FAILED, detail=sentence[:500])
