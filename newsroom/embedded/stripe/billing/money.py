"""Amounts in minor units, written for people."""

_SIGNS = {"usd": "$", "eur": "€", "gbp": "£"}
# Currencies without a smaller unit, as Stripe lists them.
_WHOLE = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf")
)
# Those with three digits after the point.
_THREE_DIGITS = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))


def written(amount: int, currency: str) -> str:
    """``$300.00``, ``−€4.50``, ``1,200 JPY``."""
    digits = 0 if currency in _WHOLE else 3 if currency in _THREE_DIGITS else 2
    major, rest = divmod(abs(amount), 10**digits)
    figure = f"{major:,}.{rest:0{digits}d}" if digits else f"{major:,}"
    sign = _SIGNS.get(currency)
    return ("−" if amount < 0 else "") + (f"{sign}{figure}" if sign else f"{figure} {currency.upper()}")


def per_interval(amount: int, currency: str, interval: str, count: int) -> str:
    """``$300.00 per year``, ``$20.00 every 3 months``."""
    return f"{written(amount, currency)} " + (f"per {interval}" if count == 1 else f"every {count} {interval}s")
