"""Senders that are killed at every line, and what must be true of every copy afterwards."""
