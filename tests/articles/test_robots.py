from __future__ import annotations

from urllib.robotparser import RobotFileParser

import pytest

from tests.people import anonymous


@pytest.fixture
def robots() -> RobotFileParser:
    response = anonymous().get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    parser = RobotFileParser()
    parser.parse(response.content.decode().splitlines())
    return parser


@pytest.mark.parametrize("path", ["/", "/articles/2026/11/x/", "/sections/politics/", "/feed.rss", "/newsletters/"])
def test_what_is_public_may_be_read(robots, path):
    assert robots.can_fetch("AnyBot", path)


@pytest.mark.parametrize("path", ["/account/", "/admin/", "/api/v1/", "/search/?q=x", "/newsletters/preferences/x/"])
def test_what_is_no_page_to_keep_is_closed(robots, path):
    assert not robots.can_fetch("AnyBot", path)


def test_sitemaps_are_named(robots):
    assert robots.site_maps() == ["http://127.0.0.1:8000/sitemap.xml", "http://127.0.0.1:8000/news-sitemap.xml"]
