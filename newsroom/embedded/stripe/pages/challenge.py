"""3-D Secure: the page of the cardholder's bank, between a card form and what follows from it."""

from collections.abc import Callable

from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.pages.rendering import fill
from newsroom.embedded.stripe.pages.screens import Page, Visit, html, redirect, screen
from newsroom.embedded.stripe.store import Document, new_id
from newsroom.embedded.stripe.turn import Turn

FAILED = "We are unable to authenticate your card. Choose another card and try again."
_KIND = "_challenge"

# What goes on once the card is authenticated, by the page that asked: (visit, target id, method, details) -> page.
Finish = Callable[[Visit, str, Document, Document], Page]
_FINISHES: dict[str, tuple[Finish, str]] = {}


def register(flow: str, finish: Finish, back: str) -> None:
    """Let a page ask for challenges: how it goes on after one, and its address with ``{}`` for the target."""
    _FINISHES[flow] = (finish, back)


def begin(turn: Turn, flow: str, target: str, method: Document, details: Document) -> Page:
    """Keep the card and what was typed, and send the cardholder to the bank's page."""
    document = {
        "id": new_id("chal", 32),
        "object": _KIND,
        "flow": flow,
        "target": target,
        "method": method["id"],
        "details": details,
    }
    turn.store.put(document)
    return redirect(f"/c/challenge/{document['id']}")


def _find(visit: Visit, challenge_id: str) -> Document:
    document = visit.stand_in.store.get(challenge_id, _KIND)
    if document is None:
        raise StripeError("This confirmation was already answered. Go back to the page you came from.", status=404)
    return document


@screen("GET", "/c/challenge/{id}")
def show(visit: Visit, challenge_id: str) -> Page:
    document = _find(visit, challenge_id)
    method = visit.turn().find("payment_method", document["method"])
    body = fill(
        "challenge.page", challenge=challenge_id, brand=method["card"]["brand"].title(), last4=method["card"]["last4"]
    )
    return html("Confirm your card", body, leads_to=document["details"].get("leads_to"))


@screen("POST", "/c/challenge/{id}")
def answer(visit: Visit, challenge_id: str) -> Page:
    with visit.stand_in.store.transaction():
        document = _find(visit, challenge_id)
        turn = visit.turn()
        turn.store.remove(challenge_id)
        finish, back = _FINISHES[document["flow"]]
        if visit.form().get("answer") != "confirm":
            return redirect(f"{back.format(document['target'])}?problem=authentication")
        method = turn.find("payment_method", document["method"])
        method["_authenticated"] = True
        turn.store.put(method)
        return finish(visit, document["target"], method, document["details"])
