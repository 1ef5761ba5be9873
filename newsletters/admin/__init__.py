"""The desk of newsletters: lists, editions, who gets them, what was sent, and by and to which domains."""

from newsletters.admin import editions, ledger, lists, people, receiving, sending_domains

__all__ = ["editions", "ledger", "lists", "people", "receiving", "sending_domains"]
