"""Lists: newest first, by cursor, with the filters the list's parameters name."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.presentation import listing
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

DEFAULT_LIMIT = 10
HIGHEST_LIMIT = 100
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def page(
    turn: Turn,
    kind: str,
    url: str,
    params: dict[str, Any],
    *,
    owner: str | None = None,
    only: Callable[[Document], bool] = lambda _: True,
) -> Document:
    """One page of the stored objects of a kind that are ``only`` so, within ``created`` and between the cursors."""
    limit = _limit(params)
    backwards = "ending_before" in params
    between = {
        "before": _cursor(turn, kind, params, "starting_after"),
        "after": _cursor(turn, kind, params, "ending_before"),
    }
    found = turn.select(kind, owner, oldest_first=backwards, **between)
    wanted = (document for document in found if within(document["created"], params.get("created")) and only(document))
    rows = list(islice(wanted, limit + 1))
    data = [turn.present(document) for document in rows[:limit]]
    return listing(data[::-1] if backwards else data, url, has_more=len(rows) > limit)


def page_of(data: Iterable[Document], url: str, params: dict[str, Any]) -> Document:
    """One page of a list that is kept inside another object, in that list's own order."""
    rows = list(data)
    limit = _limit(params)
    ids = [row["id"] for row in rows]
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in ids:
            raise _no_cursor(params[name], name)
    if "starting_after" in params:
        rows = rows[ids.index(params["starting_after"]) + 1 :]
    if "ending_before" in params:
        rows = rows[: ids.index(params["ending_before"])]
        return listing(rows[-limit:], url, has_more=len(rows) > limit)
    return listing(rows[:limit], url, has_more=len(rows) > limit)


def within(value: int | None, bounds: dict[str, int] | int | None) -> bool:
    """Whether a moment lies within the bounds of a filter like ``created[gte]=…`` or equals a plain one."""
    if bounds is None:
        return True
    if value is None:
        return False
    if isinstance(bounds, int):
        return value == bounds
    return all(_COMPARE[name](value, bound) for name, bound in bounds.items())


def same(params: dict[str, Any], *names: str) -> Callable[[Document], bool]:
    """A filter: the document has the value of every one of these parameters that is given."""
    given = {name: params[name] for name in names if name in params}
    return lambda document: all(document.get(name) == value for name, value in given.items())


def _limit(params: dict[str, Any]) -> int:
    limit: int = params.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= HIGHEST_LIMIT:
        raise invalid(f"Invalid limit: must be between 1 and {HIGHEST_LIMIT}.", "limit", "parameter_invalid_integer")
    return limit


def _cursor(turn: Turn, kind: str, params: dict[str, Any], name: str) -> int | None:
    if name not in params:
        return None
    position = turn.store.position(params[name], kind)
    if position is None:
        raise _no_cursor(params[name], name)
    return position


def _no_cursor(identifier: str, name: str) -> Exception:
    return invalid(f"No such object to page from: '{identifier}'", name, "resource_missing")
