"""A whole small publication: one of everything that has an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from articles import publishing
from articles.models import Article, Event, HouseText
from memberships import clock
from memberships.models import Seat, Team
from memberships.teams import invitations, seats
from newsletters import tokens
from newsletters.models import Edition
from tests.factories.articles import author, country, make_article, make_event, series, topic
from tests.factories.memberships import make_reader, plan, pro
from tests.factories.newsletters import make_edition, make_newsletter, make_recipient

HOUSE_TEXTS = ("about", "terms", "privacy", "accessibility", "corrections")
FILED = {
    "topics": "ports",
    "countries": "lebanon",
    "series": "lebanon-pulse",
    "authors": "rima-daouk",
    "sections": "politics",
}


@dataclass(frozen=True)
class House:
    news: Article
    memo: Article
    arabic: Article
    retracted: Article
    event: Event
    edition: Edition
    premium_edition: Edition
    preferences: str
    unsubscribe: str
    copy: str
    offers: str
    confirm: str
    team: Team
    seat: Seat
    invitation: str


def build() -> House:
    at = clock.now()
    plan()
    for slug in HOUSE_TEXTS:
        HouseText.objects.get_or_create(
            slug=slug, language="en", defaults={"title": slug, "body": f"<p>{slug}</p>", "updated_on": date(2026, 1, 1)}
        )
    filed = {"topics": [topic()], "country": country(), "series": series(), "bylines": [(author(), "")]}
    news = make_article("Harbour tariffs fall", **filed)
    memo = make_article("What Duqm is worth", kind="memo", at=at - timedelta(hours=2), **filed)
    arabic = make_article("تعرفة المرفأ تنخفض", language="ar", group=news.group, **filed)
    retracted = make_article("The mayor resigned")
    publishing.retract(retracted, "The mayor had not resigned.", None, at)
    edition = make_edition(make_newsletter(), (news, ""), (memo, ""))
    premium = make_edition(make_newsletter(product=pro()), (memo, ""), (news, ""))
    recipient = make_recipient()
    team, seat = _team()
    return House(
        news=news,
        memo=memo,
        arabic=arabic,
        retracted=retracted,
        event=make_event(),
        edition=edition,
        premium_edition=premium,
        preferences=tokens.for_preferences(recipient.public_id),
        unsubscribe=tokens.for_unsubscribing(recipient.public_id, edition.newsletter.pk),
        copy=tokens.for_copy(recipient.public_id, edition.pk),
        offers=tokens.for_offers(recipient.public_id),
        confirm=tokens.for_confirming(recipient.public_id, [edition.newsletter.pk], at),
        team=team,
        seat=seat,
        invitation=invitations.token_for(seat),
    )


def _team() -> tuple[Team, Seat]:
    """A team of two seats, one of them offered to somebody."""
    at = clock.now()
    owner = make_reader("Owner")
    team = Team.objects.create(
        name="Quay & Sons",
        owner=owner,
        product=pro(),
        seat_limit=2,
        starts_on=at.date() - timedelta(days=30),
        ends_on=at.date() + timedelta(days=300),
        created_at=at,
    )
    seats.invite(team, ["colleague@quay.example"], owner, at)
    return team, Seat.objects.get(team=team)
