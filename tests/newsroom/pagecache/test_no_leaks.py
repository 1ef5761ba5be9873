"""The contract of tests/contracts/test_no_leaks.py, through the page cache, after a member has filled it."""

from __future__ import annotations

import pytest

from tests.contracts import leaks
from tests.factories.memberships import make_member, make_reader
from tests.newsroom.pagecache.web import Visitor, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("edge", [{}, {"surrogate_capability": 'x="Surrogate/1.0"', "x_edge_tier": "1.pro."}])
def test_no_copy_shows_what_is_paid_for_to_whom_it_is_closed(layer, edge):
    whole = leaks.build()
    member = signed_in(layer, make_member())
    for address in leaks.surfaces(whole):
        member.get(address, **edge)
    assert leaks.shown(member.get(whole.memo.get_absolute_url()).text) == list(leaks.CANARIES)
    people = [Visitor(layer), signed_in(layer, make_reader()), signed_in(layer, make_member("Lapsed", days=-1))]
    for visitor in people * 2:

        def ask(address: str, visitor: Visitor = visitor) -> tuple[int, str]:
            reply = visitor.get(address, **edge)
            return reply.status, reply.text

        assert leaks.found_by(ask, whole) == {}
