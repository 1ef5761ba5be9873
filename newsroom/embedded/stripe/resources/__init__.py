"""The endpoints, one file per resource. Importing this package fills the routing table.

A further resource is a further file here, and its name in the list below.
"""

from newsroom.embedded.stripe.resources import (
    checkout_sessions,
    coupons,
    credit_notes,
    customers,
    disputes,
    events,
    fraud_warnings,
    invoices,
    payment_methods,
    payments,
    portal,
    prices,
    products,
    refunds,
    subscription_items,
    subscription_schedules,
    subscriptions,
    tax_ids,
    test_clocks,
    webhook_endpoints,
)

__all__ = [
    "checkout_sessions",
    "coupons",
    "credit_notes",
    "customers",
    "disputes",
    "events",
    "fraud_warnings",
    "invoices",
    "payment_methods",
    "payments",
    "portal",
    "prices",
    "products",
    "refunds",
    "subscription_items",
    "subscription_schedules",
    "subscriptions",
    "tax_ids",
    "test_clocks",
    "webhook_endpoints",
]
