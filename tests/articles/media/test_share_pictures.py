"""The pictures by which a link to a story is shown elsewhere."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops

from articles import publishing, tasks
from articles.media import share_pictures
from articles.media.library import add_picture
from articles.models import Article, Picture
from memberships import clock
from tests.articles.builders import picture
from tests.factories.articles import make_article
from tests.people import anonymous

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    """A place of their own for the files of a test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def red_and_blue(size: tuple[int, int] = (1600, 1000), focus: tuple[float, float] = (0.0, 0.5)) -> Picture:
    """A picture red on its left half, blue on its right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    file = SimpleUploadedFile("halves.png", buffer.getvalue())
    return add_picture(file, "Halves", "", None, clock.now(), focus=focus)


def drawn(article: Article, shape: str = "card") -> Image.Image:
    image = Image.open(io.BytesIO(share_pictures.draw(article, shape)))
    image.load()
    return image


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


def inked(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether anything stands in a part of a card."""
    part = image.crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, image.getpixel((4, 4)))).getbbox() is not None


@pytest.mark.parametrize("shape", list(share_pictures.SHAPES))
@pytest.mark.parametrize("lead", [None, red_and_blue])
def test_every_shape_has_its_size(shape, lead):
    article = make_article(lead_picture=lead() if lead else None)
    width, height = drawn(article, shape).size
    wanted = share_pictures.SHAPES[shape]
    if lead is None or shape == "card":
        assert (width, height) == wanted
    else:  # no larger than the picture is, and more than the 50,000 pixels Google wants
        assert abs(width / height - wanted[0] / wanted[1]) < 0.01
        assert width * height > 50_000
        assert height <= 1000


def test_crop_keeps_the_point_of_interest():
    left = drawn(make_article(lead_picture=red_and_blue(focus=(0.0, 0.5))), "1x1")
    assert is_near(left.getpixel((10, 10)), (254, 0, 0))
    assert is_near(left.getpixel((left.width // 2 - 100, 10)), (254, 0, 0))


@pytest.mark.parametrize(("language", "headline", "is_right"), [("en", "Tariffs", False), ("ar", "تعرفة المرفأ", True)])
def test_words_begin_where_reading_begins(language, headline, is_right):
    card = drawn(make_article(headline, language=language))
    assert inked(card, (64, 220, 300, 400)) != is_right
    assert inked(card, (900, 220, 1136, 400)) == is_right


@pytest.mark.parametrize(("language", "x"), [("en", 1190), ("ar", 10)])
def test_picture_stands_beside_the_words(language, x):
    card = drawn(make_article("تعرفة", language=language, lead_picture=red_and_blue()))
    assert is_near(card.getpixel((x, 600)), (254, 0, 0))


def test_memo_wears_the_ground_of_pro():
    assert is_near(drawn(make_article(kind="memo")).getpixel((4, 4)), (0x23, 0x1B, 0x11))


def test_headline_without_end_stays_on_the_card():
    card = drawn(make_article("Exceedingly long " * 11, lead_picture=red_and_blue()))
    assert inked(card, (64, 220, 700, 560))
    assert not inked(card, (0, 0, 60, 630))
    assert not inked(card, (672, 0, 704, 630))
    assert not inked(card, (0, 570, 700, 630))


def test_lead_picture_that_cannot_be_read_leaves_the_words():
    assert drawn(make_article(lead_picture=picture())).size == (1200, 630)


def test_first_who_asks_has_it_drawn_and_caches_may_keep_it():
    article = make_article()
    response = anonymous().get(share_pictures.address(article))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response
    assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size == (1200, 630)
    again = anonymous().get(share_pictures.address(article), headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_other_content_has_another_name_and_the_old_one_stays():
    article = make_article("Tariffs fall")
    old = share_pictures.address(article)
    anonymous().get(old)
    publishing.save(article.draft, article.draft.number, {"headline": "Tariffs rise"}, None, clock.now())
    article = publishing.publish(article, None, clock.now())
    new = share_pictures.address(article)
    assert new != old
    assert anonymous().get(old).status_code == 200
    assert anonymous().get(new).status_code == 200


def test_name_nobody_was_given_leads_to_the_current_one(shelf):
    article = make_article()
    made_up = share_pictures.address(article).replace(share_pictures.fingerprint(article), "0" * 16)
    response = anonymous().get(made_up)
    assert (response.status_code, response["Location"]) == (302, share_pictures.address(article))
    assert "max-age" not in response.get("Cache-Control", "")
    assert list(shelf.rglob("*.jpg")) == []


def test_what_is_not_on_the_site_has_no_picture():
    article = make_article()
    address = share_pictures.address(article)
    anonymous().get(address)
    publishing.unpublish(article, None, clock.now())
    assert anonymous().get(address).status_code == 404
    waiting = make_article(at=clock.now() + timedelta(hours=1))
    assert anonymous().get(share_pictures.address(waiting)).status_code == 404


def test_task_draws_them_all_and_again_draws_nothing(shelf):
    article = make_article()
    tasks.draw_share_pictures(article.pk)
    made = {path: path.stat().st_mtime_ns for path in shelf.rglob("*")}
    assert len([path for path in made if path.suffix == ".jpg"]) == len(share_pictures.SHAPES)
    tasks.draw_share_pictures(article.pk)
    assert {path: path.stat().st_mtime_ns for path in shelf.rglob("*")} == made


def test_asking_costs_one_question(django_assert_num_queries):
    address = share_pictures.address(make_article(lead_picture=picture()))
    browser = anonymous()
    with django_assert_num_queries(1):
        browser.get(address)
