"""The sums of editions are compared with their copies. The database keeps both together; this would notice if not."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection

from memberships import alerts
from memberships.models import Alert
from newsletters.models import Edition

log = logging.getLogger(__name__)

# What is older does not change any more, and was compared as long as it did.
RECENT = timedelta(days=14)
# In one statement, so that both are of one moment though copies are going out.
_DIFFER = """
SELECT coalesce(ledger.state, kept.state), coalesce(ledger.copies, 0), coalesce(kept.copies, 0)
FROM (
    SELECT state, count(*) AS copies FROM newsletters_delivery WHERE edition_on = %s AND edition_id = %s GROUP BY state
) AS ledger
FULL JOIN (SELECT state, copies FROM newsletters_tally WHERE edition_id = %s) AS kept ON kept.state = ledger.state
WHERE coalesce(ledger.copies, 0) <> coalesce(kept.copies, 0) ORDER BY 1
"""


def reconcile(at: datetime) -> list[str]:
    """Compare what was kept of recent editions with their copies, and the sums with the audience; answers a sentence
    for each that differs, of which staff are told."""
    recent = Edition.objects.filter(frozen_at__isnull=False, edition_on__gte=at.date() - RECENT)
    found = {edition: _differences(edition) for edition in recent.order_by("pk")}
    for edition, differences in found.items():
        for sentence in differences:
            log.error("the sums of an edition are wrong: %s", sentence)
        if differences:
            alerts.open_alert(Alert.Kind.MISCOUNTED, str(edition.public_id), "\n".join(differences), at)
    return [sentence for differences in found.values() for sentence in differences]


def _differences(edition: Edition) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFER, [edition.edition_on, edition.pk, edition.pk])
        rows = cursor.fetchall()
        cursor.execute("SELECT sum(copies) FROM newsletters_tally WHERE edition_id = %s", [edition.pk])
        total = int(cursor.fetchone()[0] or 0)
    said = [f"{edition.public_id}: {copies} copies are {state}, {kept} were kept" for state, copies, kept in rows]
    if total != edition.audience_size:
        said.append(f"{edition.public_id}: {total} copies are kept of an audience of {edition.audience_size}")
    return said
