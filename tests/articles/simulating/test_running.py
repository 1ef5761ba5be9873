"""A trial from the question to its figures: what it counts, what it asks the database, and runs that die."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import simulating
from articles.models import AccessRule, NotedReading, SimulatedReader, Simulation
from articles.simulating import running, trials
from articles.simulating.tally import Tally
from articles.tasks import forget_noted_readings, simulate
from memberships import clock, metering, reading_rules
from memberships.models import ReadingRule, User
from tests.articles.builders import terms
from tests.articles.simulating.builders import noted
from tests.factories.articles import make_article, section
from tests.factories.memberships import make_member, make_reader, make_staff

pytestmark = pytest.mark.django_db


def ask(
    allowance: int = 1,
    registered: int = 1,
    rules: tuple[AccessRule, ...] = (),
    ways: tuple[ReadingRule, ...] = (),
) -> Simulation:
    return simulating.ask(make_staff("Operator"), allowance, registered, list(rules), list(ways), clock.now())


def tried(*args, **kwargs) -> Simulation:
    trial = ask(*args, **kwargs)
    simulate()
    trial.refresh_from_db()
    return trial


@pytest.fixture
def month() -> dict[str, User]:
    """Five metered texts, each read by a stranger, an account, a member and a colleague. Three a month are free now."""
    terms(allowance=3, registered_allowance=3)
    people = {"account": make_reader("Ada"), "member": make_member("Mia"), "staff": make_staff("Journalist")}
    begins = clock.now().replace(day=1, hour=12) if clock.now().day > 2 else clock.now() - timedelta(days=20)
    stories = [make_article(access="metered", at=begins - timedelta(days=1)) for _number in range(5)]
    for number, story in enumerate(stories):
        for reader in ("stranger", *people.values()):
            noted(story, begins + timedelta(minutes=number), reader)
    return people


def test_both_sides_are_counted_by_who_read(month):
    trial = tried(allowance=1, registered=4)
    result = trial.result
    assert trial.state == "done"
    assert result["readings"] == {"stranger": 5, "account": 10, "member": 5}
    assert result["visitors"] == {"stranger": 1, "account": 2, "member": 1}
    assert result["now"]["walls"] == {"stranger": 2, "account": 2}
    assert result["proposed"]["walls"] == {"stranger": 4, "account": 1}
    assert result["proposed"]["readers"] == {"stranger": 1, "account": 1}
    assert result["now"]["reasons"] == {"metered": 6, "meter_spent": 4, "entitled": 5, "staff": 5}
    assert (trial.readings_done, trial.readings_total, trial.claim) == (20, 20, None)


def test_people_for_whom_it_changes_are_named(month):
    trial = tried(allowance=3, registered=5)
    assert (trial.result["closed_to"], trial.result["opened_to"]) == (0, 1)
    (row,) = trial.readers.all()
    assert (row.user, row.closed, row.opened) == (month["account"], 0, 2)
    terms(registered_allowance=5)
    (row,) = tried(allowance=3, registered=3).readers.all()
    assert (row.user, row.closed, row.opened) == (month["account"], 2, 0)


def test_person_who_leaves_is_out_of_every_trial(month):
    trial = tried(allowance=3, registered=5)
    month["account"].emailaddress_set.all().delete()
    month["account"].delete()
    assert not trial.readers.exists()


def test_names_in_a_trial_are_kept_no_longer_than_the_log(month):
    trial = tried(allowance=3, registered=5)
    Simulation.objects.filter(pk=trial.pk).update(asked_at=clock.now() - timedelta(days=31))
    forget_noted_readings()
    assert not SimulatedReader.objects.exists()
    assert Simulation.objects.get(pk=trial.pk).result["opened_to"] == 1


def test_rule_that_is_not_in_force_can_be_tried():
    text = make_article("Free now", section=section("Business"))
    other = make_article(section=section("Politics"))
    at = clock.now()
    for article in (text, text, other):
        noted(article, at, "stranger")
    rule = AccessRule.objects.create(
        name="Business asks for an account", section=text.section, access="registered", is_in_force=False
    )
    result = tried(rules=(rule,)).result
    assert result["now"]["walls"] == {}
    assert result["proposed"]["reasons"] == {"needs_login": 2, "public": 1}
    assert result["sections"] == [[text.section_id, 2, 0, 2], [other.section_id, 1, 0, 0]]
    assert result["formats"] == [[text.format_id, 3, 0, 2]]
    assert result["texts"] == [[text.pk, 2, 0, 2]]


def test_reading_rule_not_in_force_can_be_tried_on_how_readers_came(month):
    NotedReading.objects.filter(user=None).update(referrer="news.google.com")
    rule = ReadingRule.objects.create(
        name="Search", referrers="google.com", allowance=1, is_in_force=False, starts_at=clock.now() + timedelta(days=9)
    )
    result = tried(allowance=3, registered=3, ways=(rule,)).result
    assert result["now"]["walls"] == {"stranger": 2, "account": 2}
    assert result["proposed"]["walls"] == {"stranger": 4, "account": 2}
    assert result["terms_now"]["reading_rules"] == []


def test_reading_rule_in_force_is_in_the_figures_of_now(month):
    NotedReading.objects.filter(user=None).update(country="LB", campaign="spring")
    rule = ReadingRule.objects.create(name="Spring", countries="LB", campaigns="spring", counts_as="free")
    result = tried(allowance=3, registered=3).result
    assert result["now"]["walls"] == {"account": 2}
    assert result["proposed"]["walls"] == {"stranger": 2, "account": 2}
    assert result["terms_now"]["reading_rules"] == [[rule.pk, "Spring"]]
    rule.delete()


def test_rule_in_force_can_be_left_out():
    text = make_article()
    rule = AccessRule.objects.create(name="All of it", access="registered")
    noted(text, clock.now())
    result = tried().result
    assert (result["now"]["walls"], result["proposed"]["walls"]) == ({"stranger": 1}, {})
    assert result["terms_now"]["rules"] == [[rule.pk, "All of it"]]


def test_what_its_desk_chose_no_rule_touches():
    text = make_article(access="registered")
    rule = AccessRule.objects.create(name="All free", access="free", is_in_force=False)
    noted(text, clock.now())
    assert tried(rules=(rule,)).result["proposed"]["walls"] == {"stranger": 1}


def test_readings_older_than_thirty_days_are_left_out():
    text = make_article()
    noted(text, clock.now() - timedelta(days=31))
    kept = noted(text, clock.now() - timedelta(days=29))
    result = tried().result
    assert result["readings"] == {"stranger": 1}
    assert result["since"] == kept.at.isoformat()


def test_empty_log_gives_no_figures():
    trial = tried()
    assert (trial.state, trial.result["readings"], trial.result["since"]) == ("done", {}, None)


def test_queries_do_not_grow_with_readings(month):
    reading_rules.in_force(clock.now())
    ask()
    with CaptureQueriesContext(connection) as few:
        simulating.run_next(clock.now)
    story, at = make_article(access="metered"), clock.now()
    for number in range(60):
        noted(story, at, f"visitor {number}")
    for _number in range(5):
        noted(story, at, make_reader())
    ask()
    with CaptureQueriesContext(connection) as many:
        simulating.run_next(clock.now)
    assert (len(few), len(many)) == (23, 23)


def test_batches_hold_whole_visitors():
    every = [["a"] * 3, ["b"] * 9, ["c"], ["d"] * 4]
    assert list(running.batches(every, size=5)) == [[["a"] * 3, ["b"] * 9], [["c"], ["d"] * 4]]
    assert list(running.batches([], size=5)) == []


def test_rule_that_was_deleted_before_its_turn_fails_the_trial():
    rule = AccessRule.objects.create(name="Gone", access="free", is_in_force=False)
    trial = ask(rules=(rule,))
    rule.delete()
    assert not simulate()
    trial.refresh_from_db()
    assert (trial.state, trial.get_failure_display()[:14]) == ("failed", "A rule that wa")


def test_trials_are_worked_out_one_at_a_time_and_in_order():
    first, second = ask(), ask()
    at = clock.now()
    running = trials.take_up(at)
    assert running == first
    assert trials.take_up(at + timedelta(seconds=30)) is None
    trials.finish(running, Tally(), {"readings": {}}, at)
    assert trials.take_up(at) == second


def test_database_lets_only_one_run():
    _first, second = ask(), ask()
    trials.take_up(clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Simulation.objects.filter(pk=second.pk).update(state="running", claim="0" * 32, heard_at=clock.now())


def test_run_that_died_is_taken_up_again_and_may_not_write_any_more(month):
    at = clock.now()
    trial = ask()
    dead = trials.take_up(at)
    assert trials.take_up(at + timedelta(minutes=1)) is None
    again = trials.take_up(at + timedelta(minutes=3))
    assert (again, again.attempts) == (trial, 2)
    with pytest.raises(trials.Lost):
        trials.report(dead, 5, 20, at)
    with pytest.raises(trials.Lost):
        trials.finish(dead, Tally(), {}, at)
    trials.report(again, 5, 20, at)
    again.refresh_from_db()
    assert (again.state, again.readings_done) == ("running", 5)


def test_run_that_loses_its_trial_stops_and_writes_nothing(month, monkeypatch):
    """Somebody else takes it up while this run streams."""
    trial = ask()
    at = clock.now()

    def late():
        late.calls += 1
        if late.calls == 2:
            Simulation.objects.filter(pk=trial.pk).update(claim="1" * 32)
        return at

    late.calls = 0
    assert not simulating.run_next(late)
    trial.refresh_from_db()
    assert (trial.state, trial.result) == ("running", None)


def test_trial_that_kills_its_runs_has_failed():
    at = clock.now()
    trial = ask()
    for _attempt in range(trials.MOST_ATTEMPTS):
        assert trials.take_up(at) == trial
        at += timedelta(minutes=3)
    assert trials.take_up(at) is None
    trial.refresh_from_db()
    assert (trial.state, trial.failure) == ("failed", "died")


def test_nothing_is_switched(month):
    rule = AccessRule.objects.create(name="All", access="registered", is_in_force=False)
    tried(allowance=0, registered=0, rules=(rule,))
    assert metering.terms().allowance == 3
    assert not AccessRule.objects.get().is_in_force
