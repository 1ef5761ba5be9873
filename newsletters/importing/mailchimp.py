"""Mailchimp's export of an audience: Audience → All contacts → Export, a zip file with one table for each standing.

``subscribed_….csv``, ``unsubscribed_….csv``, ``cleaned_….csv`` and, for buyers of a shop who never agreed,
``nonsubscribed_….csv``. Each has ``Email Address``, the audience's own fields and ``MEMBER_RATING, OPTIN_TIME,
OPTIN_IP, CONFIRM_TIME, CONFIRM_IP, …``; the second also ``UNSUB_TIME``, the third ``CLEAN_TIME``. Times are in UTC.
"""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext as _

from memberships.importing.incoming import Row
from memberships.importing.tables import NoTable, Problem
from newsletters.importing import archives
from newsletters.importing.incoming import Export, Reading, Said, Standing, each_once, network_of

_COLUMNS = (
    "email_address optin_time optin_ip confirm_time confirm_ip unsub_time unsub_reason clean_time last_changed leid "
    "euid language"
)
_KEPT = ("optin_time", "confirm_time", "unsub_time", "unsub_reason", "clean_time", "leid", "euid")
_NEVER_AGREED = "nonsubscribed"


def read(raw: bytes, name: str) -> Reading:
    """Every address in the zip file, or in one of its tables.

    Raises:
        NoTable: there is none, or the sentence says what it lacks.
    """
    if not archives.is_archive(raw):
        return each_once([_table(raw, name, "")])
    readings = [_table(content, part, part) for part, content in archives.tables_in(raw)]
    if not readings:
        raise NoTable(_("There is no table in the zip file."))
    return each_once(readings)


def _table(raw: bytes, name: str, part: str) -> Reading:
    if name.lower().startswith(_NEVER_AGREED):
        sentence = _("“%(file)s” was left out: nobody in it ever agreed to get mail.") % {"file": name}
        return Reading([], [Problem(0, sentence)])
    by_name = next((each for each in Standing if name.lower().startswith(each.value)), Standing.SUBSCRIBED)
    return _export(by_name).read(raw, part)


def _export(by_name: Standing) -> Export:
    return Export(
        address=("email_address",),
        columns=frozenset(_COLUMNS.split()),
        required=(("optin_time",),),
        kept=_KEPT,
        said=partial(_said, by_name),
    )


def _said(by_name: Standing, row: Row) -> Said:
    """A moment of leaving says more than the name of the file, which somebody may have changed."""
    standing = Standing.UNSUBSCRIBED if row.text("unsub_time") else by_name
    if standing == Standing.SUBSCRIBED and row.text("clean_time"):
        standing = Standing.CLEANED
    return Said(
        standing,
        asked_at=row.moment("optin_time"),
        confirmed_at=row.moment("confirm_time"),
        network=network_of(row, "confirm_ip", "optin_ip"),
        language=row.text("language"),
    )
