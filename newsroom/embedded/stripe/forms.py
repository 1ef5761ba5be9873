"""Form decoding with nested brackets: ``items[0][price]=price_1`` and ``expand[]=customer``."""

import re
from typing import Any
from urllib.parse import parse_qsl

from newsroom.embedded.stripe.errors import invalid

MOST_FIELDS = 2000
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode(text: str) -> dict[str, Any]:
    """Nested dicts of strings; numbered and empty brackets both become dicts keyed by position.

    Raises:
        StripeError: for a key that is not well formed, or one used both as a value and as a hash.
    """
    decoded: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, strict_parsing=bool(text))
    except ValueError:
        raise invalid("The request body is not a well-formed form.") from None
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        if match is None:
            raise invalid(f"Invalid parameter name: {key}", param=key)
        _place(decoded, [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])], value, key)
    return decoded


def _place(into: dict[str, Any], path: list[str], value: str, key: str) -> None:
    *folders, last = path
    for folder in folders:
        into = into.setdefault(folder or str(len(into)), {})
        if not isinstance(into, dict):
            raise invalid(f"Invalid parameter: {key} is given both as a value and as a hash.", param=key)
    if isinstance(into.get(last), dict):
        raise invalid(f"Invalid parameter: {key} is given both as a value and as a hash.", param=key)
    into[last or str(len(into))] = value
