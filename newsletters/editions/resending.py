"""Who did not open an edition is written to once more: an edition of its own, for whoever it left no doubt about."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from memberships.models import User
from newsletters.editions.steps import TOO_OLD, EditionError, note
from newsletters.models import Edition, EditionItem
from newsletters.querysets import EditionQuerySet
from newsletters.tracking import keeping

# Most people who open a letter do so within a day.
SOONEST = timedelta(hours=24)


def may_be_resent(edition: Edition) -> bool:
    """Whether it is of a kind that can be sent once more, and was not."""
    is_regular = edition.kind == Edition.Kind.REGULAR and not edition.is_review
    return is_regular and edition.is_counted and not _resends(edition).exists()


def resend(edition: Edition, actor: User, at: datetime) -> Edition:
    """The same stories for those who did not open it, with a subject that has yet to be written; it waits for approval.

    Raises:
        EditionError: it is not sent or not counted, was sent once more already, or it is too early or too late.
    """
    with transaction.atomic():
        found = Edition.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=edition.pk)
        if found.state != Edition.State.SENT or found.sent_at is None or not may_be_resent(found):
            raise EditionError(_("This edition cannot be sent once more, or was already. Load the page again."))
        if at - found.sent_at < SOONEST:
            raise EditionError(_("Wait until a day is over: many will still open it."))
        if not keeping.takes(found, at):
            raise EditionError(str(TOO_OLD))
        return _begun(found, actor, at)


def _begun(edition: Edition, actor: User, at: datetime) -> Edition:
    made = Edition.objects.create(
        newsletter=edition.newsletter,
        kind=Edition.Kind.RESEND,
        parent=edition,
        edition_on=edition.edition_on,
        is_primary=False,
        due_at=at,
        covers_from=edition.covers_from,
        covers_until=edition.covers_until,
        subject="",
        preheader=edition.preheader,
        introduction=edition.introduction,
    )
    EditionItem.objects.bulk_create(
        EditionItem(edition=made, article_id=item.article_id, position=item.position, note=item.note)
        for item in edition.items.shown()
    )
    note("edition.resend begun", edition, actor, at)
    return made


def _resends(edition: Edition) -> EditionQuerySet:
    """What was made of it and was, or will be, sent."""
    over = [Edition.State.LEFT_OUT, Edition.State.EMPTY]
    return edition.corrections.filter(kind=Edition.Kind.RESEND).exclude(state__in=over)
