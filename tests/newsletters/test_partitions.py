from datetime import date

import pytest
from django.db import connection

from memberships import clock
from newsletters import audience, editions, partitions
from newsletters.models import Delivery
from tests.newsletters.builders import AT, edition, newsletter, subscriber

pytestmark = pytest.mark.django_db
TABLES = ("newsletters_delivery", "newsletters_mailevent")


def partition_of(delivery: Delivery) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM newsletters_delivery WHERE edition_id = %s", [delivery.edition_id]
        )
        return cursor.fetchone()[0]


def test_this_month_and_the_next_two_are_prepared_once():
    names = [f"{table}_{month}" for table in TABLES for month in ("2041_11", "2041_12", "2042_01")]
    assert partitions.prepare(date(2041, 11, 30)) == names
    assert partitions.prepare(date(2041, 11, 30)) == []
    assert partitions.prepare(date(2041, 12, 1)) == [f"{table}_2042_02" for table in TABLES]


def test_partitions_are_there_from_the_first_start_on():
    assert partitions.prepare(clock.now().date()) == []


def test_copies_stand_in_the_partition_of_their_day():
    partitions.prepare(AT.date())
    letter = newsletter()
    subscriber(letter)
    assert editions.freeze(edition(letter), AT)
    assert partition_of(Delivery.objects.get()) == "newsletters_delivery_2026_03"


def test_month_that_began_without_a_partition_stays_in_the_default_one():
    letter = newsletter()
    subscriber(letter)
    early = edition(letter)
    audience.freeze(early, AT)
    assert partition_of(Delivery.objects.get()) == "newsletters_delivery_default"
    assert [name for name in partitions.prepare(AT.date()) if name.startswith("newsletters_delivery")] == [
        "newsletters_delivery_2026_04",
        "newsletters_delivery_2026_05",
    ]
    assert Delivery.objects.of_edition(early).count() == 1


def test_whole_months_go_once_they_are_old_and_what_is_sums_stays():
    letter = newsletter()
    subscriber(letter)
    early = edition(letter)
    audience.freeze(early, AT)
    partitions.prepare(date(2026, 4, 15))
    assert partitions.drop_old(date(2026, 6, 29)) == []
    assert partitions.drop_old(date(2026, 6, 30)) == ["newsletters_mailevent_2026_04"]
    assert "newsletters_delivery_2026_04" not in partitions.drop_old(date(2027, 3, 31))
    assert Delivery.objects.count() == 1
    assert "newsletters_delivery_2026_04" in partitions.drop_old(date(2027, 5, 2))
    assert Delivery.objects.count() == 0
    assert early.tallies.get().copies == 1
