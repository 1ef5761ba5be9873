"""The table of endpoints. A resource file adds its own by decorating functions with :func:`route`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from newsroom.embedded.stripe.store import Document

# What an endpoint does: the turn, the accepted parameters, then the ids in the address in their order.
Action = Callable[..., Document]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    params: type
    unmodelled: frozenset[str]
    action: Action


ROUTES: list[Route] = []


def route(method: str, path: str, params: type, unmodelled: str = "") -> Callable[[Action], Action]:
    """Serve ``path`` (ids in braces, e.g. ``/v1/prices/{id}``) with the parameters of the SDK's ``params`` type.

    ``unmodelled`` names, separated by blanks, parameters that Stripe acts on and the stand-in would have to ignore:
    they are refused by name instead.
    """
    pattern = re.compile(re.sub(r"\{\w+\}", r"([A-Za-z0-9_\\-]+)", path))

    def register(action: Action) -> Action:
        ROUTES.append(Route(method, pattern, params, frozenset(unmodelled.split()), action))
        return action

    return register


def match(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The first endpoint registered for this address, with the ids in it."""
    for candidate in ROUTES:
        found = candidate.pattern.fullmatch(path)
        if found and candidate.method == method:
            return candidate, found.groups()
    return None


def merged(document: Document, params: dict[str, Any], names: str) -> Document:
    """The document with the named parameters written over it: an empty one unsets, metadata merges key by key."""
    changed = dict(document)
    for name in names.split():
        if name not in params:
            continue
        value = params[name]
        if name == "metadata":
            changed[name] = merged_metadata(document.get("metadata") or {}, value)
        else:
            changed[name] = None if value == "" else value
    return changed


def merged_metadata(metadata: dict[str, str], given: dict[str, str] | str) -> dict[str, str]:
    if isinstance(given, str):
        return {}
    return {key: value for key, value in {**metadata, **given}.items() if value != ""}
