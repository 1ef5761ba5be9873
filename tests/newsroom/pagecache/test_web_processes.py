"""Two web servers, each a process of its own, as they are in production."""

from __future__ import annotations

import time
import urllib.request
from contextlib import ExitStack

import pytest

from articles import publishing
from memberships import clock
from tests.factories.articles import make_article
from tests.serving import web_process


def page(url: str) -> tuple[str, str]:
    """What the cache said, and the page."""
    with urllib.request.urlopen(url) as answer:
        return answer.headers["X-Cache"], answer.read().decode()


def until_all(urls: list[str], words: str) -> float:
    """Seconds until every address shows the words; none of them may show the old page after that."""
    begun = time.perf_counter()
    while not all(words in page(url)[1] for url in urls):
        assert time.perf_counter() - begun < 10, "The correction did not arrive."
    return time.perf_counter() - begun


@pytest.mark.usefixtures("committing", "node")
def test_correction_stands_on_two_web_processes_within_a_second():
    article = make_article()
    with ExitStack() as stack:
        urls = [stack.enter_context(web_process()) + article.get_absolute_url() for _each in range(2)]
        for url in urls:
            page(url)
        assert [page(url)[0] for url in urls] == ["hit", "hit"]
        publishing.correct(article, "It opened a day later.", None, clock.now())
        took = until_all(urls, "It opened a day later.")
        assert took < 1.0
        assert [page(url)[0] for url in urls] == ["hit", "hit"]
