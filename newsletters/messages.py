"""Every message about what somebody did, one small function each.

Each writes its message once into the ledger and answers the row; calling it again about the same thing writes nothing.
The words stand in ``templates/email/<kind>.*`` and are rendered in the recipient's own language and time zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.http import urlencode

from articles.events.calendar import as_ics
from articles.models import Registration
from memberships import selling, student_prices
from memberships.discounts import size_in_words
from memberships.models import (
    AddressChange,
    Alert,
    Customer,
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
    WinBack,
    Withdrawal,
)
from memberships.subscriptions import Facts, access_until
from memberships.vouchers import links
from newsletters import tokens
from newsletters.addresses import absolute, absolute_url
from newsletters.delivery import ledger
from newsletters.delivery.ledger import Attachment
from newsletters.models import Message, Newsletter, Recipient, Stream
from newsletters.recipients import language_of, recipient_for, recipient_of, time_zone_of
from newsletters.rendering import render

# So many alerts are named in one message.
MOST_ALERTS = 20


def confirm_signups(recipient: Recipient, newsletters: Sequence[Newsletter], at: datetime) -> Message:
    """The second half of a double opt-in: nothing is sent to the address until its owner says so."""
    ids = sorted(newsletter.pk for newsletter in newsletters)
    token = tokens.for_confirming(recipient.public_id, ids, at)
    context = {"newsletters": newsletters, "confirm_url": absolute_url("signup_confirm", token)}
    about = f"{recipient.public_id}:{'.'.join(map(str, ids))}:{at.isoformat()}"
    return _write("confirm_signups", recipient, context, about=about, at=at)


def welcome(user: User, at: datetime) -> Message:
    return _write("welcome", recipient_of(user, at), {}, about=user.public_id, at=at)


def moved_in(user: User, row: MovingRow, at: datetime) -> Message:
    """That the account is here now, how one gets into it and what becomes of the card; once for each account."""
    is_charged = row.why in {MovingRow.Why.RUNS, MovingRow.Why.RUNS_UNCLAIMED, MovingRow.Why.CONTINUES}
    until = row.until if row.outcome == MovingRow.Outcome.READS and not is_charged else None
    context = {"product": row.moving_in.product, "is_charged": is_charged, "until": until}
    return _write(
        "moved_in", recipient_of(user, at), context, about=user.public_id, at=at, reply_to=settings.CONTACT_EMAIL
    )


def erasure_code(user: User, code: str, at: datetime) -> Message:
    """The code without which nobody erases the account. Each is a new one."""
    about = f"{user.public_id}:{at.isoformat()}"
    return _write("erasure_code", recipient_of(user, at), {"code": code}, about=about, at=at, is_sensitive=True)


def erasure_asked(user: User, at: datetime) -> Message:
    """The last one: what is deleted, what stays, and whom to ask at once if it was somebody else."""
    return _write("erasure_asked", recipient_of(user, at), {}, about=user.public_id, at=at)


def export_made(export: DataExport, at: datetime) -> Message:
    """The copy of somebody's data is ready; the address opens for whoever signs in as its owner."""
    url = absolute_url("account_export", export.public_id)
    context = {"export": export, "export_url": url}
    return _write("export_made", recipient_of(export.user, at), context, about=export.public_id, at=at)


def address_agreement(change: AddressChange, token: str, at: datetime) -> Message:
    """To the mailbox an account is to move to: nothing moves until it agrees. The link moves it, so it is wiped."""
    recipient = recipient_for(change.new_address, at, language=change.user.language)
    context = {"change": change, "answer_url": absolute_url("address_change", token)}
    return _write("address_agreement", recipient, context, about=change.public_id, at=at, is_sensitive=True)


def address_notice(change: AddressChange, token: str, at: datetime) -> Message:
    """To the mailbox an account is to leave, which can say no for three days."""
    recipient = recipient_for(change.old_address, at, language=change.user.language)
    context = {"change": change, "answer_url": absolute_url("address_change", token)}
    return _write("address_notice", recipient, context, about=change.public_id, at=at, is_sensitive=True)


def accounts_merged(user: User, address: str, at: datetime) -> Message:
    """That two accounts are one, and which address signs in; the other one's is named."""
    about = f"{user.public_id}:{at.isoformat()}"
    return _write("accounts_merged", recipient_of(user, at), {"person": user, "address": address}, about=about, at=at)


def student_address(proof: StudentProof, token: str, at: datetime) -> Message:
    """To a mailbox at a university, which proves by its link that its owner studies; so the message is wiped."""
    recipient = recipient_for(proof.address, at, language=proof.user.language)
    context = {"proof": proof, "confirm_url": absolute_url("student_address", token)}
    return _write("student_address", recipient, context, about=proof.pk, at=at, is_sensitive=True)


