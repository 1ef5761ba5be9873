"""The customer portal: the plan and its end, the card, the billing details, the invoices."""

from dataclasses import dataclass

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import changes, methods, pausing, standing
from newsroom.embedded.stripe.billing.money import per_interval, written
from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.pages import challenge, details
from newsroom.embedded.stripe.pages.cardform import Typed, card_fields, errors_summary, read_card, test_cards
from newsroom.embedded.stripe.pages.rendering import Html, day, fill, join, when
from newsroom.embedded.stripe.pages.screens import Page, Visit, html, redirect, screen
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

OPEN_FOR = DAY
_REASONS = {
    "too_expensive": "It’s too expensive",
    "missing_features": "Something I need is missing",
    "switched_service": "I found an alternative",
    "unused": "I no longer need it",
    "customer_service": "Customer service was not good enough",
    "too_complex": "It is too complicated",
    "low_quality": "The quality was not good enough",
    "other": "Another reason",
}


@dataclass(frozen=True)
class Portal:
    turn: Turn
    session: Document
    customer: Document
    features: Document

    @property
    def home(self) -> str:
        return f"/p/session/{self.session['id']}"

    def subscription(self, identifier: str) -> Document:
        """The customer's subscription of this id that is not over."""
        found = self.turn.find("subscription", identifier)
        if found["customer"] != self.customer["id"] or found["status"] in standing.OVER:
            raise StripeError("This subscription is not among yours any more.", status=404)
        return found

    @property
    def updatable(self) -> set[str]:
        """What of the customer may be changed here."""
        update = self.features["customer_update"]
        return set(update["allowed_updates"]) if update["enabled"] else set()

    def require(self, feature: str) -> None:
        if not self.features[feature]["enabled"]:
            raise StripeError("The portal does not offer this.", status=403)

    def require_update(self, name: str) -> None:
        if name not in self.updatable:
            raise StripeError("The portal does not offer this.", status=403)


def enter(visit: Visit, session_id: str) -> Portal:
    """The portal behind this address, which is good for a day.

    Raises:
        StripeError: when the link is unknown or old.
    """
    turn = visit.turn()
    session = turn.store.get(session_id, "billing_portal.session")
    if session is None or session["created"] + OPEN_FOR < turn.at:
        raise StripeError("This portal link is no longer valid. Go back and open the portal again.", status=404)
    customer = turn.find("customer", session["customer"])
    features = turn.find("billing_portal.configuration", session["configuration"])["features"]
    return Portal(turn.under(customer), session, customer, features)


@screen("GET", "/p/session/{id}")
def show(visit: Visit, session_id: str) -> Page:
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        flow = portal.session["flow"]
        if flow and not portal.session.get("_flow_done"):
            if flow["type"] == "payment_method_update":
                return card_page(portal, _authentication_problem(visit))
            return cancel_page(portal, flow["subscription_cancel"]["subscription"])
        return home_page(portal)


def _authentication_problem(visit: Visit) -> Typed:
    failed = visit.asked().get("problem") == "authentication"
    return Typed(errors={"card-number": challenge.FAILED} if failed else {})


def home_page(portal: Portal, typed: Typed | None = None) -> Page:
    typed = typed or Typed()
    turn, features, customer = portal.turn, portal.features, portal.customer
    running = [row for row in turn.select("subscription", customer["id"]) if row["status"] not in standing.OVER]
    invoices = [row for row in turn.select("invoice", customer["id"]) if row["status"] not in ("draft", "void")]
    shown = join([_invoice_row(row) for row in invoices[:24]]) or fill("portal.no_invoices")
    body = fill(
        "portal.home",
        back=when(portal.session["return_url"], "portal.back", href=portal.session["return_url"]),
        plans=join([_plan(portal, row) for row in running]) or fill("portal.no_plan"),
        card=_card(portal, running),
        details=details.portal_form(portal.home, portal.updatable, customer, typed),
        tax_ids=details.tax_ids_section(turn, portal.home, customer, typed) if "tax_id" in portal.updatable else "",
        invoices=when(features["invoice_history"]["enabled"], "portal.invoices", rows=shown),
    )
    return html("Billing", body, status=422 if typed.errors else 200)


