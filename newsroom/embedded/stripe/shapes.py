"""What every object looks like, read from the installed SDK's own annotations.

Nothing here names a field. A resource class of the SDK lists its fields with types; an object the stand-in stores holds
only what it models, and :func:`complete` fills in the rest: null where the annotation allows it, else an empty value.
A field the SDK does not know is a mistake of ours and raises.
"""

import builtins
import inspect
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from stripe import ListObject, StripeObject
from stripe._object_classes import OBJECT_CLASSES, get_object_class
from stripe._stripe_object import UntypedStripeObject

Annotation = Any
_EMPTY: dict[Any, Any] = {bool: False, int: 0, float: 0.0, str: "", Decimal: "0", Any: None}


class ShapeError(TypeError):
    """An object of ours does not fit the SDK's annotations."""


class Resource:
    """Stands for another resource named in an annotation; which one is told by the ``object`` field of the value."""


class _Names(dict[str, Any]):
    """Resolves the quoted names of annotations: what is not importable at run time is another resource."""

    def __init__(self, module: str) -> None:
        super().__init__()
        self._module = vars(sys.modules[module])

    def __missing__(self, name: str) -> Any:
        if name in self._module or hasattr(builtins, name):
            raise KeyError(name)
        return Resource


def origin_of(annotation: Annotation) -> Any:
    """``typing.get_origin``, whose own annotations cannot say what it answers for an annotation of any kind."""
    return get_origin(annotation)


def resource(kind: str) -> type:
    if kind not in OBJECT_CLASSES:
        raise ShapeError(f"The SDK knows no object called {kind}.")
    return get_object_class("V1", kind)


@cache
def fields(cls: type) -> dict[str, Annotation]:
    """The public fields of a resource or of one of its nested classes, name to resolved annotation."""
    hints: dict[str, Annotation] = {}
    own = {
        name: hint
        for name, hint in inspect.get_annotations(cls).items()
        if not name.startswith("_") and origin_of(hint) is not ClassVar
    }
    probe = type("Probe", (), {"__annotations__": own, "__module__": cls.__module__})
    hints.update(get_type_hints(probe, localns=_Names(cls.__module__)))
    return hints


def members(annotation: Annotation) -> Iterator[Annotation]:
    """The alternatives of a union, flattened; anything else is its own only alternative."""
    if origin_of(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from members(member)
    else:
        yield annotation


def is_expandable(annotation: Annotation) -> bool:
    inner = list(members(annotation))
    if any(origin_of(member) is list for member in inner):
        return any(is_expandable(get_args(member)[0]) for member in inner if origin_of(member) is list)
    return str in inner and any(member is Resource for member in inner)


def nested_class(annotation: Annotation) -> type[StripeObject] | None:
    """The nested class a dict under this annotation is to be completed by, if the annotation names one."""
    for member in members(annotation):
        if isinstance(member, type) and issubclass(member, StripeObject) and member is not StripeObject:
            return member
        if origin_of(member) is list:
            return nested_class(get_args(member)[0])
    return None


def complete(value: dict[str, Any]) -> dict[str, Any]:
    """The whole object as the API answers it. Keys starting with an underscore are the stand-in's own notes."""
    return _fill(value, resource(value["object"]))


def nulls(kind: str) -> dict[str, Any]:
    """The fields that are null in every new object of a kind."""
    known = fields(resource(kind))
    return {name: None for name, hint in known.items() if NoneType in members(hint) and not _only_when_there(hint)}


def _fill(value: dict[str, Any], cls: type) -> dict[str, Any]:
    known = fields(cls)
    strangers = [name for name in value if name not in known and not name.startswith("_")]
    if strangers:
        raise ShapeError(f"{cls.__qualname__} has no field {', '.join(strangers)}.")
    whole = {}
    for name, annotation in known.items():
        if name in value:
            whole[name] = _fit(value[name], annotation)
        elif not _only_when_there(annotation):
            whole[name] = _default(annotation, f"{cls.__qualname__}.{name}")
    return whole


def _fit(value: Any, annotation: Annotation) -> Any:
    if isinstance(value, list):
        return [_fit(item, annotation) for item in value]
    if not isinstance(value, dict) or _is_untyped(annotation):
        return value
    kind = value.get("object")
    if kind == "list":
        return {**value, "data": [complete(item) for item in value["data"]]}
    if isinstance(kind, str) and kind in OBJECT_CLASSES:
        return complete(value)
    cls = nested_class(annotation)
    return value if cls is None else _fill(value, cls)


def _is_untyped(annotation: Annotation) -> bool:
    """Metadata, and the snapshot inside an event: taken as they are."""
    return any(origin_of(member) is UntypedStripeObject for member in members(annotation))


def _only_when_there(annotation: Annotation) -> bool:
    """``deleted`` and its like, present only on what it is true of, and maps of objects, which the SDK cannot read when
    they are null."""
    options = set(members(annotation))
    maps = (option for option in options if origin_of(option) is UntypedStripeObject)
    return NoneType in options and (Literal[True] in options or any(nested_class(get_args(map_)[0]) for map_ in maps))


def _default(annotation: Annotation, where: str) -> Any:
    options = list(members(annotation))
    if NoneType in options:
        return None
    first = options[0]
    origin = origin_of(first) or first
    if origin is Literal and len(get_args(first)) == 1:
        return get_args(first)[0]
    if origin is list:
        return []
    if origin is ListObject:
        return {"object": "list", "data": [], "has_more": False, "url": ""}
    if origin in (dict, UntypedStripeObject):
        return {}
    if origin in _EMPTY:
        return _EMPTY[origin]
    if isinstance(origin, type) and issubclass(origin, StripeObject):
        return _fill({}, origin)
    raise ShapeError(f"{where} needs a value: its annotation {annotation} has no empty one.")
