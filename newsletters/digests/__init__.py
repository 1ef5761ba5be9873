"""The weekly review: one mail for each member of PRO, composed by their own order of the industries.

:mod:`.allocating` is the pure heart: stories and an order in, picks with their reasons out. :mod:`.grouping` finds the
members who get the same review, :mod:`.reasons` says in a sentence why a story is in it.
"""
