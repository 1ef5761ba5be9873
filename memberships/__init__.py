"""Knows the reader: identity, plans, money, entitlements, teams and the access decision.

The lowest of the apps: imports none of the others. What happens here is announced in :mod:`memberships.signals`.
"""
