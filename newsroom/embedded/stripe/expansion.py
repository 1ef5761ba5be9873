"""``expand[]``: ids become objects, along the paths that the SDK's annotations say can be expanded."""

from collections.abc import Callable
from typing import Any

from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.presentation import listing
from newsroom.embedded.stripe.shapes import fields, is_expandable, nested_class, resource
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

DEEPEST = 4


def _payments(turn: Turn, invoice: Document) -> Document:
    payments = [turn.present(payment) for payment in turn.select("invoice_payment", invoice["id"])]
    return listing(payments, f"/v1/invoice_payments?invoice={invoice['id']}")


def _line_items(turn: Turn, session: Document) -> Document:
    stored = turn.find("checkout.session", session["id"])
    items = [turn.present(item) for item in stored["_lines"]]
    return listing(items, f"/v1/checkout/sessions/{session['id']}/line_items")


def _refunds(turn: Turn, charge: Document) -> Document:
    refunds = [turn.present(refund) for refund in turn.select("refund", charge["id"])]
    return listing(refunds, f"/v1/charges/{charge['id']}/refunds")


def _subscriptions(turn: Turn, customer: Document) -> Document:
    found = [row for row in turn.select("subscription", customer["id"]) if row["status"] != "canceled"]
    return listing([turn.present(row) for row in found], f"/v1/customers/{customer['id']}/subscriptions")


def _applies_to(turn: Turn, coupon: Document) -> Document | None:
    stored: Document | None = turn.find("coupon", coupon["id"]).get("_applies_to")
    return stored


# What is null unless it is asked for.
_INCLUDED: dict[tuple[str, str], Callable[[Turn, Document], Document | None]] = {
    ("charge", "refunds"): _refunds,
    ("checkout.session", "line_items"): _line_items,
    ("coupon", "applies_to"): _applies_to,
    ("customer", "subscriptions"): _subscriptions,
    ("invoice", "payments"): _payments,
}


def expand(turn: Turn, answer: Document, paths: list[str]) -> Document:
    """The answer with every path of ``expand[]`` followed, in place.

    Raises:
        StripeError: for a path that leads nowhere, to something that is whole already, or too deep.
    """
    for path in paths:
        names = path.split(".")
        if sum(name != "data" for name in names) > DEEPEST:
            raise invalid(f"You cannot expand more than {DEEPEST} levels of a property ({path}).", "expand")
        if answer.get("object") == "list":
            if names[0] != "data":
                raise _cannot(path)
            for item in answer["data"]:
                _follow(turn, item, resource(item["object"]), names[1:], path)
        else:
            _follow(turn, answer, resource(answer["object"]), names, path)
    return answer


def _follow(turn: Turn, value: Document, cls: type, names: list[str], path: str) -> None:
    if not names:
        raise _cannot(path)
    name, rest = names[0], names[1:]
    annotation = fields(cls).get(name)
    included = _INCLUDED.get((value.get("object", ""), name))
    if annotation is None or not (rest or included or is_expandable(annotation)):
        raise _cannot(path)
    if included and value.get(name) is None:
        value[name] = included(turn, value)
    elif is_expandable(annotation):
        value[name] = _loaded(turn, value.get(name))
    if rest:
        _descend(turn, value.get(name), nested_class(annotation), rest, path)


def _loaded(turn: Turn, value: Any) -> Any:
    if isinstance(value, list):
        return [_loaded(turn, item) for item in value]
    found = turn.store.get(value) if isinstance(value, str) else None
    return turn.present(found) if found else value


def _descend(turn: Turn, child: Any, nested: type | None, rest: list[str], path: str) -> None:
    if isinstance(child, dict) and child.get("object") == "list":
        if rest[0] != "data":
            raise _cannot(path)
        child, rest = child["data"], rest[1:]
    for item in child if isinstance(child, list) else [child]:
        if not isinstance(item, dict):
            continue
        cls = resource(item["object"]) if "object" in item else nested
        if cls is not None:
            _follow(turn, item, cls, rest, path)


def _cannot(path: str) -> StripeError:
    return invalid(f"This property cannot be expanded ({path}).", "expand")
