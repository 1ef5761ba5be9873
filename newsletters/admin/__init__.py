"""The desk of newsletters: lists, editions, who gets them, what was sent, and by and to which domains."""

from newsletters.admin import (
    calendars,
    editions,
    importing,
    journeys,
    ledger,
    lists,
    people,
    receiving,
    reports,
    sending_domains,
    sponsorships,
    warming,
)

__all__ = [
    "calendars",
    "editions",
    "importing",
    "journeys",
    "ledger",
    "lists",
    "people",
    "receiving",
    "reports",
    "sending_domains",
    "sponsorships",
    "warming",
]
