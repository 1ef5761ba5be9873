"""What every email template needs: the publication, the direction of writing, absolute addresses, dates and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from memberships import currencies
from newsletters import addresses, prose
from newsletters.rendering.isolating import isolated
from newsletters.rendering.text import text_of

register = template.Library()
register.filter("isolated", isolated)

_SERIF = "'Source Serif 4', Georgia, 'Times New Roman', serif"
_SANS = "Inter, 'Helvetica Neue', Arial, sans-serif"
_NASKH = "'Noto Naskh Arabic', 'Geeza Pro', 'Traditional Arabic', 'Times New Roman', serif"
_KUFI = "'Readex Pro', 'Geeza Pro', Tahoma, Arial, sans-serif"


@dataclass(frozen=True)
class Frame:
    """The publication and how its mail is set in the language that is active."""

    site_name: str
    pro_name: str
    site_url: str
    postal_address: str
    contact_email: str
    language: str
    direction: str
    start: str
    serif: str
    sans: str
    leading: str
    tight: str
    slant: str


@register.simple_tag
def email_frame() -> Frame:
    is_rtl = translation.get_language_bidi()
    return Frame(
        site_name=settings.SITE_NAME,
        pro_name=settings.PRO_NAME,
        site_url=settings.SITE_URL,
        postal_address=settings.POSTAL_ADDRESS,
        contact_email=settings.CONTACT_EMAIL,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        direction="rtl" if is_rtl else "ltr",
        start="right" if is_rtl else "left",
        serif=_NASKH if is_rtl else _SERIF,
        sans=_KUFI if is_rtl else _SANS,
        leading="1.75" if is_rtl else "1.5",
        tight="1.45" if is_rtl else "1.25",
        # Arabic knows no italic; a slanted Naskh is a broken one.
        slant="normal" if is_rtl else "italic",
    )


@register.simple_tag
def absolute_url(name: str, *args: object) -> str:
    """``{% url %}`` with the site in front, for readers who are not on it."""
    return addresses.absolute_url(name, *args)


@register.filter
def as_mail(words: str) -> SafeString:
    """``{{ paragraph|as_mail }}``: an editor's words with their looks in every element."""
    return prose.for_mail(words)


@register.filter
def as_text(words: str | None) -> str:
    """``{{ paragraph|as_text }}``: the same as plain text."""
    return text_of(words or "")


@register.filter
def attribute(words: str) -> SafeString:
    """Words in an attribute of MJML, as references where they are not ASCII: of a vowel sign, as Arabic has them, and a
    backslash mrml makes an escape that no mail program knows."""
    escaped = escape(words).replace("\\", "&#92;")
    return mark_safe(escaped.encode("ascii", "xmlcharrefreplace").decode())  # noqa: S308 - escaped above


@register.filter
def money(amount: int, currency: str) -> str:
    """``{{ 30000|money:"usd" }}`` as $300.00, in the manner of the active language."""
    return currencies.money(amount, currency)


@register.filter
def day(moment: datetime) -> str:
    """The calendar day of a moment in the active zone, its month in words."""
    return date_format(timezone.localtime(moment), "j F Y")


@register.filter
def day_and_time(moment: datetime) -> str:
    """Day, time of day and the name of the zone they are told in."""
    local = timezone.localtime(moment)
    return _("%(day)s, %(time)s (%(zone)s)") % {
        "day": date_format(local, "l j F Y"),
        "time": date_format(local, "H:i"),
        "zone": timezone.get_current_timezone_name(),
    }
