"""An event as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import datetime

import icalendar
from django.conf import settings

from articles.models import Event
from articles.structured_data import absolute


def as_ics(event: Event, at: datetime) -> bytes:
    """One VEVENT with a stable UID, so that a second download replaces the first. Times are in UTC."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry = icalendar.Event()
    entry.add("uid", f"{event.public_id}@{settings.MESSAGE_ID_DOMAIN}")
    entry.add("dtstamp", at)
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    entry.add("summary", event.title)
    entry.add("description", event.standfirst)
    entry.add("url", absolute(event.get_absolute_url()))
    if event.place:
        entry.add("location", event.place)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
