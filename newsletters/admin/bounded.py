"""Lists of what there are millions of: nothing is counted, and nobody leafs through all of it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ShowFacets
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

# Whoever wants more than these looks for somebody.
MOST_PAGES = 20


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # Django's own class takes no argument.
    """Knows how many there are up to so many pages, from their keys."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            rows = rows.values_list("pk")
        return len(rows[: self.per_page * MOST_PAGES])


class Bounded:
    """The newest first, by the key alone; sorted by nothing else, for that would sort all of them."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    ordering = ["-pk"]
    sortable_by: list[str] = []


class FoundByAddress(Bounded):
    """Looked for by the beginning of an address, as an index has it: in lower case."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_term.lower())  # type: ignore[misc]
