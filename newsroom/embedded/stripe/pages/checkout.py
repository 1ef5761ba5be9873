"""The hosted checkout page: what is bought, what it costs today and later, and the card."""

from typing import Any

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import checkout, discounts
from newsroom.embedded.stripe.billing.money import per_interval, written
from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.pages import challenge, details
from newsroom.embedded.stripe.pages.cardform import (
    Typed,
    address_fields,
    card_fields,
    check_address,
    email_field,
    errors_summary,
    read_address,
    read_card,
    test_cards,
)
from newsroom.embedded.stripe.pages.rendering import Html, day, fill, join, when
from newsroom.embedded.stripe.pages.screens import Page, Visit, html, redirect, screen
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@screen("GET", "/c/pay/{id}")
def show(visit: Visit, session_id: str) -> Page:
    with visit.stand_in.store.transaction():
        turn, session = _open(visit, session_id)
        typed = Typed()
        if visit.asked().get("problem") == "authentication":
            typed.errors["card-number"] = challenge.FAILED
        return _page(turn, session, typed)


def _open(visit: Visit, session_id: str) -> tuple[Turn, Document]:
    turn = visit.turn()
    session = turn.find("checkout.session", session_id)
    customer = turn.store.get(session["customer"] or "") or {}
    return turn.under(customer), session


@screen("POST", "/c/pay/{id}")
def submit(visit: Visit, session_id: str) -> Page:
    with visit.stand_in.store.transaction():
        turn, session = _open(visit, session_id)
        if session["status"] != "open":
            return _page(turn, session, Typed())
        typed = Typed(visit.form())
        _check(session, typed)
        billed = _details(turn, session, typed)
        method = read_card(turn, typed) if checkout.needs_card(session) else None
        if typed.errors:
            return _page(turn, session, typed)
        if method and cards.fate(method).challenge != "never":
            return challenge.begin(turn, "checkout", session_id, method, {**billed, "leads_to": session["success_url"]})
        return _finish(turn, session_id, method, billed, typed)


def _check(session: Document, typed: Typed) -> None:
    if _asks_terms(session) and typed.form.get("terms") != "accepted":
        typed.errors["terms"] = "Tick the box to accept the terms, or go back."
    if session["billing_address_collection"] == "required":
        check_address(typed)
    if _asks_tax_id(session):
        details.check_business(typed)
    if not session["customer_details"]["email"] and "@" not in typed.form.get("email", "").strip("@ "):
        typed.errors["email"] = "Enter your email address, like name@example.com."


def _asks_terms(session: Document) -> bool:
    return (session.get("consent_collection") or {}).get("terms_of_service") == "required"


def _asks_tax_id(session: Document) -> bool:
    return bool((session.get("tax_id_collection") or {}).get("enabled"))


def _details(turn: Turn, session: Document, typed: Typed) -> Document:
    return {
        "address": read_address(typed),
        "email": session["customer_details"]["email"] or typed.form.get("email", "").strip(),
        "name": typed.form.get("card-name", "").strip() or None,
        "terms": _asks_terms(session),
        **(details.read_business(typed) if _asks_tax_id(session) else {}),
    }


def _finish_challenge(visit: Visit, session_id: str, method: Document, billed: Document) -> Page:
    turn, _ = _open(visit, session_id)
    return _finish(turn, session_id, method, billed, Typed({"card-name": billed.get("name") or ""}))


def _finish(turn: Turn, session_id: str, method: Document | None, billed: Document, typed: Typed) -> Page:
    """Complete the session and send the customer back to where the session says; or say why the bank declined."""
    session = turn.find("checkout.session", session_id)
    if session["status"] != "open":
        return _page(turn, session, Typed())
    try:
        with turn.store.transaction():
            checkout.complete(turn, session, method, billed)
    except StripeError as error:
        session = turn.find("checkout.session", session_id)
        typed.refuse(error)
        return _page(turn, session, typed)
    return redirect(_success_url(session))


def _success_url(session: Document) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


@screen("POST", "/c/pay/{id}/promotion")
def promote(visit: Visit, session_id: str) -> Page:
    """Put a promotion code on, or take it off."""
    with visit.stand_in.store.transaction():
        turn, session = _open(visit, session_id)
        typed = Typed(visit.form())
        if session["status"] != "open":
            return _page(turn, session, Typed())
        if typed.form.get("remove"):
            checkout.drop_code(turn, session)
            return redirect(f"/c/pay/{session_id}")
        try:
            checkout.apply_code(turn, session, typed.form.get("promotion-code", ""))
        except StripeError as error:
            typed.refuse(error, "promotion-code")
            return _page(turn, session, typed)
        return redirect(f"/c/pay/{session_id}")


def _page(turn: Turn, session: Document, typed: Typed) -> Page:
    if session["status"] != "open":
        return _closed(session)
    terms = _terms(turn, session)
    body = fill("checkout.page", summary=_summary(turn, session, typed, terms), form=_form(turn, session, typed, terms))
    status = 422 if typed.errors else 200
    return html(f"{terms['heading']} – checkout", body, status=status, leads_to=session["success_url"], kind="split")


def _closed(session: Document) -> Page:
    if session["status"] == "complete":
        title, text, href, label = (
            "You’re all done here",
            "This checkout was completed.",
            _success_url(session),
            "Continue",
        )
    else:
        title, text = "This checkout has expired", "Nothing was charged. Go back to start again."
        href, label = session["cancel_url"] or "", "Go back"
    action = when(href, "layout.link", href=href, text=label)
    return html(title, fill("layout.notice", title=title, text=text, action=action), status=200)