def student_proved(proof: StudentProof, at: datetime) -> Message:
    """That it is proved, and until when."""
    return _write("student_proved", recipient_of(proof.user, at), {"proof": proof}, about=proof.pk, at=at)


def student_refused(proof: StudentProof, at: datetime) -> Message:
    """Why a document proves nothing; an answer reaches whoever can say more."""
    payer, answers = recipient_of(proof.user, at), settings.CONTACT_EMAIL
    return _write("student_refused", payer, {"proof": proof}, about=proof.pk, at=at, reply_to=answers)


def student_ending(subscription: Subscription, until: datetime, at: datetime) -> Message:
    """That another proof is wanted, and what is charged from which day on if none comes: at least a month ahead."""
    ordinary = student_prices.ordinary_of(subscription.plan, selling.on_sale(at))
    context = {"ordinary": ordinary, "until": until}
    return _write_of("student_ending", subscription, context, about=_period(subscription, until), at=at)


def trial_started(subscription: Subscription, at: datetime) -> Message:
    """What the law wants told at once: until when it is free, what is charged then, and how to get out."""
    return _write_of("trial_started", subscription, about=subscription.public_id, at=at)


def trial_ending(subscription: Subscription, at: datetime) -> Message:
    about = _period(subscription, subscription.trial_ends_at)
    return _write_of("trial_ending", subscription, about=about, at=at)


def trial_refused(subscription: Subscription, at: datetime) -> Message:
    """The card has had its trial with another account: this one is over, nothing was charged, and what one can do."""
    context = {"subscription": subscription, "plan": subscription.plan}
    payer, answers = _payer(subscription.customer, at), settings.CONTACT_EMAIL
    return _write("trial_refused", payer, context, about=subscription.public_id, at=at, reply_to=answers)


def membership_cancelled(subscription: Subscription, until: datetime, at: datetime) -> Message:
    about = f"{subscription.public_id}:{at.isoformat()}"
    return _write_of("membership_cancelled", subscription, {"until": until}, about=about, at=at)


def membership_ended(subscription: Subscription, at: datetime) -> Message:
    """That it is over, and why, where Stripe says it."""
    return _write_of("membership_ended", subscription, about=subscription.public_id, at=at)


def payment_failed(subscription: Subscription, invoice: Invoice | None, at: datetime) -> Message:
    """Once a day at the most, however often the charge is tried."""
    about = f"{invoice.stripe_id if invoice else subscription.public_id}:{at.date().isoformat()}"
    return _write_of("payment_failed", subscription, _paying(invoice, at), about=about, at=at)


def payment_reminder(subscription: Subscription, invoice: Invoice, at: datetime) -> Message:
    """Days later, what was said on the first day once more: once a day at the most."""
    about = f"{invoice.stripe_id}:{at.date().isoformat()}"
    context = {**_paying(invoice, at), "is_reminder": True}
    return _write_of("payment_reminder", subscription, context, about=about, at=at)


def action_required(subscription: Subscription, invoice: Invoice, at: datetime) -> Message:
    """The bank wants a charge confirmed, once for each invoice."""
    return _write_of("action_required", subscription, _paying(invoice, at), about=invoice.stripe_id, at=at)


def card_expiring(subscription: Subscription, at: datetime) -> Message:
    """Once for each card and the month on it."""
    about = f"{subscription.public_id}:{subscription.card_label}:{subscription.card_expires_on}"
    charged_at = subscription.trial_ends_at if subscription.status == "trialing" else subscription.period_ends_at
    return _write_of("card_expiring", subscription, {"charged_at": charged_at}, about=about, at=at)


def renewal_ahead(subscription: Subscription, at: datetime) -> Message:
    """What is charged for another year, and when: laws on automatic renewal want it told some weeks before."""
    about = _period(subscription, subscription.period_ends_at)
    return _write_of("renewal_ahead", subscription, about=about, at=at)


def price_changes(notice: PriceNotice, at: datetime) -> Message:
    """What it costs now, what from which renewal on, and how to leave before; once for each renewal announced."""
    return _write_of("price_changes", notice.subscription, {"notice": notice}, about=notice.pk, at=at)


def plan_changed(subscription: Subscription, former: Plan, invoice: Invoice | None, at: datetime) -> Message:
    """From which plan to which, what was charged for it, and when what is charged next."""
    charged_at = subscription.trial_ends_at if subscription.status == "trialing" else subscription.period_ends_at
    context = {"former": former, "invoice": invoice, "charged_at": charged_at}
    about = f"{subscription.public_id}:{at.isoformat()}"
    return _write_of("plan_changed", subscription, context, about=about, at=at)


def membership_paused(subscription: Subscription, until: datetime | None, at: datetime) -> Message:
    about = f"{subscription.public_id}:{at.isoformat()}"
    return _write_of("membership_paused", subscription, {"until": until}, about=about, at=at)


