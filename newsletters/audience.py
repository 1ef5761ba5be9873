"""Who gets an edition: decided once, in one statement, when it is frozen, and asked again when a copy is claimed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
    Value,
)

from articles.models.taxonomy import Access
from memberships.models import Entitlement
from newsletters.models import (
    Delivery,
    Edition,
    MailEvent,
    Newsletter,
    Recipient,
    SendState,
    Signup,
    Stream,
    Suppression,
)
from newsletters.tracking import comparing

_RHYTHMS = {Edition.Kind.REGULAR.value: Signup.Rhythm.EVERY, Edition.Kind.WEEKLY.value: Signup.Rhythm.WEEKLY}


# Drawn by a hash, so that whoever draws again draws the same, and nobody is in the sample of every edition. Both halves
# of the sample are of one size.
_DRAW = """
SELECT %s::date, %s::bigint, reader, CASE WHEN place <= 2 * half THEN 'queued' ELSE 'waiting' END, 0, '',
    CASE WHEN place <= 2 * half AND place %% 2 = 0 THEN 2 ELSE 1 END
FROM (
    SELECT reader, count(*) OVER () * %s / 200 AS half,
        row_number() OVER (ORDER BY md5(%s::text || ':' || reader::text)::uuid) AS place
    FROM ({audience}) AS audience (reader)
) AS drawn
"""


def of(newsletter: Newsletter, at: datetime, rhythm: str = "") -> QuerySet[Recipient]:
    """Recipients who confirmed and do not pause, are not suppressed, and have the account or hold the product that the
    list is for; in one ``rhythm``, or in any."""
    confirmed = Signup.objects.awake(newsletter.day_at(at)).filter(newsletter=newsletter, recipient=OuterRef("pk"))
    if rhythm:
        confirmed = confirmed.filter(rhythm=rhythm)
    suppressed = Suppression.objects.filter(recipient=OuterRef("pk"), stream=Stream.NEWSLETTERS)
    recipients = Recipient.objects.filter(Exists(confirmed), ~Exists(suppressed))
    if newsletter.access == Access.FREE:
        return recipients
    accounts = recipients.filter(user__is_active=True)
    if newsletter.product_id is None:
        return accounts
    return accounts.filter(holds(Entitlement.objects.live(at).filter(product=newsletter.product_id), "user"))


def willing(edition: Edition, at: datetime) -> QuerySet[Recipient]:
    """Who of its list wants an edition of this kind. A correction is for either rhythm, and a review has but one."""
    is_briefing = edition.newsletter.kind == Newsletter.Kind.BRIEFING
    return of(edition.newsletter, at, _RHYTHMS.get(edition.kind, "") if is_briefing else "")


def of_edition(edition: Edition, at: datetime) -> QuerySet[Recipient]:
    """Who gets the edition: all of its list, but a correction is for those who have, or may have, what it corrects,
    and a resend for those who have what it repeats and did not open it.

    Nobody gets the week and the day in one, whatever they chose in between.
    """
    recipients = willing(edition, at)
    if edition.parent is None:
        that_day = Delivery.objects.filter(edition_on=edition.edition_on, edition__newsletter=edition.newsletter_id)
        others = that_day.filter(edition__kind__in=_RHYTHMS, recipient=OuterRef("pk")).exclude(edition=edition)
        return recipients.filter(~Exists(others))
    theirs = Delivery.objects.of_edition(edition.parent).filter(recipient=OuterRef("pk"))
    if edition.kind == Edition.Kind.RESEND:
        return _unreached(edition.parent, recipients).filter(Exists(theirs.filter(state=SendState.ACCEPTED)))
    has_it = [SendState.ACCEPTED, SendState.UNCERTAIN]
    return recipients.filter(Exists(theirs.filter(state__in=has_it, variant__lte=edition.corrects_up_to)))


def _unreached(edition: Edition, recipients: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Those who neither opened the edition nor followed a link of it, as far as anybody can know. In doubt they did:
    nobody gets a letter twice for what was not written down, as of somebody who was not counted for a while."""
    theirs = MailEvent.objects.filter(edition_on=edition.edition_on, edition=edition, recipient=OuterRef("pk"))
    unopened = recipients.filter(~Exists(theirs.filter(kind=MailEvent.Kind.OPEN)), is_counted=True)
    unopened = unopened.exclude(counted_from__gt=edition.frozen_at)
    return unopened.exclude(pk__in=comparing.perhaps_followed(edition))


def freeze(edition: Edition, at: datetime, share: int = 0) -> int:
    """Write one delivery for each recipient of the edition, in one statement; how many. All are queued; or, with a
    share (percent), those of that many readers, half of them in variant 2, and the rest waits.

    Who has one already keeps it. Runs inside the caller's transaction.
    """
    selected, parameters = _drawn(edition, at, share) if share else _all(edition, at)
    # Columns and table are our own names; every value is a parameter.
    statement = (
        f"INSERT INTO {Delivery._meta.db_table} "
        "(edition_on, edition_id, recipient_id, state, attempts, reply, variant) "
        f"{selected} ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        written: int = cursor.rowcount
    return written


def uncounted(edition: Edition) -> int:
    """How many readers of a frozen edition do not want to be counted. They are few, and looked for by an index."""
    return Delivery.objects.of_edition(edition).filter(recipient__in=Recipient.objects.filter(is_counted=False)).count()


def _all(edition: Edition, at: datetime) -> tuple[str, tuple[Any, ...]]:
    rows = of_edition(edition, at).values_list(
        Value(edition.edition_on, DateField()),
        Value(edition.pk, BigIntegerField()),
        F("pk"),
        Value(SendState.QUEUED, CharField()),
        Value(0, PositiveSmallIntegerField()),
        Value("", CharField()),
        Value(1, PositiveSmallIntegerField()),
    )
    return rows.query.sql_with_params()


def _drawn(edition: Edition, at: datetime, share: int) -> tuple[str, tuple[Any, ...]]:
    audience, parameters = of_edition(edition, at).order_by().values_list("pk").query.sql_with_params()
    ours = (edition.edition_on, edition.pk, share, str(edition.public_id))
    return _DRAW.format(audience=audience), (*ours, *parameters)


def holds(rights: QuerySet[Entitlement], user: str) -> Q:
    """Whether the account in the column ``user`` has one of the rights: of its own, or of a team it sits in.

    Asked as two questions: as one, PostgreSQL walks over all rights for every account.
    """
    of_a_team = rights.filter(team__seats__user=OuterRef(user), team__seats__state="active")
    return Q(Exists(rights.filter(user=OuterRef(user)))) | Q(Exists(of_a_team))
