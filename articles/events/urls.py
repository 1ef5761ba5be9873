from django.urls import re_path

from articles.events import views

_SLUG = r"^(?P<slug>[^/]+)/"

urlpatterns = [
    re_path(r"^$", views.events, name="events"),
    re_path(rf"{_SLUG}$", views.event, name="event"),
    re_path(rf"{_SLUG}register/$", views.register, name="event_register"),
    re_path(rf"{_SLUG}leave/$", views.leave, name="event_leave"),
    re_path(rf"{_SLUG}live/$", views.live, name="event_live"),
    re_path(rf"{_SLUG}event\.ics$", views.ics, name="event_ics"),
]
