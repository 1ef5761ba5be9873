"""Every address of the site. The ones in ``docs/addresses.md`` are a contract."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from articles.models import Format
from newsroom import health
from newsroom.pages import offline, views

urlpatterns = [
    path("", views.front, name="front"),
    re_path(r"^(?P<code>ar|tr)/$", views.front, name="front_language"),
    path("pro/", views.pro, name="pro"),
    path("pro/memos/", views.pro_list, {"kind": Format.Kind.MEMO}, name="memos"),
    path("pro/trend-reports/", views.pro_list, {"kind": Format.Kind.TREND_REPORT}, name="trend_reports"),
    re_path(r"^(?P<slug>about|terms|privacy|accessibility|corrections)/$", views.legal, name="legal"),
    path("offline/", offline.page, name="offline"),
    path("sw.js", offline.worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/", include("newsroom.api.urls")),
    path("", include("memberships.urls")),
    path("", include("newsletters.urls")),
    path("", include("articles.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
if settings.INBOX_DIR is not None:
    urlpatterns.append(path("inbox/", include("newsroom.embedded.inbox_urls")))

handler400 = "newsroom.pages.errors.bad_request"
handler403 = "newsroom.pages.errors.forbidden"
handler404 = "newsroom.pages.errors.not_found"
