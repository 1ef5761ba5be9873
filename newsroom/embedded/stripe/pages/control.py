"""The control page: the clock, the wire, what is due and what was told. Every address also answers JSON when asked."""

from dataclasses import asdict
from typing import Any

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.account import AFTER_RETRIES, NEXT_INVOICE, WHEN_OVERDUE, Account
from newsroom.embedded.stripe.billing import refunds
from newsroom.embedded.stripe.billing.money import written
from newsroom.embedded.stripe.billing.periods import DAY, HOUR, later
from newsroom.embedded.stripe.chaos import ApiChaos, Chaos
from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.pages import bank
from newsroom.embedded.stripe.pages.rendering import Html, fill, join, machine_time, minute, when
from newsroom.embedded.stripe.pages.screens import Page, Visit, data, html, redirect, screen
from newsroom.embedded.stripe.pages.switches import HOME, seconds_of
from newsroom.embedded.stripe.standin import StandIn
from newsroom.embedded.stripe.store import Document

_LONGEST_SETTLE = 5.0
# What a button leaves the product to act on each step before the clock goes on.
_BUTTON_SETTLE = "0.5"
# The first charge after a trial is made an hour after its end; a minute more, and it is done.
_AFTER_CHARGE = HOUR + 60
# How long before its expiry a card is listed.
_SOON = 90 * DAY

_ACTIONS = {
    "cancel_subscription": "Subscription ends as scheduled",
    "dispute_falls_due": "Time to answer a dispute is over",
    "expire_coupon": "Coupon runs out",
    "expire_incomplete": "Unpaid first invoice is given up",
    "expire_promotion_code": "Promotion code runs out",
    "expire_session": "Checkout expires",
    "finalize_invoice": "Draft invoice is finalised and collected",
    "give_up_resuming": "Unpaid return from a pause is given up",
    "invoice_falls_due": "Invoice falls due",
    "invoice_stays_overdue": "Invoice stays overdue for thirty days",
    "open_dispute": "Charge is disputed",
    "period_ends": "Period or trial ends",
    "refund_is_decided": "Bank decides about a refund",
    "renewal_comes": "Renewal is announced",
    "retry_invoice": "Failed payment is tried again",
    "trial_will_end": "Trial end is announced",
    "warn_of_fraud": "Bank warns of fraud",
}
_DECISIONS = {
    "succeeded": "It arrives",
    "failed": "It comes back",
    "requires_action": "Ask the customer",
    "canceled": "Call it off",
}
_OUTCOMES = {
    "cancel": "is cancelled",
    "unpaid": "is marked unpaid",
    "past_due": "stays past due",
    "pause": "is paused",
    "finished": "is finished",
    "unfinished": "cannot be finished",
}


@screen("GET", HOME)
def show(visit: Visit) -> Page:
    with visit.stand_in.store.transaction():
        state = _state(visit.stand_in)
        if visit.wants_json:
            return data(state)
        return html("Stripe stand-in", _body(visit.stand_in, state), kind="control")


def _state(stand_in: StandIn) -> dict[str, Any]:
    steps = stand_in.store.rows(
        "SELECT clock, due, action, target, broken FROM steps ORDER BY due, id LIMIT 20",
    )
    waiting = stand_in.store.rows("SELECT state, count(*) AS count FROM deliveries GROUP BY state")
    return {
        "now": stand_in.clock.now(),
        "offset": stand_in.clock.offset(),
        "steps": [dict(step) for step in steps],
        "deliveries": {row["state"]: row["count"] for row in waiting},
        "chaos": asdict(Chaos.of(stand_in.store)),
        "api_chaos": asdict(ApiChaos.of(stand_in.store)),
        "account": asdict(Account.of(stand_in.store)),
    }


def _body(stand_in: StandIn, state: dict[str, Any]) -> Html:
    chaos = state["chaos"]
    events = [event for _, event in zip(range(15), stand_in.store.select("event"), strict=False)]
    lost = state["deliveries"].get("dropped", 0) + state["deliveries"].get("failed", 0)
    return fill(
        "control.page",
        now=minute(state["now"]),
        offset=_span(state["offset"]),
        settle=_BUTTON_SETTLE,
        steps=join([_step(stand_in, step) for step in state["steps"]]) or fill("control.nothing_due"),
        wire=fill("control.wire", **_shown(chaos)),
        api=fill("control.api", **_shown(state["api_chaos"])),
        after_retries=_choices(AFTER_RETRIES, state["account"]["after_retries"]),
        when_overdue=_choices(WHEN_OVERDUE, state["account"]["when_overdue"]),
        next_invoice=_choices(NEXT_INVOICE, state["account"]["next_invoice"]),
        charges=bank.section(stand_in.store),
        events=join([_event(stand_in, event) for event in events]) or fill("control.no_events"),
        cards=_cards(stand_in),
        refunds=_refunds(stand_in),
        resend=when(lost, "control.resend", count=lost),
    )


def _shown(chaos: dict[str, Any]) -> dict[str, Any]:
    """The switches as their fields show them; no seed is shown before one was drawn."""
    ticks = {True: Html("checked"), False: ""}
    shown = {name: ticks[value] if isinstance(value, bool) else value for name, value in chaos.items()}
    return shown | {"seed": chaos["seed"] or ""}


def _cards(stand_in: StandIn) -> Html:
    """Cards of customers that have expired, or will within three months."""
    soon = stand_in.clock.now() + _SOON
    attached = (row for row in stand_in.store.select("payment_method") if row["customer"])
    expiring = (row for row in attached if cards.has_expired(row, soon))
    rows = [_card(stand_in, row) for _, row in zip(range(5), expiring, strict=False)]
    return when(rows, "control.cards", rows=join(rows))


