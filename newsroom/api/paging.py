from rest_framework.pagination import CursorPagination


class NewestFirstPaging(CursorPagination):
    """Pages by position, not by number: nothing is skipped or doubled while new things are published."""

    ordering: tuple[str, ...] = ("-first_published_at", "-id")
    page_size = 20
    page_size_query_param = "limit"
    max_page_size = 100


class ByNamePaging(NewestFirstPaging):
    ordering = ("slug",)


class BySlugPosition(NewestFirstPaging):
    ordering = ("position", "id")


class BySoonest(NewestFirstPaging):
    ordering = ("-starts_at", "-id")
