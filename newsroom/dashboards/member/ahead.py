"""The months ahead of a member in sentences, by month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from memberships.currencies import money
from memberships.models import Product
from memberships.steps import Step, What


@dataclass(frozen=True)
class Line:
    """One thing that comes; ``kind`` is how it is marked, one of :class:`What`."""

    at: datetime
    kind: str
    sentence: str


@dataclass(frozen=True)
class Month:
    name: str
    lines: list[Line]


def months_of(steps: Iterable[Step]) -> list[Month]:
    """The steps under the names of their months, in the zone in force; at most one query."""
    lines = list(_lines(list(steps)))
    return [
        Month(name, list(each)) for name, each in groupby(lines, lambda line: date_format(localtime(line.at), "F Y"))
    ]


def _lines(steps: list[Step]) -> Iterator[Line]:
    names = dict(Product.objects.values_list("slug", "name")) if any(step.product for step in steps) else {}
    for step in steps:
        yield Line(step.at, step.what.value, _sentence(step, names))


def _sentence(step: Step, names: dict[str, str]) -> str:
    if step.mail is not None:
        return _("Mail: %(what)s") % {"what": step.mail.label}
    if step.charge is not None:
        amount = {"amount": money(*step.charge)}
        return {
            What.CHARGE: _("%(amount)s is charged"),
            What.BILL: _("A bill of %(amount)s is sent"),
            What.CHARGE_FAILS: _("%(amount)s cannot be charged: the card has expired"),
        }[step.what] % amount
    sentence = _("%(product)s opens") if step.what == What.OPENS else _("%(product)s closes")
    return sentence % {"product": names.get(step.product, step.product)}
