"""What happens by itself. Each task may run twice or at the same time as itself without harm."""

from __future__ import annotations

import socket

from celery import shared_task

from memberships import alerts, clock, crawlers, happenings, sign_ins, students, withdrawals
from memberships.importing import moving_in
from memberships.people import addresses, erasing, exporting
from memberships.stripe import (
    catching_up,
    coupons,
    going_on,
    inbox,
    money_back,
    noticing,
    reconcile,
    repricing,
    strangers,
    student_prices,
    voucher_money,
    voucher_till,
)
from memberships.teams import seats
from memberships.turns import turn
from memberships.vouchers import claiming, ending, telling

# More than one customer ever has waiting; the rest is the next tick's.
_MOST_ROUNDS = 50


@shared_task
def work_off_events(lane: str) -> None:
    """Do what the webhooks of one customer ask for, until none waits."""
    for _round in range(_MOST_ROUNDS):
        if not inbox.work_off(lane, clock.now()):
            return


@shared_task
def replay_events() -> None:
    """Try again what failed, and what waited for a customer who is known now."""
    inbox.replay(clock.now())


@shared_task
def set_strangers_aside() -> None:
    """Set aside what has waited for its customer for a day; staff hear of who pays and is unknown here."""
    strangers.set_aside(clock.now())


@shared_task
def catch_up_with_events() -> None:
    """Fetch what Stripe could not deliver. When it does not answer, the next hour will do it."""
    at = clock.now()
    catching_up.catch_up(at - catching_up.LOOKS_BACK, at)


@shared_task
def empty_old_events() -> None:
    """Forget what Stripe sent once it is of no use: it holds names and addresses."""
    inbox.empty_old(clock.now())


@shared_task
def tell_what_happened() -> None:
    """Tell what nobody has been told of yet, and staff what they have to look at."""
    at = clock.now()
    withdrawals.tell_waiting(at)
    happenings.tell_waiting(at)
    alerts.tell_waiting(at)


@shared_task
def note_what_is_due() -> None:
    """Write down what people have to be told ahead of time: a trial's end, a renewal, a card, a bill still unpaid."""
    noticing.note_due(clock.now())


@shared_task
def move_prices() -> None:
    """Announce new prices to whom they concern, and have Stripe charge them from the renewal they were told for."""
    repricing.go_on(clock.now())


@shared_task
def reconcile_doubtful() -> None:
    """Look again at subscriptions whose mirror may be behind."""
    reconcile.reconcile_doubtful(clock.now())


@shared_task
def go_on_with_acts() -> None:
    """Go on with refunds, withdrawals, changes and rests that were left half-way, or whose time has come."""
    going_on.go_on(clock.now())


@shared_task
def forget_unconfirmed_withdrawals() -> None:
    """What was typed into the form and never confirmed binds nobody and need not be kept."""
    withdrawals.forget_unconfirmed(clock.now())


# The list of a large account alone takes minutes, and the broker hands the message out again before it is through.
@shared_task(time_limit=3600)
def reconcile_all() -> None:
    """Compare everything with Stripe, one at a time; when Stripe does not answer, the next night will."""
    with turn("reconcile all") as is_mine:
        if is_mine:
            at = clock.now()
            reconcile.reconcile_all(at)
            money_back.compare(at)
            coupons.count_all(at)


@shared_task
def verify_crawler(name: str, address: str) -> None:
    """Ask DNS whether the address is the crawler's; what it says is known from then on."""
    if crawler := crawlers.named(name):
        crawlers.verify(crawler, address, socket.gethostbyaddr, crawlers.addresses_of)


@shared_task
def release_expired_invitations() -> None:
    """Give seats back whose invitation ran out."""
    seats.release_expired(clock.now())


@shared_task
def move_in() -> None:
    """Go on with members who move in; another task goes on after it."""
    if moving_in.work(clock.now):
        move_in.delay()


@shared_task
def forget_sign_ins() -> None:
    """Delete sign-ins that are older than a year."""
    sign_ins.forget_old(clock.now())


@shared_task
def go_on_erasing() -> None:
    """Take what is being erased as far as it goes."""
    erasing.go_on(clock.now())


@shared_task
def empty_what_comes_late() -> None:
    """Take erased people out of what Stripe has sent since."""
    erasing.empty_what_comes_late(clock.now())


@shared_task
def make_exports() -> None:
    """Pack the copies of their data that people asked for, and let go of the old ones."""
    at = clock.now()
    exporting.make_waiting(at)
    exporting.empty_old(at)


@shared_task
def tell_stripe_addresses() -> None:
    """Have Stripe write to where people are now."""
    addresses.tell_stripe(clock.now())


@shared_task
def deliver_gifts() -> None:
    """Deliver the gift memberships whose day it is, and tell what else there is to tell of gifts."""
    at = clock.now()
    voucher_money.deliver_due(at)
    telling.tell_waiting(at)


@shared_task
def keep_gifts() -> None:
    """Move gifts behind memberships that were renewed, end those nobody claimed, and settle tills left open."""
    at = clock.now()
    claiming.follow_all(at)
    ending.run_out(at)
    voucher_till.give_up_tills(at)


@shared_task
def follow_students() -> None:
    """Ask students for another proof where theirs runs out, and have the ordinary price follow where none comes."""
    student_prices.go_on(clock.now())


@shared_task
def forget_student_documents() -> None:
    """Let go of what students sent once it was decided a month ago."""
    students.forget_documents(clock.now())
