"""robots.txt (RFC 9309): what is no page to keep, and what the house lets crawlers of AI companies do.

The list names each crawler as its company does on the page given; whoever maintains it adds a line here, and an editor
who cannot wait adds a name to the policy in the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from articles.models import CrawlerPolicy
from articles.structured_data import absolute

CLOSED = (
    "/account/",
    "/admin/",
    "/api/",
    "/feeds/",
    "/search/",
    "/newsletters/preferences/",
    "/newsletters/unsubscribe/",
    "/newsletters/confirm/",
    "/n/",
)


class Purpose(StrEnum):
    """What a crawler's company does with what it fetches."""

    TRAINING = "training"
    ANSWERING = "answering"


@dataclass(frozen=True)
class Crawler:
    name: str
    company: str
    purpose: Purpose


# As the companies' own pages for site owners name them.
CRAWLERS = (
    Crawler("GPTBot", "OpenAI", Purpose.TRAINING),
    Crawler("OAI-SearchBot", "OpenAI", Purpose.ANSWERING),
    Crawler("ChatGPT-User", "OpenAI", Purpose.ANSWERING),
    Crawler("ClaudeBot", "Anthropic", Purpose.TRAINING),
    Crawler("Claude-SearchBot", "Anthropic", Purpose.ANSWERING),
    Crawler("Claude-User", "Anthropic", Purpose.ANSWERING),
    Crawler("anthropic-ai", "Anthropic", Purpose.TRAINING),
    Crawler("Google-Extended", "Google", Purpose.TRAINING),
    Crawler("Google-CloudVertexBot", "Google", Purpose.TRAINING),
    Crawler("Applebot-Extended", "Apple", Purpose.TRAINING),
    Crawler("meta-externalagent", "Meta", Purpose.TRAINING),
    Crawler("meta-externalfetcher", "Meta", Purpose.ANSWERING),
    Crawler("FacebookBot", "Meta", Purpose.TRAINING),
    Crawler("Amazonbot", "Amazon", Purpose.TRAINING),
    Crawler("PerplexityBot", "Perplexity", Purpose.ANSWERING),
    Crawler("Perplexity-User", "Perplexity", Purpose.ANSWERING),
    Crawler("CCBot", "Common Crawl", Purpose.TRAINING),
    Crawler("Bytespider", "ByteDance", Purpose.TRAINING),
    Crawler("TikTokSpider", "ByteDance", Purpose.TRAINING),
    Crawler("MistralAI-User", "Mistral", Purpose.ANSWERING),
    Crawler("DuckAssistBot", "DuckDuckGo", Purpose.ANSWERING),
    Crawler("YouBot", "You.com", Purpose.ANSWERING),
    Crawler("cohere-ai", "Cohere", Purpose.TRAINING),
    Crawler("cohere-training-data-crawler", "Cohere", Purpose.TRAINING),
    Crawler("Diffbot", "Diffbot", Purpose.TRAINING),
    Crawler("omgili", "Webz.io", Purpose.TRAINING),
    Crawler("Timpibot", "Timpi", Purpose.TRAINING),
    Crawler("PanguBot", "Huawei", Purpose.TRAINING),
    Crawler("PetalBot", "Huawei", Purpose.TRAINING),
    Crawler("ImagesiftBot", "The Hive", Purpose.TRAINING),
)


def policy() -> CrawlerPolicy:
    """The policy as it was set, or the one a house begins with."""
    return CrawlerPolicy.objects.first() or CrawlerPolicy()


def refused(by: CrawlerPolicy) -> list[str]:
    """The crawlers turned away, each once, in the order of the list; names are compared without case (RFC 9309)."""
    by_stance = {
        CrawlerPolicy.Stance.ALLOW: set[Purpose](),
        CrawlerPolicy.Stance.REFUSE_TRAINING: {Purpose.TRAINING},
        CrawlerPolicy.Stance.REFUSE_ALL: set(Purpose),
    }[CrawlerPolicy.Stance(by.stance)]
    names = [crawler.name for crawler in CRAWLERS if crawler.purpose in by_stance] + by.also_refused.split()
    allowed = {name.lower() for name in by.allowed_anyway.split()}
    first = {name.lower(): name for name in reversed(names)}
    return [name for name in dict.fromkeys(first[name.lower()] for name in names) if name.lower() not in allowed]


def robots(by: CrawlerPolicy) -> str:
    """The whole file. A crawler obeys the group that names it and none beside, so what is refused is refused whole."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), ""]
    if turned_away := refused(by):
        lines += [*(f"User-agent: {name}" for name in turned_away), "Disallow: /", ""]
    if by.licence_url:
        lines += [f"License: {by.licence_url}", ""]
    lines += [f"Sitemap: {absolute(reverse(name))}" for name in ("sitemap", "news_sitemap")]
    return "\n".join(lines) + "\n"
