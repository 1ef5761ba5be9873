"""Two accounts of one person become one: everything moves, nothing is lost, and nobody pays twice unseen."""

from __future__ import annotations

import pytest

from articles.models import HistoryEntry, SavedArticle
from memberships import clock, sign_ins
from memberships.models import AuditEntry, Customer, Entitlement, GiftLink, MemberNote, Seat, SignIn, Subscription, User
from memberships.people import merging, own
from memberships.people.merging import MergerRefused
from memberships.stripe.sync import sync_subscription
from newsletters.models import Message, Signup, Suppression
from newsletters.recipients import recipient_of
from tests.factories.articles import make_article
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, NOW, customer, person, subscription, team
from tests.memberships.conftest import begin_trial, holds_pro
from tests.memberships.desk.acting import address, at_the_desk
from tests.memberships.vouchers.giving import paid
from tests.newsletters.builders import newsletter

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[User, User]:
    return person("kept@example.org"), person("gone@example.org", name="Nour", history_since=NOW)


def merged(kept: User, gone: User, **more: User) -> None:
    merging.merge(kept, gone, person(is_staff=True), "They wrote to us", clock.now(), **more)
    kept.refresh_from_db()
    gone.refresh_from_db()


def signed_up(user: User, letter, state: str) -> Signup:
    moments = {"confirmed_at": NOW} if state == "confirmed" else {"left_at": NOW}
    return Signup.objects.create(
        recipient=recipient_of(user, NOW), newsletter=letter, state=state, requested_at=NOW, **moments
    )


def test_everything_of_both_is_there_once(two):
    kept, gone = two
    both, other = make_article(), make_article()
    for user, story in ((kept, both), (gone, both), (gone, other)):
        SavedArticle.objects.create(user=user, article=story, saved_at=NOW)
    HistoryEntry.objects.create(user=gone, article=both, last_read_at=NOW)
    room = team()
    for user in two:
        Seat.objects.create(
            team=room,
            email=user.email,
            user=user,
            state="active",
            invited_at=NOW,
            expires_at=NOW + DAY,
            accepted_at=NOW,
        )
    brief, weekly = newsletter(), newsletter()
    signed_up(kept, brief, "left")
    signed_up(gone, brief, "confirmed")
    signed_up(gone, weekly, "confirmed")
    for stream, reason in {"newsletters": "complaint", "transactional": "hard_bounce", "offers": "asked"}.items():
        Suppression.objects.create(recipient=gone.recipient, stream=stream, reason=reason, suppressed_at=NOW)
    for user in two:
        GiftLink.objects.create(
            giver=user, item=both.public_id, month=NOW.date().replace(day=1), made_at=NOW, ends_at=NOW + DAY
        )

    note = MemberNote.objects.create(user=gone, text="Rang twice.", written_by=person(is_staff=True), written_at=NOW)
    sign_ins.record(gone, SignIn.Way.CODE, "192.0.2.7", "Mozilla/5.0", NOW)
    gift, _token = paid(buyer=gone)

    merged(kept, gone)

    assert [(each.pk, each.user) for each in MemberNote.objects.all()] == [(note.pk, kept)]
    assert SignIn.objects.get().user == kept
    gift.refresh_from_db()
    assert gift.buyer == kept
    assert set(SavedArticle.objects.filter(user=kept).values_list("article", flat=True)) == {both.pk, other.pk}
    assert HistoryEntry.objects.get().user == kept
    assert sorted(room.seats.values_list("user", "state")) == [(kept.pk, "active"), (kept.pk, "released")]
    states = dict(Signup.objects.filter(recipient__user=kept).values_list("newsletter", "state"))
    assert states == {brief.pk: "left", weekly.pk: "confirmed"}
    stops = set(kept.recipient.suppressions.values_list("stream", "reason"))
    assert stops == {("newsletters", "complaint"), ("offers", "asked")}, "a lost mailbox is not the other one's"
    assert GiftLink.objects.filter(revoked_at=None).count() == 2
    assert (gone.is_active, gone.merged_into, kept.name, kept.history_since) == (False, kept, "Nour", NOW)
    assert own.addresses_of(kept) == {"kept@example.org", "gone@example.org"}
    entry = AuditEntry.objects.get(verb="accounts merged")
    assert entry.details["other_address"] == "gone@example.org"
    assert Message.objects.get(kind="accounts_merged").recipient.email == "kept@example.org"
    with pytest.raises(MergerRefused, match="closed"):
        merging.outlook(kept, gone)


def test_membership_moves_with_its_customer_and_stripe_goes_on_being_heard(local_stripe, two):
    kept, gone = two
    customer(kept)
    begin_trial(local_stripe, gone)
    row = Subscription.objects.get()

    merged(kept, gone)

    assert holds_pro(kept)
    assert not holds_pro(gone)
    assert Customer.objects.get(user=kept, is_in_use=True).stripe_id == row.customer.stripe_id
    local_stripe.api("DELETE", f"subscriptions/{row.stripe_id}")
    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    assert not holds_pro(kept)
    assert Entitlement.objects.filter(user=gone).count() == 0


def test_of_two_that_pay_one_has_to_be_chosen_and_ends_at_stripe(local_stripe, two, client):
    kept, gone = two
    begin_trial(local_stripe, gone)
    subscription(kept)
    with pytest.raises(MergerRefused, match="Choose"):
        merged(kept, gone)
    at_the_desk(client, "Support")
    page = address("user", "merge", kept.pk)
    assert "Which subscription ends now" in text(client.post(page, {"other": gone.email}))
    assert client.post(page, {"other": gone.email, "reason": "One person"}).status_code == 422
    answer = client.post(page, {"other": gone.email, "reason": "One person", "end": "gone"})
    assert answer.status_code == 302, text(answer)
    states = Subscription.objects.filter(customer__user=kept).values_list("status", flat=True)
    assert sorted(states) == ["active", "canceled"]


def test_merger_that_cannot_be_is_refused_with_a_sentence_and_moves_nothing(two, client):
    kept, gone = two
    SavedArticle.objects.create(user=gone, article=make_article(), saved_at=NOW)
    colleague = at_the_desk(client, "Support")
    page = address("user", "merge", kept.pk)
    for other, said in (
        (kept.email, "same account"),
        (colleague.email, "works here"),
        ("nobody@example.org", "no account"),
    ):
        answer = client.post(page, {"other": other, "reason": "x"})
        assert answer.status_code == 422
        assert said in text(answer)
    assert client.get(page).status_code == 200
    assert "Moves: Saved stories (1)" in text(client.post(page, {"other": gone.email}))
    assert SavedArticle.objects.get().user == gone
    at_the_desk(client, "Sales", email="sales@example.org")
    assert client.post(page, {"other": gone.email, "reason": "x"}).status_code == 403


def test_killed_merger_moves_nothing(two, monkeypatch):
    kept, gone = two
    SavedArticle.objects.create(user=gone, article=make_article(), saved_at=NOW)
    monkeypatch.setattr(merging, "_leave_behind", lambda *_both: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merging.merge(kept, gone, person(is_staff=True), "x", NOW)
    assert SavedArticle.objects.get().user == gone
    assert User.objects.get(pk=gone.pk).is_active
