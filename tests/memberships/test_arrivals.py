"""What a request says of where its reader comes from, and what is believed of it."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from memberships.arrivals import Arrival, arrival_of


def arrival(query: dict[str, str] | None = None, **headers: str) -> Arrival:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return arrival_of(RequestFactory().get("/articles/2026/11/x/", query or {}, headers=names))


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://www.google.com/", "www.google.com"),
        ("https://WWW.Google.COM:443/search?q=x", "www.google.com"),
        ("http://google.com./", "google.com"),
        ("https://reader@t.co/abc", "t.co"),
        ("android-app://com.google.android.googlequicksearchbox/", "com.google.android.googlequicksearchbox"),
        ("https://xn--mgbh0fb.xn--kgbechtv/", "xn--mgbh0fb.xn--kgbechtv"),
        ("", ""),
        ("google.com", ""),
        ("about:blank", ""),
        ("ftp://google.com/", ""),
        ("https://", ""),
        ("https://[::1", ""),
        ("https://goo gle.com/", ""),
        ("https://google.com\x00.evil.example/", ""),
        ("https://google.com\x7f/", ""),
        ("https://گوگل.com/", ""),
        ("https://google.com/" + "x" * 10_000, ""),
        ("https://" + "a." * 5_000 + "google.com/", ""),
    ],
)
def test_referrer_is_a_host_or_nothing(referrer, host):
    assert arrival(referer=referrer).referrer == host


@pytest.mark.parametrize("own", ["http://127.0.0.1:8000/x/", "http://testserver/", "http://localhost/pro/"])
def test_own_site_is_no_referrer(own):
    assert arrival(referer=own).referrer == ""


def test_own_site_is_known_by_its_address_where_every_host_is_allowed(settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://quay.example"
    assert arrival(referer="https://quay.example/x/").referrer == ""
    assert arrival(referer="https://google.com/").referrer == "google.com"


@pytest.mark.parametrize(
    ("query", "campaign"),
    [
        ({}, ""),
        ({"utm_campaign": " Spring Offer "}, "spring offer"),
        ({"utm_campaign": "İLKBAHAR"}, "i̇lkbahar"),
        ({"utm_source": "spring"}, ""),
        ({"utm_campaign": "x" * 10_000}, "x" * 200),
        ({"utm_campaign": "a\x00b"}, "a\x00b"),
    ],
)
def test_campaign_is_what_the_link_says(query, campaign):
    assert arrival(query).campaign == campaign


@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("", ""),
        ("DEU", ""),
        ("D", ""),
        ("T1", ""),
        ("DE, FR", ""),
        ("ДЕ", ""),
        ("x" * 10_000, ""),
    ],
)
def test_country_is_two_letters_or_unknown(settings, said, country):
    settings.COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = "CF-IPCountry", 1
    assert arrival(cf_ipcountry=said).country == country


def test_country_is_believed_of_our_own_proxy_only(settings):
    settings.COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = "CF-IPCountry", 0
    assert arrival(cf_ipcountry="DE").country == ""
    settings.COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = "", 1
    assert arrival(cf_ipcountry="DE").country == ""


@given(st.text(st.characters(codec="latin-1"), max_size=80), st.sampled_from(["", "http://", "https://"]))
def test_whatever_a_header_holds_is_read_or_left(text, scheme):
    referrer = arrival(referer=scheme + text).referrer
    assert referrer == "" or (referrer.isascii() and referrer == referrer.lower())
