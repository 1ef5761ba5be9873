"""``/v1/customers``."""

from typing import Any

from stripe.params import (
    CustomerCreateParams,
    CustomerDeleteParams,
    CustomerListParams,
    CustomerPaymentMethodListParams,
    CustomerPaymentMethodRetrieveParams,
    CustomerRetrieveParams,
    CustomerUpdateParams,
)

from newsroom.embedded.stripe.billing import customers, methods, standing
from newsroom.embedded.stripe.errors import invalid, no_such
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_WRITTEN = (
    "address balance business_name description email individual_name invoice_prefix metadata name "
    "next_invoice_sequence phone preferred_locales shipping tax_exempt"
)
_UNMODELLED = "cash_balance source tax_id_data"


@route("POST", "/v1/customers", CustomerCreateParams, _UNMODELLED)
def create(turn: Turn, params: dict[str, Any]) -> Document:
    if "test_clock" in params:
        turn = turn.under(
            {"test_clock": turn.find("test_helpers.test_clock", params["test_clock"], "test_clock")["id"]}
        )
    customer = customers.make(turn, merged({"test_clock": params.get("test_clock")}, params, _WRITTEN))
    if "payment_method" in params:
        methods.attach(turn, methods.find(turn, params["payment_method"], "payment_method"), customer)
    return turn.present(_with_settings(turn, customer, params))


@route("GET", "/v1/customers/{id}", CustomerRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], customer_id: str) -> Document:
    customer = turn.store.get(customer_id, "customer")
    if customer is None:
        raise no_such("customer", customer_id)
    return turn.present(customer)


@route("POST", "/v1/customers/{id}", CustomerUpdateParams, f"{_UNMODELLED} default_source")
def update(turn: Turn, params: dict[str, Any], customer_id: str) -> Document:
    customer = turn.find("customer", customer_id)
    changed = merged(customer, params, _WRITTEN)
    turn.under(customer).save(changed, "customer.updated")
    return turn.present(_with_settings(turn, changed, params))


def _with_settings(turn: Turn, customer: Document, params: dict[str, Any]) -> Document:
    if "invoice_settings" not in params:
        return customer
    settings = merged(customer["invoice_settings"], params["invoice_settings"], " ".join(params["invoice_settings"]))
    chosen = settings.get("default_payment_method")
    if chosen:
        param = "invoice_settings[default_payment_method]"
        method = methods.find(turn, chosen, param)
        if method["customer"] != customer["id"]:
            raise invalid(f"The customer does not have a payment method with the ID {chosen}. Attach it first.", param)
    customer["invoice_settings"] = settings
    turn.under(customer).save(customer, "customer.updated")
    return customer


@route("DELETE", "/v1/customers/{id}", CustomerDeleteParams)
def delete(turn: Turn, params: dict[str, Any], customer_id: str) -> Document:
    """Final: live subscriptions end at once, invoices stay."""
    customer = turn.find("customer", customer_id)
    turn = turn.under(customer)
    standing.end_all(turn, customer)
    return turn.remove(customer, "customer.deleted")


@route("GET", "/v1/customers", CustomerListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    clock = params.get("test_clock")
    matches = same(params, "email")
    return page(turn, "customer", "/v1/customers", params, only=lambda row: row["test_clock"] == clock and matches(row))


@route("GET", "/v1/customers/{id}/payment_methods", CustomerPaymentMethodListParams)
def list_payment_methods(turn: Turn, params: dict[str, Any], customer_id: str) -> Document:
    turn.find("customer", customer_id)
    only = same({**params, "customer": customer_id}, "customer", "type", "allow_redisplay")
    url = f"/v1/customers/{customer_id}/payment_methods"
    return page(turn, "payment_method", url, params, owner=customer_id, only=only)


@route("GET", "/v1/customers/{id}/payment_methods/{method}", CustomerPaymentMethodRetrieveParams)
def retrieve_payment_method(turn: Turn, params: dict[str, Any], customer_id: str, method_id: str) -> Document:
    method = turn.find("payment_method", method_id)
    if method["customer"] != customer_id:
        raise no_such("payment_method", method_id)
    return turn.present(method)
