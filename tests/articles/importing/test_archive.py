"""A real archive of 356 posts arrives whole. It is not part of the project: without it these tests are skipped."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from articles.importing.wxr import WxrItem, read_items
from articles.models import Article, ImportedPost, Picture
from tests.people import anonymous

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ARCHIVE = DATA / "archive.wxr.xml"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ARCHIVE.is_file(), reason=f"The real archive is not here: {ARCHIVE}"),
]
# What stands in the source as code of shortcodes and players, and on the page as a card.
CARDS = re.compile(r"\[/?embed\]|https?://\S+")


def words(html: str) -> Counter[str]:
    html = re.sub(r"<!--.*?-->|<script\b.*?</script>|<figcaption\b.*?</figcaption>", " ", html, flags=re.S)
    return Counter(re.findall(r"\w+", CARDS.sub(" ", unescape(re.sub(r"<[^>]+>", " ", html)))))


def test_the_archive_arrives_whole(run, tmp_path):
    """With the pictures of one post, which are enough to see that they come."""
    some = shutil.copytree(DATA / "media" / "blog" / "denver", tmp_path / "blog" / "denver")
    lines = run(ARCHIVE, media=tmp_path)
    assert lines[-1] == "created 356, updated 0, unchanged 0, skipped 0, failed 0"
    states = Counter(Article.objects.values_list("state", flat=True))
    assert states == {"published": 345, "draft": 11}
    assert Picture.objects.count() == len(list(Path(some).iterdir()))

    assert_texts_are_whole()
    assert_site_works()
    assert run(ARCHIVE, media=tmp_path)[-1] == "created 0, updated 0, unchanged 356, skipped 0, failed 0"


def assert_texts_are_whole() -> None:
    """No post lost more than a few words. The one that did is broken in the source: browsers lose the same ones."""
    bodies = dict(ImportedPost.objects.values_list("source_id", "article__draft__body"))
    lost: dict[str, int] = {}

    def compare(item: WxrItem) -> None:
        if item.kind == "post":
            missing = words(item.fields["content:encoded"]) - words(bodies[item.id])
            lost[item.title] = sum(missing.values())

    read_items(ARCHIVE, compare)
    damaged = {title: count for title, count in lost.items() if count > 10}
    assert list(damaged) == ["We asked over 100 of our coworkers: What was your path to 18F?"]
    kept = "".join(bodies.values())
    assert (kept.count("<pre>"), kept.count("<table>")) == (74, 4)


def assert_site_works() -> None:
    browser = anonymous()
    results = browser.get("/search/", {"q": '"design system" typography'}).context["results"]
    assert "Building a large-scale design system" in results[0].headline
    assert len(ElementTree.fromstring(browser.get("/feed.rss").content).findall("channel/item")) == 40  # noqa: S314
    oldest = Article.objects.filter(state="published").order_by("first_published_at")[0]
    assert browser.get(oldest.get_absolute_url()).status_code == 200
    old_address = oldest.redirects.exclude(path__contains="?")[0].path
    assert browser.get(old_address)["Location"] == oldest.get_absolute_url()
    assert browser.get("/sections/archive/").status_code == 200
    assert browser.get(f"/sitemap-{oldest.year}-{oldest.month:02d}.xml").status_code == 200
