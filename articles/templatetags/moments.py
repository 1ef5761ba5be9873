"""When something was published, in as many words as are needed today."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime

from memberships import clock

register = template.Library()


@register.filter
def stamp(moment: datetime | None) -> str:
    """As machines read it, to the second: HTML knows no millionths of one. Empty where there is no moment yet."""
    return localtime(moment).isoformat(timespec="seconds") if moment else ""


@register.filter
def day(moment: datetime) -> str:
    """``22 November``, and the year with it where it is not this one."""
    there, here = localtime(moment), localtime(clock.now())
    return date_format(there, "j F" if there.year == here.year else "j F Y")


@register.filter
def day_or_time(moment: datetime) -> str:
    """``16:59`` today, else ``22 Nov``, and the year with it where it is not this one."""
    there, here = localtime(moment), localtime(clock.now())
    if there.date() == here.date():
        return date_format(there, "H:i")
    return date_format(there, "j N" if there.year == here.year else "j N Y")
