from datetime import timedelta

import pytest

from benchmarks.startup import free_port
from memberships import valkey
from newsletters import floodgate
from newsletters.floodgate import PATIENCE, Attempt, OnceMore, admit, attacks, counters, limits, stamps
from newsletters.floodgate.admission import MOST_WAITED
from newsletters.signups import SignupError
from tests.newsletters.builders import AT, newsletter, subscriber
from tests.newsletters.gatekeeping import ripe, solution

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
EMAIL, ADDRESS = "ann@example.org", "192.0.2.7"


@pytest.fixture
def guarded():
    attacks.guard(AT + timedelta(hours=1))


@pytest.fixture
def cacheless(settings, monkeypatch):
    settings.CACHE_URL = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(counters, "_valkey", valkey.connect)
    monkeypatch.setattr(counters, "_circuit", valkey.Circuit(counters.log, "Sign-ups are not counted"))


def attempt(email=EMAIL, age=PATIENCE, **fields) -> Attempt:
    return Attempt(email, ADDRESS, **{"shown": floodgate.stamp(AT - age), **fields})


def worked(email=EMAIL, shown="") -> Attempt:
    shown = shown or ripe(AT)
    return Attempt(email, ADDRESS, shown=shown, answer=solution(shown, email))


def count_until_refused(addresses) -> int:
    """How many sign-ups pass, each for another mailbox at another domain."""
    passed = 0
    for number, address in enumerate(addresses):
        try:
            limits.refuse_flood(f"r@d{number}.example", address)
        except SignupError:
            break
        passed += 1
    return passed


@pytest.mark.parametrize(
    ("spread", "most"),
    [
        ("192.0.2.7", limits.MOST_PER_LINE),
        ("192.0.2.{}", limits.MOST_PER_NEIGHBOURHOOD),
        ("::ffff:192.0.2.{}", limits.MOST_PER_NEIGHBOURHOOD),
        ("2001:db8:1:2::{}", limits.MOST_PER_LINE),
        ("2001:db8:1:{}::1", limits.MOST_PER_NEIGHBOURHOOD),
    ],
)
def test_network_is_counted_as_wide_as_one_hand_has_it(spread, most):
    assert count_until_refused(spread.format(number) for number in range(most + 5)) == most


def test_networks_further_apart_do_not_meet():
    assert count_until_refused(f"10.0.{number}.1" for number in range(120)) == 120
    assert count_until_refused(f"2001:db8:{number}::1" for number in range(120)) == 120


def test_nobody_s_address_stands_in_the_cache_and_nothing_for_longer_than_its_hour():
    admit(attempt(), AT)
    server = valkey.connect()
    keys = list(server.scan_iter(f"{valkey.prefix()}:sign-ups:*"))
    assert len(keys) == 5  # the minute, the mailbox, the line, its neighbourhood, the domain
    assert not any(word in key for key in keys for word in (b"ann", b"example", b"192"))
    assert all(0 < server.ttl(key) <= limits.HOUR for key in keys)


@pytest.mark.parametrize(
    ("domain", "free"),
    [
        ("gmail.com", limits.FREE_AT_A_HOST),
        ("ministry.example", limits.FREE_AT_A_KNOWN),
        ("seen.ministry.example", limits.FREE_AT_AN_UNSEEN),
        ("unseen.example", limits.FREE_AT_AN_UNSEEN),
    ],
)
def test_crowded_domain_works_and_then_waits_an_hour_with_a_sentence(domain, free):
    subscriber(newsletter(), "bob@ministry.example")
    counters.put(f"domain:{domain}", free - 1, limits.HOUR)
    admit(attempt(f"r1@{domain}"), AT)
    with pytest.raises(OnceMore) as once_more:
        admit(attempt(f"r2@{domain}", age=floodgate.QUICKEST), AT)
    assert once_more.value.wants_work
    admit(worked(f"r2@{domain}"), AT)
    counters.put(f"domain:{domain}", free * limits.TIMES_WITH_WORK, limits.HOUR)
    with pytest.raises(SignupError, match=rf"addresses at {domain} within the hour\. Try again in an hour"):
        admit(worked(f"r3@{domain}"), AT)


