"""Keeps :class:`RevenueDay` equal to the invoices, refunds, lost disputes and gifts it sums.

Whoever writes one of these asks before and after what they come to, and moves the days by the difference in the
same transaction. A day is moved by one statement that takes its row's lock, so two people's payments add up; for one
person the lock of the customer's row puts the looks in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate
from psycopg import sql

from memberships.models import Dispute, Invoice, Refund, RevenueDay, Voucher

# A draft is not asked for yet, and a void one never was.
INVOICED = ("open", "paid", "uncollectible")
_FIGURES = ("invoiced", "tax", "discount", "paid", "refunded")


class Day(NamedTuple):
    """Which row; in this order rows are locked."""

    day: date
    currency: str
    plan: int
    country: str


Sums = Counter[tuple[Day, str]]
NOTHING: Sums = Counter()


def of(invoices: Q) -> Sums:
    """What the invoices meant come to, less what went back of them: a sum for each day and figure that is not 0."""
    issued = Invoice.objects.filter(invoices, status__in=INVOICED)
    paid = Invoice.objects.filter(invoices).exclude(amount_paid=0)
    refunded, lost = Refund.objects.reached(), Dispute.objects.filter(status="lost")
    if invoices:
        meant = Invoice.objects.filter(invoices)
        refunded, lost = refunded.filter(invoice__in=meant), lost.filter(invoice__in=meant)
    return _summed(
        _by_day(
            issued, "issued_at", "", invoiced=Coalesce("total", "amount_due"), tax=F("tax"), discount=F("discount")
        ),
        _by_day(paid, Coalesce("paid_at", "issued_at"), "", paid=F("amount_paid")),
        _by_day(refunded, "asked_at", "invoice__", refunded=F("amount")),
        _by_day(lost, Coalesce("closed_at", "opened_at"), "invoice__", refunded=F("amount")),
    )


def of_gifts(vouchers: Q) -> Sums:
    """The same of gift memberships, which are paid at once and have no invoice; nobody knows where their buyers are."""
    paid = Voucher.objects.filter(vouchers, paid_at__isnull=False)
    refunded = paid.filter(given_back__gt=0)
    lost = paid.filter(state=Voucher.State.VOID, given_back__lt=F("amount")).exclude(dispute_ref="")
    return _summed(
        _by_day(paid, "paid_at", None, paid=F("amount")),
        _by_day(refunded, Coalesce("given_back_at", "ended_at", "paid_at"), None, refunded=F("given_back")),
        _by_day(lost, Coalesce("ended_at", "paid_at"), None, refunded=F("amount") - F("given_back")),
    )


@contextmanager
def following_gift(pk: int) -> Iterator[None]:
    """What is written of the gift inside moves its days. Under the lock of its row."""
    theirs = Q(pk=pk)
    before = of_gifts(theirs)
    yield
    move(before, of_gifts(theirs))


def _summed(*parts: QuerySet[Any, Any]) -> Sums:
    sums: Sums = Counter()
    for row in (
        parts[0].union(*parts[1:], all=True).values_list("_day", "_currency", "_plan", "_country", *_sum_names())
    ):
        day = Day(row[0], row[1], row[2] or 0, row[3])
        for figure, amount in zip(_FIGURES, row[4:], strict=True):
            sums[day, figure] += amount
    return sums


def move(before: Sums, after: Sums) -> None:
    """Move the days by what changed. Once in a transaction: then everybody locks rows in the same order."""
    changes = Counter(after)
    changes.subtract(before)
    rows: dict[Day, dict[str, int]] = {}
    for (day, figure), amount in changes.items():
        if amount:
            rows.setdefault(day, {})[figure] = amount
    if rows:
        _add(rows)


@transaction.atomic
def rebuild() -> bool:
    """Make every day anew from what it sums; whether any was another than it had to be.

    Writers wait: what one of them has not committed yet is not in the sums, and is added when it goes on.
    """
    with connection.cursor() as cursor:
        table = sql.Identifier(RevenueDay._meta.db_table)
        cursor.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(table))
    sums = of(Q())
    sums.update(
        of_gifts(Q())
    )  # Counters that are added with “+” lose what is below 0, such as a bill that gives credit.
    kept: Sums = Counter()
    for row in RevenueDay.objects.values_list("day", "currency", "plan_id", "country", *_FIGURES):
        day = Day(row[0], row[1], row[2] or 0, row[3])
        kept.update({(day, figure): amount for figure, amount in zip(_FIGURES, row[4:], strict=True)})
    differing = Counter(sums)
    differing.subtract(kept)
    if not any(differing.values()):
        return False
    move(kept, sums)
    return True


def _by_day(
    rows: QuerySet[Any], moment: Combinable | str, invoice: str | None, **summed: Combinable
) -> QuerySet[Any, Any]:
    """The rows summed by what makes a day; ``invoice`` leads from them to the invoice they belong to, if to any."""
    zero = Value(0, output_field=IntegerField())
    sums = {f"_{figure}": Sum(summed.get(figure, zero)) for figure in _FIGURES}
    named = {
        "_day": TruncDate(moment, tzinfo=ZoneInfo(settings.TIME_ZONE)),
        "_currency": F("currency"),
        "_plan": F(f"{invoice or ''}plan_id"),
        "_country": Value("") if invoice is None else F(f"{invoice}country"),
    }
    summed_rows: QuerySet[Any, Any] = rows.order_by().values(**named).annotate(**sums)
    return summed_rows


def _sum_names() -> list[str]:
    return [f"_{figure}" for figure in _FIGURES]


def _add(rows: Mapping[Day, Mapping[str, int]]) -> None:
    columns = ("day", "currency", "plan_id", "country", *_FIGURES)
    values = [
        value
        for day, figures in sorted(rows.items())
        for value in (day.day, day.currency, day.plan or None, day.country, *(figures.get(f, 0) for f in _FIGURES))
    ]
    name = sql.Identifier(RevenueDay._meta.db_table)
    one = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(columns)))
    statement = sql.SQL(
        "INSERT INTO {name} ({columns}) VALUES {rows}"
        " ON CONFLICT (day, currency, plan_id, country) DO UPDATE SET {sums}"
    ).format(
        name=name,
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        rows=sql.SQL(", ").join([one] * len(rows)),
        sums=sql.SQL(", ").join(
            sql.SQL("{each} = {name}.{each} + excluded.{each}").format(each=sql.Identifier(figure), name=name)
            for figure in _FIGURES
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    RevenueDay.objects.filter(**dict.fromkeys(_FIGURES, 0)).delete()
