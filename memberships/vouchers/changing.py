"""What a buyer may still do about a gift: another address or day before it goes, and its link once more after."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from memberships.models import Voucher
from memberships.vouchers import links
from memberships.vouchers.claiming import VoucherRefused, refuse_when_closed

State = Voucher.State
# Between two messages with the same gift to the same address.
_REST = timedelta(minutes=10)


@transaction.atomic
def redirect(voucher: Voucher, name: str, email: str, deliver_at: datetime, time_zone: str, at: datetime) -> None:
    """Deliver it to this address at this moment. What was delivered before, goes once more, with a new link.

    Raises:
        VoucherRefused: it is not paid, was claimed, or is over.
    """
    row = _open(voucher, at)
    Voucher.objects.filter(pk=row.pk).update(
        recipient_name=name,
        recipient_email=email,
        deliver_at=max(deliver_at, at),
        time_zone=time_zone,
        delivered_at=None,
        # Whoever had the link before, by mistake, has it no longer.
        token_hash=None,
    )


@transaction.atomic
def send_again(voucher: Voucher, at: datetime) -> None:
    """Deliver it again now; the link in the message before opens nothing any more.

    Raises:
        VoucherRefused: as above, or it goes to nobody by mail.
    """
    row = _open(voucher, at)
    if row.is_by_hand:
        raise VoucherRefused(_("You hand this gift over yourself. Make the page to print, or give an address first."))
    if row.delivered_at is not None and at - row.delivered_at < _REST:
        raise VoucherRefused(
            _("It was sent a moment ago. Look into the folder for unwanted mail, or wait ten minutes.")
        )
    Voucher.objects.filter(pk=row.pk).update(deliver_at=at, delivered_at=None)


@transaction.atomic
def show_link(voucher: Voucher, at: datetime) -> str:
    """The token of a new link, for the buyer to hand over. It cannot be shown a second time.

    Raises:
        VoucherRefused: it is not paid, was claimed, or is over.
    """
    row = _open(voucher, at)
    return links.new_token(row)


def _open(voucher: Voucher, at: datetime) -> Voucher:
    row = Voucher.objects.select_for_update(of=("self",)).select_related("plan__product").get(pk=voucher.pk)
    if row.state in {State.DRAFT, State.ABANDONED}:
        raise VoucherRefused(_("This gift is not paid yet."))
    if row.state == State.CLAIMED:
        raise VoucherRefused(_("The gift has been claimed, so there is nothing to change any more."))
    refuse_when_closed(row, at)
    return row
