from __future__ import annotations

import pytest

from memberships.teams import contracts, invitations, seats
from memberships.teams.contracts import SeatError
from memberships.teams.seats import OPEN_FOR
from tests.memberships.builders import DAY, NOW, person, team
from tests.memberships.teams.seating import offered

pytestmark = pytest.mark.django_db


def test_an_invitation_is_for_the_address_it_was_sent_to():
    room = team()
    token = invitations.token_for(offered(room, "ada@quay.example"))

    with pytest.raises(SeatError, match=r"for ada@quay\.example, and you are signed in as bob@quay\.example"):
        seats.accept(token, person("bob@quay.example"), NOW)


def test_an_address_not_yet_confirmed_does_not_open_an_invitation():
    room = team()
    token = invitations.token_for(offered(room, "ada@quay.example"))

    with pytest.raises(SeatError, match=r"for ada@quay\.example"):
        seats.accept(token, person("ada@quay.example", is_confirmed=False), NOW)


def test_accepting_twice_is_one_seat():
    room, reader = team(), person()
    token = invitations.token_for(offered(room, reader.email))

    first, second = seats.accept(token, reader, NOW), seats.accept(token, reader, NOW + DAY)

    assert (first.pk, second.accepted_at) == (second.pk, NOW)


def test_an_invitation_that_ran_out_or_was_taken_back_says_so():
    room, reader = team(), person()
    seat = offered(room, reader.email)
    token = invitations.token_for(seat)

    with pytest.raises(SeatError, match="ran out after 14 days"):
        seats.accept(token, reader, NOW + OPEN_FOR)
    seats.release(seat, room.owner, NOW)
    with pytest.raises(SeatError, match="taken back or ran out"):
        seats.accept(token, reader, NOW)


def test_the_token_of_an_earlier_invitation_does_not_open_the_later_one():
    room, reader = team(), person()
    old = offered(room, reader.email)
    seats.release(old, room.owner, NOW)
    offered(room, reader.email, NOW + DAY)

    with pytest.raises(SeatError, match="taken back"):
        seats.accept(invitations.token_for(old), reader, NOW + DAY)


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c", "eyJ9:x", "\x00"])
def test_a_token_we_did_not_make_is_refused(token):
    with pytest.raises(SeatError, match="not complete"):
        seats.accept(token, person(), NOW)


def test_a_token_with_one_letter_changed_is_refused():
    token = invitations.token_for(offered(team(), "ada@quay.example"))

    with pytest.raises(SeatError, match="not complete"):
        seats.accept(token[:-1] + ("A" if token[-1] != "A" else "B"), person("ada@quay.example"), NOW)


def test_a_contract_that_is_over_gives_no_seats():
    room, reader = team(), person()
    token = invitations.token_for(offered(room, reader.email, contracts.ends_at(room) - DAY))

    with pytest.raises(SeatError, match=r"contract of .* is over"):
        seats.accept(token, reader, contracts.ends_at(room))
    with pytest.raises(SeatError, match=r"contract of .* is over"):
        seats.invite(room, ["late@quay.example"], room.owner, contracts.ends_at(room))
