"""A local stand-in for Stripe, so that the product runs its real client over real HTTP without a key.

It speaks the API on loopback, hosts the pages a customer meets, sends signed webhooks and moves the install's clock.
`python -m newsroom.embedded.stripe` runs it; the product never imports it, and with a key set nothing starts it.

    server · api · routing · resources/   the API, one file per resource
    shapes · params · presentation        what is taken and answered, read from the SDK's annotations
    billing/                              what happens to subscriptions, invoices and money
    store · turn · timeline · advance     memory, one unit of work, what is due, moving time
    webhooks                              telling the product
    pages/                                checkout, portal, invoice, challenge, and the control page at /_stand_in/

What it cannot prove: Stripe's real timing and order of events, proration to the cent, tax, fraud checks, real 3-D
Secure, and every parameter that it refuses with the code ``stand_in_unmodelled``. For these, run the same journey
against a Stripe sandbox.
"""
