"""Amounts of money: Stripe's minor units, as people write them and read them.

How many digits a currency has is Stripe's word (https://docs.stripe.com/currencies), not that of ISO 4217 or CLDR:
Lebanese pounds have two there and none in CLDR. An amount is an integer in minor units wherever it is stored or sent.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern, get_currency_name, get_currency_symbol, parse_pattern
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_NO_DIGITS = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
_THREE_DIGITS = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
# Sent with two digits, of which both have to be zero.
_WHOLE_OF_TWO = frozenset(["isk", "ugx"])
# A currency’s sign at the end of Latin letters.
_LATIN_SIGN = re.compile(r"[A-Z][^\w\s]$")
# What a column of 32 bits holds; Stripe's own bound is eight digits in nearly every currency.
MOST = 99_999_999


class BadAmount(ValueError):
    """What somebody wrote is not an amount of this currency; the message is a sentence for them."""


def digits(currency: str) -> int:
    """How many digits after the point the minor unit stands for."""
    if currency in _NO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def step(currency: str) -> int:
    """The smallest amount that can be charged, in minor units; every amount is a multiple of it."""
    if currency in _WHOLE_OF_TWO:
        return 100
    return 10 if currency in _THREE_DIGITS else 1


def shown_digits(currency: str) -> int:
    """How many of the digits people are shown: none where they are always zero."""
    return 0 if currency in _WHOLE_OF_TWO else digits(currency)


def in_major(amount: int, currency: str) -> Decimal:
    """Minor units as people say them: 30000 usd is 300.00."""
    exact = Decimal(amount).scaleb(-digits(currency))
    return exact.quantize(Decimal(1).scaleb(-shown_digits(currency))) if amount % step(currency) == 0 else exact


def in_minor(written: str | Decimal, currency: str) -> int:
    """What somebody wrote, such as 25.00, in minor units.

    Raises:
        BadAmount: when it is no number, not above zero, finer than the currency or too much.
    """
    try:
        exact = Decimal(str(written).strip()).scaleb(digits(currency))
    except ArithmeticError as error:
        raise BadAmount(_("Write the amount as a number, such as 25.00.")) from error
    if not exact.is_finite() or exact <= 0:
        raise BadAmount(_("An amount is more than zero."))
    if exact > MOST:
        raise BadAmount(
            _("That is more than can be charged at once: %(most)s at most.")
            % {"most": money(_most(currency), currency)}
        )
    if exact % step(currency):
        raise BadAmount(_too_fine(currency))
    return int(exact)


def money(amount: int, currency: str) -> str:
    """An amount in minor units as people of the page's language write it: 30000 usd is “$300.00”."""
    language, code = (get_language() or "en").replace("-", "_"), currency.upper()
    locale = Locale.parse(language)
    is_word = get_currency_symbol(code, locale)[-1:].isalpha()
    after_the_point = shown_digits(currency) if amount % step(currency) == 0 else digits(currency)
    exact = Decimal(amount).scaleb(-digits(currency))
    pattern = _pattern(language, after_the_point, is_word)
    written = str(pattern.apply(exact, locale, currency=code, currency_digits=False))
    # From right to left the sign of “US$” would leave its letters and stand before them.
    is_mirrored = locale.text_direction == "rtl" and _LATIN_SIGN.search(written)
    return f"{written}\N{LEFT-TO-RIGHT MARK}" if is_mirrored else written


def name_of(currency: str) -> str:
    """The currency's name in the page's language: kwd is “Kuwaiti Dinar”."""
    return str(get_currency_name(currency.upper(), locale=(get_language() or "en").replace("-", "_")))


def _most(currency: str) -> int:
    return MOST // step(currency) * step(currency)


def _too_fine(currency: str) -> str:
    code = currency.upper()
    if shown_digits(currency) == 0:
        return _("An amount in %(currency)s has no digits after the point.") % {"currency": code}
    if step(currency) > 1:
        return _("An amount in %(currency)s has two digits after the point: the third has to be zero.") % {
            "currency": code
        }
    return _("An amount in %(currency)s has at most two digits after the point.") % {"currency": code}


@lru_cache(maxsize=64)
def _pattern(language: str, after_the_point: int, is_word: bool) -> NumberPattern:
    """How the language writes sums of money, with so many digits after the point.

    Where the currency's sign is a word, a space keeps it off the figure (Unicode TR 35, currency spacing).
    """
    text = Locale.parse(language).currency_formats["standard"].pattern
    pattern = parse_pattern(text.replace("¤#", "¤\N{NO-BREAK SPACE}#") if is_word else text)
    pattern.frac_prec = (after_the_point, after_the_point)
    return pattern
