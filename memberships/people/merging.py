"""Takes one account into another, because both are one person. Nothing is lost: what cannot move stays where it is.

Stripe moves no subscription from one customer to another, so the customers move with all they have. What has to be
ended is ended there first; then one transaction locks the customers and the accounts, in the order of their numbers,
walks the lists of every app, and leaves the other account closed, with a pointer to the one that has everything now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from memberships import audit, signals
from memberships.models import AddressChange, CheckoutAttempt, Customer, Erasure, Subscription, User
from memberships.people import holdings, own
from memberships.people.holdings import Fate
from memberships.stripe import changes
from memberships.stripe.checkout import close_visits
from memberships.subscriptions import STANDING


class MergerRefused(Exception):
    """Nothing is merged; the message says why and what to do first."""


@dataclass(frozen=True)
class Outlook:
    """What a merger would move, kind by kind, and the running subscriptions of either account."""

    moves: list[tuple[str, int]]
    of_kept: list[Subscription]
    of_gone: list[Subscription]

    @property
    def must_choose(self) -> bool:
        """Whether both pay, so that one has to end."""
        return bool(self.of_kept and self.of_gone)


def outlook(kept: User, gone: User) -> Outlook:
    """Raises MergerRefused where the two cannot be merged."""
    _refuse_if_hindered(kept, gone)
    found = [
        (str(each.title), each.rows(gone).count())
        for each in holdings.every()
        if each.title and each.merged is not Fate.GOES and not each.is_by_public_id
    ]
    return Outlook([(title, count) for title, count in found if count], _standing(kept), _standing(gone))


def merge(kept: User, gone: User, by: User, reason: str, at: datetime, *, end: User | None = None) -> None:
    """Take ``gone`` into ``kept``. ``end`` is whose subscription ends at once where both have one that runs.

    Raises:
        MergerRefused: as it says; nothing was moved.
        BillingError, Unusable: Stripe could not be asked; nothing was moved, and doing it again goes on.
    """
    seen = outlook(kept, gone)
    if seen.must_choose:
        if end is None:
            raise MergerRefused(_("Both have a subscription that runs. Choose which of them ends."))
        for subscription in seen.of_kept if end.pk == kept.pk else seen.of_gone:
            changes.end(subscription, at, at_once=True)
    close_visits(gone, at)
    with transaction.atomic():
        _merge(kept.pk, gone.pk, by, reason, at)


def _merge(kept_pk: int, gone_pk: int, by: User, reason: str, at: datetime) -> None:
    both = (kept_pk, gone_pk)
    list(Customer.objects.select_for_update().filter(user__in=both).order_by("pk"))
    locked = {user.pk: user for user in User.objects.select_for_update().filter(pk__in=both).order_by("pk")}
    kept, gone = locked[kept_pk], locked[gone_pk]
    moved = outlook(kept, gone)
    if moved.must_choose or CheckoutAttempt.objects.filter(user=gone, state=CheckoutAttempt.State.OPEN).exists():
        raise MergerRefused(_("They are at the till just now. Try again in a minute."))
    waiting = AddressChange.objects.filter(user__in=both, state=AddressChange.State.ASKED)
    waiting.update(state=AddressChange.State.UNDONE, undone_at=at)
    own.sign_out_everywhere(gone)
    address = gone.email_as_typed
    for holding in holdings.every():
        holding.merge(kept, gone, at)
    _leave_behind(kept, gone)
    audit.record(
        "accounts merged",
        actor=by,
        subject_kind="user",
        subject_id=kept.public_id,
        subject_label=kept.email,
        at=at,
        reason=reason,
        other=str(gone.public_id),
        other_address=address,
        moved=dict(moved.moves),
    )
    signals.accounts_merged.send(sender=__name__, user=kept, address=address, at=at)
    for signal, facts in (
        (signals.account_closed, {"user": gone}),
        (signals.rights_changed, {"users": frozenset(both)}),
        (signals.address_changed, {"user": kept}),  # So that Stripe writes to one address.
    ):
        transaction.on_commit(partial(signal.send_robust, sender=__name__, at=at, **facts))


def _leave_behind(kept: User, gone: User) -> None:
    """The other account is closed and has an address nobody has; what only the person knows goes to the one that stays
    where that has nothing."""
    if not kept.name or not kept.history_since:
        kept.name = kept.name or gone.name
        kept.history_since = kept.history_since or gone.history_since
        kept.save(update_fields=["name", "history_since"])
    gone.email = gone.email_as_typed = f"merged-{gone.public_id}@merged.invalid"
    gone.name, gone.is_active, gone.merged_into, gone.history_since = "", False, kept, None
    gone.set_unusable_password()
    gone.save()


def _standing(user: User) -> list[Subscription]:
    rows = Subscription.objects.filter(customer__user=user, status__in=STANDING)
    return list(rows.select_related("plan", "customer").order_by("pk"))


def _refuse_if_hindered(kept: User, gone: User) -> None:
    if kept.pk == gone.pk:
        raise MergerRefused(_("This is the same account. Name the other one."))
    if any(user.is_staff or user.is_superuser for user in (kept, gone)):
        raise MergerRefused(_("The account of somebody who works here cannot be merged."))
    if not (kept.is_active and gone.is_active):
        raise MergerRefused(_("One of the two is closed. Only open accounts are merged."))
    if Erasure.objects.filter(user__in=(kept, gone)).exists():
        raise MergerRefused(_("One of the two is being erased."))
