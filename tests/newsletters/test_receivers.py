"""What low apps announce becomes mail, once."""

from datetime import timedelta

import pytest

import articles.signals
import memberships.signals
from articles.models import Event, Registration
from memberships.models import AddressChange, Alert, DataExport, Inquiry, Invoice, Refund, Withdrawal
from memberships.vouchers import claiming
from newsletters.models import Message
from tests.memberships.builders import plan, subscription, team
from tests.memberships.vouchers.giving import paid as paid_gift
from tests.newsletters.builders import AT, newsletter, person, subscriber

pytestmark = pytest.mark.django_db


def announce(signal, **facts) -> list[str]:
    """Send a signal twice, as a doubled event would; the kinds of the messages that stand there then."""
    for _again in range(2):
        answers = signal.send_robust(sender="test", at=AT, **facts)
        assert [answer for _receiver, answer in answers if isinstance(answer, Exception)] == []
    return sorted(Message.objects.values_list("kind", flat=True))


@pytest.fixture
def paid():
    return subscription(person("ann@example.org"), trial_ends_at=AT + timedelta(days=7))


@pytest.fixture
def invoice(paid):
    return Invoice.objects.create(
        customer=paid.customer, subscription=paid, stripe_id="in_1", status="open", currency="usd",
        amount_due=30000, amount_paid=30000, issued_at=AT, synced_at=AT,
    )  # fmt: skip


def test_membership_is_told_at_every_turn(paid, invoice):
    for signal, facts, kind in [
        (memberships.signals.trial_started, {}, "trial_started"),
        (memberships.signals.trial_refused, {}, "trial_refused"),
        (memberships.signals.subscription_cancelled, {"until": AT + timedelta(days=7)}, "membership_cancelled"),
        (memberships.signals.payment_failed, {"invoice": invoice}, "payment_failed"),
        (memberships.signals.subscription_ended, {}, "membership_ended"),
        (memberships.signals.payment_reminder, {"invoice": invoice}, "payment_reminder"),
        (memberships.signals.action_required, {"invoice": invoice}, "action_required"),
        (memberships.signals.trial_ending, {}, "trial_ending"),
        (memberships.signals.card_expiring, {}, "card_expiring"),
        (memberships.signals.renewal_ahead, {}, "renewal_ahead"),
        (memberships.signals.plan_changed, {"former": paid.plan, "invoice": invoice}, "plan_changed"),
        (memberships.signals.subscription_paused, {"until": AT + timedelta(days=31)}, "membership_paused"),
        (memberships.signals.pause_ending, {}, "pause_ending"),
    ]:
        Message.objects.all().delete()
        assert announce(signal, subscription=paid, **facts) == [kind]
        assert Message.objects.get().recipient.email == "ann@example.org"


def test_acts_upon_a_whole_account_are_told():
    reader = person("ann@example.org")
    export = DataExport.objects.create(user=reader, asked_at=AT, made_at=AT, ends_at=AT + timedelta(days=7))
    change = AddressChange.objects.create(
        user=reader, old_address=reader.email, new_address="moved@example.net", asked_at=AT, ends_at=AT
    )
    for signal, facts, kinds in [
        (memberships.signals.erasure_code_asked, {"user": reader, "code": "BCDF2345"}, ["erasure_code"]),
        (memberships.signals.erasure_asked, {"user": reader}, ["erasure_asked"]),
        (memberships.signals.export_made, {"export": export}, ["export_made"]),
        (memberships.signals.accounts_merged, {"user": reader, "address": "x@example.net"}, ["accounts_merged"]),
        (
            memberships.signals.address_change_asked,
            {"change": change, "confirm": "yes", "undo": "no"},
            ["address_agreement", "address_notice"],
        ),
    ]:
        Message.objects.all().delete()
        assert announce(signal, **facts) == kinds


def test_withdrawal_is_asked_about_once_and_acknowledged_once():
    row = Withdrawal(name="Ann", email="ann@example.org", language="tr", declared_at=AT, confirmed_at=AT)
    asked = announce(memberships.signals.withdrawal_asked, withdrawal=row, token="token")
    assert asked == ["withdrawal_asked"]
    assert Message.objects.get().headers["Content-Language"] == "tr"
    both = announce(memberships.signals.withdrawal_confirmed, withdrawal=row)
    assert both == ["withdrawal_asked", "withdrawal_received"]


def test_failed_charge_without_an_invoice_is_told_too(paid):
    assert announce(memberships.signals.payment_failed, subscription=paid, invoice=None) == ["payment_failed"]


def test_a_renewal_with_another_plan_is_told_as_that(paid):
    paid.next_plan = plan("pro_monthly", name="PRO, monthly", amount=2900, interval="month")
    paid.next_plan_at, paid.next_amount, paid.next_currency = paid.period_ends_at, 2900, "usd"
    announce(memberships.signals.renewal_ahead, subscription=paid)
    told = " ".join(Message.objects.get().text.split())
    assert "your plan changes to PRO, monthly, as you wished, and $29.00 is charged." in told
    assert "another year" not in told


def test_receipt_is_written_once_for_an_invoice(invoice):
    assert announce(memberships.signals.invoice_paid, invoice=invoice) == ["payment_receipt"]


