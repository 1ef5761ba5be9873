"""An edition is tried on whoever edits it, before anybody else has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from memberships.models import User
from newsletters.delivery import ledger, mime
from newsletters.digests.printing import as_it_reads
from newsletters.editions.steps import EditionError
from newsletters.models import Edition, Message
from newsletters.recipients import recipient_of
from newsletters.rendering import RenderingError
from newsletters.substitution import nobodys

KIND = "test"


def send_test(edition: Edition, actor: User, at: datetime) -> Message:
    """The edition as it reads now, to the editor's own address. Its personal links are dead: nobody is unsubscribed
    by trying them, and no copy of the edition is counted.

    Raises:
        EditionError: it cannot be rendered.
    """
    newsletter = edition.newsletter
    try:
        content = as_it_reads(edition, at)
    except RenderingError as error:
        raise EditionError(str(error)) from error
    with translation.override(newsletter.language):
        subject = _("Test: %(subject)s") % {"subject": content.subject}
    return ledger.write(
        KIND,
        recipient_of(actor, at),
        replace(content, subject=subject, text=nobodys(content.text), html=nobodys(content.html)),
        dedupe_key=ledger.key(KIND, f"{edition.public_id}:{actor.public_id}:{at.isoformat()}"),
        at=at,
        from_email=mime.mailbox(newsletter.from_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        reply_to=newsletter.reply_to,
    )
