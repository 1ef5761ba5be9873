"""What is posted from the control page, or by a test, to make this Stripe behave otherwise from now on."""

from dataclasses import asdict

from newsroom.embedded.stripe.account import Account
from newsroom.embedded.stripe.billing import refunds
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.pages.screens import Page, Visit, data, redirect, screen
from newsroom.embedded.stripe.webhooks import Chaos, send_again

HOME = "/_stand_in/"
_LONGEST_DELAY = 3600


def seconds_of(text: str, param: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < 1e12:
        raise invalid(f"{param} must be a number of seconds.", param)
    return value


@screen("POST", "/_stand_in/account")
def set_account(visit: Visit) -> Page:
    """What becomes of what is not paid for: what is not sent stays as it is."""
    with visit.stand_in.store.transaction():
        current = asdict(Account.of(visit.stand_in.store))
        given = {name: value for name, value in visit.form().items() if name in current}
        account = Account(**current | given)
        account.write(visit.stand_in.store)
    return data(asdict(account)) if visit.wants_json else redirect(HOME)


@screen("POST", "/_stand_in/refunds")
def move_refund(visit: Visit) -> Page:
    """The bank, or the customer, has decided: ``refund=`` becomes ``to=`` another status."""
    form = visit.form()
    with visit.stand_in.store.transaction():
        turn = visit.turn()
        refund = turn.find("refund", form.get("refund", ""), "refund")
        refunds.move(turn, refund, form.get("to", ""))
    return data({"refund": refund["id"], "status": refund["status"]}) if visit.wants_json else redirect(HOME)


@screen("POST", "/_stand_in/chaos")
def set_chaos(visit: Visit) -> Page:
    """The whole state of the wire: a switch that is not sent is off."""
    form = visit.form()
    delay = min(int(seconds_of(form.get("delay") or "0", "delay")), _LONGEST_DELAY)
    switches = {name: form.get(name, "") in ("1", "on", "true") for name in ("duplicate", "shuffle", "drop")}
    chaos = Chaos(**switches, delay=delay)
    with visit.stand_in.store.transaction():
        chaos.write(visit.stand_in.store)
    return data(asdict(chaos)) if visit.wants_json else redirect(HOME)


@screen("POST", "/_stand_in/events/send_again")
def resend(visit: Visit) -> Page:
    """One ``event=``, or without it everything that was lost or given up."""
    with visit.stand_in.store.transaction():
        send_again(visit.stand_in.store, visit.form().get("event"))
    return data({"sent": True}) if visit.wants_json else redirect(HOME)
