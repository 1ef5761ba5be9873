"""Logs for people in a terminal and for machines in production, with secrets taken out."""

from __future__ import annotations

import re
from typing import Any

import structlog

# Bearer tokens stand in addresses, led by one of these words. An address may stand in the query of another, quoted.
_LED_BY = (
    "preferences|unsubscribe|offers/stop|letters/stop|still-wanted"
    "|confirm|invitations|feeds|gift|bought|address|student|withdraw|n/o|n/c"
)
_SECRET_PATH = re.compile(
    rf"(/(?:{_LED_BY})/)[A-Za-z0-9_.:~%\-=]{{12,}}".replace("/", "(?:/|%2F)"),
    re.I,
)
# What a provider of sign-ins sends people back with, and what opens a text to whoever has its link.
_SECRET_QUERY = re.compile(r"([?&](?:code|state|gift|pass)=)[^&\s'\"]+")
_SECRET_VALUE = re.compile(r"\b(?:sk|rk|whsec|cs_test|cs_live)_[A-Za-z0-9_\-]{6,}")
_CREDENTIALS = re.compile(r"(\b[a-z][a-z0-9+.\-]*://[^\s/:@]*:)[^\s/@]+@")
_SECRET_KEYS = re.compile(r"password|passwd|token|secret|authorization|cookie|session_key|api_key|^code$", re.I)
REMOVED = "[removed]"


def redact(_logger: Any, _method: str, event: Any) -> Any:
    """Replace what signs somebody in or opens an account elsewhere, however deep it stands."""
    return {key: _redacted(key, value) for key, value in event.items()}


def _redacted(key: str, value: Any) -> Any:
    if value and _SECRET_KEYS.search(key):
        return REMOVED
    if isinstance(value, str):
        return _without_secrets(value)
    if isinstance(value, dict):
        return {inner: _redacted(str(inner), part) for inner, part in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(key, part) for part in value]
    # A renderer writes any other object by its text: a request, which Django adds to its own lines, with its address.
    return value if value is None or isinstance(value, int | float) else _without_secrets(str(value))


def _without_secrets(text: str) -> str:
    text = _SECRET_QUERY.sub(rf"\1{REMOVED}", _SECRET_PATH.sub(rf"\1{REMOVED}", text))
    return _CREDENTIALS.sub(rf"\1{REMOVED}@", _SECRET_VALUE.sub(REMOVED, text))


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso"),
]


def logging_config(*, as_json: bool, quiet: bool) -> dict[str, Any]:
    """A ``LOGGING`` dictionary whose every line, tracebacks included, passes :func:`redact` last of all."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    renderer,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": "ERROR" if quiet else "WARNING"},
        "loggers": {
            name: {"handlers": ["console"], "level": "WARNING" if quiet else "INFO", "propagate": False}
            for name in ("newsroom", "memberships", "articles", "newsletters")
        },
    }
