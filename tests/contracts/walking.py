"""Every address the URL configuration knows, with its arguments filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    """A named pattern: its name with its namespaces, the arguments it takes, those already given."""

    name: str
    arguments: frozenset[str]
    given: frozenset[str]

    def address(self, values: dict[str, object]) -> str:
        """Raises LookupError where a value for an argument is missing."""
        wanted = self.arguments - self.given
        if missing := wanted - values.keys():
            raise LookupError(f"{self.name} wants {', '.join(sorted(missing))}")
        try:
            return reverse(self.name, kwargs={name: values[name] for name in wanted})
        except NoReverseMatch as error:
            raise LookupError(str(error)) from error


def routes() -> list[Route]:
    return list(dict.fromkeys(_routes(get_resolver(), (), frozenset(), frozenset())))


def _routes(
    resolver: URLResolver, namespaces: tuple[str, ...], arguments: frozenset[str], given: frozenset[str]
) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        wanted = arguments | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _routes(pattern, inner, wanted, given | frozenset(pattern.default_kwargs))
        elif isinstance(pattern, URLPattern) and pattern.name:
            defaults = given | frozenset(pattern.default_args)
            yield Route(":".join((*namespaces, pattern.name)), wanted, defaults)


def model_key(route: Route) -> object:
    """The key of a row of the model that a page of the desk is about; 0 where there is none."""
    parts = route.name.removeprefix("admin:").split("_")
    for model in apps.get_models():
        if parts[:2] == [model._meta.app_label, model._meta.model_name]:
            row = model._default_manager.order_by("pk").first()
            return row.pk if row else 0
    return 0
