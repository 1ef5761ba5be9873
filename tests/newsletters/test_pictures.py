"""The pictures of an edition: which file, how large, and that nothing depends on them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from articles.media.pictures import rendition_urls
from newsletters.pictures import COLUMN, MOST_BYTES, letter_picture
from newsletters.preflight.checking import checked
from newsletters.presenting import render_edition
from tests.newsletters.builders import AT, edition, kept_pictures, newsletter, picture, story

pytestmark = pytest.mark.django_db
TOO_MUCH = MOST_BYTES + 1


@pytest.fixture(autouse=True)
def _own_files():
    with kept_pictures():
        yield


def test_first_story_shows_its_picture_and_the_list_its_own():
    words = '<Ships> \\ "يومًا"'
    lead = story("Tea prices rise", lead_picture=picture(words), access="metered")
    made = edition(newsletter(picture=picture("The quay.")), lead, story(lead_picture=picture()))
    content = render_edition(made, AT)
    mark, shown = re.findall(r"<img[^>]*>", content.html)
    assert 'alt=""' in mark
    assert 'width="96" height="64"' in mark
    assert re.search(r'src="https?://[^"]+/media/[^"]+\.jpg"', shown)
    assert words == unescape(re.search('alt="([^"]+)"', shown)[1])
    assert 'width="560" height="373"' in shown
    assert checked(made, content, AT) == []
    # Who reads the text part is told of it, and its address once, under the headline.
    assert f"({words})\n\nPhoto: Rima\n\n" in content.text
    assert content.text.count(lead.get_absolute_url()) == 1
    assert content.html.count(lead.get_absolute_url()) == 2


def test_nothing_is_shown_where_the_list_wants_none_or_there_is_none():
    wanting = newsletter(shows_pictures=False, picture=picture())
    plain = edition(wanting, story(lead_picture=picture()))
    early = edition(newsletter(), story(lead_picture=picture(renditions_made_at=None)))
    undescribed = edition(newsletter(), story(lead_picture=picture("", credit="")))
    assert ["<img" in render_edition(made, AT).html for made in (plain, early, undescribed)] == [False, False, True]
    assert checked(undescribed, render_edition(undescribed, AT), AT) == []


@pytest.mark.parametrize(
    ("sizes", "measures", "expected"),
    [
        # Twice the column's width is wanted, and the next smaller one taken that is light enough.
        ((9, 9, 9, 9), (1500, 1000), (2, 560, 373)),
        ((9, 9, TOO_MUCH, 9), (1500, 1000), (1, 560, 373)),
        ((9, TOO_MUCH, TOO_MUCH, 9), (1500, 1000), (0, 560, 373)),
        ((TOO_MUCH,) * 4, (1500, 1000), None),
        # A tall one is no higher than the column is wide, a small one no larger than it is.
        ((9, 9, 9, 9), (1000, 2000), (1, 280, 560)),
        ((9,), (300, 200), (0, 300, 200)),
    ],
)
def test_file_is_sharp_but_light(sizes, measures, expected):
    kept = picture("Ships.", *sizes, file_width=measures[0], file_height=measures[1])
    shown = letter_picture(kept, COLUMN)
    urls = [url for _width, url in rendition_urls(kept, "jpeg")]
    found = shown and (next(n for n, url in enumerate(urls) if shown.src.endswith(url)), shown.width, shown.height)
    assert found == expected


def test_heavy_picture_is_named_before_it_goes_out():
    made = edition(newsletter(), story(lead_picture=picture()))
    content = render_edition(made, AT)
    (url,) = re.findall(r'<img src="[^"]+(/media/[^"]+)"', content.html)
    default_storage.delete(url.removeprefix("/media/"))
    default_storage.save(url.removeprefix("/media/"), ContentFile(bytes(TOO_MUCH)))
    (problem,) = checked(made, content, AT)
    assert "It has 200 KB" in problem
