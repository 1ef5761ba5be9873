from __future__ import annotations

from datetime import timedelta

import pytest

from memberships.models import AuditEntry, Seat
from memberships.readers import reader_for
from memberships.teams import contracts, invitations, seats
from memberships.teams.seats import OPEN_FOR, addresses_in
from tests.memberships.builders import DAY, NOW, person, team
from tests.memberships.teams.seating import offered, outcomes, seated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@x.org, b@x.org;c@x.org\nd@x.org e@x.org", ["a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org"]),
        ('"Ada L." <ada@x.org>, Bob <bob@x.org>', ["ada@x.org", "bob@x.org"]),
        ("a@x.org A@X.org a@x.org", ["A@X.org"]),
        ("mailto:a@x.org.", ["mailto:a@x.org"]),
        ("a@x.org\tb@x.org||c@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        ("ada(at)x.org", ["ada", "at", "x.org"]),
        (" ,;\n ", []),
    ],
)
def test_addresses_are_found_whatever_stands_between_them(text, expected):
    assert [word.lower() for word in addresses_in(text)] == [word.lower() for word in expected]


@pytest.mark.django_db
def test_the_sixth_of_five_is_refused_with_the_limit_and_what_to_do(announced):
    room = team(seats=5)
    with announced() as told:
        results = seats.invite(room, [f"reader{number}@quay.example" for number in range(6)], room.owner, NOW)

    assert outcomes(results) == ["invited"] * 5 + ["full"]
    assert results[5].sentence == (
        "reader5@quay.example is not invited: all 5 seats are taken. Release one first, or write to us for more."
    )
    assert told == ["seat_offered"] * 5


@pytest.mark.django_db
def test_each_address_gets_an_answer_of_its_own():
    room = team(seats=9)
    reader = seated(room)
    offered(room, "waiting@quay.example")

    results = seats.invite(
        room,
        [
            "fresh@quay.example",
            reader.email.upper(),
            "WAITING@quay.example",
            "nonsense",
            "FRESH@quay.example",
            "x" * 250 + "@a.io",
        ],
        room.owner,
        NOW,
    )

    assert outcomes(results) == ["invited", "already", "already", "invalid", "already", "invalid"]
    assert "has a seat already" in results[1].sentence
    assert "has not answered yet" in results[2].sentence
    assert "Check how it is spelt" in results[3].sentence


@pytest.mark.django_db
def test_somebody_who_sits_under_another_address_is_not_invited_again():
    room, reader = team(), person("old@quay.example")
    seats.accept(invitations.token_for(offered(room, "old@quay.example")), reader, NOW)
    reader.email = "new@quay.example"
    reader.save()

    assert outcomes(seats.invite(room, ["new@quay.example"], room.owner, NOW)) == ["already"]


@pytest.mark.django_db
def test_a_pending_invitation_holds_its_seat_until_it_runs_out():
    room = team(seats=1)
    offered(room, "first@quay.example")

    just_before = seats.invite(room, ["second@quay.example"], room.owner, NOW + OPEN_FOR - timedelta(seconds=1))
    at_the_end = seats.invite(room, ["second@quay.example"], room.owner, NOW + OPEN_FOR)

    assert (outcomes(just_before), outcomes(at_the_end)) == (["full"], ["invited"])
    assert Seat.objects.get(email="first@quay.example").state == Seat.State.RELEASED


@pytest.mark.django_db
def test_the_owner_counts_only_when_seated():
    room = team(seats=1)

    assert seats.occupancy(room, NOW).free == 1
    assert outcomes(seats.invite(room, [room.owner.email], room.owner, NOW)) == ["invited"]
    assert seats.occupancy(room, NOW).free == 0


@pytest.mark.django_db
def test_a_colleague_who_accepts_reads_and_one_released_reads_no_more(announced):
    room = team()
    contracts.settle(room, NOW)
    with announced() as told:
        reader = seated(room)
    assert told == ["seat_offered", "seat_taken"]
    assert reader_for(reader, NOW).holds("pro", NOW)

    assert seats.release(Seat.objects.get(user=reader), room.owner, NOW + DAY)

    assert not reader_for(reader, NOW + DAY).holds("pro", NOW + DAY)
    assert not seats.release(Seat.objects.get(user=reader), room.owner, NOW + DAY), "a second time changes nothing"


@pytest.mark.django_db
def test_a_team_reads_from_the_first_day_to_the_last_where_the_publication_is_at_home(settings):
    settings.TIME_ZONE = "Asia/Beirut"
    room = team()
    contracts.settle(room, NOW - 60 * DAY)
    reader = seated(room)
    first, last = contracts.begins_at(room), contracts.ends_at(room)
    tick = timedelta(seconds=1)

    held = [reader_for(reader, at).holds("pro", at) for at in (first - tick, first, last - tick, last)]

    assert held == [False, True, True, False]
    assert first.isoformat() == "2026-11-01T00:00:00+02:00"


@pytest.mark.django_db
def test_a_shorter_contract_ends_earlier_and_keeps_the_past():
    room = team()
    contracts.settle(room, NOW)
    reader = seated(room)
    room.ends_on = (NOW + 9 * DAY).date()
    room.save()

    contracts.settle(room, NOW + DAY)

    assert reader_for(reader, NOW + 8 * DAY).holds("pro", NOW + 8 * DAY)
    assert not reader_for(reader, NOW + 10 * DAY).holds("pro", NOW + 10 * DAY)
    assert reader_for(reader, NOW).holds("pro", NOW)


@pytest.mark.django_db
def test_every_act_is_written_down_with_who_did_it():
    room = team()
    reader = seated(room)
    seats.release(Seat.objects.get(user=reader), room.owner, NOW)

    acts = AuditEntry.objects.filter(subject_id=str(room.public_id)).order_by("id").values_list("verb", "actor_label")
    assert list(acts) == [
        ("seats offered", room.owner.email),
        ("seat taken", reader.email),
        ("seat released", room.owner.email),
    ]


@pytest.mark.django_db
def test_inviting_many_costs_no_more_questions_than_inviting_few(django_assert_num_queries):
    few, many = team(seats=400), team(seats=400)

    with django_assert_num_queries(8):
        seats.invite(few, ["a@quay.example"], few.owner, NOW)
    with django_assert_num_queries(8):
        seats.invite(many, [f"a{number}@quay.example" for number in range(300)], many.owner, NOW)


@pytest.mark.django_db
def test_expired_invitations_of_every_team_are_freed():
    rooms = [team(), team()]
    for room in rooms:
        offered(room, "a@quay.example")
    offered(rooms[0], "later@quay.example", NOW + DAY)

    assert seats.release_expired(NOW + OPEN_FOR) == 2
    assert seats.release_expired(NOW + OPEN_FOR) == 0