def _card(stand_in: StandIn, method: Document) -> Html:
    customer = stand_in.store.get(method["customer"]) or {}
    card = method["card"]
    return fill(
        "control.card",
        id=method["id"],
        expiry=f"{card['exp_month']:02} / {card['exp_year']}",
        what=f"{card['brand'].title()} {card['last4']}",
        who=customer.get("email") or customer.get("name") or method["customer"],
    )


def _refunds(stand_in: StandIn) -> Html:
    rows = [row for _, row in zip(range(5), stand_in.store.select("refund"), strict=False)]
    return when(rows, "control.refunds", rows=join([_refund(row) for row in rows]))


def _refund(refund: Document) -> Html:
    buttons = [
        fill("control.decide", id=refund["id"], to=status, text=_DECISIONS[status])
        for status in refunds.may_become(refund)
    ]
    return fill(
        "control.refund",
        **_timed(refund["created"]),
        what=written(refund["amount"], refund["currency"]),
        state=refund["status"].replace("_", " "),
        buttons=join(buttons),
    )


def _choices(words: tuple[str, ...], chosen: str) -> Html:
    return join(
        [
            fill("control.choice", value=word, text=_OUTCOMES[word], state=Html("selected" if word == chosen else ""))
            for word in words
        ]
    )


def _span(seconds: int) -> str:
    if seconds == 0:
        return "the machine’s own time"
    days, rest = divmod(abs(seconds), DAY)
    parts = [f"{days} day{'s' if days != 1 else ''}" if days else "", f"{rest // HOUR} h {rest % HOUR // 60} min"]
    return f"{' '.join(filter(None, parts))} {'ahead of' if seconds > 0 else 'behind'} the machine’s"


def _timed(moment: int) -> dict[str, str]:
    return {"when": minute(moment), "moment": machine_time(moment)}


def _step(stand_in: StandIn, step: dict[str, Any]) -> Html:
    target = stand_in.store.get(step["target"]) or {}
    customer = stand_in.store.get(target.get("customer") or "") or {}
    who = customer.get("email") or customer.get("name") or step["target"]
    what = _ACTIONS[step["action"]] + (" (failed: see the terminal)" if step["broken"] else "")
    clock = f" · {step['clock']}" if step["clock"] else ""
    return fill("control.step", **_timed(step["due"]), what=what, who=f"{who}{clock}")


def _event(stand_in: StandIn, event: Document) -> Html:
    rows = stand_in.store.rows(
        "SELECT state, attempts, answer FROM deliveries WHERE event = ? ORDER BY id", event["id"]
    )
    told = ", ".join(_delivery(row["state"], row["attempts"], row["answer"]) for row in rows) or "nobody listens"
    taken = all(row["state"] == "done" for row in rows)
    return fill(
        "control.event",
        id=event["id"],
        **_timed(event["created"]),
        what=event["type"],
        told=told,
        kind="done" if taken else "waiting",
    )


def _delivery(state: str, attempts: int, answer: str) -> str:
    words = {"done": "taken", "dropped": "lost", "failed": "given up", "waiting": "waiting", "sending": "on its way"}[
        state
    ]
    return f"{words} ({answer}, {attempts}×)" if attempts else words


@screen("GET", "/_stand_in/clock")
def show_clock(visit: Visit) -> Page:
    return data({"now": visit.stand_in.clock.now(), "offset": visit.stand_in.clock.offset()})


@screen("POST", "/_stand_in/clock/advance")
def advance(visit: Visit) -> Page:
    """``seconds=`` from now, or ``to=`` a Unix time or one of trial_end, next_retry, next_step, one_year."""
    form = visit.form()
    with visit.stand_in.store.transaction():
        to = _destination(visit.stand_in, form)
    settle = min(seconds_of(form.get("settle", "0"), "settle"), _LONGEST_SETTLE)
    steps = visit.stand_in.mover.advance(to, settle)
    if not visit.wants_json:
        return redirect(HOME)
    return data({"now": visit.stand_in.clock.now(), "steps": [asdict(step) for step in steps]})


def _destination(stand_in: StandIn, form: dict[str, str]) -> int:
    now = stand_in.clock.now()
    to = form.get("to", "")
    if "seconds" in form:
        return now + int(seconds_of(form["seconds"], "seconds"))
    if to.isascii() and to.isdecimal() and len(to) < 12:
        return int(to)
    if to == "one_year":
        return later(now, "year", 1)
    if to == "trial_end":
        return _trial_end(stand_in) + _AFTER_CHARGE
    actions = {"next_retry": "action = 'retry_invoice'", "next_step": "1"}
    if to not in actions:
        words = "trial_end, next_retry, next_step or one_year"
        raise invalid(f"Say how far: seconds=…, or to= a Unix time or one of {words}.", "to")
    found = stand_in.store.rows(
        f"SELECT min(due) FROM steps WHERE clock = '' AND NOT broken AND {actions[to]}"  # noqa: S608
    )[0][0]
    if found is None:
        raise StripeError("Nothing of the kind is due.", status=409)
    return max(int(found), now + 1)


def _trial_end(stand_in: StandIn) -> int:
    """The earliest end of a trial that runs by the one clock."""
    running = [
        row["trial_end"]
        for row in stand_in.store.select("subscription")
        if row["status"] == "trialing" and not row.get("test_clock")
    ]
    if not running:
        raise StripeError("No trial is running.", status=409)
    return int(min(running))
