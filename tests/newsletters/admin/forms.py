"""What the desk shows, and what its form of an edition sends."""

from newsletters.models import Edition


def words(response) -> str:
    return " ".join(response.content.decode().split())


def edition_form(made: Edition, **changes) -> dict[str, object]:
    items = list(made.items.all())
    data: dict[str, object] = {
        "subject": made.subject, "preheader": made.preheader, "introduction": made.introduction,
        "items-TOTAL_FORMS": len(items), "items-INITIAL_FORMS": len(items),
    }  # fmt: skip
    for number, item in enumerate(items):
        data |= {
            f"items-{number}-id": item.pk, f"items-{number}-edition": made.pk, f"items-{number}-note": item.note,
            f"items-{number}-article": item.article_id, f"items-{number}-position": item.position,
            **({f"items-{number}-is_pinned": "on"} if item.is_pinned else {}),
            **({f"items-{number}-is_dropped": "on"} if item.is_dropped else {}),
        }  # fmt: skip
    return data | changes
