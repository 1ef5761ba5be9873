from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles.models import Country, FrontSlot, Industry, Topic
from memberships.models import Alert, AuditEntry
from newsletters import editions
from newsletters.composition import stories
from newsletters.editions import EditionError
from newsletters.models import Edition, EditionItem, HolidayCalendar, Newsletter
from tests.newsletters.builders import AT, edition, memo, news, newsletter, person, pro, section, story

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)  # A Wednesday, the builders' hour.
SETTLED = DUE + editions.SETTLES_AFTER
HOUR = timedelta(hours=1)


def headlines(edition: Edition) -> list[str]:
    return [item.article.headline for item in edition.items.select_related("article")]


def test_edition_is_composed_once_when_its_hour_has_come():
    newsletter()
    first, second = story("First", published_at=DUE - 3 * HOUR), story("Second", published_at=DUE - HOUR)
    for early in (DUE - timedelta(seconds=1), DUE, SETTLED - timedelta(seconds=1)):
        assert editions.compose_due(early) == []
    (made,) = editions.compose_due(SETTLED)
    assert editions.compose_due(SETTLED) == []
    assert (made.state, made.due_at, made.edition_on) == ("approved", DUE, DUE.date())
    assert headlines(made) == ["Second", "First"]
    assert (made.subject, made.preheader) == (second.headline, first.headline)


def test_two_beats_at_once_compose_one_edition():
    letter = newsletter()
    story(published_at=DUE - HOUR)
    due = editions.timetable_of(letter).last_until(SETTLED)
    assert editions.compose(letter, due, SETTLED) is not None
    assert editions.compose(letter, due, SETTLED) is None
    assert (Edition.objects.count(), EditionItem.objects.count()) == (1, 1)


def test_hour_is_the_lists_own():
    newsletter(send_at=time(6, 0), time_zone="Asia/Beirut")
    story(published_at=DUE - 5 * HOUR)
    (made,) = editions.compose_due(DUE - HOUR)
    assert made.due_at == DUE - 2 * HOUR


def test_nothing_new_makes_an_empty_edition_and_no_mail():
    newsletter()
    (made,) = editions.compose_due(SETTLED)
    assert made.state == Edition.State.EMPTY
    assert not Edition.objects.due(SETTLED).exists()


def test_on_a_holiday_nothing_goes_out_and_its_stories_are_in_the_next_one():
    calendar = HolidayCalendar.objects.create(name="Oman", days=[DUE.date() + timedelta(days=1)])
    resting = newsletter(days_off=[DUE.date()], holidays=calendar, compose_ahead=60)
    newsletter(is_active=False)
    story("For the holiday", published_at=DUE - HOUR)
    story("For the second holiday", published_at=DUE + HOUR)
    for hours in range(47):
        assert editions.compose_due(SETTLED + hours * HOUR) == []
    (friday,) = editions.compose_due(SETTLED + 48 * HOUR - 30 * timedelta(minutes=1))
    assert headlines(friday) == ["For the second holiday", "For the holiday"]
    Newsletter.objects.filter(pk=resting.pk).update(days_off=[friday.edition_on])
    editions.follow_what_is_published(SETTLED + 48 * HOUR)
    friday.refresh_from_db()
    assert friday.state == "left_out"


def test_with_fewer_stories_than_a_list_wants_they_wait_for_the_next_edition():
    newsletter(least_items=2)
    story("Alone", published_at=DUE - HOUR)
    (wednesday,) = editions.compose_due(SETTLED)
    assert wednesday.state == "empty"
    story("In company", published_at=DUE + HOUR)
    (thursday,) = editions.compose_due(SETTLED + timedelta(days=1))
    assert (thursday.state, headlines(thursday)) == ("approved", ["In company", "Alone"])


