"""Under which address a request finds its copy, or why it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.pagecache.address import MOST_CHARACTERS, Address, Addresses, canonical


def environ(path: str = "/", query: str = "", **more: str) -> dict[str, str]:
    return {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "testserver", **more}


def test_address_is_host_path_and_query():
    assert Addresses().read(environ("/ar/", "page=2")) == Address("testserver", "/ar/", "page=2")
    assert Addresses().read(environ("/", HTTP_HOST="TestServer:8000")) == Address("testserver:8000", "/", "")


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("utm_source=x&utm_medium=mail&fbclid=1&gclid=2", ""),
        ("page=2&language=ar", "language=ar&page=2"),
        ("language=ar&utm_source=%D8%A7&page=2", "language=ar&page=2"),
        ("print", "print="),
        ("print=1", "print="),
    ],
)
def test_only_what_pages_read_is_kept_of_the_query(query, kept):
    assert canonical(query) == kept


@pytest.mark.parametrize(
    "query",
    [
        "q=x",
        "p=12",
        "page=0",
        "page=01",
        "page=x",
        "page=99999",
        "language=xx",
        "page=1&page=2",
        "print=x",
        "utm_a=%00",
        "ü=1",
    ],
)
def test_other_queries_go_to_django(query):
    assert canonical(query) is None


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (environ(REQUEST_METHOD="POST"), "method"),
        (environ(HTTP_RANGE="bytes=0-1"), "range"),
        (environ(HTTP_AUTHORIZATION="Bearer x"), "authorization"),
        (environ(HTTP_HOST="elsewhere.example"), "host"),
        (environ(HTTP_HOST="testserver@elsewhere.example"), "host"),
        (environ(HTTP_HOST=""), "host"),
        (environ("/account/"), "not a page"),
        (environ("/admin/articles/"), "not a page"),
        (environ("/" + "x" * MOST_CHARACTERS), "long address"),
        (environ("/", "utm_source=" + "x" * 10_240), "long address"),
        (environ("/", "x=1"), "query"),
    ],
)
def test_a_request_that_is_not_for_a_page_says_why(asked, reason):
    assert Addresses().read(asked) == reason


def test_what_did_not_come_by_https_is_left_to_be_redirected(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    addresses = Addresses()
    assert addresses.read(environ()) == "not https"
    assert addresses.read(environ(HTTP_X_FORWARDED_PROTO="https")) == Address("testserver", "/", "")


@given(st.text(max_size=60))
def test_no_query_breaks_it(query):
    kept = canonical(query)
    assert kept is None or canonical(kept) == kept
