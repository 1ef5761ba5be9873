"""The desk of newsletters: lists, editions, who gets them, and what was sent."""

from newsletters.admin import editions, ledger, lists, people, receiving

__all__ = ["editions", "ledger", "lists", "people", "receiving"]
