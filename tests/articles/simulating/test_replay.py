"""Readings decided again: the same decision as on the page, in whatever order they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.simulating.replay import Noted, Side, plain, ruled
from memberships import entitlements, remembered
from memberships.access import ANONYMOUS, Grant, Item, Reader, Reason, decide
from memberships.admission import admit
from memberships.entitlements import Origin
from memberships.models import Entitlement, MeteredReading, Paywall, ReadingRule, User
from memberships.past_readers import readers_of
from memberships.readers import reader_for
from tests.articles.builders import terms
from tests.factories.memberships import make_reader, pro

# The last evening of a month in Beirut and the first hours of the next are among the moments.
BEGINS = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEVELS = [("metered", None), ("metered", "pro"), ("free", None), ("registered", None), ("product", "pro")]
ITEMS = {n: Item(*LEVELS[n % len(LEVELS)], str(UUID(int=n))) for n in range(12)}

hours = st.integers(0, 24 * 28)
readings_of = st.lists(st.tuples(hours, st.integers(0, 11)), max_size=40).map(sorted)


def noted(pairs: list[tuple[int, int]], user: int | None = 1) -> list[Noted]:
    return [Noted(user, "" if user else "v", BEGINS + timedelta(hours=hour), item) for hour, item in pairs]


def replayed(readings: list[Noted], reader: Reader, allowance: int, registered: int) -> list[Reason]:
    side = Side(ITEMS, plain(Paywall(allowance=allowance, registered_allowance=registered)))
    return [verdict.reason for verdict in side.replay(readings, reader)]


def admitted(user: User, readings: list[Noted]) -> list[Reason]:
    """What the pages really say, one after the other."""
    found = []
    for reading in readings:
        item, request = ITEMS[reading.article], RequestFactory().get("/")
        request.user = user
        admission = admit(request, reader_for(user, reading.at), item, reading.at)
        found.append(decide(admission.reader, item, reading.at).reason)
    return found


RULES = [
    ReadingRule(name="Search", referrers="google.com", allowance=1, registered_allowance=2),
    ReadingRule(name="Spring", campaigns="spring", counts_as="registered"),
    ReadingRule(name="Ports", sections="ports", counts_as="metered"),
    ReadingRule(name="Gift of the day", countries="LB", sections="ports", counts_as="free"),
]
SITES, CAMPAIGNS = ("", "google.com", "news.google.com", "google.com.evil.example"), ("", "spring", "SPRING")


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=readings_of,
    came=st.lists(st.tuples(st.sampled_from(SITES), st.sampled_from(CAMPAIGNS)), min_size=40, max_size=40),
    rules=st.lists(st.sampled_from(RULES), unique_by=id, max_size=4),
    is_member=st.booleans(),
)
def test_reading_rules_give_an_account_what_admission_gave(pairs, came, rules, is_member):
    """Every text in a section; whoever asks comes from another site, by a campaign, or by neither."""
    MeteredReading.objects.all().delete()
    ReadingRule.objects.all().delete()
    terms(allowance=2, registered_allowance=3)
    for position, rule in enumerate(rules):
        rule.pk, rule.position = None, position
        rule.save(force_insert=True)
    remembered.forget_all()
    user = make_reader()
    if is_member:
        origin = Origin(Entitlement.Source.COMP, f"{user.pk}")
        until = BEGINS + timedelta(days=300)
        entitlements.grant(user, pro(), origin, starts_at=BEGINS, until=until, at=BEGINS, reason="test")
    items = {key: replace(item, section="ports" if key % 3 else "politics") for key, item in ITEMS.items()}
    readings = [
        Noted(user.pk, "", BEGINS + timedelta(hours=hour), item, site, campaign)
        for (hour, item), (site, campaign) in zip(pairs, came, strict=False)
    ]
    said = []
    for reading in readings:
        query = {"utm_campaign": reading.campaign} if reading.campaign else {}
        headers = {"referer": f"https://{reading.referrer}/x"} if reading.referrer else {}
        request = RequestFactory().get("/", query, headers=headers)
        request.user = user
        admission = admit(request, reader_for(user, reading.at), items[reading.article], reading.at)
        said.append(decide(admission.reader, admission.item, reading.at).reason)
    limits = Paywall(allowance=2, registered_allowance=3)
    side = Side(items, ruled(limits, list(ReadingRule.objects.select_related("plan"))))
    assert [verdict.reason for verdict in side.replay(readings, readers_of([user.pk])[user.pk])] == said


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=readings_of,
    allowance=st.integers(0, 4),
    held=st.lists(st.tuples(hours, st.integers(1, 200)), max_size=2),
)
def test_current_rules_give_an_account_what_admission_gave(pairs, allowance, held):
    MeteredReading.objects.all().delete()
    user, readings = make_reader(), noted(pairs)
    terms(allowance=1, registered_allowance=allowance)
    for number, (since, lasting) in enumerate(held):
        starts = BEGINS + timedelta(hours=since)
        ends = starts + timedelta(hours=lasting)
        origin = Origin(Entitlement.Source.COMP, f"{user.pk}-{number}")
        entitlements.grant(user, pro(), origin, starts_at=starts, until=ends, at=starts, reason="test")

    reader = readers_of([user.pk])[user.pk]

    assert replayed(readings, reader, 1, allowance) == admitted(user, readings)


@given(pairs=readings_of, allowance=st.integers(0, 6), more=st.integers(0, 6), user=st.sampled_from([None, 1]))
def test_larger_allowance_never_gives_more_walls(pairs, allowance, more, user):
    reader = Reader(is_signed_in=True) if user else ANONYMOUS
    few, many = (replayed(noted(pairs, user), reader, size, size) for size in (allowance, allowance + more))
    walls = [sum(reason is Reason.METER_SPENT for reason in side) for side in (few, many)]
    assert walls[1] <= walls[0]
    assert [r for r in few if r is not Reason.METER_SPENT and r is not Reason.METERED] == [
        r for r in many if r is not Reason.METER_SPENT and r is not Reason.METERED
    ]


@given(pairs=readings_of, allowance=st.integers(0, 6))
def test_meter_holds_in_each_month(pairs, allowance):
    readings = noted(pairs, None)
    reasons = replayed(readings, ANONYMOUS, allowance, 60)
    for is_first in (True, False):
        opened = {
            reading.article
            for reading, reason in zip(readings, reasons, strict=True)
            if reason is Reason.METERED and (reading.at < datetime(2026, 11, 30, 22, tzinfo=UTC)) == is_first
        }
        assert len(opened) <= allowance


def test_reading_again_is_free_and_the_next_month_begins_anew():
    december = 24 * 11
    readings = noted([(0, 0), (1, 0), (2, 1), (december, 1), (december + 1, 0)], None)
    assert replayed(readings, ANONYMOUS, 1, 0) == [
        Reason.METERED,
        Reason.METERED,
        Reason.METER_SPENT,
        Reason.METERED,
        Reason.METER_SPENT,
    ]


def test_whoever_holds_something_is_not_counted():
    reader = Reader(is_signed_in=True, grants=[Grant("pro", "comp", BEGINS, BEGINS + timedelta(hours=2))])
    readings = noted([(0, 0), (1, 1), (3, 5), (4, 6)])
    assert replayed(readings, reader, 0, 1) == [
        Reason.ENTITLED,
        Reason.ENTITLED,
        Reason.METERED,
        Reason.METER_SPENT,
    ]


def test_terms_may_depend_on_the_reading():
    """As a rule by referrer will: what comes from a partner is free, a campaign has an allowance of its own."""

    def terms_for(reading, item):
        if reading.referrer == "partner.example":
            return Item("free", None, item.key), Paywall(allowance=0)
        return item, Paywall(allowance=2 if reading.campaign else 0)

    at = BEGINS
    readings = [
        Noted(None, "v", at, 0, "partner.example"),
        Noted(None, "v", at, 0),
        Noted(None, "v", at, 0, campaign="spring"),
    ]
    reasons = [verdict.reason for verdict in Side(ITEMS, terms_for).replay(readings, ANONYMOUS)]
    assert reasons == [Reason.PUBLIC, Reason.METER_SPENT, Reason.METERED]
