"""Who has an edition that was wrong is written to once more: an edition of its own, for exactly those."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from memberships.models import User
from newsletters.digests import printing
from newsletters.editions import sampling
from newsletters.editions.steps import EditionError, note
from newsletters.models import Edition, EditionItem

_OUT = (Edition.State.SENDING, Edition.State.SENT, Edition.State.HALTED)


def correct(edition: Edition, actor: User, at: datetime) -> Edition:
    """A correction for whoever has the edition, or the one that is being written already; it waits for approval.

    Of an edition that went on corrected, those have it to be corrected who got what was before; of a halted one,
    whoever has any of it.

    Raises:
        EditionError: nobody has it, or it is being sent as it was.
    """
    with transaction.atomic():
        found = Edition.objects.select_for_update(of=("self",)).select_related("newsletter").get(pk=edition.pk)
        if found.state not in _OUT:
            raise EditionError(_("Nobody has this edition yet. Change it instead."))
        newest: int = found.variants.aggregate(newest=Max("number"))["newest"] or 1
        as_it_is_now = printing.beginnings(found)[-1] if found.is_review else newest
        is_corrected = as_it_is_now > sampling.last_uncorrected(found)
        if found.state == Edition.State.SENDING and not is_corrected:
            raise EditionError(_("More people get it at this moment. Stop the presses first."))
        open_one = found.corrections.filter(kind=Edition.Kind.CORRECTION, state=Edition.State.COMPOSED).first()
        is_mended = is_corrected and found.state != Edition.State.HALTED
        return open_one or _begun(found, as_it_is_now - 1 if is_mended else newest, actor, at)


def _begun(edition: Edition, last_wrong: int, actor: User, at: datetime) -> Edition:
    with translation.override(edition.newsletter.language):
        subject = _("Correction: %(subject)s") % {"subject": edition.subject}
    made = Edition.objects.create(
        newsletter=edition.newsletter,
        kind=Edition.Kind.CORRECTION,
        parent=edition,
        corrects_up_to=last_wrong,
        edition_on=edition.edition_on,
        is_primary=False,
        due_at=at,
        covers_from=edition.covers_from,
        covers_until=edition.covers_until,
        subject=subject[:200],
    )
    # A review's stories were other ones for everybody.
    carried = EditionItem.objects.none() if edition.is_review else edition.items.shown()
    EditionItem.objects.bulk_create(
        EditionItem(edition=made, article_id=item.article_id, position=item.position, note=item.note)
        for item in carried
    )
    note("edition.correction begun", edition, actor, at)
    return made
