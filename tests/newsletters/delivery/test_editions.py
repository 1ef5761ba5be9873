"""An edition goes to everybody who should have it, once, whatever breaks on the way."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, Value, When

from memberships import clock, entitlements
from memberships.models import AuditEntry
from newsletters import audience, editions, signups, suppression, tasks
from newsletters.delivery import claim, copies
from newsletters.delivery.dispatch import BySmtp
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.models import Claim, Delivery, Edition, Recipient, SendState, Stream, Suppression, Tally
from newsletters.presenting import render_edition
from tests.memberships.stripe.at_work import until
from tests.newsletters.builders import AT, edition, grant_pro, memo, newsletter, person, pro, story, subscriber
from tests.newsletters.sending import send, states, sums
from tests.newsletters.sink import DROP
from tests.newsletters.test_holding_still import is_waited_for

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def letter():
    return newsletter("takeaway", name="The Takeaway", reply_to="desk@corniche.example")


def frozen(letter, readers: int = 3, *stories) -> Edition:
    for number in range(readers):
        subscriber(letter, f"r{number}@example.org")
    made = edition(letter, *stories)
    assert editions.freeze(made, AT)
    return Edition.objects.select_related("newsletter").get(pk=made.pk)


def test_everybody_gets_one_copy_and_the_sum_is_the_audience(sink, letter):
    made = frozen(letter, 5)
    send(made)
    made.refresh_from_db()
    assert sorted(sink.addresses) == [f"r{number}@example.org" for number in range(5)]
    assert (made.state, made.audience_size, states(made)) == ("sent", 5, {"accepted": 5})
    assert made.sent_at == AT


def test_a_copy_carries_what_mail_clients_and_providers_ask_for(sink, letter):
    made = frozen(letter, 1, story("Tea prices rise"))
    send(made)
    ((_address, arrived),) = sink.taken
    reader = Delivery.objects.get().recipient
    assert arrived["Message-ID"] == f"<e{made.public_id.hex}.{reader.public_id.hex}@corniche.example>"
    assert str(arrived["From"]) == "The Corniche <news@corniche.example>"
    assert arrived["Reply-To"] == "desk@corniche.example"
    assert arrived["List-Id"] == "<takeaway.corniche.example>"
    assert arrived["Feedback-ID"] == "takeaway:regular:newsletters:corniche.example"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived["Content-Language"] == "en"
    assert arrived["Auto-Submitted"] is None
    text = arrived.get_body(["plain"]).get_content()
    html = arrived.get_body(["html"]).get_content()
    link = arrived["List-Unsubscribe"].strip("<>")
    assert "/newsletters/unsubscribe/" in link
    for part in (text, html):
        assert link in part
        assert "Tea prices rise" in part
        assert "[[" not in part
    assert len(html.encode()) < 100_000


def test_freezing_twice_adds_nobody(letter):
    made = frozen(letter)
    assert not editions.freeze(made, AT)
    assert audience.freeze(made, AT) == 0
    assert Delivery.objects.count() == 3


def test_edition_whose_stories_were_withdrawn_is_not_sent(letter):
    subscriber(letter)
    withdrawn = story()
    made = edition(letter, withdrawn)
    type(withdrawn).objects.update(state="unpublished")
    assert not editions.freeze(made, AT)
    made.refresh_from_db()
    assert (made.state, Delivery.objects.count()) == ("empty", 0)


def test_who_leaves_or_is_suppressed_after_the_freeze_gets_nothing(sink, letter):
    made = frozen(letter, 3)
    leaver, complainer, stayer = (delivery.recipient for delivery in Delivery.objects.order_by("recipient_id"))
    signups.leave(leaver, letter, AT)
    suppression.suppress(complainer, Stream.NEWSLETTERS, Suppression.Reason.COMPLAINT, AT)
    suppression.suppress(stayer, Stream.TRANSACTIONAL, Suppression.Reason.HARD_BOUNCE, AT)
    send(made)
    made.refresh_from_db()
    assert sink.addresses == [stayer.email]
    assert (states(made), made.state) == ({"suppressed": 2, "accepted": 1}, "sent")


def test_paid_list_goes_to_holders_only_and_ends_with_the_right(sink):
    letter = newsletter(product=pro())
    holder, lapsed, revoked, stranger = (person(f"{name}@example.org") for name in "abcd")
    grant_pro(holder)
    grant_pro(lapsed, until=AT - timedelta(seconds=1))
    origin = grant_pro(revoked)
    for user in (holder, lapsed, revoked, stranger):
        subscriber(letter, user.email)
    subscriber(letter, "no-account@example.org")
    made = edition(letter)
    assert editions.freeze(made, AT)
    made.refresh_from_db()
    assert made.audience_size == 2
    entitlements.revoke(origin, at=AT)
    send(made)
    assert sink.addresses == [holder.email]
    assert states(made) == {"accepted": 1, "suppressed": 1}


def test_seat_in_a_team_is_a_right_to_its_list():
    from tests.memberships.builders import team  # noqa: PLC0415 - only this test needs a team.

    letter, reader = newsletter(product=pro()), person()
    company = team(person())
    company.seats.create(email=reader.email, user=reader, state="active", invited_at=AT, expires_at=AT, accepted_at=AT)
    subscriber(letter, reader.email)
    assert not audience.of(letter, AT).exists()
    origin = entitlements.Origin("seat", "team-1")
    entitlements.grant(company, pro(), origin, starts_at=AT, until=None, at=AT, reason="contract")
    assert audience.of(letter, AT).count() == 1


def test_no_paid_text_stands_in_an_edition(letter):
    content = render_edition(edition(letter, memo("The memo"), story("Free")), AT)
    assert "The memo" in content.text
    assert "Everybody may read this." in content.text
    assert "ferryman" not in content.text + content.html


@pytest.mark.parametrize("answers", [[DROP], ["250 OK", DROP], ["250 OK", "250 OK", DROP]])
def test_line_lost_before_a_message_loses_and_doubles_nobody(sink, letter, answers):
    made = frozen(letter)
    sink.at_rcpt.extend(answers)
    send(made)
    made.refresh_from_db()
    assert made.state == "sending"
    send(made, AT + timedelta(minutes=1))
    made.refresh_from_db()
    assert sorted(sink.addresses) == ["r0@example.org", "r1@example.org", "r2@example.org"]
    assert (made.state, states(made)) == ("sent", {"accepted": 3})


@pytest.mark.parametrize("answers", [[DROP], ["250 OK", DROP], ["250 OK", "250 OK", DROP]])
def test_line_lost_after_a_message_leaves_a_doubt_by_name(sink, letter, answers):
    made = frozen(letter)
    sink.at_data.extend(answers)
    send(made)
    send(made, AT + timedelta(days=1))
    assert sorted(sink.addresses) == ["r0@example.org", "r1@example.org", "r2@example.org"]
    assert states(made) == {"accepted": 2, "uncertain": 1}
    assert Delivery.objects.get(state="uncertain").recipient.email == f"r{len(answers) - 1}@example.org"


def test_refusals_and_deferrals_are_told_apart(sink, letter):
    made = frozen(letter)
    sink.at_rcpt.extend(["550 5.1.1 unknown", "450 4.2.1 full"])
    send(made)
    assert states(made) == {"failed": 1, "queued": 1, "accepted": 1}
    send(made, AT + timedelta(minutes=2))
    assert states(made) == {"failed": 1, "accepted": 2}
    assert sorted(sink.addresses) == ["r1@example.org", "r2@example.org"]


@pytest.mark.parametrize("spoken", [0, 1, 2])
def test_killed_worker_leaves_claims_that_are_settled_by_how_far_they_got(sink, letter, spoken):
    """The worker claims three, begins to hand over some of them, and dies."""
    made = frozen(letter)
    windows = [copies.take(made, AT, limit=1)[0] for _copy in range(3)]
    for window in windows[:spoken]:
        assert window is not None
        assert claim.begin(window.claim, AT)
    send(made, AT + timedelta(minutes=1))
    assert sink.taken == []
    claim.settle_dead(AT + timedelta(minutes=11))
    send(made, AT + timedelta(minutes=12))
    made.refresh_from_db()
    assert len(sink.addresses) == len(set(sink.addresses)) == 3 - spoken
    assert states(made).get("uncertain", 0) == spoken
    assert (made.state, sum(states(made).values())) == ("sent", made.audience_size)


@pytest.mark.parametrize(
    ("verdict", "state"), [("line_down", "uncertain"), ("deferred", "uncertain"), ("refused", "failed")]
)
def test_late_news_settles_a_doubt_and_never_makes_it_wait_again(letter, verdict, state):
    """The sender was taken for dead, and the edition is over when it speaks."""
    made = frozen(letter, 1)
    window, _last = copies.take(made, AT, limit=1)
    assert claim.begin(window.claim, AT, edition=made)
    claim.settle_dead(AT + timedelta(minutes=11))
    assert editions.finish(made, AT + timedelta(minutes=11))
    copies.record(made, window, [Outcome(Verdict(verdict), "450 4.2.1 later")], AT + timedelta(minutes=12))
    assert states(made) == {state: 1}


def test_presses_that_are_stopped_finish_the_window_and_begin_no_other(sink, letter, monkeypatch):
    """Somebody stops them while the first of three is told; what waits goes on from there when they say so."""
    made, editor = frozen(letter), person("editor@corniche.example")
    monkeypatch.setattr(BySmtp, "window", 1)

    def stop() -> None:
        editions.halt(made, editor, AT)
        connection.close()

    sink.while_told = stop
    send(made)
    sink.while_told = None
    assert (sink.addresses, states(made)) == (["r0@example.org"], {"accepted": 1, "queued": 2})
    with pytest.raises(editions.EditionError, match="not being sent"):
        editions.halt(made, editor, AT)
    send(made)
    assert sink.addresses == ["r0@example.org"]
    assert not Claim.objects.exists()

    editions.resume(made, editor, AT)
    send(made)
    made.refresh_from_db()
    assert (made.state, sorted(sink.addresses)) == ("sent", [f"r{number}@example.org" for number in range(3)])
    with pytest.raises(editions.EditionError, match="not halted"):
        editions.resume(made, editor, AT)
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "edition.halted",
        "edition.resumed",
    ]


def test_an_edition_stopped_between_claim_and_hand_over_is_given_back(sink, letter):
    made = frozen(letter)
    window, _last = copies.take(made, AT, limit=2)
    Edition.objects.update(state=Edition.State.HALTED)
    assert window is not None
    assert not claim.begin(window.claim, AT, edition=made)
    copies.give_back(made, window)
    assert (states(made), Claim.objects.count()) == ({"queued": 3}, 0)


def test_every_copy_says_what_stood_there_when_the_audience_was_fixed(sink, letter):
    tea = story("Tea prices rise")
    made = frozen(letter, 2, tea)
    type(tea).objects.update(headline="Tea prices fall")
    send(made)
    assert {mail.get_body(["plain"]).get_content().count("Tea prices rise") for _to, mail in sink.taken} == {1}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("{% nonsense %}", "line 2: .*nonsense"),
        ("{{ view.items|date:1|add:view|slice:view }}{% now %}", "line 2"),
        ("</mj-text>", "MJML"),
    ],
)
def test_edition_whose_template_is_broken_is_held_back_with_the_line(sink, letter, settings, tmp_path, broken, said):
    folder = tmp_path / "email"
    folder.mkdir()
    (folder / "edition.mjml").write_text(f"{{% load i18n %}}\n<mjml><mj-body>{broken}</mj-body></mjml>")
    subscriber(letter)
    made = edition(letter)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    assert not editions.freeze(made, AT)
    made.refresh_from_db()
    assert (made.state, Delivery.objects.count(), made.variants.count()) == ("held", 0, 0)
    assert re.search(said, made.held_because)
    assert "email/edition" in made.held_because or "template edition" in made.held_because

    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": settings.TEMPLATES[0]["DIRS"][1:]}]
    editions.approve(made, person(), AT)
    made.refresh_from_db()
    assert editions.freeze(made, AT)


@pytest.mark.parametrize(
    ("reply", "is_stopped"),
    [
        ("550 5.1.1 no such user", True),
        ("556 5.1.10 takes no mail", True),
        ("550 5.7.1 not from you", False),
        ("552 5.2.2 mailbox full", False),
        ("550 no", False),
    ],
)
def test_an_address_that_does_not_exist_is_not_asked_again(sink, letter, reply, is_stopped):
    sink.at_rcpt.append(reply)
    send(frozen(letter, 1))
    assert Delivery.objects.get().reply == reply
    stopped = Suppression.objects.filter(reason=Suppression.Reason.HARD_BOUNCE, stream=Stream.NEWSLETTERS)
    assert stopped.exists() == is_stopped
    assert audience.of(letter, AT).exists() != is_stopped


@pytest.mark.parametrize(
    ("days", "arrived", "reply", "is_stopped"),
    [
        (4, None, "552 5.2.2 mailbox full", True),
        (3, None, "552 5.2.2 mailbox full", False),
        (4, 2, "552 5.2.2 mailbox full", False),
        (4, None, "550 5.7.1 not from you", False),
    ],
)
def test_an_address_that_refuses_for_weeks_is_given_up(sink, letter, days, arrived, reply, is_stopped):
    """Five in a row, over two weeks; one that arrived in between begins it anew, and our own fault is not theirs."""
    subscriber(letter, "full@example.org")
    for number in range(5):
        sink.at_rcpt.append("250 OK" if number == arrived else reply)
        made = edition(letter, edition_on=AT.date() + number * timedelta(days=days))
        assert editions.freeze(made, AT)
        send(made)
    assert Suppression.objects.exists() == is_stopped


def test_an_address_no_server_takes_keeps_nobody_waiting(sink, letter):
    made = frozen(letter)
    Recipient.objects.filter(email="r1@example.org").update(email_as_typed="şule@example.org")
    send(made)
    made.refresh_from_db()
    assert (made.state, states(made)) == ("sent", {"accepted": 2, "failed": 1})
    assert "letters that mail servers do not take" in Delivery.objects.get(state="failed").reply


def test_replies_that_no_row_takes_lose_nobodys_answer(sink, letter):
    sink.at_rcpt.extend(["250 OK", "550 no\x00 such  user"])
    sink.at_data.append("250 ta\x00ken")
    made = frozen(letter, 2)
    send(made)
    assert sorted(made.deliveries.values_list("state", "reply")) == [
        ("accepted", "250 taken"), ("failed", "550 no such user"),
    ]  # fmt: skip


def test_the_sums_are_the_databases_own(letter):
    """Whoever writes, and however many at once; a sum can neither be forgotten nor fall under nothing."""
    made = frozen(letter, 4)
    rows = Delivery.objects.of_edition(made).order_by("recipient_id")
    rows.filter(recipient__in=list(rows.values_list("recipient", flat=True)[:3])).update(state="accepted")
    rows.filter(state="accepted").update(
        state=Case(When(recipient=rows[0].recipient_id, then=Value("bounced")), default=Value("failed"))
    )
    assert states(made) == {"queued": 1, "bounced": 1, "failed": 2}
    assert sums(made) == states(made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tally.objects.filter(state="queued").update(copies=-1)


def test_two_workers_share_the_copies(sink, letter):
    """Both claim from the same edition at the same time, with small bites so that they meet."""
    made = frozen(letter, 40)
    barrier = threading.Barrier(2)

    def work() -> None:
        try:
            barrier.wait()
            send(made)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BySmtp, "window", 3)
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
    assert len(sink.addresses) == len(set(sink.addresses)) == 40
    assert states(made) == {"accepted": 40}


def test_a_lane_that_finds_leavers_never_waits_in_a_circle_with_another(letter):
    """The other has the sum of what is in hand, and is about to take from that of what waits."""
    made = frozen(letter, 3)
    signups.leave(Delivery.objects.order_by("recipient_id")[0].recipient, letter, AT)
    Tally.objects.create(edition=made, state="claimed", copies=0)

    def take() -> None:
        copies.take(made, AT, limit=2)
        connection.close()

    with ThreadPoolExecutor(1) as lane, transaction.atomic():
        made.tallies.select_for_update().get(state="claimed")
        taken = lane.submit(take)
        until(is_waited_for, "the lane does not wait")
        made.tallies.select_for_update(nowait=True).get(state="queued")
    taken.result()
    assert states(made) == {"suppressed": 1, "claimed": 1, "queued": 1}


def test_tasks_take_an_edition_from_due_to_sent(sink, letter):
    """As beat does it: each tick twice, as two beats would."""
    at = clock.now()
    subscriber(letter, "r0@example.org")
    made = edition(letter, story(published_at=at - timedelta(hours=2)), due_at=at, edition_on=at.date())
    for _tick in range(2):
        tasks.send_due()
        tasks.send_edition(made.pk)
    made.refresh_from_db()
    assert (made.state, sink.addresses) == (Edition.State.SENT, ["r0@example.org"])
    assert Delivery.objects.get().state == SendState.ACCEPTED
