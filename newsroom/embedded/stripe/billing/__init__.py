"""The life of subscriptions and invoices: what happens, in which order, and what is told about it."""
