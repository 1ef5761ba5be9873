"""Which parameters an endpoint takes, read from the installed SDK's ``TypedDict`` for it, and what their text means."""

import re
import sys
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_type_hints

from stripe import RequestOptions
from typing_extensions import is_typeddict  # The SDK's TypedDicts are of this make, not of typing's.

from newsroom.embedded.stripe.errors import StripeError, invalid, missing_param, unknown_params
from newsroom.embedded.stripe.shapes import Annotation, members, origin_of

_OPTIONS = frozenset(RequestOptions.__annotations__)


@cache
def declared(params: type) -> dict[str, Annotation]:
    """The parameters of one ``TypedDict``, without the SDK's own request options it inherits."""
    own = {name: hint for name, hint in params.__annotations__.items() if name not in _OPTIONS}
    probe = type("Probe", (), {"__annotations__": own, "__module__": params.__module__})
    return get_type_hints(probe, globalns=vars(sys.modules[params.__module__]))


def accept(params: type, form: dict[str, Any], path: str = "") -> dict[str, Any]:
    """The decoded form as typed values.

    Raises:
        StripeError: naming the parameter that is unknown, missing or of the wrong kind.
    """
    known = declared(params)
    unknown = [_join(path, name) for name in form if name not in known]
    if unknown:
        raise unknown_params(unknown)
    required: frozenset[str] = params.__required_keys__  # type: ignore[attr-defined]
    for name in known:
        if name in required and name not in form:
            raise missing_param(_join(path, name))
    return {name: _read(known[name], value, _join(path, name)) for name, value in form.items()}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _read(annotation: Annotation, value: Any, path: str) -> Any:
    options = [member for member in members(annotation) if member is not NoneType]
    if value == "":
        return _read_empty(options, path)
    if isinstance(value, dict):
        return _read_hash(options, value, path)
    return _read_text(options, value, path)


def _read_empty(options: list[Annotation], path: str) -> str:
    """An empty value unsets a field, where the annotation says that it may."""
    if any("" in get_args(option) for option in options if origin_of(option) is Literal):
        return ""
    raise invalid(
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a field; however "
        f"'{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value.",
        param=path,
        code="parameter_invalid_empty",
    )


def _read_hash(options: list[Annotation], value: dict[str, Any], path: str) -> Any:
    for option in options:
        if is_typeddict(option):
            return accept(option, value, path)
        if origin_of(option) is list:
            return _read_list(get_args(option)[0], value, path)
        if origin_of(option) is dict:
            inner = get_args(option)[1]
            return {key: item if item == "" else _read(inner, item, _join(path, key)) for key, item in value.items()}
    raise invalid(f"Invalid string: {value}", param=path)


def _read_list(inner: Annotation, value: dict[str, Any], path: str) -> list[Any]:
    if not all(key.isdecimal() for key in value):
        raise invalid("Invalid array", param=path)
    return [_read(inner, value[key], _join(path, key)) for key in sorted(value, key=int)]


def _read_text(options: list[Annotation], value: str, path: str) -> Any:
    words = [word for option in options if origin_of(option) is Literal for word in get_args(option) if word != ""]
    if value in words:
        return value
    refusal: StripeError | None = None
    for option in options:
        if option in _READERS:
            try:
                return _READERS[option](value, path)
            except StripeError as error:
                refusal = error
    if words:
        raise invalid(f"Invalid {path}: must be one of {_listed(words)}", param=path)
    if str in options:
        return value
    raise refusal or invalid(f"Invalid {'array' if _takes_list(options) else 'object'}", param=path)


def _takes_list(options: list[Annotation]) -> bool:
    return any(origin_of(option) is list for option in options)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}, or {words[-1]}"


def _integer(value: str, path: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", value):
        raise invalid(f"Invalid integer: {value}", param=path, code="parameter_invalid_integer")
    return int(value)


def _boolean(value: str, path: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=path)
    return value == "true"


def _decimal(value: str, path: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise invalid(f"Invalid decimal: {value}", param=path) from None
    if not number.is_finite():
        raise invalid(f"Invalid decimal: {value}", param=path)
    return value


def _number(value: str, path: str) -> float:
    return float(_decimal(value, path))


_READERS = {int: _integer, bool: _boolean, float: _number, Decimal: _decimal}
