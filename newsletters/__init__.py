"""Writes to people: lists, editions, every email and the ledger of what was sent.

May import ``memberships`` and ``articles``.
"""
