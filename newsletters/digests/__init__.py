"""The weekly review: one mail for each member of PRO, composed by their own order of the industries.

:mod:`.allocating` is the pure heart: stories and an order in, picks with their reasons out. :mod:`.grouping` finds the
members who get the same review, :mod:`.reasons` says in a sentence why a story is in it.

Around it: :mod:`.pool` is what an edition offers, :mod:`.history` what members know of it; :mod:`.assigning` gives
every copy its review as the audience is frozen. :mod:`.blocks` lays letters out of pieces that :mod:`.printing` has
rendered once. :mod:`.previewing`, :mod:`.demand` and :mod:`.own` are what the desk and a member look at.
"""
