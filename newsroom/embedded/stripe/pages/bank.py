"""The cardholder's bank, on the control page: it disputes a charge, decides about it, or warns of fraud."""

from newsroom.embedded.stripe.billing import disputes
from newsroom.embedded.stripe.billing.money import written
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.pages.rendering import Html, fill, join, machine_time, minute
from newsroom.embedded.stripe.pages.screens import Page, Visit, data, redirect, screen
from newsroom.embedded.stripe.store import Document, Store

_SHOWN = 5
_ACTS = ("dispute", "win", "lose", "warn")


def section(store: Store) -> Html:
    """The latest charges that succeeded, each with what its bank may do now."""
    paid = (charge for charge in store.select("charge") if charge["status"] == "succeeded")
    rows = [_row(store, charge) for _, charge in zip(range(_SHOWN), paid, strict=False)]
    return join(rows) or fill("control.no_charges")


def _row(store: Store, charge: Document) -> Html:
    customer = store.get(charge["customer"] or "") or {}
    acts: dict[str, str] = {}
    if _open_dispute(store, charge["id"]):
        acts = {"win": "We win", "lose": "We lose"}
    elif not charge["disputed"] and not charge["refunded"]:
        acts = {"dispute": "Dispute", "warn": "Warn of fraud"}
    buttons = [fill("control.bank_act", act=act, label=label) for act, label in acts.items()]
    return fill(
        "control.charge",
        id=charge["id"],
        when=minute(charge["created"]),
        moment=machine_time(charge["created"]),
        what=written(charge["amount"], charge["currency"]),
        who=f"{customer.get('email') or charge['customer']} · {_standing(store, charge)}",
        acts=join(buttons),
    )


def _standing(store: Store, charge: Document) -> str:
    found = next(iter(store.select("dispute", charge["id"])), None)
    if found:
        return f"disputed: {found['status'].replace('_', ' ')}"
    return "refunded" if charge["refunded"] else "paid"


def _open_dispute(store: Store, charge_id: str) -> Document | None:
    return next((row for row in store.select("dispute", charge_id) if row["status"] in disputes.OPEN), None)


@screen("POST", "/_stand_in/bank")
def act(visit: Visit) -> Page:
    """``charge=`` and ``act=`` one of dispute, win, lose, warn."""
    form = visit.form()
    what = form.get("act", "")
    if what not in _ACTS:
        raise invalid(f"Say what the bank does: act= one of {', '.join(_ACTS)}.", "act")
    with visit.stand_in.store.transaction():
        turn = visit.turn()
        charge = turn.find("charge", form.get("charge", ""), "charge")
        found = _open_dispute(turn.store, charge["id"])
        if what in ("win", "lose"):
            if found is None:
                raise invalid("There is no open dispute of this charge.", "charge")
            disputes.close(turn, found, "won" if what == "win" else "lost")
        elif charge["status"] != "succeeded" or charge["disputed"] or charge["refunded"]:
            raise invalid("This charge did not succeed, was given back or is disputed already.", "charge")
        elif what == "warn":
            disputes.warn(turn, charge)
        else:
            disputes.open_dispute(turn, charge, form.get("reason") or "fraudulent")
    return data({"done": what}) if visit.wants_json else redirect("/_stand_in/")
