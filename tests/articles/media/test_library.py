from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles.media import renditions
from articles.media.library import PictureError, add_picture
from articles.media.pictures import picture_view
from articles.models import Picture
from articles.tasks import make_missing_renditions
from tests.articles.builders import MINUTE, NOW

pytestmark = pytest.mark.django_db

ORIENTATION, MAKER = 0x0112, 0x010F


def photograph(width: int = 1000, height: int = 600, kind: str = "JPEG", **options) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    image = Image.new("RGB", (width, height), "teal")
    image.paste("gold", (0, 0, width // 2, height))
    image.save(buffer, kind, **options)
    return SimpleUploadedFile(f"Harbour at dusk.{kind.lower()}", buffer.getvalue())


def add(file, alt: str = "A harbour.") -> Picture:
    return add_picture(file, alt, "Photo: Rima", None, NOW)


def refusal_of(data: bytes, name: str = "x.jpg") -> str:
    with pytest.raises(PictureError) as refusal:
        add(SimpleUploadedFile(name, data))
    assert not Picture.objects.exists()
    return str(refusal.value)


def test_picture_is_kept_with_its_words_and_size():
    picture = add(photograph())
    assert (picture.alt, picture.credit, picture.file_width, picture.file_height) == (
        "A harbour.",
        "Photo: Rima",
        1000,
        600,
    )
    assert picture.file.name.startswith("pictures/")
    assert "harbour-at-dusk-" in picture.file.name


def test_same_file_is_kept_once(media_root):
    assert add(photograph()) == add(photograph(), "Other words.")
    assert Picture.objects.get().alt == "A harbour."
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 1


def test_picture_is_turned_upright_and_forgets_the_camera():
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Somebody's own camera"
    picture = add(photograph(800, 400, exif=exif))
    assert (picture.file_width, picture.file_height) == (400, 800)
    with Picture.objects.get().file.open() as file, Image.open(file) as kept:
        assert dict(kept.getexif()) == {}


def test_huge_picture_is_scaled_down():
    assert add(photograph(5000, 100)).file_width == 3200


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF", "TIFF"])
def test_other_formats_are_taken(kind):
    picture = add(photograph(64, 64, kind))
    assert picture.file.name.endswith(".png" if kind in {"PNG", "GIF"} else ".jpeg")


def test_drawing_with_scripts_is_refused():
    assert "SVG" in refusal_of(b'<?xml version="1.0"?><svg onload="alert(1)"/>', "x.png")


def test_what_is_no_picture_is_refused():
    assert "not a picture" in refusal_of(b"%PDF-1.7 something")
    assert "not a picture" in refusal_of(b"")


def test_damaged_picture_is_refused():
    data = photograph().read()
    assert "damaged" in refusal_of(data[: len(data) // 2])


def test_picture_that_would_explode_is_refused():
    """A few bytes that claim to be 20,000 pixels square."""
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert refusal_of(bomb + b"\x00" * 64)


def test_too_large_file_is_refused():
    assert "25 MB" in refusal_of(b"\xff\xd8" + b"\x00" * (25 * 1024 * 1024))


def test_page_shows_the_file_itself_until_sizes_are_made():
    view = picture_view(add(photograph()))
    assert (view.srcset, view.sources) == ("", ())
    assert view.src.endswith(".jpeg")


def test_sizes_are_made_up_to_the_picture_itself(media_root):
    picture = add(photograph(1000, 600))
    assert make_missing_renditions() == 1
    picture.refresh_from_db()
    view = picture_view(picture, caption="Here.")
    assert [entry.rsplit(" ", 1)[1] for entry in view.srcset.split(", ")] == ["400w", "800w", "1000w"]
    assert [kind for kind, _srcset in view.sources] == ["image/avif"]
    assert (view.width, view.height, view.caption, view.focus_x) == (1000, 600, "Here.", 0.5)
    for entry in [*view.srcset.split(", "), *view.sources[0][1].split(", ")]:
        url, width = entry.rsplit(" ", 1)
        path = media_root / url.removeprefix("/media/")
        with Image.open(path) as made:
            assert f"{made.width}w" == width
            assert made.format == ("AVIF" if path.suffix == ".avif" else "JPEG")


def test_picture_that_cannot_be_made_holds_up_no_other(media_root, caplog):
    good, bad = add(photograph(50, 50)), add(photograph(60, 60))
    (media_root / bad.file.name).unlink()
    assert renditions.make_missing(NOW + MINUTE) == 1
    # Nor does it keep the task going on for ever.
    assert renditions.are_missing()
    assert renditions.make_missing(NOW + MINUTE) == 0
    assert list(Picture.objects.without_renditions()) == [bad]
    good.refresh_from_db()
    assert good.renditions_made_at == NOW + MINUTE
