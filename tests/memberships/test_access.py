from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memberships.access import ANONYMOUS, Grant, Item, Meter, Reader, Reason, decide
from tests.memberships import truth_tables

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = "8a4ee3c4-4a5e-4f77-9d3e-0a3f0f1f7a11"


def grant(
    product: str = "pro", *, since: timedelta = -DAY, until: timedelta | None = DAY, source: str = "seat"
) -> Grant:
    return Grant(product, source, NOW + since, None if until is None else NOW + until)


READERS = {
    "anybody": ANONYMOUS,
    "signed in": Reader(is_signed_in=True),
    "member": Reader(is_signed_in=True, grants=[grant()]),
    "member for good": Reader(is_signed_in=True, grants=[grant(until=None)]),
    "lapsed": Reader(is_signed_in=True, grants=[grant(until=timedelta(0))]),
    "not yet": Reader(is_signed_in=True, grants=[grant(since=DAY, until=2 * DAY)]),
    "other member": Reader(is_signed_in=True, grants=[grant("archive")]),
    "on a network": Reader(grants=[grant(source="ip_range")]),
    "staff": Reader(is_signed_in=True, is_staff=True),
    "newcomer": Reader(meter=Meter(10)),
    "at the last": Reader(meter=Meter(10, 9)),
    "read it before": Reader(meter=Meter(10, 10, frozenset({KEY}))),
    "spent": Reader(meter=Meter(10, 10)),
    "with a gift": Reader(gifts=frozenset({KEY})),
    "with another gift": Reader(gifts=frozenset({"another"})),
    "from a letter": Reader(passes=frozenset({KEY}), meter=Meter(10, 10)),
    "crawler": Reader(crawls=frozenset({"metered"})),
    "crawler of all": Reader(crawls=frozenset({"metered", "registered", "product"})),
    "signed in and spent": Reader(is_signed_in=True, meter=Meter(10, 10)),
}
ROWS = truth_tables.rows("reader")


@pytest.mark.parametrize("row", ROWS, ids=truth_tables.name)
def test_the_decision_is_what_the_truth_table_says(row):
    verdict = decide(READERS[row["reader"]], Item(row["level"], row["product"] or None, KEY), NOW)

    assert (verdict.is_granted, str(verdict.reason), verdict.opens_with or "") == (
        row["may read"] == "yes",
        row["reason"],
        row["opens with"],
    )


def test_the_table_names_every_reader_and_every_reason():
    assert {row["reader"] for row in ROWS} == set(READERS)
    assert {row["reason"] for row in ROWS} == {reason.value for reason in Reason}


def test_a_right_opens_from_its_first_moment_until_just_before_its_last():
    reader = Reader(is_signed_in=True, grants=[grant(since=timedelta(0), until=DAY)])
    memo = Item("product", "pro")
    tick = timedelta(microseconds=1)

    opened = [decide(reader, memo, NOW + after).is_granted for after in (-tick, timedelta(0), DAY - tick, DAY)]

    assert opened == [False, True, True, False]


def test_the_verdict_names_the_longest_lasting_of_several_rights():
    reader = Reader(
        is_signed_in=True, grants=[grant(until=DAY), grant(until=9 * DAY, source="comp"), grant(until=2 * DAY)]
    )

    verdict = decide(reader, Item("product", "pro"), NOW)

    assert (verdict.source, verdict.until) == ("comp", NOW + 9 * DAY)


def test_a_right_without_end_outlasts_every_dated_one():
    reader = Reader(is_signed_in=True, grants=[grant(until=900 * DAY), grant(until=None, source="comp")])

    verdict = decide(reader, Item("product", "pro"), NOW)

    assert (verdict.source, verdict.until) == ("comp", None)


def test_what_is_left_is_told_as_it_is_after_this_reading():
    item = Item("metered", key=KEY)
    meters = [Meter(10), Meter(10, 9), Meter(10, 10, frozenset({KEY})), Meter(10, 10), Meter(3, 7, frozenset({KEY}))]

    verdicts = [decide(Reader(meter=meter), item, NOW) for meter in meters]

    assert [(verdict.is_granted, verdict.left) for verdict in verdicts] == [
        (True, 9),
        (True, 0),
        (True, 0),
        (False, 0),
        (True, 0),
    ]
    assert {verdict.allowance for verdict in verdicts} == {10, 3}
