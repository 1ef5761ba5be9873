"""An edition stands at the desk before its moment: what editors decide outlasts what is published meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from memberships.models import AuditEntry
from newsletters import editions
from newsletters.editions import EditionError
from newsletters.models import Edition, Newsletter
from newsletters.presenting import view_of
from tests.newsletters.builders import memo, newsletter, person, story

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)  # A Wednesday, the builders' hour.
SETTLED = DUE + editions.SETTLES_AFTER
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ahead(**fields) -> Newsletter:
    return newsletter(**{"compose_ahead": 120, **fields})


def stood(edition: Edition) -> list[str]:
    return [item.article.headline for item in edition.items.shown().select_related("article")]


def followed(edition: Edition, at: datetime) -> Edition:
    """What the timetable does at the moment."""
    editions.follow_what_is_published(at)
    assert editions.compose_due(at) == []
    edition.refresh_from_db()
    return edition


def test_edition_stands_at_the_desk_ahead_and_goes_out_with_all_that_was_published_until_its_moment():
    ahead()
    story("Evening", published_at=DUE - 8 * HOUR)
    assert editions.compose_due(DUE - 121 * MINUTE) == []
    (made,) = editions.compose_due(DUE - 120 * MINUTE)
    assert (made.state, made.due_at, stood(made)) == ("composed", DUE, ["Evening"])
    story("Dawn", published_at=DUE - HOUR)
    story("At the last moment", published_at=DUE - timedelta(seconds=1))
    story("Too late", published_at=DUE)
    assert stood(followed(made, DUE - 50 * MINUTE)) == ["Dawn", "Evening"]
    assert (made.state, made.subject, made.preheader) == ("composed", "Dawn", "Evening")
    assert followed(made, SETTLED - timedelta(seconds=1)).state == "composed"
    assert followed(made, SETTLED).state == "approved"
    assert stood(made) == ["At the last moment", "Dawn", "Evening"]
    assert (made.covers_until, editions.freeze(made, SETTLED)) == (DUE, True)


def test_what_editors_placed_stays_and_what_they_dropped_is_remembered_but_shown_nowhere():
    ahead(most_items=4)
    for number in range(1, 5):
        story(f"Story {number}", published_at=DUE - (12 - number) * HOUR)
    (made,) = editions.compose_due(DUE - 2 * HOUR)
    assert stood(made) == ["Story 4", "Story 3", "Story 2", "Story 1"]
    made.items.filter(article__headline="Story 2").update(is_pinned=True)
    made.items.filter(article__headline="Story 4").update(is_dropped=True)
    editions.reword(made, {"subject": "Our own words"})
    story("Newest", published_at=DUE - HOUR)
    assert stood(followed(made, DUE - 30 * MINUTE)) == ["Newest", "Story 3", "Story 2", "Story 1"]
    story("Newer still", published_at=DUE - 20 * MINUTE)
    assert stood(followed(made, SETTLED)) == ["Newer still", "Newest", "Story 2", "Story 3"]
    assert made.subject == "Our own words"
    assert [item.headline for item in view_of(made, SETTLED).items] == stood(made)
    assert made.items.get(is_dropped=True).article.headline == "Story 4"
    made.items.filter(is_dropped=False).update(is_dropped=True, is_pinned=False)
    assert not editions.freeze(made, SETTLED)
    made.refresh_from_db()
    assert made.state == "empty"


def test_pinned_story_for_members_is_the_one_a_free_list_invites_to():
    ahead(most_items=3)
    memo("Older memo", published_at=DUE - 9 * HOUR)
    (made,) = editions.compose_due(DUE - 2 * HOUR)
    made.items.update(is_pinned=True, position=1)
    memo("Newer memo", published_at=DUE - HOUR)
    for number in range(3):
        story(f"Free {number}", published_at=DUE - (5 - number) * HOUR)
    assert stood(followed(made, SETTLED)) == ["Older memo", "Free 2", "Free 1"]


def test_one_dragged_story_is_pinned_where_it_was_put_and_the_others_still_move():
    ahead()
    for number in range(1, 5):
        story(f"Story {number}", published_at=DUE - (12 - number) * HOUR)
    (made,) = editions.compose_due(DUE - 2 * HOUR)
    before = list(made.items.values_list("pk", flat=True))
    for place, index in enumerate([3, 0, 1, 2]):
        made.items.filter(pk=before[index]).update(position=place)
    editions.keep_by_hand(made, before, touched=(), ruled=())
    assert list(made.items.values_list("position", "is_pinned")) == [(1, True), (2, False), (3, False), (4, False)]
    made.items.filter(pk=before[3]).update(position=3)
    editions.keep_by_hand(made, [before[index] for index in (3, 0, 1, 2)], touched=(), ruled=())
    assert stood(made) == ["Story 4", "Story 3", "Story 1", "Story 2"]
    made.items.filter(pk=before[3]).update(position=1)
    editions.keep_by_hand(made, [before[index] for index in (0, 1, 3, 2)], touched=(), ruled=())
    story("Newest", published_at=DUE - HOUR)
    assert stood(followed(made, SETTLED)) == ["Story 1", "Newest", "Story 4", "Story 3", "Story 2"]


def test_approved_ahead_it_stands_as_it_was_seen_and_later_stories_are_in_the_next_one():
    letter = ahead(wants_approval=True)
    story("Seen", published_at=DUE - 8 * HOUR)
    (made,) = editions.compose_due(DUE - 2 * HOUR)
    editions.approve(made, person(), DUE - HOUR)
    story("After the approval", published_at=DUE - 30 * MINUTE)
    assert stood(followed(made, SETTLED)) == ["Seen"]
    assert editions.freeze(made, SETTLED)
    (following,) = editions.compose_due(SETTLED + DAY)
    assert (following.newsletter, stood(following)) == (letter, ["After the approval"])


def test_one_that_waits_may_still_go_out_until_a_later_one_with_its_stories_does():
    ahead(wants_approval=True, compose_ahead=23 * 60)
    story("Wednesday's", published_at=DUE - HOUR)
    (wednesday,) = editions.compose_due(SETTLED - HOUR)
    (thursday,) = editions.compose_due(DUE + 2 * HOUR)
    assert stood(thursday) == ["Wednesday's"]
    editions.follow_what_is_published(DUE + 2 * HOUR)
    editions.approve(wednesday, person(), DUE + 2 * HOUR)
    with pytest.raises(EditionError, match="went out meanwhile with stories of this one"):
        editions.approve(thursday, person(), DUE + 2 * HOUR)
    assert stood(followed(thursday, DUE + 3 * HOUR)) == []
    assert thursday.covers_from == Edition.objects.get(pk=wednesday.pk).covers_until
    Edition.objects.filter(pk=wednesday.pk).update(state="composed")
    assert stood(followed(thursday, DUE + 4 * HOUR)) == ["Wednesday's"]
    editions.approve(thursday, person(), DUE + 4 * HOUR)
    wednesday.refresh_from_db()
    assert wednesday.state == "left_out"


def test_editor_composes_again_what_waits_past_its_moment():
    ahead(wants_approval=True, compose_ahead=0)
    withdrawn, _stays = story("Withdrawn", published_at=DUE - 2 * HOUR), story("Stays", published_at=DUE - HOUR)
    (made,) = editions.compose_due(SETTLED)
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(state="unpublished")
    story("Came later", published_at=DUE + HOUR)
    at = DUE + 2 * HOUR
    plan = editions.again(made, at)
    assert [each.headline for each in plan.came] == ["Came later"]
    assert [row.article.headline for row in plan.gone] == ["Withdrawn"]
    assert stood(made) == ["Stays", "Withdrawn"]
    editions.compose_again(made, person(), at)
    assert stood(made) == ["Came later", "Stays"]
    assert AuditEntry.objects.get().verb == "edition.composed again"
    editions.approve(made, person(), at)
    assert editions.freeze(made, at)
    with pytest.raises(EditionError, match="on its way already"):
        editions.compose_again(made, person(), at)
    story("Between the two", published_at=at + HOUR)
    (following,) = editions.compose_due(SETTLED + DAY)
    assert stood(following) == ["Between the two"]


def test_two_beats_at_once_settle_it_once_and_one_that_fails_holds_up_no_other(django_assert_num_queries):
    broken, sound = ahead(), ahead()
    story(published_at=DUE - 8 * HOUR)
    assert len(editions.compose_due(DUE - HOUR)) == 2
    with django_assert_num_queries(1):
        editions.follow_what_is_published(DUE - HOUR + timedelta(seconds=54))
    Newsletter.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Land")
    for _beat in range(2):
        editions.follow_what_is_published(SETTLED)
    assert dict(Edition.objects.values_list("newsletter", "state")) == {broken.pk: "composed", sound.pk: "approved"}