def test_missed_edition_is_left_out_and_its_stories_go_into_the_next(caplog):
    newsletter(slug="am")
    story("Missed", published_at=DUE - HOUR)
    late = DUE + editions.MOST_LATE + timedelta(minutes=1)
    with caplog.at_level("WARNING", "newsletters"):
        assert editions.compose_due(late) == editions.compose_due(late) == []
    assert [record.getMessage() for record in caplog.records] == [
        "edition of am for 2026-03-04 was missed and is left out"
    ]
    Edition.objects.create(
        newsletter=Newsletter.objects.get(), edition_on=DUE.date() - timedelta(days=1), due_at=DUE - timedelta(days=1),
        covers_from=DUE - timedelta(days=2), covers_until=DUE - timedelta(days=1), subject="Before", state="sent",
        frozen_at=DUE, audience_size=0,
    )  # fmt: skip
    (made,) = editions.compose_due(SETTLED + timedelta(days=1))
    assert headlines(made) == ["Missed"]


def test_one_broken_list_does_not_hold_up_the_others():
    broken, sound = newsletter(), newsletter()
    Newsletter.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Land")
    story(published_at=DUE - HOUR)
    assert [made.newsletter for made in editions.compose_due(SETTLED)] == [sound]


def test_list_that_wants_approval_waits_for_it():
    newsletter(wants_approval=True)
    story(published_at=DUE - HOUR)
    (made,) = editions.compose_due(SETTLED)
    assert made.state == Edition.State.COMPOSED
    assert not editions.freeze(made, SETTLED)
    editions.approve(made, person(), SETTLED)
    assert editions.freeze(made, SETTLED)
    assert AuditEntry.objects.get().verb == "edition.approved"
    with pytest.raises(EditionError, match="not waiting for approval"):
        editions.approve(made, person(), SETTLED)


def test_stories_of_what_did_not_go_out_are_in_the_next_one():
    letter = newsletter(wants_approval=True)
    day = timedelta(days=1)
    story("Out on Wednesday", published_at=DUE - HOUR)
    (wednesday,) = editions.compose_due(SETTLED)
    editions.approve(wednesday, person(), SETTLED)
    assert editions.freeze(wednesday, SETTLED)
    withdrawn = story("Waited on Thursday", published_at=DUE + HOUR)
    (thursday,) = editions.compose_due(SETTLED + day)
    story("New on Friday", published_at=DUE + day + HOUR)
    (friday,) = editions.compose_due(SETTLED + 2 * day)
    thursday.refresh_from_db()
    assert (thursday.state, friday.covers_from) == ("left_out", wednesday.covers_until)
    assert headlines(friday) == ["New on Friday", "Waited on Thursday"]
    editions.leave_out(friday, person(), SETTLED + 2 * day)
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(state="unpublished")
    (monday,) = editions.compose_due(SETTLED + 5 * day)
    assert headlines(monday) == ["New on Friday"]
    assert letter.editions.filter(state__in=["composed", "approved"]).get() == monday


def test_what_is_late_goes_out_only_if_an_editor_says_so():
    newsletter(wants_approval=True, most_late=2, time_zone="Asia/Beirut", send_at=time(8, 0))
    story(published_at=DUE - HOUR)
    (made,) = editions.compose_due(SETTLED)
    late = DUE + 2 * HOUR + timedelta(seconds=1)
    assert list(editions.waiting(DUE - HOUR)) == []
    assert list(editions.waiting(late)) == [made]
    with pytest.raises(EditionError, match=r"It was due on 4 March at 08:00\. Send it anyway, or leave it out\."):
        editions.approve(made, person(), late)
    editions.approve(made, person(), DUE + HOUR)
    made.refresh_from_db()
    assert not editions.freeze(made, late)
    made.refresh_from_db()
    assert (made.state, made.held_because[:25]) == ("held", "It was due on 4 March at ")
    assert list(editions.waiting(late)) == [made]
    editions.settle_alerts(late)
    told = Alert.objects.open().get()
    assert (told.kind, told.subject) == (Alert.Kind.EDITION_HELD, str(made.public_id))
    editions.approve_late(made, person(), late)
    editions.settle_alerts(late)
    assert not Alert.objects.open().exists()
    assert editions.freeze(made, late)
    assert list(editions.waiting(late)) == []


