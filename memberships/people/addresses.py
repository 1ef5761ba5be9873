"""Moves an account to another address when its owner cannot: asked by staff, agreed to by the new mailbox, open to the
old one to take back for three days. Stripe hears of every new address, whoever changed it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from memberships import audit, signals
from memberships.models import AddressChange, Customer, User
from memberships.people import own
from memberships.stripe.calls import tills
from memberships.stripe.client import BillingError

log = logging.getLogger(__name__)

LINKS_HOLD_FOR = timedelta(hours=72)
_SALT = "memberships.people.addresses"
_BATCH = 200
_State = AddressChange.State
_BAD_LINK = gettext_lazy("This link is not whole or not ours. Open it from the message once more.")
_OVER = gettext_lazy("This link is not good any more. Write to us, and we begin anew.")
_TAKEN = gettext_lazy("There is an account with this address already. Take one of the two into the other instead.")


class Answer(StrEnum):
    """Which of the two links it is."""

    YES = "yes"
    NO = "no"


class AddressRefused(Exception):
    """Nothing is changed; the message says why and what to do instead."""


@transaction.atomic
def ask(user: User, address: str, by: User, reason: str, at: datetime) -> AddressChange:
    """Write to both mailboxes that the account is to move. One that waited before waits no more.

    Raises:
        AddressRefused: as it says.
    """
    user, typed = User.objects.select_for_update().get(pk=user.pk), address.strip()
    _refuse_if_wrong(user, typed)
    AddressChange.objects.filter(user=user, state=_State.ASKED).update(state=_State.UNDONE, undone_at=at)
    change = AddressChange.objects.create(
        user=user,
        old_address=user.email_as_typed,
        new_address=typed,
        asked_by=by,
        reason=reason,
        asked_at=at,
        ends_at=at + LINKS_HOLD_FOR,
    )
    _record("change of address asked", change, by, at, reason=reason)
    tokens = {"confirm": token_for(change, Answer.YES), "undo": token_for(change, Answer.NO)}
    signals.address_change_asked.send(sender=__name__, change=change, at=at, **tokens)
    return change


def token_for(change: AddressChange, answer: Answer) -> str:
    return signing.dumps([change.public_id.hex, answer.value], salt=_SALT)


def read(token: str, at: datetime) -> tuple[AddressChange, Answer]:
    """The change a link is about, and which of the two links it is.

    Raises:
        AddressRefused: the link is cut off, or there is nothing more to say yes or no to.
    """
    try:
        key, said = signing.loads(token, salt=_SALT)
        change = AddressChange.objects.select_related("user").get(public_id=UUID(key))
    except (signing.BadSignature, AddressChange.DoesNotExist) as error:
        raise AddressRefused(_BAD_LINK) from error
    answer = Answer(said)
    is_open = change.state == _State.ASKED or (answer is Answer.NO and change.state == _State.DONE)
    if not is_open or at >= change.ends_at:
        raise AddressRefused(_OVER)
    return change, answer


@transaction.atomic
def answer(token: str, at: datetime) -> AddressChange:
    """Do what the link says: move the account, or leave or bring it back where it was. Everybody is signed out.

    Raises:
        AddressRefused: as it says; nothing was changed.
    """
    change, said = read(token, at)
    user = User.objects.select_for_update().get(pk=change.user_id)
    change, said = read(token, at)  # As it is under the lock.
    change.user = user
    if said is Answer.YES:
        _refuse_if_wrong(user, change.new_address)
        _move(change, change.old_address, change.new_address, at)
        change.state, change.changed_at, change.ends_at = _State.DONE, at, at + LINKS_HOLD_FOR
    else:
        if change.state == _State.DONE:
            _move(change, change.new_address, change.old_address, at)
        change.state, change.undone_at = _State.UNDONE, at
    change.save(update_fields=["state", "changed_at", "undone_at", "ends_at"])
    verb = "address changed" if said is Answer.YES else "change of address taken back"
    _record(verb, change, None, at)
    return change


def tell_stripe(at: datetime) -> int:
    """Tell Stripe the address of every customer whose person has another one by now; answers how many were told."""
    moved = Customer.objects.filter(user__is_active=True).exclude(stripe_id=None).select_related("user")
    return sum(_told(row) for row in moved.exclude(told_address=F("user__email_as_typed")).order_by("pk")[:_BATCH])


def _told(customer: Customer) -> bool:
    """Asked again after a failure: telling the same twice changes nothing."""
    if customer.stripe_id is None or customer.user is None:
        return False
    address = customer.user.email_as_typed
    try:
        tills.rename_customer(customer.stripe_id, address)
    except BillingError as error:
        log.warning("Stripe was not told the new address of customer %s: %s", customer.pk, error.detail)
        if not error.is_missing:
            return False
    same = Customer.objects.filter(pk=customer.pk, stripe_id=customer.stripe_id, told_address=customer.told_address)
    return bool(same.update(told_address=address))


def _refuse_if_wrong(user: User, address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise AddressRefused(_("This is not an email address. Check how it is spelt.")) from error
    if not user.is_active:
        raise AddressRefused(_("The account is closed."))
    if user.is_staff or user.is_superuser:
        raise AddressRefused(_("Somebody who works here changes their own address, signed in."))
    if address.lower() == user.email:
        raise AddressRefused(_("This is the address of the account already."))
    _refuse_if_taken(user, address)


def _refuse_if_taken(user: User, address: str) -> None:
    proved = EmailAddress.objects.filter(email__iexact=address, verified=True).exclude(user=user)
    if proved.exists() or User.objects.filter(email=address.lower()).exclude(pk=user.pk).exists():
        raise AddressRefused(_TAKEN)


def _move(change: AddressChange, now: str, then: str, at: datetime) -> None:
    user = change.user
    if user.email != now.lower():
        raise AddressRefused(_OVER)
    _refuse_if_taken(user, then)
    user.email = then
    user.save(update_fields=["email", "email_as_typed"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    own.sign_out_everywhere(user)
    transaction.on_commit(partial(signals.address_changed.send_robust, sender=__name__, user=user, at=at))


def _record(verb: str, change: AddressChange, by: User | None, at: datetime, **more: str) -> None:
    audit.record(
        verb,
        actor=by,
        subject_kind="user",
        subject_id=change.user.public_id,
        subject_label=change.old_address,
        at=at,
        to=change.new_address,
        **more,
    )
