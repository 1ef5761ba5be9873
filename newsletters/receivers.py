"""What newsletters do when something happened elsewhere. The signals are sent after commit, so these may write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.signals import user_logged_in
from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import post_migrate
from django.dispatch import receiver

import articles.signals
import memberships.signals
from articles.models import Registration
from memberships import clock
from memberships.importing import letters
from memberships.models import (
    AddressChange,
    Alert,
    DataExport,
    Inquiry,
    Invoice,
    MovingRow,
    Plan,
    PriceNotice,
    Refund,
    Seat,
    StudentProof,
    Subscription,
    Team,
    User,
    Voucher,
    Withdrawal,
)
from memberships.people import holdings
from newsletters import inclusion, messages, partitions, people, recipients, signals, signs, signups, tasks
from newsletters.models import Newsletter, Recipient

holdings.declare("newsletters", people.HOLDINGS)


@receiver(post_migrate)
def have_partitions_ready(app_config: AppConfig, **_facts: Any) -> None:
    """From the first start on, so that no month begins in the default partition and stays there."""
    if app_config.label == "newsletters":
        partitions.prepare(clock.now().date())


@receiver(signals.message_written)
def wake_the_sender(**_facts: Any) -> None:
    """Send at once instead of at the next tick; with the queue away the tick will do."""
    transaction.on_commit(tasks.send_messages.delay, robust=True)


@receiver(memberships.signals.account_opened)
def welcome(user: User, at: datetime, **_facts: Any) -> None:
    messages.welcome(user, at)


@receiver(user_logged_in)
def note_the_sign_in(user: User, **_facts: Any) -> None:
    recipient = Recipient.objects.filter(user=user).first()
    if recipient is not None:
        signs.note(recipient, clock.now())


@receiver(memberships.signals.address_changed)
def follow_the_address(user: User, at: datetime, **_facts: Any) -> None:
    recipients.follow(user, at)


@receiver(memberships.signals.rights_changed)
def include_in_what_comes_with_it(users: frozenset[int] | None, at: datetime, **_facts: Any) -> None:
    """At once for people; a whole team or network is left to the next tick."""
    if users is not None:
        inclusion.include(at, users=users)


@letters.offered_by
def free_newsletters() -> letters.Choices:
    """Those of members are chosen by members, here."""
    return list(Newsletter.objects.offered().free().values_list("slug", "name"))


@receiver(memberships.signals.moved_in)
def bring_their_newsletters(user: User, row: MovingRow, at: datetime, **_facts: Any) -> None:
    moving_in = row.moving_in
    if row.wants_mail is not None and moving_in.newsletters:
        chosen = Newsletter.objects.offered().free().filter(slug__in=moving_in.newsletters)
        consent = signups.Consent(moving_in.get_source_display(), moving_in.consent_text)
        recipient = recipients.recipient_of(user, at)
        signups.bring_along(recipient, chosen, consent, since=row.joined_at or at, wants=row.wants_mail, at=at)
    if moving_in.invites:
        messages.moved_in(user, row, at)


@receiver(memberships.signals.erasure_code_asked)
def send_the_code(user: User, code: str, at: datetime, **_facts: Any) -> None:
    messages.erasure_code(user, code, at)


@receiver(memberships.signals.erasure_asked)
def say_goodbye(user: User, at: datetime, **_facts: Any) -> None:
    messages.erasure_asked(user, at)


@receiver(memberships.signals.export_made)
def tell_of_the_copy(export: DataExport, at: datetime, **_facts: Any) -> None:
    messages.export_made(export, at)


@receiver(memberships.signals.address_change_asked)
def ask_both_mailboxes(change: AddressChange, confirm: str, undo: str, at: datetime, **_facts: Any) -> None:
    messages.address_agreement(change, confirm, at)
    messages.address_notice(change, undo, at)


@receiver(memberships.signals.accounts_merged)
def tell_of_the_merger(user: User, address: str, at: datetime, **_facts: Any) -> None:
    messages.accounts_merged(user, address, at)


@receiver(memberships.signals.trial_started)
def tell_of_the_trial(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.trial_started(subscription, at)


@receiver(memberships.signals.trial_refused)
def tell_of_the_refused_trial(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.trial_refused(subscription, at)


@receiver(memberships.signals.subscription_cancelled)
def confirm_the_cancellation(subscription: Subscription, until: datetime, at: datetime, **_facts: Any) -> None:
    messages.membership_cancelled(subscription, until, at)


@receiver(memberships.signals.subscription_ended)
def tell_of_the_end(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.membership_ended(subscription, at)


@receiver(memberships.signals.payment_failed)
def tell_of_the_failed_payment(
    subscription: Subscription, invoice: Invoice | None, at: datetime, **_facts: Any
) -> None:
    messages.payment_failed(subscription, invoice, at)


@receiver(memberships.signals.payment_reminder)
def remind_of_the_payment(subscription: Subscription, invoice: Invoice, at: datetime, **_facts: Any) -> None:
    messages.payment_reminder(subscription, invoice, at)


@receiver(memberships.signals.action_required)
def ask_for_the_confirmation(subscription: Subscription, invoice: Invoice, at: datetime, **_facts: Any) -> None:
    messages.action_required(subscription, invoice, at)


@receiver(memberships.signals.trial_ending)
def tell_of_the_trials_end(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.trial_ending(subscription, at)


@receiver(memberships.signals.card_expiring)
def tell_of_the_card(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.card_expiring(subscription, at)


@receiver(memberships.signals.renewal_ahead)
def tell_of_the_renewal(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.renewal_ahead(subscription, at)


@receiver(memberships.signals.price_changes)
def tell_of_the_new_price(notice: PriceNotice, at: datetime, **_facts: Any) -> None:
    messages.price_changes(notice, at)


@receiver(memberships.signals.plan_changed)
def tell_of_the_other_plan(
    subscription: Subscription, former: Plan, invoice: Invoice | None, at: datetime, **_facts: Any
) -> None:
    messages.plan_changed(subscription, former, invoice, at)


@receiver(memberships.signals.subscription_paused)
def tell_of_the_rest(subscription: Subscription, until: datetime | None, at: datetime, **_facts: Any) -> None:
    messages.membership_paused(subscription, until, at)


@receiver(memberships.signals.pause_ending)
def tell_of_the_end_of_the_rest(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.pause_ending(subscription, at)


@receiver(memberships.signals.student_address_asked)
def ask_the_mailbox_at_the_university(proof: StudentProof, token: str, at: datetime, **_facts: Any) -> None:
    messages.student_address(proof, token, at)


@receiver(memberships.signals.student_proved)
def tell_that_they_study(proof: StudentProof, at: datetime, **_facts: Any) -> None:
    messages.student_proved(proof, at)


@receiver(memberships.signals.student_refused)
def tell_that_it_proves_nothing(proof: StudentProof, at: datetime, **_facts: Any) -> None:
    messages.student_refused(proof, at)


@receiver(memberships.signals.student_ending)
def ask_for_another_proof(subscription: Subscription, until: datetime, at: datetime, **_facts: Any) -> None:
    messages.student_ending(subscription, until, at)


@receiver(memberships.signals.invoice_paid)
def send_the_receipt(invoice: Invoice, at: datetime, **_facts: Any) -> None:
    messages.payment_receipt(invoice, at)


@receiver(memberships.signals.payment_refunded)
def tell_of_the_refund(refund: Refund, at: datetime, **_facts: Any) -> None:
    messages.payment_refunded(refund, at)


@receiver(memberships.signals.withdrawal_asked)
def ask_whether_they_withdraw(withdrawal: Withdrawal, token: str, at: datetime, **_facts: Any) -> None:
    messages.withdrawal_asked(withdrawal, token, at)


@receiver(memberships.signals.withdrawal_confirmed)
def acknowledge_the_withdrawal(withdrawal: Withdrawal, at: datetime, **_facts: Any) -> None:
    messages.withdrawal_received(withdrawal, at)


@receiver(memberships.signals.voucher_bought)
def send_the_receipt_of_a_gift(voucher: Voucher, at: datetime, **_facts: Any) -> None:
    messages.gift_bought(voucher, at)


@receiver(memberships.signals.voucher_delivered)
def deliver_the_gift(voucher: Voucher, token: str, at: datetime, **_facts: Any) -> None:
    messages.gift_arrived(voucher, token, at)


@receiver(memberships.signals.voucher_claimed)
def tell_of_the_claim(voucher: Voucher, at: datetime, **_facts: Any) -> None:
    messages.gift_claimed(voucher, at)


@receiver(memberships.signals.voucher_waiting)
def tell_that_the_gift_waits(voucher: Voucher, at: datetime, **_facts: Any) -> None:
    messages.gift_waiting(voucher, at)


@receiver(memberships.signals.voucher_refunded)
def tell_of_the_gifts_refund(voucher: Voucher, at: datetime, **_facts: Any) -> None:
    messages.gift_refunded(voucher, at)


@receiver(memberships.signals.voucher_ending)
def tell_of_the_gifts_end(voucher: Voucher, at: datetime, **_facts: Any) -> None:
    messages.gift_ending(voucher, at)


@receiver(memberships.signals.gift_continued)
def tell_what_comes_after_the_gift(subscription: Subscription, at: datetime, **_facts: Any) -> None:
    messages.gift_continued(subscription, at)


@receiver(memberships.signals.alerts_opened)
def tell_the_desk(alerts: list[Alert], at: datetime, **_facts: Any) -> None:
    messages.staff_alert(alerts, at)


@receiver(memberships.signals.inquiry_received)
def answer_the_inquiry(inquiry: Inquiry, at: datetime, **_facts: Any) -> None:
    messages.inquiry_received(inquiry, at)
    messages.inquiry_alert(inquiry, at)


@receiver(memberships.signals.team_founded)
def tell_the_owner(team: Team, at: datetime, **_facts: Any) -> None:
    messages.team_founded(team, at)


@receiver(memberships.signals.seat_offered)
def invite(seat: Seat, token: str, at: datetime, **_facts: Any) -> None:
    messages.team_invitation(seat, token, at)


@receiver(memberships.signals.invitation_bounced)
def tell_of_the_lost_invitation(seat: Seat, at: datetime, **_facts: Any) -> None:
    messages.invitation_undeliverable(seat, at)


@receiver(articles.signals.event_registered)
def confirm_the_place(registration: Registration, at: datetime, **_facts: Any) -> None:
    messages.event_registration(registration, at)
