"""The addresses of newsletters."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
