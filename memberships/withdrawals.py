"""The right of withdrawal from a contract made at a distance, without signing in.

Directive 2011/83/EU, articles 9 to 16, with article 11a (Directive (EU) 2023/2673): one says that one withdraws, says
it again by a button, and is told at once when it arrived. The contract is made when the subscription begins, a free
trial included; a renewal makes no new one. Nobody is asked at the till to have the service begin within the fourteen
days on request (article 14, paragraph 3), so nothing may be kept for what was read meanwhile: all goes back.

Whoever buys a gift has a contract, too. Before it is claimed it is taken back and paid back by itself; afterwards
somebody else reads with it, and a person answers.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from memberships import alerts, audit, signals
from memberships.models import Alert, Charge, Customer, Refund, Subscription, User, Voucher, Withdrawal
from memberships.subscriptions import NOT_BEGUN
from memberships.vouchers import ending

log = logging.getLogger(__name__)

State, Referral = Withdrawal.State, Withdrawal.Referral
RIGHT_LASTS = timedelta(days=14)
# Article 13: so long there is to give the money back, from the day on which one was told.
MONEY_BACK_WITHIN = timedelta(days=14)
# The button may be pressed so much later than the form; what counts for the fourteen days is the form.
LINK_LASTS = timedelta(days=3)
FORGOTTEN_AFTER = timedelta(days=30)
# What is kept with the money that goes back.
WITHDREW = gettext_lazy("They withdrew from the contract.")
_SATURDAY = 5
_BATCH = 100
_signer = Signer(salt="memberships.withdrawals")


class WithdrawalRefused(Exception):
    """The link confirms nothing; the message says why and what to do instead."""


@dataclass(frozen=True)
class Declaration:
    """What somebody wrote into the form. ``language`` is the one in which they are answered."""

    name: str
    email: str
    reference: str
    language: str


@dataclass(frozen=True)
class Outlook:
    """What follows from a withdrawal. ``referral`` is empty where it is carried out by itself.

    ``paid`` is what goes back; ``None`` where nothing was paid yet, or a person has to look.
    """

    contract: Subscription | Voucher | None
    referral: str
    paid: Charge | None = None

    @property
    def subscription(self) -> Subscription | None:
        return self.contract if isinstance(self.contract, Subscription) else None

    @property
    def voucher(self) -> Voucher | None:
        return self.contract if isinstance(self.contract, Voucher) else None


def declare(declaration: Declaration, at: datetime) -> Withdrawal:
    """Write down what was said. It binds nobody until it is confirmed."""
    return Withdrawal.objects.create(
        name=declaration.name,
        email=declaration.email,
        reference=declaration.reference,
        language=declaration.language,
        declared_at=at,
    )


@transaction.atomic
def declare_by_mail(declaration: Declaration, at: datetime) -> None:
    """The same for somebody of whom nothing is known: the owner of the mailbox gets the link to the button."""
    row = declare(declaration, at)
    announce = partial(
        signals.withdrawal_asked.send_robust, sender=__name__, withdrawal=row, token=token_for(row), at=at
    )
    transaction.on_commit(announce)


def token_for(withdrawal: Withdrawal) -> str:
    """What opens the page with the button. It must not be logged."""
    return _signer.sign(withdrawal.key.hex)


def behind(token: str, at: datetime) -> Withdrawal:
    """The withdrawal that a link is about; one that was confirmed is shown for as long as the row is.

    Raises:
        WithdrawalRefused: the link is damaged, too old, or about nothing.
    """
    try:
        key = _signer.unsign(token)
    except BadSignature:
        raise WithdrawalRefused(
            _("This link is damaged. Copy all of it from the message into the address line.")
        ) from None
    row = Withdrawal.objects.select_related("subscription__plan", "voucher__plan").filter(key=key).first()
    if row is None or (row.state == State.ASKED and at - row.declared_at > LINK_LASTS):
        raise WithdrawalRefused(_("This link is too old. Fill in the form again and we send you a new one."))
    return row


def last_day(contract: Subscription | Voucher) -> date:
    """The last day with the right: the fourteenth after that of the contract.

    One that falls on a Saturday or Sunday is followed by the next working day (Regulation 1182/71, article 3). Days
    are those of the person's own zone. Public holidays are for staff: a withdrawal after them is looked at by a person.
    """
    last = localtime(_began_at(contract), _zone(contract)).date() + RIGHT_LASTS
    while last.weekday() >= _SATURDAY:
        last += timedelta(days=1)
    return last


def outlook_of(withdrawal: Withdrawal) -> Outlook:
    """What follows if it is confirmed, judged by the moment at which it was declared; a few queries.

    It is about the contract that was named, or else about the latest that can be withdrawn from.
    """
    named, others = _contracts_of(withdrawal)
    outlooks = [_outlook(contract, withdrawal) for contract in ([named] if named else others)]
    carried_out = (outlook for outlook in outlooks if not outlook.referral)
    return next(carried_out, outlooks[0] if outlooks else Outlook(None, Referral.UNKNOWN))


def _outlook(contract: Subscription | Voucher, withdrawal: Withdrawal) -> Outlook:
    if localtime(withdrawal.declared_at, _zone(contract)).date() > last_day(contract):
        return Outlook(contract, _why_late(contract, withdrawal))
    if isinstance(contract, Subscription):
        return Outlook(contract, "", _paid_for(contract))
    if contract.state == Voucher.State.CLAIMED:
        return Outlook(contract, Referral.CLAIMED)
    if contract.state == Voucher.State.DISPUTED:
        return Outlook(contract, Referral.UNPAYABLE)
    return Outlook(contract, "", Charge(contract.amount - contract.given_back, contract.currency))


def _why_late(contract: Subscription | Voucher, withdrawal: Withdrawal) -> Withdrawal.Referral:
    if isinstance(contract, Voucher):
        return Referral.LATE
    since = withdrawal.declared_at - RIGHT_LASTS
    is_renewed = contract.invoices.filter(amount_paid__gt=0, issued_at__gt=since).exists()
    return Referral.RENEWAL if is_renewed else Referral.LATE


@transaction.atomic
def confirm(withdrawal: Withdrawal, at: datetime) -> bool:
    """The button. A task carries out what can be, staff get the rest. False where it was pressed before."""
    row = Withdrawal.objects.select_for_update().get(pk=withdrawal.pk)
    if row.state != State.ASKED:
        return False
    # Two rows of one person: the second finds the contract taken. And nobody claims a gift while it is taken back.
    list(Customer.objects.select_for_update(of=("self",)).filter(user__email=row.email.lower()).order_by("pk"))
    list(Voucher.objects.bought_by(row.email).select_for_update(of=("self",)).order_by("pk"))
    outlook = outlook_of(row)
    row.subscription, row.voucher, row.confirmed_at = outlook.subscription, outlook.voucher, at
    row.referral, row.state = outlook.referral, State.REFERRED if outlook.referral else State.CONFIRMED
    row.save()
    if outlook.voucher and not outlook.referral:
        ending.ask_back(outlook.voucher, _note(), None, at)
    if outlook.referral:
        _alert(row, at)
    transaction.on_commit(partial(tell_waiting, at), robust=True)
    return True


def refer(withdrawal: Withdrawal, referral: Withdrawal.Referral, at: datetime) -> None:
    """It cannot be carried out to its end by itself: the membership is over, the rest is a person's."""
    with transaction.atomic():
        waiting = Withdrawal.objects.to_carry_out().filter(pk=withdrawal.pk)
        if waiting.update(state=State.REFERRED, referral=referral):
            withdrawal.refresh_from_db()
            _alert(withdrawal, at)


