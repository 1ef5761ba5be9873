"""A table of any other system: staff say which column is which, and what they leave empty is found by its name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial

from django.utils.translation import gettext as _

from memberships.importing.incoming import Row
from newsletters.importing.incoming import Export, Said, Standing, network_of

_WORDS = {
    Standing.SUBSCRIBED: "subscribed active confirmed yes true 1 on",
    Standing.UNSUBSCRIBED: "unsubscribed left inactive opted_out opted-out no false 0 off complained spam",
    Standing.CLEANED: "cleaned bounced hard_bounce hard-bounce undeliverable invalid",
    Standing.PENDING: "pending unconfirmed waiting",
}
_STANDINGS = {word: standing for standing, words in _WORDS.items() for word in words.split()}


@dataclass(frozen=True)
class Columns:
    """The names of the columns, as the first line of the file has them."""

    email: str = ""
    standing: str = ""
    asked_at: str = ""
    confirmed_at: str = ""
    network: str = ""
    language: str = ""


_USUAL = {
    "email": "email e-mail email_address e-mail_address mail address",
    "standing": "status state standing subscribed",
    "asked_at": "asked optin_time opt_in_time signup_date subscribed_at created_at date_added",
    "confirmed_at": "confirmed confirm_time confirmed_at opt_in_confirmed_at",
    "network": "confirm_ip optin_ip ip ip_address signup_ip",
    "language": "language lang locale",
}


def export_of(columns: Columns) -> Export:
    """How such a table is read. A column that was named has to be there."""
    said = {each.name: "_".join(getattr(columns, each.name).lower().split()) for each in fields(Columns)}
    names = {name: (chosen,) if chosen else tuple(_USUAL[name].split()) for name, chosen in said.items()}
    chosen = tuple((name,) for name in said.values() if name)
    return Export(
        address=names["email"],
        columns=frozenset(name for each in names.values() for name in each),
        required=chosen,
        kept=(*names["standing"], *names["asked_at"], *names["confirmed_at"]),
        said=partial(_said, names),
    )


def _said(names: dict[str, tuple[str, ...]], row: Row) -> Said | None:
    """Who stands in a table without a word of how they stand gets mail there."""
    word = row.text(*names["standing"])
    standing = _STANDINGS.get("_".join(word.lower().split())) if word else Standing.SUBSCRIBED
    if standing is None:
        row.complain(_("“%(value)s” does not say whether they get mail.") % {"value": word[:60]})
        return None
    return Said(
        standing,
        asked_at=row.moment(*names["asked_at"]),
        confirmed_at=row.moment(*names["confirmed_at"]),
        network=network_of(row, *names["network"]),
        language=row.text(*names["language"]),
    )
