from django.urls import include, path, re_path

from articles.lists import FILINGS
from articles.media.views import media
from articles.views.article import article
from articles.views.lists import feed, filed
from articles.views.machines import news_sitemap, robots, sitemap, sitemap_lists, sitemap_month
from articles.views.search import search, suggest

_PLURALS = {"section": "sections", "topic": "topics", "country": "countries", "series": "series", "author": "authors"}
# Slugs may be written in any script; feeds end in one of three formats, anything else is no address.
_SLUG = r"(?P<slug>[^/]+)"

urlpatterns = [
    re_path(rf"^articles/(?P<year>[0-9]{{4}})/(?P<month>[0-9]{{2}})/{_SLUG}/$", article, name="article"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
    path("feed.rss", feed, {"form": "rss"}, name="feed_rss"),
    path("feed.atom", feed, {"form": "atom"}, name="feed_atom"),
    path("feed.json", feed, {"form": "json"}, name="feed_json"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-lists.xml", sitemap_lists, name="sitemap_lists"),
    re_path(r"^sitemap-(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])\.xml$", sitemap_month, name="sitemap_month"),
    path("news-sitemap.xml", news_sitemap, name="news_sitemap"),
    path("robots.txt", robots, name="robots"),
    re_path(r"^media/(?P<path>.+)$", media, name="media"),
    path("events/", include("articles.events.urls")),
]
for _kind in FILINGS:
    _where = rf"^{_PLURALS[_kind]}/{_SLUG}/"
    urlpatterns += [
        re_path(rf"{_where}$", filed, {"kind": _kind}, name=_kind),
        re_path(rf"{_where}feed\.(?P<form>[a-z]+)$", feed, {"kind": _kind}, name=f"{_kind}_feed"),
    ]
