"""Places in editions that are sold: one sponsor in one place on one day, said to be one, seen once it is reviewed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from newsletters import editions
from newsletters.models import Edition
from newsletters.presenting import render_edition, view_of
from tests.newsletters.admin.forms import words
from tests.newsletters.builders import AT, edition, memo, newsletter, pro, sold, story

pytestmark = pytest.mark.django_db
TODAY = AT.date()
DAY = timedelta(days=1)


def stand_behind(made: Edition) -> list[list[str]]:
    return [[each.sponsor for each in item.sponsors] for item in view_of(made, AT).items]


def test_sponsor_stands_behind_its_story_in_letter_text_and_archive(client):
    letter = newsletter("minute")
    sold(letter)
    sold(letter, "Further down", position=9)
    sold(letter, "Tomorrow's", position=2, starts_on=TODAY + DAY, ends_on=TODAY + DAY)
    sold(letter, "Not reviewed", position=3, reviewed_at=None)
    sold(newsletter(), "Another list's")
    made = edition(letter, story(), story(), story())
    assert stand_behind(made) == [["Gulf Ferries"], [], ["Further down"]]
    content = render_edition(made, AT)
    assert "Sponsored" in content.text
    assert "https://ferries.example/?a=1&b=2" in content.text
    assert 'href="https://ferries.example/?a=1&amp;b=2" rel="sponsored"' in content.html
    assert editions.freeze(made, AT)
    seen = words(client.get("/newsletters/minute/2026-03-04/"))
    assert 'href="https://ferries.example/?a=1&amp;b=2" rel="sponsored noopener"' in seen
    assert "Not reviewed" not in seen
    assert stand_behind(
        edition(letter, story(), kind="correction", is_primary=False, parent=made, corrects_up_to=1)
    ) == [[]]


def test_list_for_members_has_none_unless_it_says_so_and_a_review_never():
    letter = newsletter(product=pro())
    sold(letter)
    made = edition(letter, memo())
    assert stand_behind(made) == [[]]
    letter.has_sponsors = True
    assert stand_behind(made) == [["Gulf Ferries"]]
    letter.kind = "review"
    assert stand_behind(made) == [[]]


def test_broken_link_of_a_sponsor_holds_the_edition_back():
    letter = newsletter()
    sold(letter, url="https:///nowhere")
    made = edition(letter, story())
    assert not editions.freeze(made, AT)
    made.refresh_from_db()
    assert "https:///nowhere" in made.held_because


@pytest.mark.parametrize(
    ("fields", "is_refused"),
    [
        ({"starts_on": TODAY + 2 * DAY, "ends_on": TODAY + 5 * DAY}, True),
        ({"starts_on": TODAY + 3 * DAY, "ends_on": TODAY + 5 * DAY}, False),
        ({"position": 2}, False),
        ({"starts_on": TODAY, "ends_on": TODAY - DAY, "position": 2}, True),
    ],
)
def test_database_sells_no_place_twice(fields, is_refused):
    letter = newsletter()
    sold(letter, ends_on=TODAY + 2 * DAY)
    sold(newsletter(), ends_on=TODAY + 2 * DAY)
    if is_refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            sold(letter, "Second", **fields)
    else:
        sold(letter, "Second", **fields)
