"""What newsletters do later. Each task may be started twice, at once or again: the rows hold what must happen once."""

from __future__ import annotations

import logging
from pathlib import Path
from time import monotonic

from celery import shared_task
from django.conf import settings

from memberships import clock, win_backs
from memberships.turns import turn
from newsletters import editions, growth, inclusion, invitations, partitions, recipients, reckoning, winning_back
from newsletters.delivery import claim, messages, transports, warm_up
from newsletters.delivery import editions as copies
from newsletters.delivery.providers import reports
from newsletters.delivery.returned import learning, maildir
from newsletters.delivery.smtp import Line
from newsletters.importing import moving_in
from newsletters.journeys import starting, stepping
from newsletters.models import Edition
from newsletters.preflight import asking, dns, domains, foreign
from newsletters.tracking import keeping, sums

log = logging.getLogger(__name__)

# Seconds after which a task that sends makes room for others: a code to sign in waits behind no edition.
SLICE = 5.0


@shared_task
def compose_due() -> None:
    """Compose the editions whose moment has come or comes soon; those composed ahead follow what is published."""
    at = clock.now()
    editions.follow_what_is_published(at)
    editions.compose_due(at)
    editions.settle_alerts(at)
    editions.tell_slow(at)
    editions.compose_weeks(at)


@shared_task
def send_due() -> None:
    """Freeze the audience of what is approved and due, and wake a sender for every edition that is not through."""
    at = clock.now()
    for edition in Edition.objects.due(at):
        try:
            editions.freeze(edition, at)
        except Exception:
            log.exception("the audience of edition %s cannot be frozen", edition.public_id)
    sending = list(Edition.objects.sending().select_related("newsletter"))
    if sending and warm_up.is_running():
        sending = [edition for edition in sending if warm_up.hold_back(edition, at)]
    for edition in sending:
        for lane in range(settings.SENDERS):
            send_edition.delay(edition.pk, lane)


@shared_task
def decide_subjects() -> None:
    """Decide which of two subjects is better, where the time has come; the rest gets that from the next tick on."""
    editions.decide_subjects(clock.now())


@shared_task
def send_edition(pk: int, lane: int = 0, after: int = 0) -> None:
    """Hand over waiting copies of one edition for a while, of recipients behind ``after``; what is left goes on in the
    next task. What waits again before it is found by the lane that the next tick wakes.

    Several lanes may do so at once. Each has a line of its own, and whatever waits is whoever's takes it first.
    """
    edition = Edition.objects.sending().select_related("newsletter").filter(pk=pk).first()
    if edition is None:
        return
    until = monotonic() + SLICE
    with turn(f"send edition {pk} in lane {lane}") as is_mine, transports.chosen(until=until + SLICE) as transport:
        if not is_mine:
            return
        stencils_of = copies.stencils_of(edition)
        last: int | None = after
        while last is not None and monotonic() < until:
            last = copies.send_window(transport, edition, stencils_of, clock.now, after=last)
        editions.finish(edition, clock.now())
    if last is not None:
        send_edition.delay(pk, lane, last)


@shared_task
def send_messages() -> None:
    """Hand over the messages that wait."""
    until = monotonic() + SLICE
    with turn("send messages") as is_mine, Line() as line:
        while is_mine and monotonic() < until and messages.send_next(line, clock.now):
            pass


@shared_task
def settle_dead_claims() -> None:
    """Decide about what workers left in the middle."""
    claim.settle_dead(clock.now())


@shared_task
def work_off_reports() -> None:
    """Write down what providers reported."""
    until = monotonic() + SLICE
    with turn("work off reports of mail") as is_mine:
        while is_mine and monotonic() < until and reports.work_off(clock.now()):
            pass


@shared_task
def take_in_returned_mail() -> None:
    """Take in what came back, where a mail server puts it into a Maildir."""
    if settings.RETURNED_MAILDIR:
        with turn("take in returned mail") as is_mine:
            if is_mine:
                maildir.sweep(Path(settings.RETURNED_MAILDIR), clock.now())


@shared_task
def forget_old_reports() -> None:
    """Keep what is reported of mail for a month."""
    at = clock.now()
    learning.forget_old(at)
    if settings.RETURNED_MAILDIR:
        maildir.forget_old(Path(settings.RETURNED_MAILDIR), at)


@shared_task
def release_undeliverable_invitations() -> None:
    """Give seats back whose invitation cannot arrive, and tell the owners of the teams."""
    at = clock.now()
    invitations.release_undeliverable(at)
    invitations.tell_owners(at)


@shared_task
def win_back() -> None:
    """Write to people whose membership ended long enough ago, if there is an offer for them."""
    at = clock.now()
    win_backs.note_due(at)
    winning_back.send_due(at)


@shared_task
def go_on_with_journeys() -> None:
    """Begin the journeys of whom something happened to, and write the letters that are due."""
    at = clock.now()
    starting.start_due(at)
    stepping.step_due(at)


@shared_task
def prepare_partitions() -> None:
    """Have the tables of copies and of their events for this month and the next two ready."""
    partitions.prepare(clock.now().date())


@shared_task
def drop_old_partitions() -> None:
    """Let go of the months of copies and of their events that are over for long enough."""
    partitions.drop_old(clock.now().date())


@shared_task
def write_mail_events() -> int:
    """Write down what asked for letters' pictures and links; goes on in the next task while more wait."""
    count = keeping.drain(clock.now())
    if count == keeping.MOST_AT_ONCE:
        write_mail_events.delay()
    return count


@shared_task
def judge_mail_anew() -> None:
    """Judge an edition anew after the rules have changed; another task goes on with the next."""
    if sums.judge_anew(clock.now()):
        judge_mail_anew.delay()


@shared_task
def count_lists() -> None:
    """Write down how lists grow; another task goes on with days that were never looked at."""
    if growth.count(clock.now()):
        count_lists.delay()


@shared_task
def reconcile_sums() -> None:
    """Compare the sums of recent editions with their copies."""
    reckoning.reconcile(clock.now())


@shared_task
def follow_addresses() -> None:
    """Write to where accounts are now, should the moment of a change have been missed."""
    recipients.follow_all(clock.now())


@shared_task
def check_sending_domain(server: str = "") -> None:
    """Ask whether the records of the domain we send by are published: the name servers of this machine, or one."""
    domains.check(dns.asking(server), clock.now())


@shared_task
def ask_about_links() -> None:
    """Ask other sites whether the pages are there that editions lead to."""
    with turn("ask about links") as is_mine:
        if is_mine:
            foreign.ask_around(asking.ask, clock.now)


@shared_task
def move_lists_in() -> None:
    """Go on with lists that move in; another task goes on after it."""
    if moving_in.work(clock.now):
        move_lists_in.delay()


@shared_task
def include_members() -> None:
    """Sign members up to what comes with their membership, should the moment have been missed; another task goes on."""
    if inclusion.include(clock.now()) >= inclusion.MOST_AT_ONCE:
        include_members.delay()
