"""Logs for people in a terminal and for machines in production, with secrets taken out."""

from __future__ import annotations

import re
from typing import Any

import structlog

# Bearer tokens stand in addresses (preferences, unsubscribe, invitations) and in a few well-known fields.
_SECRET_PATH = re.compile(r"(/(?:preferences|unsubscribe|confirm|invitations|feeds)/)[A-Za-z0-9_.:\-=]{12,}")
_SECRET_VALUE = re.compile(r"\b(?:sk|rk|whsec)_[A-Za-z0-9_\-]{6,}")
_SECRET_KEYS = {"password", "code", "token", "authorization", "cookie", "secret"}


def redact(_logger: Any, _method: str, event: Any) -> Any:
    """Replace what signs somebody in or opens an account elsewhere."""
    for key, value in event.items():
        if key.lower() in _SECRET_KEYS:
            event[key] = "[removed]"
        elif isinstance(value, str):
            event[key] = _SECRET_VALUE.sub("[removed]", _SECRET_PATH.sub(r"\1[removed]", value))
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    redact,
]


def logging_config(*, as_json: bool, quiet: bool) -> dict[str, Any]:
    """A ``LOGGING`` dictionary whose every line passes :func:`redact`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
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
