"""Lists move in with their proof: nobody is signed up without one, and who left there or here stays left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memberships.importing.files import MovingRefused
from memberships.models import MovingIn, MovingRow
from memberships.people import holdings
from newsletters import consents, signups, silence, suppression
from newsletters.importing import moving_in, taking
from newsletters.models import ListImport, ListImportRow, Message, Recipient, Signup, SignupAct, Stream, Suppression
from tests.newsletters.builders import AT, newsletter, person, pro, recipient
from tests.newsletters.importing.lists import (
    MAILCHIMP,
    PROVED,
    WORDS,
    brought,
    mailchimp,
    moved,
    table,
    verdicts,
    wish,
    worked,
)

pytestmark = pytest.mark.django_db
HERE = signups.Consent("here", "Words of ours.", "192.0.2.7")


def unproved(*emails: str) -> bytes:
    return table(MAILCHIMP, *({"Email Address": each} for each in emails))


def everything() -> tuple[object, ...]:
    return (
        sorted(Signup.objects.values_list("recipient__email", "newsletter", "state")),
        sorted(Suppression.objects.values_list("recipient__email", "stream", "reason")),
        SignupAct.objects.count(),
        Message.objects.count(),
    )


def test_proof_is_kept_and_what_left_or_was_lost_is_never_written_to():
    letter = newsletter()
    made = brought(
        mailchimp("Ann@example.org", unsubscribed=("left@example.org",), cleaned=("lost@example.org",)), wish(letter)
    )
    assert verdicts(made) == {
        "ann@example.org": ("signs_up", "proved"),
        "left@example.org": ("stops", "left"),
        "lost@example.org": ("stops", "lost"),
    }
    assert not Recipient.objects.exists(), "a dry run writes nothing"

    assert moved(made).state == "written"
    signup, act = Signup.objects.get(), SignupAct.objects.get(kind="imported")
    assert (signup.recipient.email_as_typed, signup.state, signup.source) == (
        "Ann@example.org",
        "confirmed",
        "Mailchimp",
    )
    assert signup.requested_at == datetime(2024, 2, 3, 10, tzinfo=UTC)
    assert signup.confirmed_at == datetime(2024, 2, 3, 10, 5, tzinfo=UTC)
    assert (act.words, act.address_hash, act.at) == (WORDS, consents.hash_of("198.51.100.7"), AT)
    assert act.proof["confirm_time"] == "2024-02-03 10:05:00"
    assert "198.51.100.7" not in str(list(ListImportRow.objects.values()) + list(SignupAct.objects.values()))
    assert dict(Suppression.objects.values_list("recipient__email", "reason")) == {
        "left@example.org": "asked", "lost@example.org": "hard_bounce",
    }  # fmt: skip
    assert SignupAct.objects.get(kind="stopped").recipient.email == "left@example.org"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("said", "verdict", "states"),
    [
        ({}, ("left_out", "unproved"), []),
        ({"unproved": "ask"}, ("is_asked", "unproved"), ["pending"]),
        ({"unproved": "vouch", "word": "They signed a card at our stand."}, ("signs_up", "vouched"), ["confirmed"]),
    ],
)
def test_nobody_is_signed_up_without_a_proof_unless_staff_give_their_word(said, verdict, states):
    letter = newsletter()
    made = brought(unproved("ann@example.org"), wish(letter, **said))
    assert verdicts(made) == {"ann@example.org": verdict}
    moved(made)
    assert list(Signup.objects.values_list("state", flat=True)) == states
    assert Message.objects.filter(kind="confirm_signups").count() == (states == ["pending"])
    if states == ["confirmed"]:
        assert SignupAct.objects.get().proof["word"] == said["word"]


def test_a_word_is_not_for_who_never_confirmed_nor_for_a_day_to_come():
    raw = table(
        "email,status,created_at",
        {"email": "ann@example.org", "status": "pending", "created_at": "2024-01-01"},
        {"email": "bob@example.org", "created_at": "2031-01-01"},
    )
    made = brought(raw, wish(newsletter(), source="table", unproved="vouch", word="They agreed."))
    assert verdicts(made) == {
        "ann@example.org": ("left_out", "unconfirmed"), "bob@example.org": ("left_out", "later"),
    }  # fmt: skip


def test_what_was_chosen_here_stays_and_what_another_file_brought_does_not():
    letter, other = newsletter(), newsletter()
    for email in ("chose@example.org", "left@example.org", "both@example.org"):
        signups.join(recipient(email), [letter], HERE, AT)
    signups.leave(recipient("left@example.org"), letter, AT)
    suppression.suppress(recipient("spam@example.org"), Stream.NEWSLETTERS, Suppression.Reason.COMPLAINT, AT)
    moved(
        brought(
            mailchimp(*(f"{name}@example.org" for name in ("left", "spam", "both", "new", "kept"))), wish(letter, other)
        )
    )
    silence.keep(recipient("kept@example.org"), letter, HERE, AT)
    assert dict(Signup.objects.filter(newsletter=letter).values_list("recipient__email", "state")) == {
        "chose@example.org": "confirmed", "left@example.org": "left", "both@example.org": "confirmed",
        "new@example.org": "confirmed", "kept@example.org": "confirmed",
    }  # fmt: skip
    assert set(other.signups.values_list("recipient__email", flat=True)) == {
        "left@example.org", "both@example.org", "new@example.org", "kept@example.org",
    }  # fmt: skip
    gone = mailchimp(
        unsubscribed=("chose@example.org", "new@example.org", "kept@example.org"), cleaned=("both@example.org",)
    )
    second = moved(brought(gone, wish(letter)))
    assert verdicts(second) == {
        "chose@example.org": ("stays", "chosen"), "both@example.org": ("stays", "chosen"),
        "new@example.org": ("stops", "left"), "kept@example.org": ("stays", "chosen"),
    }  # fmt: skip
    assert set(Signup.objects.filter(recipient__email="new@example.org").values_list("state", flat=True)) == {"left"}
    assert Suppression.objects.get(recipient__email="spam@example.org").reason == "complaint"


def test_who_is_asked_waits_for_their_hour(monkeypatch):
    monkeypatch.setattr(moving_in, "MOST_ASKED_AN_HOUR", 2)
    emails = [f"reader{number}@example.org" for number in range(5)]
    made = moved(brought(unproved(*emails), wish(newsletter(), unproved="ask")))
    assert (made.state, Message.objects.count()) == ("writing", 2)
    assert worked(made, AT + timedelta(minutes=59)).state == "writing"
    for hours, asked in ((1, 4), (2, 5)):
        worked(made, AT + timedelta(hours=hours, minutes=1))
        assert Message.objects.count() == asked
    made.refresh_from_db()
    assert made.state == "written"


def test_who_is_killed_at_any_line_goes_on_and_does_nothing_twice(monkeypatch):
    letter = newsletter()
    made = brought(mailchimp("a@example.org", "b@example.org", unsubscribed=("c@example.org",)), wish(letter))
    moving_in.start(made)
    whole, done = taking.take, []

    def dies(*args):
        if len(done) == 1:
            with transaction.atomic():
                whole(*args)
                done.append(args)
                raise KeyboardInterrupt
        done.append(args)
        whole(*args)

    monkeypatch.setattr(taking, "take", dies)
    with pytest.raises(KeyboardInterrupt):
        moving_in.work(lambda: AT)
    assert ListImportRow.objects.filter(state="done").count() == Recipient.objects.count() == 1
    assert worked(made).state == "written"
    assert len({args[0] for args in done}) == ListImportRow.objects.filter(state="done").count() == 3
    assert SignupAct.objects.count() == 3
    stood = verdicts(made)
    monkeypatch.setattr(taking, "take", whole)
    for row in made.rows.all():
        taking.take(row.pk, made, [letter], AT)
    assert verdicts(made) == stood


def test_a_file_somebody_else_works_on_is_theirs_until_their_claim_is_over():
    made = brought(mailchimp("ann@example.org"), wish(newsletter()))
    moving_in.start(made)
    ListImport.objects.update(claimed_until=AT + timedelta(minutes=1))
    assert worked(made).state == "writing"
    assert not Signup.objects.exists()
    assert worked(made, AT + timedelta(minutes=2)).state == "written"


def test_an_erasure_takes_their_lines_out_and_what_they_said():
    user, letter = person("ann@example.org"), newsletter()
    lines = [{"Email Address": each, **PROVED} for each in ("Ann@example.org", "ann@EXAMPLE.org", "bob@example.org")]
    made = moved(brought(table(MAILCHIMP, *lines, {"Email Address": "<ann@example.org>"}), wish(letter)))
    members = MovingIn.objects.create(
        source="ghost", asked_at=AT, comps_until=AT, product=pro(), problems=made.problems
    )
    assert "ann@example" in str(made.problems).lower()
    for holding in holdings.every():
        if holding.model in {Recipient, MovingRow}:
            holding.erase(user, AT)
    for each in (made, members):
        each.refresh_from_db()
        assert sorted(each.problems) == [
            [3, "… stands on line 2 too. What line 2 says was taken."],
            [5, "“<…>” is no email address."],
        ]
    assert [row.email for row in made.rows.all()] == ["bob@example.org"]
    assert [act.recipient.email for act in SignupAct.objects.all()] == ["bob@example.org"]


def test_what_cannot_be_written_is_told_and_nobody_else_waits_for_it():
    letter = newsletter()
    made = brought(unproved("ann@example.org", "bob@example.org"), wish(letter, unproved="ask"))
    made.rows.filter(email="ann@example.org").update(email_as_typed="no address")
    assert moved(made).state == "written"
    assert made.rows.get(email="ann@example.org").state == "failed"
    assert Signup.objects.get().recipient.email == "bob@example.org"
    moving_in.look_again(made)
    assert verdicts(worked(made))["ann@example.org"] == ("is_asked", "unproved")


def test_a_file_that_is_worked_on_is_not_forgotten_and_one_without_anybody_is_refused():
    letter = newsletter(product=pro())
    with pytest.raises(MovingRefused, match="nobody in this file"):
        brought(mailchimp(), wish(letter))
    made = brought(mailchimp("ann@example.org"), wish(letter))
    assert verdicts(made) == {"ann@example.org": ("stays", "chosen")}, "a list of members is chosen by members, here"
    moving_in.start(made)
    for act in (moving_in.forget, moving_in.start, moving_in.look_again):
        with pytest.raises(MovingRefused):
            act(made)
    moving_in.forget(worked(made))
    assert not ListImportRow.objects.exists()


STANDINGS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from(["subscribed", "unsubscribed", "cleaned", "pending"]), st.booleans()
    ),
    min_size=1,
    max_size=6,
)
ACTS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["join", "leave", "leave_all", "ask"])), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STANDINGS, ACTS, st.sampled_from(["refuse", "ask", "vouch"]))
def test_twice_is_once_and_a_stop_is_never_lifted(db, rows, acts, unproved):
    with transaction.atomic():
        letter = newsletter()
        for name, act in acts:
            reader = recipient(f"{name}@example.org")
            {
                "join": lambda one: signups.join(one, [letter], HERE, AT),
                "leave": lambda one: signups.leave(one, letter, AT),
                "leave_all": lambda one: signups.leave_all(one, AT),
                "ask": lambda one: signups.request(one.email, [letter], HERE, AT),
            }[act](reader)
        stops = set(Suppression.objects.values_list("pk", "reason"))
        stood = set(Signup.objects.values_list("pk", "state"))
        written = [
            {"email": f"{name}@example.org", "status": standing, "created_at": "2024-01-01" if proved else ""}
            for name, standing, proved in rows
        ]
        said = wish(letter, source="table", unproved=unproved, word="They agreed.")
        raw = table("email,status,created_at", *written)
        moved(brought(raw, said))
        once = everything()
        moved(brought(raw, said))
        assert everything() == once
        assert stops <= set(Suppression.objects.values_list("pk", "reason"))
        assert stood <= set(Signup.objects.values_list("pk", "state"))
        transaction.set_rollback(True)