def test_gifts_are_told_to_who_gave_and_who_reads(paid):
    gift, token = paid_gift()
    claimed = claiming.claim(token, person("reader@example.org"), AT)
    for signal, facts, kind, address in [
        (memberships.signals.voucher_bought, {}, "gift_bought", "karim@example.org"),
        (memberships.signals.voucher_delivered, {"token": "x" * 43}, "gift_arrived", "rana@example.org"),
        (memberships.signals.voucher_claimed, {}, "gift_claimed", "karim@example.org"),
        (memberships.signals.voucher_waiting, {}, "gift_waiting", "karim@example.org"),
        (memberships.signals.voucher_refunded, {}, "gift_refunded", "karim@example.org"),
        (memberships.signals.voucher_ending, {}, "gift_ending", "reader@example.org"),
    ]:
        Message.objects.all().delete()
        assert announce(signal, voucher=claimed, **facts) == [kind]
        assert Message.objects.get().recipient.email == address
    Message.objects.all().delete()
    assert announce(memberships.signals.gift_continued, subscription=paid) == ["gift_continued"]
    assert gift == claimed


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("end_now", "has ended with it"),
        ("end_with_period", "11 March 2026"),
        ("nothing", "This changes nothing about what you can read."),
    ],
)
def test_a_refund_is_told_once_with_what_becomes_of_reading(paid, invoice, then, words):
    paid.cancel_at = AT + timedelta(days=7)
    paid.save()
    refund = Refund.objects.create(
        invoice=invoice, stripe_id="re_1", payment_ref="pi_1", status="succeeded", amount=12000, currency="usd",
        then=then, asked_at=AT,
    )  # fmt: skip
    assert announce(memberships.signals.payment_refunded, refund=refund) == ["payment_refunded"]
    told = Message.objects.get()
    assert "$120.00" in told.subject
    for fact in ("$120.00", "five to ten working days", words):
        assert fact in " ".join(told.text.split())


def test_teams_bill_goes_to_its_owner(paid, invoice):
    owner = person("owner@example.org")
    paid.customer.user, paid.customer.team = None, team(owner)
    paid.customer.save()
    announce(memberships.signals.invoice_paid, invoice=invoice)
    assert Message.objects.get().recipient.email == "owner@example.org"


def test_inquiry_is_answered_and_sales_are_told():
    inquiry = Inquiry.objects.create(name="Lina", email="lina@quay.example", company="Quay", seats=5, received_at=AT)
    assert announce(memberships.signals.inquiry_received, inquiry=inquiry) == ["inquiry_alert", "inquiry_received"]
    answer, alert = Message.objects.order_by("-kind")
    assert (answer.recipient.email, answer.reply_to) == ("lina@quay.example", "teams@corniche.example")
    assert (alert.recipient.email, alert.reply_to) == ("teams@corniche.example", "lina@quay.example")


def test_the_desk_is_told_of_an_alert():
    alert = Alert.objects.create(kind="drift", subject="sub_1", sentence="It differs.", opened_at=AT, seen_at=AT)
    assert announce(memberships.signals.alerts_opened, alerts=[alert]) == ["staff_alert"]
    assert Message.objects.get().recipient.email == "desk@corniche.example"


def test_owner_is_told_that_the_team_is_ready():
    assert announce(memberships.signals.team_founded, team=team(person("o@example.org"))) == ["team_founded"]
    assert "5 seats" in Message.objects.get().text


def test_invitation_goes_out_again_when_the_seat_is_offered_again():
    seat = team(person()).seats.create(email="bob@example.org", invited_at=AT, expires_at=AT + timedelta(days=14))
    assert announce(memberships.signals.seat_offered, seat=seat, token="one") == ["team_invitation"]
    seat.invited_at = AT + timedelta(days=20)
    assert announce(memberships.signals.seat_offered, seat=seat, token="two") == ["team_invitation"] * 2
    assert "/account/invitations/two/" in Message.objects.order_by("-id").first().text


def test_owner_is_told_once_of_an_invitation_that_did_not_arrive():
    room = team(person("o@example.org"))
    seat = room.seats.create(email="bob@example.org", invited_at=AT, expires_at=AT + timedelta(days=14))
    assert announce(memberships.signals.invitation_bounced, seat=seat) == ["invitation_undeliverable"]
    assert Message.objects.get().recipient.email == "o@example.org"
    assert "bob@example.org" in Message.objects.get().text


def test_place_at_an_event_is_confirmed():
    event = Event.objects.create(slug="evening", title="An evening", starts_at=AT, ends_at=AT + timedelta(hours=1))
    registration = Registration.objects.create(event=event, user=person(), registered_at=AT)
    assert announce(articles.signals.event_registered, registration=registration) == ["event_registration"]


def test_new_account_is_welcomed():
    assert announce(memberships.signals.account_opened, user=person()) == ["welcome"]


def test_newsletters_follow_a_changed_address():
    letter, user = newsletter(), person("old@example.org")
    subscriber(letter, "old@example.org")
    user.email = "new@example.org"
    user.save()
    user.emailaddress_set.update(email="new@example.org")
    announce(memberships.signals.address_changed, user=user)
    assert [signup.newsletter for signup in user.recipient.signups.confirmed()] == [letter]