def _plan(portal: Portal, subscription: Document) -> Html:
    item = subscription["_items"][0]
    price = portal.turn.find("price", item["price"])
    recurring = price["recurring"]
    amount = price["unit_amount"] * item["quantity"]
    ending = subscription.get("cancel_at")
    can_cancel = portal.features["subscription_cancel"]["enabled"]
    can_pause = portal.features["subscription_pause"]["enabled"] and not ending
    places = {"home": portal.home, "subscription": subscription["id"]}
    return fill(
        "portal.plan",
        name=portal.turn.find("product", price["product"])["name"],
        price=per_interval(amount, price["currency"], recurring["interval"], recurring["interval_count"]),
        status=_status_sentence(subscription),
        action=fill("portal.undo", **places)
        if ending and can_cancel
        else when(can_cancel, "portal.cancel_link", **places),
        pause=join(
            [
                when(can_pause and subscription["status"] == "active", "portal.pause", **places),
                when(can_pause and subscription["status"] == "paused", "portal.go_on", **places),
            ]
        ),
    )


def _status_sentence(subscription: Document) -> str:
    ends = day(standing.period_end(subscription))
    if subscription.get("cancel_at"):
        return f"Your plan ends on {day(subscription['cancel_at'])}. Until then nothing changes."
    sentences = {
        "trialing": f"Your free trial ends on {ends}. The first payment is taken then.",
        "past_due": "The last payment failed. Update your card or pay the open invoice below.",
        "paused": "Your plan is paused.",
        "incomplete": "The first payment is not complete. Pay the open invoice below.",
    }
    return sentences.get(subscription["status"], f"Your plan renews on {ends}.")


def _card(portal: Portal, running: list[Document]) -> Html:
    settings = portal.customer.get("invoice_settings") or {}
    chosen = next((row["default_payment_method"] for row in running if row.get("default_payment_method")), None)
    method = portal.turn.store.get(chosen or settings.get("default_payment_method") or "", "payment_method")
    can_change = portal.features["payment_method_update"]["enabled"]
    link = when(can_change, "portal.card_link", home=portal.home, text="Change card" if method else "Add a card")
    if method is None:
        return fill("portal.no_card", link=link)
    card = method["card"]
    expiry = f"{card['exp_month']:02d} / {card['exp_year']}"
    return fill("portal.card", brand=card["brand"].title(), last4=card["last4"], expiry=expiry, link=link)


def _invoice_row(invoice: Document) -> Html:
    payable = invoice["status"] == "open"
    return fill(
        "portal.invoice",
        href=invoice["hosted_invoice_url"] or "",
        date=day(invoice["created"]),
        number=invoice["number"] or "",
        amount=written(invoice["total"], invoice["currency"]),
        state={"open": "Open", "paid": "Paid", "uncollectible": "Written off"}[invoice["status"]],
        kind=invoice["status"],
        action="Pay now" if payable else "View",
    )


@screen("GET", "/p/session/{id}/cancel/{subscription}")
def ask_cancel(visit: Visit, session_id: str, subscription_id: str) -> Page:
    with visit.stand_in.store.transaction():
        return cancel_page(enter(visit, session_id), subscription_id)


def cancel_page(portal: Portal, subscription_id: str) -> Page:
    portal.require("subscription_cancel")
    subscription = portal.subscription(subscription_id)
    offer = portal.features["subscription_cancel"]
    at_once = offer["mode"] == "immediately"
    until = day(standing.period_end(subscription))
    text = "It ends at once." if at_once else f"You keep everything until {until}, and nothing is charged after that."
    options = [
        fill("portal.reason", value=value, text=_REASONS[value]) for value in offer["cancellation_reason"]["options"]
    ]
    asked = offer["cancellation_reason"]["enabled"] and options
    body = fill(
        "portal.cancel",
        home=portal.home,
        subscription=subscription_id,
        text=text,
        reasons=when(asked, "portal.reasons", options=join(options)),
    )
    return html("Cancel your plan", body, leads_to=_after_flow(portal))