def test_list_takes_what_it_is_about_in_its_language():
    politics, business, intel = section(), section(), news()
    iraq = Country.objects.create(slug="iraq", name="Iraq", code="IQ")
    oil = Topic.objects.create(slug="oil", name="Oil")
    banking = Industry.objects.create(slug="banking", name="Banking")
    letter = newsletter(industry=banking, product=pro())
    letter.sections.add(politics)
    letter.countries.add(iraq)
    letter.topics.add(oil)
    letter.formats.add(intel)
    at = AT - HOUR
    story("of the section", section=politics, published_at=at)
    story("of the country", country=iraq, published_at=at)
    story("of the format", format=intel, published_at=at)
    story("of the topic", published_at=at).topics.add(oil)
    story("of the industry", published_at=at).industries.add(banking)
    story("of all of it", section=politics, country=iraq, format=intel, published_at=at).topics.add(oil)
    story("of something else", section=business, published_at=at)
    story("in Arabic", section=politics, language="ar", published_at=at)
    found = {article.headline for article in stories(letter, AT - 2 * HOUR, AT, AT)}
    assert found == {
        "of the section", "of the country", "of the format", "of the topic", "of the industry", "of all of it",
    }  # fmt: skip


def test_front_pages_lead_leads_and_the_newest_fill_up():
    letter = newsletter(most_items=3)
    made = [story(f"Story {hours} hours old", published_at=AT - hours * HOUR) for hours in range(1, 5)]
    FrontSlot.objects.create(language="en", position=1, article=made[2])
    found = stories(letter, AT - 9 * HOUR, AT, AT)
    assert [article.headline for article in found] == [made[2].headline, made[0].headline, made[1].headline]


def test_free_list_invites_to_one_story_for_members_at_its_end():
    letter = newsletter(most_items=3)
    for hours in range(1, 4):
        memo(f"Memo {hours}", published_at=AT - hours * HOUR)
        story(f"Free {hours}", published_at=AT - hours * HOUR)
    assert [article.headline for article in stories(letter, AT - 9 * HOUR, AT, AT)] == ["Free 1", "Free 2", "Memo 1"]


def test_story_under_embargo_or_withdrawn_is_not_taken():
    letter = newsletter()
    story(published_at=AT + HOUR)
    story(published_at=AT - HOUR, state="unpublished")
    assert stories(letter, AT - 9 * HOUR, AT + 9 * HOUR, AT) == []


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    published=st.lists(st.integers(0, 9 * 24 * 60), max_size=12),
    ticks=st.lists(st.integers(1, 16 * 60), min_size=5, max_size=30),
    send_at=st.times().map(lambda value: value.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Beirut"]),
    days=st.sets(st.integers(0, 6), min_size=1),
)
def test_consecutive_editions_neither_repeat_nor_miss_a_story(published, ticks, send_at, zone, days):
    """Over the night the clocks change in New York, with ticks that come late, several at once or not for hours."""
    begin = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    with transaction.atomic():
        letter = newsletter(send_at=send_at, time_zone=zone, days=sorted(days), most_items=1000)
        moments = {}
        for minutes in published:
            moment = begin + timedelta(minutes=minutes)
            moments[story(published_at=moment).pk] = moment
        at = begin
        for minutes in ticks:
            at += timedelta(minutes=minutes)
            for composed in editions.compose_due(at):
                editions.freeze(composed, at)
        made = list(letter.editions.exclude(state="empty").order_by("covers_until"))
        taken = sorted(EditionItem.objects.filter(edition__in=made).values_list("article_id", flat=True))
        transaction.set_rollback(True)
    assert all(before.covers_until == after.covers_from for before, after in pairwise(made))
    until = made[-1].covers_until if made else begin
    assert taken == sorted(pk for pk, moment in moments.items() if made and made[0].covers_from <= moment < until)


def test_finished_only_when_nothing_waits():
    made = edition(newsletter(), story())
    assert editions.freeze(made, AT)
    assert editions.finish(made, AT)
    assert not editions.finish(made, AT)


def test_tick_with_nothing_due_asks_twice_however_many_lists_there_are(django_assert_num_queries):
    for _number in range(5):
        newsletter()
    editions.compose_due(SETTLED)
    with django_assert_num_queries(2):
        assert editions.compose_due(SETTLED) == []