def pause_ending(subscription: Subscription, at: datetime) -> Message:
    """A week before charges and reading go on by themselves."""
    return _write_of("pause_ending", subscription, about=_period(subscription, subscription.rests_until), at=at)


def payment_receipt(invoice: Invoice, at: datetime) -> Message:
    plan_name = invoice.subscription.plan.name if invoice.subscription else settings.PRO_NAME
    context = {"invoice": invoice, "plan_name": plan_name, "subscription": invoice.subscription}
    return _write("payment_receipt", _payer(invoice.customer, at), context, about=invoice.stripe_id, at=at)


def payment_refunded(refund: Refund, at: datetime) -> Message:
    """How much, when it arrives, and what of reading; once for each refund."""
    context = {"refund": refund, "invoice": refund.invoice, "subscription": refund.invoice.subscription}
    return _write("payment_refunded", _payer(refund.invoice.customer, at), context, about=refund.key, at=at)


def withdrawal_asked(withdrawal: Withdrawal, token: str, at: datetime) -> Message:
    """The link to the button that confirms it. It ends a membership, so the message is wiped once it is sent."""
    confirm_url = f"{absolute_url('withdrawal', token)}?language={withdrawal.language}"
    context = {"withdrawal": withdrawal, "confirm_url": confirm_url}
    recipient = recipient_for(withdrawal.email, at, language=withdrawal.language)
    return _write("withdrawal_asked", recipient, context, about=withdrawal.key, at=at, is_sensitive=True)


def withdrawal_received(withdrawal: Withdrawal, at: datetime) -> Message:
    """What was declared, when it arrived and what comes of it: the law wants it told at once."""
    recipient = recipient_for(withdrawal.email, at, language=withdrawal.language)
    context = {"withdrawal": withdrawal, "subscription": withdrawal.subscription}
    about, answers = withdrawal.key, settings.CONTACT_EMAIL
    return _write("withdrawal_received", recipient, context, about=about, at=at, reply_to=answers)


def gift_bought(voucher: Voucher, at: datetime) -> Message:
    """The buyer's receipt, with the way back to the gift."""
    return _write_to_buyer("gift_bought", voucher, at)


def gift_arrived(voucher: Voucher, token: str, at: datetime) -> Message:
    """The gift itself. Its link gives it to whoever opens it, so the message is wiped once it is sent."""
    recipient = recipient_for(voucher.recipient_email, at, language=voucher.language)
    context = {"voucher": voucher, "claim_url": absolute_url("voucher", token)}
    about = links.hash_of(token)
    return _write("gift_arrived", recipient, context, about=about, at=at, is_sensitive=True)


def gift_claimed(voucher: Voucher, at: datetime) -> Message:
    """To the buyer: it reached somebody."""
    return _write_to_buyer("gift_claimed", voucher, at)


def gift_waiting(voucher: Voucher, at: datetime) -> Message:
    """To the buyer: in a month it runs out, and nobody has claimed it."""
    return _write_to_buyer("gift_waiting", voucher, at)


def gift_refunded(voucher: Voucher, at: datetime) -> Message:
    return _write_to_buyer("gift_refunded", voucher, at)


def gift_ending(voucher: Voucher, at: datetime) -> Message:
    """To the reader: when it ends, that nothing is charged, and how one goes on."""
    if voucher.claimed_by is None:
        raise ValueError(f"The gift {voucher.pk} was claimed by nobody.")
    recipient = recipient_of(voucher.claimed_by, at)
    return _write("gift_ending", recipient, {"voucher": voucher}, about=voucher.public_id, at=at)


def gift_continued(subscription: Subscription, at: datetime) -> Message:
    """Who goes on after a gift is told at once when the first charge comes, and how to get out."""
    return _write_of("gift_continued", subscription, about=subscription.public_id, at=at)


def inquiry_received(inquiry: Inquiry, at: datetime) -> Message:
    """To whoever asked; an answer to it reaches sales."""
    recipient = recipient_for(inquiry.email, at)
    context = {"inquiry": inquiry}
    return _write("inquiry_received", recipient, context, about=inquiry.public_id, at=at, reply_to=settings.SALES_EMAIL)


def inquiry_alert(inquiry: Inquiry, at: datetime) -> Message:
    """To sales; an answer to it reaches whoever asked."""
    recipient = recipient_for(settings.SALES_EMAIL, at)
    context = {"inquiry": inquiry}
    return _write("inquiry_alert", recipient, context, about=inquiry.public_id, at=at, reply_to=inquiry.email)


