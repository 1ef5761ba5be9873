"""Whole accounts: what every app holds about a person, and the acts upon all of it at once."""