def _terms(turn: Turn, session: Document) -> dict[str, Any]:
    """The sentences about money on this page."""
    if session["mode"] == "payment":
        return _terms_once(turn, session)
    line = session["_lines"][0]
    recurring = line["price"]["recurring"]
    regular = checkout.regular_total(session)
    each = per_interval(regular, session["currency"], recurring["interval"], recurring["interval_count"])
    trial_end = checkout.trial_end(turn, session)
    days = round((trial_end - turn.at) / DAY) if trial_end else 0
    first = written(checkout.first_charge(turn, session), session["currency"])
    charged = each if checkout.coupon_of(turn, session) is None else f"{first}, then {each}"
    name = line["description"]
    if trial_end:
        length = f"{days} day{'s' if days != 1 else ''}"
        return {
            "heading": f"Try {name}",
            "headline": f"{length} free",
            "then": f"Then {each} starting {day(trial_end)}",
            "later": f"Due {day(trial_end)}",
            "first": first,
            "button": "Start trial",
            "law": f"After your trial ends on {day(trial_end)} you will be charged {charged} until you cancel. "
            "Cancel before that day and nothing is charged.",
        }
    return {
        "heading": f"Subscribe to {name}",
        "headline": each,
        "then": "Renews until you cancel",
        "later": "",
        "first": first,
        "button": "Subscribe",
        "law": f"You will be charged {charged} until you cancel, the first time today.",
    }


def _terms_once(turn: Turn, session: Document) -> dict[str, Any]:
    total = written(checkout.first_charge(turn, session), session["currency"])
    return {
        "heading": f"Buy {session['_lines'][0]['description']}",
        "headline": total,
        "then": "Paid once",
        "later": "",
        "first": total,
        "button": f"Pay {total}",
        "law": f"You will be charged {total} today, and nothing after that.",
    }


def _summary(turn: Turn, session: Document, typed: Typed, terms: dict[str, Any]) -> Html:
    currency = session["currency"]
    return fill(
        "checkout.summary",
        back=when(session["cancel_url"], "checkout.back", href=session["cancel_url"]),
        heading=terms["heading"],
        headline=terms["headline"],
        then=terms["then"],
        lines=join([_line(turn, line) for line in session["_lines"]]),
        subtotal=written(checkout.regular_total(session), currency),
        discount=_discount(turn, session, typed),
        later=when(terms["later"], "checkout.later", name=terms["later"], amount=terms["first"]),
        today=written(session["amount_total"], currency),
    )


def _line(turn: Turn, line: Document) -> Html:
    product = turn.find("product", line["price"]["product"])
    return fill(
        "checkout.line",
        name=line["description"],
        about=when(product.get("description"), "checkout.about", text=product.get("description")),
        quantity=when(line["quantity"] > 1, "checkout.quantity", count=line["quantity"]),
        amount=written(line["amount_subtotal"], line["currency"]),
        interval=_interval(line),
    )


def _interval(line: Document) -> str:
    """``per year``; nothing for what is bought once."""
    recurring = line["price"]["recurring"]
    if recurring is None:
        return ""
    written_out = per_interval(0, line["currency"], recurring["interval"], recurring["interval_count"])
    return written_out.partition(" ")[2]


def _discount(turn: Turn, session: Document, typed: Typed) -> Html:
    coupon = checkout.coupon_of(turn, session)
    if coupon:
        off = discounts.amount_off(coupon, checkout.regular_total(session), session["currency"])
        removable = session.get("allow_promotion_codes")
        return fill(
            "checkout.discounted",
            name=coupon.get("name") or coupon["id"],
            about=discounts.described(coupon),
            amount=written(-off, session["currency"]),
            remove=when(removable, "checkout.remove_code", session=session["id"]),
        )
    code = typed.form.get("promotion-code", "")
    states = typed.states(code="promotion-code")
    return when(session.get("allow_promotion_codes"), "checkout.code", session=session["id"], code=code, **states)


def _form(turn: Turn, session: Document, typed: Typed, terms: dict[str, Any]) -> Html:
    email = session["customer_details"]["email"]
    texts = session["custom_text"]
    consent = (texts.get("terms_of_service_acceptance") or {}).get("message") or "I agree to the terms of service."
    submit_text = (texts.get("submit") or {}).get("message")
    asks = _asks_terms(session)
    ticked = Html("checked" if typed.form.get("terms") == "accepted" else "")
    return fill(
        "checkout.form",
        session=session["id"],
        errors=errors_summary(typed),
        email=fill("checkout.email", email=email) if email else email_field(typed),
        card=card_fields(typed) if checkout.needs_card(session) else fill("checkout.no_card"),
        address=address_fields(typed) if session["billing_address_collection"] == "required" else Html(""),
        business=details.business_fields(typed) if _asks_tax_id(session) else Html(""),
        terms=when(asks, "checkout.terms", text=consent, ticked=ticked, **typed.states(terms="terms")),
        text=when(submit_text, "checkout.text", text=submit_text),
        law=terms["law"],
        button=terms["button"],
        tests=test_cards(turn),
    )


challenge.register("checkout", _finish_challenge, "/c/pay/{}")
