"""The newsletters and the events."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from articles.models import Author, Country, Event, Format, Industry, Picture, Section, Topic
from memberships.models import Product
from newsletters import editions
from newsletters.models import Edition, Newsletter
from newsletters.timetable import Due
from newsroom.demo.seeding.filing import access_of

# Of a list that says nothing else.
MOST_ITEMS = 7
# So many times one looks back for an edition with a story; with one day a week as many weeks.
_WEEKS = 8


def seed_newsletters(rows: list[dict[str, Any]], pictures: dict[str, Picture], pro: Product) -> None:
    """Write the free and the premium newsletters and the review with their timetables and sources."""
    for position, row in enumerate(rows):
        newsletter, created = Newsletter.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "tagline": row["tagline"],
                "description": row["description"],
                "sample": row["sample"],
                "picture": pictures[row["picture"]],
                "language": row["language"],
                "product": None if row["kind"] == "free" else pro,
                "kind": Newsletter.Kind.REVIEW if row["kind"] == "review" else Newsletter.Kind.BRIEFING,
                "most_items": row.get("most_items", MOST_ITEMS),
                "from_name": row["from_name"],
                "days": row["days"],
                "send_at": time.fromisoformat(row["send_at"]),
                "time_zone": row["time_zone"],
                "industry": Industry.objects.filter(slug=row.get("industry", "")).first(),
                "position": position,
            },
        )
        if created:
            newsletter.sections.set(Section.objects.filter(slug__in=row.get("sections", [])))
            newsletter.countries.set(Country.objects.filter(code__in=row.get("countries", [])))
            newsletter.topics.set(Topic.objects.filter(slug__in=row.get("topics", [])))
            newsletter.formats.set(Format.objects.filter(slug__in=row.get("formats", [])))


def seed_editions(at: datetime) -> None:
    """The last edition of every list, as it went out before anybody had signed up: what a reader may look at first.

    One that is due now is left to the timetable.
    """
    for newsletter in Newsletter.objects.offered().filter(editions=None):
        moment = at - editions.MOST_LATE
        for _week in range(_WEEKS):
            due = editions.timetable_of(newsletter).last_until(moment)
            if due is None or _went_out(newsletter, due, at):
                break
            moment = due.at - timedelta(seconds=1)


def _went_out(newsletter: Newsletter, due: Due, at: datetime) -> bool:
    """Whether the edition of that day had any story; an empty one is not kept."""
    edition = editions.compose(newsletter, due, at)
    if edition is None:
        return True
    made = Edition.objects.filter(pk=edition.pk)
    if edition.state == Edition.State.EMPTY:
        made.delete()
        return False
    made.update(state=Edition.State.SENT, frozen_at=due.at, sent_at=due.at, audience_size=0)
    return True


def seed_events(rows: list[dict[str, Any]], pictures: dict[str, Picture], pro: Product, at: datetime) -> None:
    """Write the events, so many days from ``at`` in their own time zones."""
    for row in rows:
        zone = ZoneInfo(row["time_zone"])
        day = at.astimezone(zone).date() + timedelta(days=row["days_from_now"])
        starts_at = datetime.combine(day, time.fromisoformat(row["start_time"]), zone)
        access, product = access_of(row["access"], pro)
        ours = [speaker for speaker in row["speakers"] if isinstance(speaker, str)]
        guests = [speaker for speaker in row["speakers"] if not isinstance(speaker, str)]
        event, created = Event.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "title": row["title"],
                "standfirst": row["standfirst"],
                "description": row["description"].strip(),
                "kind": Event.Kind.LIVE if row["kind"] == "live_qa" else Event.Kind.IN_PERSON,
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(minutes=row["duration_minutes"]),
                "time_zone": row["time_zone"],
                "place": row["place"],
                "access": access,
                "product": product,
                "capacity": row.get("capacity"),
                "picture": pictures.get(row.get("picture", "")),
                "guests": "\n".join(f"{guest['name']}, {guest['role']}" for guest in guests),
                "is_published": True,
            },
        )
        if created:
            event.speakers.set(Author.objects.filter(slug__in=ours))