@transaction.atomic
def settle(withdrawal: Withdrawal, note: str, by: User, at: datetime) -> bool:
    """A person has answered what was referred. False where somebody was faster."""
    referred = Withdrawal.objects.filter(pk=withdrawal.pk, state=State.REFERRED)
    if not referred.update(state=State.SETTLED, settled_at=at, settled_by=by):
        return False
    alerts.settle_itself(Alert.Kind.WITHDRAWAL, str(withdrawal.key), at)
    audit.record(
        "withdrawal answered",
        actor=by,
        subject_kind="withdrawal",
        subject_id=withdrawal.key,
        subject_label=withdrawal.email,
        at=at,
        referral=withdrawal.referral,
        note=note,
    )
    return True


def tell_waiting(at: datetime) -> int:
    """Acknowledge every withdrawal whose receipt was not acknowledged yet; answers how many.

    Each is marked in the transaction in which its message is written. One that fails is tried again at the next tick.
    """
    waiting = Withdrawal.objects.unacknowledged().order_by("id").values_list("pk", flat=True)[:_BATCH]
    return sum(_told(pk, at) for pk in waiting)


def forget_unconfirmed(at: datetime) -> int:
    """Delete what somebody typed into the form and nobody stood by; answers how many."""
    stale = Withdrawal.objects.filter(state=State.ASKED, declared_at__lt=at - FORGOTTEN_AFTER)
    return stale.delete()[0]


