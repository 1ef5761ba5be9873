"""robots.txt is RFC 9309's, and what it asks of AI companies' crawlers is set in the desk."""

from __future__ import annotations

import re
from urllib.robotparser import RobotFileParser

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from articles import crawlers
from articles.crawlers import CRAWLERS, Purpose
from articles.models import CrawlerPolicy
from memberships.models import AuditEntry
from tests.factories.memberships import make_staff
from tests.people import Browser, anonymous, editor

pytestmark = pytest.mark.django_db
LINE = re.compile(r"(User-agent: (?:\*|[A-Za-z_-]+)|Disallow: /\S*|Sitemap: http\S+|License: http\S+|)")
NAMES = st.lists(st.from_regex(r"\A[A-Za-z_-]{1,12}\Z"), max_size=6).map("\n".join)


def robots() -> RobotFileParser:
    response = anonymous().get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    parser = RobotFileParser()
    parser.parse(response.content.decode().splitlines())
    return parser


def may_read(name: str) -> bool:
    return robots().can_fetch(name, "/articles/2026/11/x/")


@pytest.mark.parametrize("path", ["/", "/articles/2026/11/x/", "/sections/politics/", "/feed.rss", "/newsletters/"])
def test_what_is_public_may_be_read(path):
    assert robots().can_fetch("AnyBot", path)


@pytest.mark.parametrize(
    "path", ["/account/", "/admin/", "/api/v1/", "/search/?q=x", "/newsletters/preferences/x/", "/feeds/x/feed.rss"]
)
def test_what_is_no_page_to_keep_is_closed(path):
    assert not robots().can_fetch("AnyBot", path)


def test_sitemaps_are_named():
    assert robots().site_maps() == ["http://127.0.0.1:8000/sitemap.xml", "http://127.0.0.1:8000/news-sitemap.xml"]


def test_training_is_refused_and_search_is_not_until_somebody_decides():
    for name in ("GPTBot", "ClaudeBot", "CCBot", "Google-Extended", "Applebot-Extended", "Bytespider"):
        assert not may_read(name), name
    for name in ("Googlebot", "Bingbot", "OAI-SearchBot", "PerplexityBot"):
        assert may_read(name), name


@pytest.mark.parametrize(("stance", "refused"), [("allow", set()), ("refuse_all", set(Purpose))])
def test_policy_decides_without_a_deploy(stance, refused):
    CrawlerPolicy.objects.create(stance=stance)
    for crawler in CRAWLERS:
        assert may_read(crawler.name) == (crawler.purpose not in refused), crawler
    assert may_read("Googlebot")


def test_one_may_be_refused_or_allowed_by_name():
    CrawlerPolicy.objects.create(also_refused="NewBot\nOtherBot", allowed_anyway="gptbot\nOtherBot")
    assert not may_read("NewBot")
    assert may_read("GPTBot")
    assert may_read("OtherBot")


def test_licence_is_named_in_a_line_of_its_own():
    CrawlerPolicy.objects.create(licence_url="https://corniche.example/licence.xml")
    lines = anonymous().get("/robots.txt").content.decode().splitlines()
    assert "License: https://corniche.example/licence.xml" in lines


@given(st.sampled_from(CrawlerPolicy.Stance.values), NAMES, NAMES)
def test_file_is_valid_whatever_was_set(stance, also, anyway):
    policy = CrawlerPolicy(stance=stance, also_refused=also, allowed_anyway=anyway, licence_url="https://x.example/l")
    text = crawlers.robots(policy)
    assert all(LINE.fullmatch(line) for line in text.split("\n"))
    names = [line.lower() for line in text.splitlines() if line.startswith("User-agent")]
    assert len(names) == len(set(names))
    assert not {f"user-agent: {name.lower()}" for name in anyway.split()} & set(names)


@pytest.mark.parametrize("names", ["GPT Bot", "Bot/1.0", "*", "x\nDisallow: /", "بوت"])
def test_name_that_would_break_the_file_is_not_taken(names):
    with pytest.raises(ValidationError):
        CrawlerPolicy(also_refused=names).full_clean()


def test_there_is_one_policy():
    CrawlerPolicy.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        CrawlerPolicy.objects.create(id=2)


def test_operator_sets_the_policy_and_it_is_written_down():
    desk = Browser(make_staff("Operator"))
    assert desk.get("/admin/articles/crawlerpolicy/")["Location"] == "/admin/articles/crawlerpolicy/add/"
    desk.post("/admin/articles/crawlerpolicy/add/", {"stance": "refuse_all", "also_refused": "NewBot"})
    assert not may_read("OAI-SearchBot")
    assert AuditEntry.objects.get(verb="crawler policy changed").details == {"fields": ["also_refused", "stance"]}
    assert desk.get("/admin/articles/crawlerpolicy/")["Location"] == "/admin/articles/crawlerpolicy/1/change/"
    assert "User-agent: NewBot" in desk.get("/admin/articles/crawlerpolicy/1/change/").content.decode()


def test_editor_does_not():
    assert editor().get("/admin/articles/crawlerpolicy/add/").status_code == 403
