"""What a sponsor's place in an edition shows, in the letter and on the web."""

from __future__ import annotations

from dataclasses import dataclass

from articles.media.pictures import PictureView, picture_view
from newsletters.addresses import absolute
from newsletters.models import Edition, Sponsorship


@dataclass(frozen=True)
class SponsorView:
    """``picture_url`` is the picture's whole address, for letters."""

    sponsor: str
    words: str
    url: str
    picture: PictureView | None
    picture_url: str


def places_in(edition: Edition) -> dict[int, SponsorView]:
    """The sponsors of an edition by the number of the story they stand behind. A correction has none."""
    if edition.kind != Edition.Kind.REGULAR or not edition.newsletter.takes_sponsors:
        return {}
    sold = Sponsorship.objects.shown_on(edition.edition_on).filter(newsletter=edition.newsletter_id)
    return {place.position: _view(place) for place in sold.select_related("picture").order_by("position")}


def behind(places: dict[int, SponsorView], number: int, last: int) -> tuple[SponsorView, ...]:
    """The sponsors that stand below story ``number``; below the ``last`` one stand those of places it does not have."""
    return tuple(
        view for position, view in places.items() if position == number or (number == last and position > last)
    )


def _view(place: Sponsorship) -> SponsorView:
    picture = picture_view(place.picture) if place.picture else None
    return SponsorView(place.sponsor, place.words, place.url, picture, absolute(picture.src) if picture else "")
