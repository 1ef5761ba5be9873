"""The desk of sales and support: accounts, rights, teams and money."""

from memberships.admin import (
    billing,
    consents,
    events,
    feeds,
    members,
    money_back,
    moving,
    paywall,
    people,
    plans,
    promotions,
    records,
    teams,
    vouchers,
    watch,
    withdrawals,
)

__all__ = [
    "billing",
    "consents",
    "events",
    "feeds",
    "members",
    "money_back",
    "moving",
    "paywall",
    "people",
    "plans",
    "promotions",
    "records",
    "teams",
    "vouchers",
    "watch",
    "withdrawals",
]
