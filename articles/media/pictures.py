"""What a template needs to show a picture at its best format and size."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from articles.models import Picture

# Best first; the last one is also the <img> itself.
FORMATS = (("avif", "image/avif"), ("jpeg", "image/jpeg"))
DEFAULT_WIDTH = 1200


@dataclass(frozen=True)
class PictureView:
    """A picture as ``partials/picture.html`` shows it. ``focus_x`` and ``focus_y`` are fractions from the top left."""

    src: str
    width: int
    height: int
    alt: str
    srcset: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    caption: str = ""
    credit: str = ""
    focus_x: float | None = None
    focus_y: float | None = None


def picture_view(picture: Picture, caption: str = "") -> PictureView:
    """The picture with its sizes; while these are not made yet, the file itself. ``caption`` replaces its own."""
    focus_x, focus_y = focus_of(picture)
    sources: tuple[tuple[str, str], ...] = ()
    src, srcset = picture.file.url, ""
    if picture.renditions_made_at is not None:
        sizes = {kind: rendition_urls(picture, kind) for kind, _mime in FORMATS}
        sources = tuple((mime, _srcset(sizes[kind])) for kind, mime in FORMATS[:-1])
        fallback = sizes[FORMATS[-1][0]]
        srcset = _srcset(fallback)
        src = next((url for width, url in fallback if width >= DEFAULT_WIDTH), fallback[-1][1])
    return PictureView(
        src=src,
        srcset=srcset,
        sources=sources,
        width=picture.file_width or 1,
        height=picture.file_height or 1,
        alt=picture.alt,
        caption=caption or picture.caption,
        credit=picture.credit,
        focus_x=focus_x,
        focus_y=focus_y,
    )


def rendition_widths(picture: Picture) -> list[int]:
    """The widths worth making: those below the file's own, and the first that holds all of it."""
    own = picture.file_width or 0
    smaller = [width for width in settings.PICTURE_WIDTHS if width < own]
    return [*smaller, *(width for width in settings.PICTURE_WIDTHS[len(smaller) : len(smaller) + 1])]


def rendition_urls(picture: Picture, kind: str) -> list[tuple[int, str]]:
    """Pairs of real width in pixels and address, smallest first. A size is never larger than the file itself."""
    own = picture.file_width or 0
    return [(min(width, own), getattr(picture.file, f"w{width}.{kind}")) for width in rendition_widths(picture)]


def small_url(picture: Picture, width: int = 400) -> str:
    """The address of the smallest size at least so wide, or of the file while there are none."""
    if picture.renditions_made_at is None:
        return str(picture.file.url)
    sizes = rendition_urls(picture, "jpeg")
    return next((url for own, url in sizes if own >= width), sizes[-1][1])


def focus_of(picture: Picture) -> tuple[float, float]:
    """The point that must stay in sight when the picture is cropped; the middle where it was never set."""
    x, _, y = str(picture.file_ppoi).partition("x")
    try:
        return min(1.0, max(0.0, float(x))), min(1.0, max(0.0, float(y)))
    except ValueError:
        return 0.5, 0.5


def _srcset(sizes: list[tuple[int, str]]) -> str:
    return ", ".join(f"{url} {width}w" for width, url in sizes)
