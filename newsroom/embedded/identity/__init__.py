"""A stand-in for Google, Apple and Microsoft where people sign in with them. It believes whatever it is told.

It speaks OpenID Connect on loopback: discovery, a page that asks who one is, codes with PKCE, signed tokens, userinfo
and keys. `python -m newsroom.embedded.identity` runs it in demo and tests; the product never imports it, and what has
keys of its own is not stood in for.

    server    HTTP, and what the providers insist on
    tokens    codes that are good once, and what is said of whom
    pages     the page that asks, in ask.html and style.css

What it cannot prove: the providers' consent screens and their rules for registered addresses, organisations that send
people on to servers of their own, and what Apple posts back, which has a test without a browser.
"""
