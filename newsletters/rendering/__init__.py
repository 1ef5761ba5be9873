"""Templates become messages: ``email/<kind>.subject.txt`` is the subject, ``.mjml`` the HTML and the text."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mrml
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils import timezone, translation

from newsletters.rendering.text import text_of


class RenderingError(ValueError):
    """A template made no message; says which one and why."""


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str
    language: str


def render(kind: str, context: Mapping[str, Any], *, language: str, time_zone: str) -> Rendered:
    """The message of a kind, in a language, its dates in a time zone.

    Raises:
        RenderingError: when a template is missing or broken, with its name and line, or its MJML is malformed.
    """
    subject, mjml = written(kind, context, language=language, time_zone=time_zone)
    return Rendered(subject, text=f"{text_of(mjml)}\n", html=to_html(mjml, kind), language=language)


def written(kind: str, context: Mapping[str, Any], *, language: str, time_zone: str) -> tuple[str, str]:
    """Subject and MJML of a message, before anything is made of them.

    Raises:
        RenderingError: when a template is missing or broken, with its name and line.
    """
    with translation.override(language), timezone.override(zoneinfo.ZoneInfo(time_zone)):
        subject = " ".join(_filled(f"email/{kind}.subject.txt", context).split())
        return subject, _filled(f"email/{kind}.mjml", {**context, "subject": subject})


def to_html(mjml: str, name: str) -> str:
    """MJML as HTML that mail clients understand.

    Raises:
        RenderingError: when it cannot be parsed; mrml lets unknown elements pass, so one that is left is an error too.
    """
    try:
        html: str = mrml.to_html(mjml.strip()).content
    except (OSError, ValueError) as error:
        raise RenderingError(f"The template {name} is no valid MJML: {error}.") from error
    leftover = re.search(r"</?mj-[a-z-]+", html)
    if leftover:
        raise RenderingError(f"The template {name} has an element {leftover.group()} that MJML does not know there.")
    return html


def _filled(name: str, values: Mapping[str, Any]) -> str:
    """A template with its values. Whatever breaks in it is the template's fault; that the database is away is not."""
    try:
        return render_to_string(name, dict(values))
    except DatabaseError:
        raise
    except Exception as error:
        raise RenderingError(_told(error, name)) from error


def _told(error: Exception, name: str) -> str:
    """Where a template broke, as Django knows it: the tag that could not be read, or the one that failed."""
    culprit = getattr(error, "_culprit_node", None)
    token = getattr(error, "token", None) or getattr(culprit, "token", None)
    origin = getattr(culprit, "origin", None)
    line = f", line {token.lineno}" if token is not None else ""
    return f"The template {getattr(origin, 'template_name', None) or name}{line}: {error or type(error).__name__}"
