"""One letter a week instead of every edition: with the last one of the week, never beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletters import audience, editions
from newsletters.delivery import copies
from newsletters.models import Delivery, Edition, Signup
from newsletters.presenting import view_of
from tests.newsletters.builders import grant_pro, memo, newsletter, person, pro, story, subscriber

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
SETTLES, DAY, HOUR = editions.SETTLES_AFTER, timedelta(days=1), timedelta(hours=1)


def weekly(letter, email=""):
    reader = subscriber(letter, email)
    Signup.objects.filter(recipient=reader).update(rhythm="weekly")
    return reader


def a_week(letter) -> list[Edition]:
    """Every edition of the week, each with a lead and another story; what the timetable made of Friday's week."""
    for number in range(5):
        at = MONDAY + number * DAY
        story(f"Lead {number}", published_at=at - HOUR)
        story(f"Second {number}", published_at=at - 2 * HOUR)
        for made in editions.compose_due(at + SETTLES):
            editions.freeze(made, at + SETTLES)
        weeks = editions.compose_weeks(at + SETTLES)
        assert weeks == [] or number == 4
    return weeks


def test_week_is_composed_once_of_what_led_its_editions_and_goes_to_those_who_chose_it(django_assert_num_queries):
    letter = newsletter(most_items=4)
    newsletter()
    daily, once = subscriber(letter), weekly(letter)
    (week,) = a_week(letter)
    assert editions.compose_weeks(FRIDAY + SETTLES) == editions.compose_weeks(FRIDAY + HOUR) == []
    assert [item.headline for item in view_of(week, FRIDAY).items] == ["Lead 4", "Lead 3", "Lead 2", "Lead 1"]
    assert (week.subject, week.is_primary, view_of(week, FRIDAY).url) == (
        "The week: Lead 4", False, view_of(week, FRIDAY).url.split("/newsletters/")[0] + letter.get_absolute_url(),
    )  # fmt: skip
    assert editions.freeze(week, FRIDAY + SETTLES)
    assert [copy.recipient for copy in week.deliveries.all()] == [once]
    assert set(Delivery.objects.exclude(edition=week).values_list("recipient", flat=True)) == {daily.pk}
    assert letter.editions.in_archive(FRIDAY + HOUR).count() == 5
    with django_assert_num_queries(2):
        editions.compose_weeks(FRIDAY + HOUR)


def test_who_changes_their_mind_on_the_day_gets_one_of_the_two(sink):
    letter = newsletter()
    early, late = subscriber(letter), weekly(letter)
    (week,) = a_week(letter)
    friday = letter.editions.get(is_primary=True, edition_on=FRIDAY.date())
    Signup.objects.filter(recipient=early).update(rhythm="weekly")
    assert [each.pk for each in audience.of_edition(week, FRIDAY)] == [late.pk]
    window, _last = copies.take(friday, FRIDAY + SETTLES, limit=10)
    assert window is None
    assert friday.deliveries.get().state == "suppressed"


def test_week_of_a_list_for_members_is_for_those_who_hold_its_product():
    letter = newsletter(product=pro(), days=[4])
    holder, ended = person("holder@example.org"), person("ended@example.org")
    for user in (holder, ended):
        weekly(letter, user.email)
    grant_pro(holder, since=MONDAY)
    grant_pro(ended, since=MONDAY - DAY, until=MONDAY)
    memo("Memo", published_at=FRIDAY - HOUR)
    editions.compose_due(FRIDAY + SETTLES)
    (week,) = editions.compose_weeks(FRIDAY + SETTLES)
    assert [each.email for each in audience.of_edition(week, FRIDAY)] == [holder.email]


def test_reader_asks_for_one_letter_a_week_and_takes_it_back(client):
    letter, once_a_week = newsletter("minute"), newsletter("argument", days=[2])
    user = person("ann@example.org")
    for each in (letter, once_a_week):
        subscriber(each, user.email)
    client.force_login(user)
    path = "/account/newsletters/"
    page = client.get(path).content.decode()
    assert ('name="weekly-minute"' in page, 'name="weekly-argument"' in page) == (True, False)
    client.post(path, {"newsletters": ["minute", "argument"], "weekly-minute": "1"})
    assert dict(Signup.objects.values_list("newsletter__slug", "rhythm")) == {"minute": "weekly", "argument": "every"}
    assert 'name="weekly-minute" value="1" checked' in client.get(path).content.decode()
    client.post(path, {"newsletters": ["minute", "argument"]})
    assert not Signup.objects.filter(rhythm="weekly").exists()