@screen("POST", "/p/session/{id}/cancel/{subscription}")
def cancel(visit: Visit, session_id: str, subscription_id: str) -> Page:
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require("subscription_cancel")
        subscription = portal.subscription(subscription_id)
        reasons = {"feedback": visit.form().get("reason") or None, "comment": visit.form().get("comment") or None}
        if portal.features["subscription_cancel"]["mode"] == "immediately":
            subscription["cancellation_details"] = reasons
            standing.end(portal.turn, subscription, "cancellation_requested")
        else:
            # In flexible billing the portal sets the moment, not the flag.
            changes.set_cancellation(portal.turn, subscription, {"cancel_at": "min_period_end"})
            subscription["cancellation_details"] |= reasons
            standing.plan(portal.turn, subscription)
            portal.turn.save(subscription, "customer.subscription.updated")
        return _done(portal)


@screen("POST", "/p/session/{id}/keep/{subscription}")
def keep(visit: Visit, session_id: str, subscription_id: str) -> Page:
    """Take the cancellation back."""
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require("subscription_cancel")
        subscription = portal.subscription(subscription_id)
        changes.set_cancellation(portal.turn, subscription, {"cancel_at_period_end": False})
        standing.plan(portal.turn, subscription)
        portal.turn.save(subscription, "customer.subscription.updated")
        return redirect(portal.home)


@screen("POST", "/p/session/{id}/pause/{subscription}")
def pause(visit: Visit, session_id: str, subscription_id: str) -> Page:
    """Until the customer lets it go on."""
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require("subscription_pause")
        pausing.pause(portal.turn, portal.subscription(subscription_id), {})
        return redirect(portal.home)


@screen("POST", "/p/session/{id}/go-on/{subscription}")
def go_on(visit: Visit, session_id: str, subscription_id: str) -> Page:
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require("subscription_pause")
        how = {
            "billing_cycle_anchor": {"type": "unchanged"},
            "proration_behavior": "always_invoice",
            "payment_behavior": "resume_on_payment_success",
        }
        pausing.resume(portal.turn, portal.subscription(subscription_id), how)
        return redirect(portal.home)


@screen("GET", "/p/session/{id}/card")
def ask_card(visit: Visit, session_id: str) -> Page:
    with visit.stand_in.store.transaction():
        return card_page(enter(visit, session_id), _authentication_problem(visit))


def card_page(portal: Portal, typed: Typed) -> Page:
    portal.require("payment_method_update")
    body = fill(
        "portal.card_form",
        home=portal.home,
        errors=errors_summary(typed),
        fields=card_fields(typed),
        tests=test_cards(portal.turn),
    )
    return html("Your card", body, status=422 if typed.errors else 200, leads_to=_after_flow(portal))


@screen("POST", "/p/session/{id}/card")
def change_card(visit: Visit, session_id: str) -> Page:
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require("payment_method_update")
        typed = Typed(visit.form())
        method = read_card(portal.turn, typed)
        if method is None:
            return card_page(portal, typed)
        if cards.fate(method).challenge != "never":
            return challenge.begin(portal.turn, "portal", session_id, method, {"leads_to": _after_flow(portal)})
        return _take_card(portal, method)


def _take_card(portal: Portal, method: Document) -> Page:
    methods.attach(portal.turn, method, portal.customer)
    methods.make_default(portal.turn, portal.customer, method)
    return _done(portal)


def _finish_challenge(visit: Visit, session_id: str, method: Document, _billed: Document) -> Page:
    return _take_card(enter(visit, session_id), method)


def _after_flow(portal: Portal) -> str | None:
    """Where a flow that was asked for sends the customer when it is done; None for the portal itself."""
    flow = portal.session["flow"]
    if not flow or portal.session.get("_flow_done"):
        return None
    return (flow["after_completion"].get("redirect") or {}).get("return_url")


def _done(portal: Portal) -> Page:
    address = _after_flow(portal) or portal.home
    if portal.session["flow"]:
        portal.turn.store.put({**portal.session, "_flow_done": True})
    return redirect(address)


challenge.register("portal", _finish_challenge, "/p/session/{}/card")