def _told(pk: int, at: datetime) -> bool:
    try:
        return _acknowledged(pk, at)
    except Exception:
        log.exception("The receipt of withdrawal %s could not be acknowledged.", pk)
        return False


@transaction.atomic
def _acknowledged(pk: int, at: datetime) -> bool:
    waiting = Withdrawal.objects.unacknowledged().select_for_update(of=("self",), skip_locked=True)
    row = waiting.select_related("subscription__plan", "voucher__plan").filter(pk=pk).first()
    if row is None:
        return False
    signals.withdrawal_confirmed.send(sender=__name__, withdrawal=row, at=at)
    Withdrawal.objects.filter(pk=pk).update(acknowledged_at=at)
    return True


def _contracts_of(withdrawal: Withdrawal) -> tuple[Subscription | Voucher | None, list[Subscription | Voucher]]:
    """The contract whose number was given, and all of the person's that nobody has withdrawn from, the latest first.

    Teams are companies, which have no such right; a person answers them.
    """
    email, number = withdrawal.email.strip().lower(), withdrawal.reference
    taken = [State.CONFIRMED, State.SETTLED]
    begun = Subscription.objects.filter(customer__user__email=email).exclude(status__in=NOT_BEGUN)
    subscriptions = begun.exclude(withdrawals__state__in=taken).select_related("customer__user", "plan")
    paid = Voucher.objects.bought_by(email).exclude(state=Voucher.State.VOID).filter(refund_key=None)
    gifts = paid.exclude(withdrawals__state__in=taken).select_related("buyer", "plan")
    contracts: list[Subscription | Voucher] = [*subscriptions, *gifts]
    contracts.sort(key=lambda each: (_began_at(each), each.pk), reverse=True)
    if not number:
        return None, contracts
    billed = subscriptions.filter(invoices__number__iexact=number).first()
    return billed or next((gift for gift in gifts if str(gift.public_id) == number.lower()), None), contracts


def _began_at(contract: Subscription | Voucher) -> datetime:
    if isinstance(contract, Subscription):
        return contract.started_at
    return contract.paid_at or contract.created_at


def _zone(contract: Subscription | Voucher) -> ZoneInfo:
    owner = contract.customer.user if isinstance(contract, Subscription) else contract.buyer
    return ZoneInfo(owner.time_zone if owner else settings.TIME_ZONE)


def _paid_for(subscription: Subscription) -> Charge | None:
    """All that was paid and has not gone back. A subscription has one currency."""
    sums = list(subscription.invoices.filter(amount_paid__gt=0).values_list("amount_paid", "currency"))
    given = Refund.objects.counting().filter(invoice__subscription=subscription).aggregate(given=Sum("amount"))["given"]
    left = sum(amount for amount, _currency in sums) - (given or 0)
    return Charge(left, sums[0][1]) if sums and left > 0 else None


def _note() -> str:
    with override(settings.LANGUAGE_CODE):
        return str(WITHDREW)


def _alert(row: Withdrawal, at: datetime) -> None:
    with override(settings.LANGUAGE_CODE):  # Staff's, not that of the page on which the button was pressed.
        names = {"who": row.email, "why": row.get_referral_display()}
        sentence = _("%(who)s has withdrawn from their contract, and a person has to answer: %(why)s.") % names
    alerts.open_alert(Alert.Kind.WITHDRAWAL, str(row.key), sentence, at)
