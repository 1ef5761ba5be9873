"""The customer portal's forms for who is billed: the details, and the tax IDs."""

from newsroom.embedded.stripe.billing import tax_ids
from newsroom.embedded.stripe.pages import details
from newsroom.embedded.stripe.pages.cardform import Typed
from newsroom.embedded.stripe.pages.portal import enter, home_page
from newsroom.embedded.stripe.pages.screens import Page, Visit, redirect, screen


@screen("POST", "/p/session/{id}/details")
def change_details(visit: Visit, session_id: str) -> Page:
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require("customer_update")
        typed = Typed(visit.form())
        given = details.read_portal(portal.updatable, typed)
        if typed.errors:
            return home_page(portal, typed)
        portal.turn.save(portal.customer | given, "customer.updated")
        return redirect(portal.home)


@screen("POST", "/p/session/{id}/tax-ids")
def add_tax_id(visit: Visit, session_id: str) -> Page:
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require_update("tax_id")
        typed = Typed(visit.form())
        number = typed.form.get("tax-id", "")
        kind = tax_ids.kind_of(number)
        if kind is None:
            typed.errors["tax-id"] = tax_ids.UNKNOWN
            return home_page(portal, typed)
        tax_ids.give(portal.turn, portal.customer, kind, number)
        return redirect(portal.home)


@screen("POST", "/p/session/{id}/tax-ids/{tax_id}/remove")
def remove_tax_id(visit: Visit, session_id: str, tax_id: str) -> Page:
    with visit.stand_in.store.transaction():
        portal = enter(visit, session_id)
        portal.require_update("tax_id")
        tax_ids.drop(portal.turn, portal.customer, tax_id)
        return redirect(portal.home)
