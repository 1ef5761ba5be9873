"""The addresses under ``/inbox/``, which exist in demo and test mode only."""

from django.urls import path

from newsroom.embedded import inbox_pages

app_name = "inbox"
urlpatterns = [
    path("", inbox_pages.message_list, name="list"),
    path("delete/", inbox_pages.delete_all, name="delete"),
    path("<slug:key>/", inbox_pages.message_detail, name="message"),
    path("<slug:key>/html/", inbox_pages.message_html, name="html"),
    path("<slug:key>/source/", inbox_pages.message_source, name="source"),
    path("<slug:key>/attachments/<int:number>/", inbox_pages.attachment, name="attachment"),
]