def test_attack_is_seen_by_how_many_forms_come():
    for _form in range(attacks.MOST_A_MINUTE):
        attacks.note_form(AT)
    assert not attacks.is_on(AT)
    attacks.note_form(AT + timedelta(minutes=1))
    assert not attacks.is_on(AT)
    attacks.note_form(AT)
    assert attacks.is_on(AT)


def test_attack_is_seen_by_how_many_fill_in_what_nobody_sees():
    for _form in range(attacks.MOST_TRAPPED + 1):
        assert not attacks.is_on(AT)
        with pytest.raises(SignupError, match="must stay empty"):
            admit(attempt(trap="https://spam.example"), AT)
    assert attacks.is_on(AT)


@pytest.mark.parametrize(("confirmed", "is_attack"), [(9, True), (10, False)])
def test_attack_is_seen_by_how_few_confirm(confirmed, is_attack):
    for number in range(attacks.FEWEST_ASKED):
        attacks.note_asked(AT)
        if number < confirmed:
            attacks.note_confirmed(f"token {number}", AT + timedelta(minutes=number))
            attacks.note_confirmed(f"token {number}", AT + timedelta(minutes=number))
    assert not attacks.is_on(AT)
    attacks.note_asked(AT + timedelta(hours=1))
    assert attacks.is_on(AT) is is_attack


def test_solution_opens_once_and_for_its_address_alone(guarded):
    form = worked()
    with pytest.raises(OnceMore) as other:
        admit(Attempt("bob@example.org", ADDRESS, shown=form.shown, answer=form.answer), AT)
    assert (other.value.shown, other.value.wants_work) == (form.shown, True)
    admit(form, AT)
    with pytest.raises(OnceMore) as again:
        admit(form, AT)
    assert again.value.shown != form.shown


def test_who_runs_no_script_waits_with_the_stamp_they_have(guarded):
    shown = floodgate.stamp(AT)
    for seconds in (5, 19):
        with pytest.raises(OnceMore) as once_more:
            admit(Attempt(EMAIL, ADDRESS, shown=shown), AT + timedelta(seconds=seconds))
        assert once_more.value.shown == shown
    admit(Attempt(EMAIL, ADDRESS, shown=shown), AT + timedelta(seconds=20))
    counters.put("waited", MOST_WAITED, limits.HOUR)
    with pytest.raises(SignupError, match="Try again in an hour, switch JavaScript on, or sign in"):
        admit(attempt(), AT)
    admit(worked(), AT)


def test_form_without_a_stamp_is_timed_by_the_page_it_is_answered_with():
    for shown in ("", floodgate.stamp(AT - stamps.LIVES - timedelta(seconds=1))):
        with pytest.raises(OnceMore) as once_more:
            admit(Attempt(EMAIL, ADDRESS, shown=shown), AT)
        assert not once_more.value.wants_work
        with pytest.raises(SignupError, match="faster than people type"):
            admit(Attempt(EMAIL, ADDRESS, shown=once_more.value.shown), AT)
        admit(Attempt(EMAIL, ADDRESS, shown=once_more.value.shown), AT + floodgate.QUICKEST)


def test_without_the_cache_every_form_works_and_none_is_lost(cacheless):
    with pytest.raises(OnceMore):
        admit(attempt(age=floodgate.QUICKEST), AT)
    admit(worked(), AT)
    admit(attempt(), AT)


def test_guard_by_hand_ends_by_itself():
    attacks.guard(AT + timedelta(hours=1))
    assert attacks.is_on(AT)
    assert not attacks.is_on(AT + timedelta(hours=1))
    attacks.guard(None)
    assert not attacks.is_on(AT)
