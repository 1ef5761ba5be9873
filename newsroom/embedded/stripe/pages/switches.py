"""What is posted from the control page, or by a test, to make this Stripe behave otherwise from now on."""

from dataclasses import asdict

from newsroom.embedded.stripe.account import Account
from newsroom.embedded.stripe.billing import methods, refunds
from newsroom.embedded.stripe.chaos import ApiChaos, Chaos, given
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.pages.screens import Page, Visit, data, redirect, screen
from newsroom.embedded.stripe.webhooks import send_again

HOME = "/_stand_in/"


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


@screen("POST", "/_stand_in/cards/renew")
def renew_card(visit: Visit) -> Page:
    """The bank renews the card ``method=``."""
    with visit.stand_in.store.transaction():
        turn = visit.turn()
        method = turn.find("payment_method", visit.form().get("method", ""), "method")
        methods.renew(turn, method)
    return (
        data({"method": method["id"], "exp_year": method["card"]["exp_year"]}) if visit.wants_json else redirect(HOME)
    )


@screen("POST", "/_stand_in/chaos")
def set_wire(visit: Visit) -> Page:
    return _set(visit, Chaos)


@screen("POST", "/_stand_in/chaos/api")
def set_api(visit: Visit) -> Page:
    return _set(visit, ApiChaos)


def _set(visit: Visit, kind: type[Chaos | ApiChaos]) -> Page:
    """The whole state of it: a switch that is not sent is off."""
    chaos = kind(**given(kind, visit.form()))
    with visit.stand_in.store.transaction():
        chaos.write(visit.stand_in.store)
    return data(asdict(chaos)) if visit.wants_json else redirect(HOME)


@screen("POST", "/_stand_in/events/send_again")
def resend(visit: Visit) -> Page:
    """One ``event=``, or without it everything that was lost or given up."""
    with visit.stand_in.store.transaction():
        send_again(visit.stand_in.store, visit.form().get("event"))
    return data({"sent": True}) if visit.wants_json else redirect(HOME)
