"""Who gets the newsletters: the sign-ups of the last months, what was sent to them, and what they did with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import Q

from articles.models import Industry
from articles.reading_log.keys import key_at
from memberships.models import User
from newsletters import growth, inclusion, ranking, signups
from newsletters.editions.steps import fix_words
from newsletters.models import Delivery, Edition, ListDay, MailEvent, Newsletter, Recipient, SendState, Signup
from newsletters.recipients import recipient_of
from newsletters.signups import Consent
from newsletters.tracking import keeping
from newsletters.tracking.waiting import Note
from newsroom.demo.seeding.readings import READERS

_DAYS = 75
_MOST_LISTS = 6
_LEAVE = 0.15
_RANKS, _LIKED = 0.8, {"banking", "green-energy", "oil-gas"}
_OPEN, _FOLLOW = 0.6, 0.45
_HANDED_OVER_AFTER = timedelta(seconds=20)
# A browser, Apple's relay that opens for everybody, and a filter that looks at every letter first.
_AGENTS = {"Mozilla AppleWebKit Safari": 7, "Mozilla": 2, "Barracuda": 1}


def seed_subscribers(at: datetime) -> None:
    """Sign the demo's readers up, its members to their review, and write down what became of the editions so far.

    Nothing where anybody chose a newsletter already.
    """
    if Signup.objects.exclude(source=inclusion.SOURCE).exists():
        return
    chance = Random("who gets the letters")
    lists = list(Newsletter.objects.offered().free())
    for user in User.objects.filter(email__in=[f"{name}@readers.example" for name, _shown in READERS]).order_by(
        "email"
    ):
        _sign_up(user, chance, lists, at)
    inclusion.include(at)
    for edition in Edition.objects.filter(state=Edition.State.SENT, audience_size=0).select_related("newsletter"):
        _hand_over(edition, chance, at)
    while growth.count(at):
        pass
    _size_days(at.date())
    _rank(chance)


def _sign_up(user: User, chance: Random, lists: list[Newsletter], at: datetime) -> None:
    recipient = recipient_of(user, at - timedelta(days=_DAYS))
    for newsletter in chance.sample(lists, min(len(lists), chance.randint(2, _MOST_LISTS))):
        joined = at - timedelta(days=chance.uniform(1, _DAYS))
        signups.join(recipient, [newsletter], Consent("newsletters", f"Sign me up for {newsletter.name}."), joined)
        if chance.random() < _LEAVE:
            signups.leave(recipient, newsletter, joined + (at - joined) * chance.random())


def _size_days(today: date) -> None:
    """How many were on each list at the end of each day since the first came, as if somebody had looked every day."""
    signups_by_list = defaultdict(list)
    for newsletter, joined, left in Signup.objects.values_list("newsletter", "confirmed_at__date", "left_at__date"):
        signups_by_list[newsletter].append((joined, left))
    days = list(ListDay.objects.filter(day__lt=today))
    for each in days:
        stays = [
            each.day < (left or today) for joined, left in signups_by_list[each.newsletter_id] if joined <= each.day
        ]
        each.size = sum(stays) if stays else None
    ListDay.objects.bulk_update(days, ["size"])


def _rank(chance: Random) -> None:
    """Most members have put the industries in an order of their own; whoever looks around as the demo's has not."""
    industries = list(Industry.objects.order_by("slug"))
    theirs = Signup.objects.confirmed().filter(newsletter__kind=Newsletter.Kind.REVIEW, recipient__user__isnull=False)
    members = User.objects.filter(recipient__signups__in=theirs).exclude(email="member@readers.example")
    for user in members.order_by("email"):
        if chance.random() < _RANKS:
            by_slug = {each.slug: chance.random() - (each.slug in _LIKED) / 3 for each in industries}
            ranking.keep(user, sorted(industries, key=lambda each: by_slug[each.slug]))


def _hand_over(edition: Edition, chance: Random, at: datetime) -> None:
    """As if it had gone out at its moment to who was on the list then."""
    stayed = Q(left_at=None) | Q(left_at__gt=edition.due_at)
    audience = edition.newsletter.signups.filter(stayed, confirmed_at__lte=edition.due_at).select_related("recipient")
    readers = [signup.recipient for signup in audience.order_by("pk")]
    fix_words(edition, 1, at)
    sent_at = edition.due_at + _HANDED_OVER_AFTER
    Delivery.objects.bulk_create(
        Delivery(
            edition_on=edition.edition_on,
            edition=edition,
            recipient=reader,
            state=SendState.ACCEPTED,
            attempts=1,
            settled_at=sent_at,
            reply="250 2.0.0 Ok",
        )
        for reader in readers
    )
    Edition.objects.filter(pk=edition.pk).update(
        audience_size=len(readers), frozen_at=edition.due_at, sent_at=sent_at, is_counted=True, uncounted=0
    )
    keeping.write(edition.pk, list(_noted(edition, readers, chance, at)), at)


def _noted(edition: Edition, readers: list[Recipient], chance: Random, at: datetime) -> Iterator[Note]:
    stories = list(edition.links.filter(article__isnull=False).order_by("number").values_list("number", flat=True))
    for reader in readers:
        opened_at = edition.due_at + timedelta(minutes=chance.uniform(2, 600))
        if chance.random() > _OPEN or opened_at > at:
            continue
        agent = chance.choices(list(_AGENTS), list(_AGENTS.values()))[0]
        yield _note(edition, reader, opened_at, agent)
        if stories and chance.random() < _FOLLOW:
            link = chance.choices(stories, [1 / place for place in range(1, len(stories) + 1)])[0]
            yield _note(edition, reader, opened_at + timedelta(seconds=chance.randint(15, 200)), agent, link)


def _note(edition: Edition, reader: Recipient, at: datetime, agent: str, link: int | None = None) -> Note:
    return Note(
        key=key_at(at),
        at=at,
        edition=edition.pk,
        recipient=reader.public_id,
        kind=MailEvent.Kind.OPEN if link is None else MailEvent.Kind.CLICK,
        link=link,
        method="GET",
        agent=agent,
        network="",
        is_prefetch=False,
        is_navigation=link is not None,
        is_data_centre=False,
    )
