"""Memberships that one person buys for another: bought, delivered, claimed, lined up, told of, and over."""
