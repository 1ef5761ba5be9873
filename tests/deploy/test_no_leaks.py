"""The contract of tests/contracts/test_no_leaks.py, through real edges, after a member has filled them."""

from __future__ import annotations

from tests.contracts import leaks
from tests.deploy.calling import Caller, kept
from tests.factories.memberships import make_member, make_reader


def test_no_copy_shows_what_is_paid_for_to_whom_it_is_closed(edge):
    whole = leaks.build()
    memo, member = whole.memo.get_absolute_url(), edge.as_user(make_member())
    people = [edge.anew(), edge.as_user(make_reader()), edge.as_user(make_member("Lapsed", days=-1))]
    for address in leaks.surfaces(whole):
        member.get(address)
    for caller in people * 2:

        def ask(address: str, caller: Caller = caller) -> tuple[int, str]:
            member.get(address)
            reply = caller.get(address)
            return reply.status, reply.text

        assert leaks.found_by(ask, whole) == {}
    assert leaks.shown(kept(lambda: member.get(memo)).text) == list(leaks.CANARIES)
