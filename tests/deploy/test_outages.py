"""While the application is away the edge gives what it has, to whom it was made for, and nothing else."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.deploy.calling import Caller, is_from_edge, kept
from tests.deploy.conftest import started, started_front
from tests.factories.articles import OPENING, SECRET, make_article
from tests.factories.memberships import make_member, make_reader


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


def test_pages_that_were_kept_are_given_while_the_application_is_away(program, house, node, tmp_path, stack):
    with started(house.folder, house.prefix) as url:
        edge = Caller(stack.enter_context(started_front(program, tmp_path, replace(house, url=url))))
        closed, free, unread = (make_article(kind=kind).get_absolute_url() for kind in ("memo", "news", "memo"))
        member, reader = edge.as_user(make_member()), edge.as_user(make_reader())
        for address in (closed, free):
            kept(lambda address=address: edge.get(address))
            kept(lambda address=address: member.get(address))
        reader.get(closed)
    for _time in range(3):
        for address in (closed, free):
            stranger = edge.get(address)
            assert (stranger.status, is_from_edge(stranger)) == (200, True)
            assert (SECRET in stranger.text) == (address == free)
        assert SECRET in member.get(closed).text
        assert SECRET not in reader.get(closed).text
        unknown = edge.as_user(make_member())
        reply = unknown.get(closed)
        assert reply.status == 200
        assert OPENING in reply.text
        assert SECRET not in reply.text
        assert edge.get(unread).status in {502, 503}