def staff_alert(alerts: Sequence[Alert], at: datetime) -> Message:
    """To the desk: what does not settle itself. The first are named, the others counted."""
    shown = alerts[:MOST_ALERTS]
    context = {"alerts": shown, "more": len(alerts) - len(shown), "count": len(alerts)}
    about = f"{alerts[0].pk}-{alerts[-1].pk}"
    return _write("staff_alert", recipient_for(settings.CONTACT_EMAIL, at), context, about=about, at=at)


def team_founded(team: Team, at: datetime) -> Message:
    """To the owner, who can invite colleagues from now on."""
    return _write("team_founded", recipient_of(team.owner, at), {"team": team}, about=team.public_id, at=at)


def team_invitation(seat: Seat, token: str, at: datetime) -> Message:
    """The link takes the seat, so the message is wiped once it is sent. Each invitation of a seat is a new one."""
    context = {"seat": seat, "invitation_url": absolute_url("invitation", token)}
    recipient = recipient_for(seat.email, at, language=seat.team.owner.language)
    return _write("team_invitation", recipient, context, about=seat.offer, at=at, is_sensitive=True)


def invitation_undeliverable(seat: Seat, at: datetime) -> Message:
    """To the owner of the team, who can mend the address: once for each invitation that did not arrive."""
    recipient = recipient_of(seat.team.owner, at)
    return _write("invitation_undeliverable", recipient, {"seat": seat}, about=seat.offer, at=at)


def event_registration(registration: Registration, at: datetime) -> Message:
    event = registration.event
    context = {"event": event, "event_url": absolute(event.get_absolute_url())}
    calendar = Attachment(f"{event.slug}.ics", "text/calendar", as_ics(event, at))
    about = f"{registration.public_id}:{registration.registered_at.isoformat()}"
    recipient = recipient_of(registration.user, at)
    return _write("event_registration", recipient, context, about=about, at=at, attachments=[calendar])


def win_back(row: WinBack, at: datetime) -> Message:
    """An offer to somebody whose membership is over; whoever gets it stops such offers by one click (RFC 8058)."""
    subscription, promotion = row.subscription, row.promotion
    payer = _payer(subscription.customer, at)
    stop_url = absolute_url("offers_stop", tokens.for_offers(payer.public_id))
    language = language_of(payer)
    with translation.override(language):
        discount = size_in_words(promotion)
    spoken = {} if language == settings.LANGUAGE_CODE else {"language": language}
    context = {
        "discount": discount,
        "code": promotion.code,
        "until": promotion.ends_at,
        "ended_at": subscription.ended_at,
        "offer_url": f"{absolute_url('pro')}?{urlencode({'code': promotion.code, **spoken})}",
        "stop_url": stop_url,
    }
    headers = {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return _write("win_back", payer, context, about=row.pk, at=at, stream=Stream.OFFERS, headers=headers)


def _write_of(
    kind: str,
    subscription: Subscription,
    context: dict[str, Any] | None = None,
    *,
    about: object,
    at: datetime,
) -> Message:
    """To whoever pays for the subscription. ``charge`` is what is charged next, ``until`` the end of reading on."""
    values = {
        "subscription": subscription,
        "plan": subscription.plan,
        "charge": subscription.next_charge,
        "is_sent": Facts.of(subscription).is_sent,
        "until": access_until(Facts.of(subscription), at),
        **(context or {}),
    }
    return _write(kind, _payer(subscription.customer, at), values, about=about, at=at)


def _write_to_buyer(kind: str, voucher: Voucher, at: datetime) -> Message:
    """Once for each gift, with the link by which its buyer sees and changes it."""
    recipient = recipient_for(voucher.buyer_email, at, language=voucher.language)
    context = {"voucher": voucher, "bought_url": absolute_url("voucher_bought", links.buyer_token(voucher))}
    return _write(kind, recipient, context, about=voucher.public_id, at=at)


def _paying(invoice: Invoice | None, at: datetime) -> dict[str, Any]:
    """An unpaid invoice, and when its charge is tried again, if it is."""
    retry_at = invoice.next_attempt_at if invoice else None
    return {"invoice": invoice, "retry_at": retry_at if retry_at and retry_at > at else None}


def _period(subscription: Subscription, ends: datetime | None) -> str:
    return f"{subscription.public_id}:{ends.isoformat() if ends else ''}"


def _write(
    kind: str, recipient: Recipient, context: dict[str, Any], *, about: object, at: datetime, **options: Any
) -> Message:
    content = render(kind, context, language=language_of(recipient), time_zone=time_zone_of(recipient))
    return ledger.write(kind, recipient, content, dedupe_key=ledger.key(kind, about), at=at, **options)


def _payer(customer: Customer, at: datetime) -> Recipient:
    """Whoever answers for the money: the person, or the owner of the team."""
    owner = customer.user or (customer.team.owner if customer.team else None)
    if owner is None:
        raise ValueError(f"Customer {customer.pk} is neither a person nor a team.")
    return recipient_of(owner, at)
