"""The errors of the API, in the words and the JSON shape the SDK turns into its own exceptions."""

from dataclasses import dataclass
from typing import Any


@dataclass
class StripeError(Exception):
    """An answer that is not a success.

    ``keeps`` says that what was written before the error is meant to stay: a declined payment is a fact of its own
    (attempt counted, events sent), a refused parameter is not.
    """

    message: str
    status: int = 400
    type: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    decline_code: str | None = None
    payment_intent: dict[str, Any] | None = None
    keeps: bool = False

    def body(self) -> dict[str, Any]:
        named = ("code", "decline_code", "message", "param", "payment_intent", "type")
        return {"error": {name: value for name in named if (value := getattr(self, name)) is not None}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    return StripeError(message, code=code, param=param)


def missing_param(param: str) -> StripeError:
    return StripeError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown_params(names: list[str]) -> StripeError:
    plural = "s" if len(names) > 1 else ""
    message = f"Received unknown parameter{plural}: {', '.join(names)}"
    return StripeError(message, code="parameter_unknown", param=names[0])


def no_such(kind: str, identifier: str, param: str | None = None) -> StripeError:
    """404 for the object in the address, 400 when a parameter names it: ``param`` tells which."""
    message = f"No such {kind.rpartition('.')[2].replace('_', ' ')}: '{identifier}'"
    return StripeError(message, status=400 if param else 404, code="resource_missing", param=param or "id")


def unmodelled(param: str) -> StripeError:
    """Stripe knows this parameter, the stand-in does not act on it: better said than silently ignored."""
    message = f"The development stand-in does not model '{param}'. Try this one against a Stripe sandbox."
    return StripeError(message, code="stand_in_unmodelled", param=param)
