from django.urls import include, path, re_path

from articles.lists import FILINGS, PRO_LISTS
from articles.media.views import media, share_picture
from articles.views import following, gifts, history, saved
from articles.views.article import article, changes
from articles.views.embedding import embed_card, oembed
from articles.views.feeds import feed, member_feed
from articles.views.here import here
from articles.views.lists import filed
from articles.views.live import last_change
from articles.views.machines import indexnow_key, news_sitemap, robots, sitemap, sitemap_lists, sitemap_month
from articles.views.receipt import receipt
from articles.views.recording import captions, recording
from articles.views.search import search, suggest

_PLURALS = {"section": "sections", "topic": "topics", "country": "countries", "series": "series", "author": "authors"}
# Slugs may be written in any script; feeds end in one of three formats, anything else is no address.
_FORM = r"feed\.(?P<form>[a-z]+)$"
# A member's own feeds repeat the addresses of the public ones below their token.
_OWN = r"^feeds/(?P<token>[A-Za-z0-9_-]{20,64})/"
_SLUG = r"(?P<slug>[^/]+)"
_ARTICLE = rf"^articles/(?P<year>[0-9]{{4}})/(?P<month>[0-9]{{2}})/{_SLUG}/"

urlpatterns = [
    re_path(rf"{_ARTICLE}$", article, name="article"),
    re_path(rf"{_ARTICLE}changes/$", changes, name="article_changes"),
    re_path(rf"{_ARTICLE}recording\.(?P<extension>mp3|m4a|wav|mp4|webm)$", recording, name="recording"),
    re_path(rf"{_ARTICLE}captions\.vtt$", captions, name="recording_captions"),
    re_path(rf"{_ARTICLE}last-change\.json$", last_change, name="article_last_change"),
    path("account/here.json", here, name="here"),
    path("account/receipts/<uuid:public_id>/", receipt, name="receipt"),
    path("account/saved/", saved.saved, name="saved"),
    path("account/saved/add/<uuid:public_id>/", saved.save, name="save"),
    path("account/saved/remove/<uuid:public_id>/", saved.unsave, name="unsave"),
    path("account/gifts/", gifts.gifts, name="gifts"),
    path("account/gifts/give/<uuid:public_id>/", gifts.give, name="gift"),
    path("account/gifts/take-back/<uuid:public_id>/", gifts.take_back, name="gift_take_back"),
    path("account/following/", following.following, name="following"),
    path("account/history/", history.history, name="history"),
    path("account/history/keep/", history.keep_history, name="history_keep"),
    path("account/history/clear/", history.clear_history, name="history_clear"),
    path("account/history/read/<uuid:public_id>/", history.note_reading, name="history_read"),
    path("account/history/remove/<uuid:public_id>/", history.forget_reading, name="history_remove"),
    re_path(rf"^account/following/add/(?P<kind>[a-z]+)/{_SLUG}/$", following.follow, name="follow"),
    re_path(rf"^account/following/remove/(?P<kind>[a-z]+)/{_SLUG}/$", following.unfollow, name="unfollow"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
    path("feed.rss", feed, {"form": "rss"}, name="feed_rss"),
    path("feed.atom", feed, {"form": "atom"}, name="feed_atom"),
    path("feed.json", feed, {"form": "json"}, name="feed_json"),
    re_path(rf"{_OWN}{_FORM}", member_feed, name="member_feed"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-lists.xml", sitemap_lists, name="sitemap_lists"),
    re_path(r"^sitemap-(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])\.xml$", sitemap_month, name="sitemap_month"),
    re_path(
        r"^sitemap-(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])-(?P<part>[2-9]|[1-9][0-9])\.xml$",
        sitemap_month,
        name="sitemap_month_part",
    ),
    path("news-sitemap.xml", news_sitemap, name="news_sitemap"),
    path("robots.txt", robots, name="robots"),
    re_path(r"^(?P<key>[A-Za-z0-9-]{8,128})\.txt$", indexnow_key, name="indexnow_key"),
    path("oembed/", oembed, name="oembed"),
    re_path(r"^embed/(?P<public_id>[0-9a-f-]{36})/$", embed_card, name="embed_card"),
    re_path(r"^media/(?P<path>.+)$", media, name="media"),
    re_path(
        r"^share/(?P<public_id>[0-9a-f-]{36})-(?P<mark>[0-9a-f]{16})-(?P<shape>card|1x1|4x3|16x9)\.jpg$",
        share_picture,
        name="share_picture",
    ),
    path("events/", include("articles.events.urls")),
]
for _kind in FILINGS:
    _where = rf"^{_PLURALS[_kind]}/{_SLUG}/"
    urlpatterns += [
        re_path(rf"{_where}$", filed, {"kind": _kind}, name=_kind),
        re_path(rf"{_where}{_FORM}", feed, {"kind": _kind}, name=f"{_kind}_feed"),
        re_path(rf"{_OWN}{_where[1:]}{_FORM}", member_feed, {"kind": _kind}, name=f"{_kind}_member_feed"),
    ]
for _pro_kind, (_name, _route) in PRO_LISTS.items():
    _where = f"pro/{_route.replace('_', '-')}/"
    urlpatterns += [
        re_path(rf"^{_where}{_FORM}", feed, {"kind": _pro_kind}, name=f"{_route}_feed"),
        re_path(rf"{_OWN}{_where}{_FORM}", member_feed, {"kind": _pro_kind}, name=f"{_route}_member_feed"),
    ]
