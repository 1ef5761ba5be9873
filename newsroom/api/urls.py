from csp.decorators import csp_replace
from django.conf import settings
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from newsroom.api import views

urlpatterns = [
    path("v1/articles/", views.ArticleList.as_view(), name="api_articles"),
    path("v1/articles/<uuid:public_id>/", views.ArticleDetail.as_view(), name="api_article"),
    path("v1/sections/", views.SectionList.as_view(), name="api_sections"),
    path("v1/topics/", views.TopicList.as_view(), name="api_topics"),
    path("v1/countries/", views.CountryList.as_view(), name="api_countries"),
    path("v1/series/", views.SeriesList.as_view(), name="api_series"),
    path("v1/authors/", views.AuthorList.as_view(), name="api_authors"),
    path("v1/newsletters/", views.NewsletterList.as_view(), name="api_newsletters"),
    path("v1/events/", views.EventList.as_view(), name="api_events"),
    path("v1/vocabulary/", views.Vocabulary.as_view(), name="api_vocabulary"),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    # The pages of the API are a vendored application that sets its styles inline.
    path(
        "docs/", csp_replace(settings.CSP_DESK)(SpectacularSwaggerView.as_view(url_name="api_schema")), name="api_docs"
    ),
]
