from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.core.signing import Signer
from hypothesis import given
from hypothesis import strategies as st

from memberships.metering import tickets
from memberships.models.terms import MOST_ALLOWED

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
COOKIE_LIMIT = 4096


def test_ticket_remembers_what_was_read_on_it():
    item, other = str(uuid4()), str(uuid4())
    again = tickets.read(tickets.written(tickets.fresh(NOVEMBER).with_item(item)), NOVEMBER)
    assert (again.has(item), again.has(other), again.is_new) == (True, False, False)


def test_ticket_of_another_month_is_a_fresh_one():
    old = tickets.fresh(NOVEMBER).with_item("a")
    new = tickets.read(tickets.written(old), DECEMBER)
    assert (new.is_new, new.marks, new.number == old.number) == (True, (), False)


def test_forged_ticket_is_a_fresh_one():
    mine = tickets.written(tickets.fresh(NOVEMBER).with_item("a"))
    foreign = Signer(salt="memberships.metering.tickets", key="x" * 50).sign_object(["n", "2026-11-01", []])
    other_salt = Signer(salt="another").sign_object(["n", "2026-11-01", []])
    for cookie in (mine[:-1], f"x{mine}", foreign, other_salt, "", "::", "\x00"):
        assert tickets.read(cookie, NOVEMBER).is_new, cookie


@given(st.text(max_size=300))
def test_no_cookie_is_too_strange(cookie):
    assert tickets.read(cookie, NOVEMBER).is_new


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=4)))
def test_no_signed_value_of_another_shape_is_believed(value):
    """An older or a later release may have written another shape under the same salt."""
    ticket = tickets.read(Signer(salt="memberships.metering.tickets").sign_object(value), NOVEMBER)
    assert ticket.is_new or all(isinstance(mark, str) for mark in ticket.marks)


def test_full_ticket_fits_a_cookie():
    ticket = tickets.fresh(NOVEMBER)
    for _ in range(MOST_ALLOWED):
        ticket = ticket.with_item(str(uuid4()))
    assert len(tickets.written(ticket)) < COOKIE_LIMIT / 4
