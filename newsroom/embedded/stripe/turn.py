"""One turn of work: one transaction at one moment, on behalf of one request or of the clock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import stripe

from newsroom.embedded.stripe import webhooks
from newsroom.embedded.stripe.errors import no_such
from newsroom.embedded.stripe.presentation import difference, present
from newsroom.embedded.stripe.shapes import fields, nulls, resource
from newsroom.embedded.stripe.store import Document, Store, new_id

_PREFIXES = {
    "balance_transaction": "txn",
    "billing_portal.configuration": "bpc",
    "billing_portal.session": "bps",
    "charge": "ch",
    "checkout.session": "cs_test",
    "credit_note": "cn",
    "credit_note_line_item": "cnli",
    "customer": "cus",
    "discount": "di",
    "dispute": "du",
    "event": "evt",
    "invoice": "in",
    "invoice_payment": "inpay",
    "item": "li",
    "line_item": "il",
    "payment_intent": "pi",
    "payment_method": "pm",
    "price": "price",
    "product": "prod",
    "promotion_code": "promo",
    "radar.early_fraud_warning": "issfr",
    "refund": "re",
    "subscription": "sub",
    "subscription_item": "si",
    "subscription_schedule": "sub_sched",
    "tax_id": "txi",
    "test_helpers.test_clock": "clock",
    "webhook_endpoint": "we",
}


@dataclass(frozen=True)
class Turn:
    """``at`` is the moment in Unix seconds at which everything in this turn happens."""

    store: Store
    at: int
    base_url: str
    request_id: str | None = None
    idempotency_key: str | None = None

    def new(self, kind: str, chosen: Document, owner: str | None = None) -> Document:
        """Store a new object; it gets an id where the chosen fields bring none. Announces nothing."""
        document = {**self.sketch(kind), **chosen}
        self.store.put(document, owner or chosen.get("customer"))
        return document

    def sketch(self, kind: str) -> Document:
        """A new object's id and dates, and null wherever its kind allows it; it is not stored yet."""
        identifier = new_id(_PREFIXES.get(kind, kind), 58 if kind == "checkout.session" else 24)
        usual = {"id": identifier, "object": kind, "livemode": False, "created": self.at}
        known = fields(resource(kind))
        return nulls(kind) | {name: value for name, value in usual.items() if name in known}

    def find(self, kind: str, identifier: str, param: str | None = None) -> Document:
        """The stored object.

        Raises:
            StripeError: when there is none; ``param`` is the parameter that named it, None for the address.
        """
        document = self.store.get(identifier, kind)
        if document is None or document.get("deleted"):
            raise no_such(kind, identifier, param)
        return document

    def select(self, kind: str, owner: str | None = None, **between: Any) -> Iterator[Document]:
        return self.store.select(kind, owner, **between)

    def present(self, document: Document) -> Document:
        return present(self.store, document)

    def save(self, document: Document, event: str | None = None) -> None:
        """Store the changed object; with an event name, tell it, unless it is an update that changed nothing."""
        if event is None:
            self.store.put(document)
            return
        stored = self.store.get(document["id"])
        before = self.present(stored) if stored else {}
        self.store.put(document)
        previous = difference(before, self.present(document))
        if previous or not event.endswith(".updated"):
            self.emit(event, document, previous if event.endswith(".updated") else None)

    def emit(self, event: str, document: Document, previous: Document | None = None) -> None:
        """Tell what happened: one event with the object as it is now, queued for every endpoint that listens."""
        self.tell(event, self.present(document), previous)

    def tell(self, event: str, snapshot: Document, previous: Document | None = None) -> None:
        data = {"object": snapshot} if previous is None else {"object": snapshot, "previous_attributes": previous}
        request = {"id": self.request_id, "idempotency_key": self.idempotency_key}
        chosen = {"type": event, "data": data, "api_version": stripe.api_version, "request": request}
        webhooks.enqueue(self.store, self.new("event", chosen))

    def remove(self, document: Document, event: str | None = None) -> Document:
        """Delete the object, tell it, and answer the stub that is left of it, by which its id can still be read."""
        if event:
            self.emit(event, document)
        stub = {"id": document["id"], "object": document["object"], "deleted": True}
        self.store.put(stub)
        return stub

    def under(self, document: Document) -> "Turn":
        """This turn at the time of the object's test clock, where it has one."""
        identifier = document.get("test_clock")
        if not identifier:
            return self
        return replace(self, at=self.find("test_helpers.test_clock", identifier)["frozen_time"])

    def schedule(self, action: str, target: Document, due: int) -> None:
        """Have the timeline do ``action`` with the object when its clock reaches ``due``."""
        self.store.run(
            "INSERT INTO steps (clock, due, action, target) VALUES (?, ?, ?, ?)",
            target.get("test_clock") or "",
            due,
            action,
            target["id"],
        )

    def unschedule(self, target: Document, *actions: str) -> None:
        for action in actions:
            self.store.run("DELETE FROM steps WHERE target = ? AND action = ?", target["id"], action)
