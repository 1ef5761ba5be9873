"""How a member ranks the industries: every industry has a place, 1 matters most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Industry
from memberships.models import User
from newsletters.models import Ranking


class RankingError(Exception):
    """Why an order cannot be kept, as a sentence for the member."""


def order_of(user: User | None) -> list[Industry]:
    """The industries as the member ranked them; those never ranked follow in the house's order."""
    places = dict(Ranking.objects.filter(user=user).values_list("industry_id", "position")) if user else {}
    behind = max(places.values(), default=0) + 1
    return sorted(Industry.objects.all(), key=lambda industry: places.get(industry.pk, behind))


def move(user: User, slug: str, distance: int) -> None:
    """Move one industry up (-1) or down (1) a place; at the end of the list it stays.

    Raises:
        RankingError: there is no such industry.
    """
    order = order_of(user)
    place = next((number for number, industry in enumerate(order) if industry.slug == slug), None)
    if place is None:
        raise RankingError(_("There is no such industry. Load the page again."))
    target = min(max(place + distance, 0), len(order) - 1)
    order.insert(target, order.pop(place))
    keep(user, order)


def arrange(user: User, places: Mapping[str, str]) -> None:
    """Rank by the numbers a member typed, by slug. Of equals, what was moved up comes first, what was moved down last.

    Raises:
        RankingError: something typed is no whole number.
    """
    order = order_of(user)
    numbers = {industry.pk: _number(places.get(industry.slug, ""), industry) for industry in order}
    before = {industry.pk: place for place, industry in enumerate(order, start=1)}

    def place(industry: Industry) -> tuple[int, bool, bool]:
        new, old = numbers[industry.pk], before[industry.pk]
        return new, new >= old, new > old

    keep(user, sorted(order, key=place))


@transaction.atomic
def keep(user: User, order: Sequence[Industry]) -> None:
    """Write the whole order down; two saves at once leave one of the two, never a mixture."""
    User.objects.select_for_update().get(pk=user.pk)
    Ranking.objects.filter(user=user).delete()
    Ranking.objects.bulk_create(
        Ranking(user=user, industry=industry, position=number) for number, industry in enumerate(order, start=1)
    )


def _number(typed: str, industry: Industry) -> int:
    try:
        return int(typed)
    except ValueError:
        raise RankingError(
            _("The place of “%(industry)s” is no number. Write a whole number, 1 for the most important.")
            % {"industry": industry.label}
        ) from None
