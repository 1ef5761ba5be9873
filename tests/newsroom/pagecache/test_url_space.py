"""Whatever is asked, however it is spelled: a right status, a page of the house, and never a text that is paid for."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.contracts import house
from tests.contracts.house import FILED
from tests.factories.articles import BREAK, make_article
from tests.factories.memberships import make_member
from tests.newsroom.pagecache.web import Visitor, signed_in

pytestmark = pytest.mark.django_db
HOST = "testserver"
CANARY = "The boatswain Zebulon keeps a quicksilver register."
RIGHT = {200, 206, 301, 302, 304, 400, 403, 404, 405, 410, 416, 422, 501}
COOKIES = ("sessionid", "tier", "meter", "messages", "csrftoken", "x")
HEADERS = ("if_none_match", "if_modified_since", "range", "accept_encoding", "accept_language", "accept", "referer")


@pytest.fixture
def addresses(layer) -> list[str]:
    """Addresses of every kind, each met by a member before."""
    whole = house.build()
    paid = make_article("What the strait is worth", kind="memo", body=f"<p>For everybody.</p>{BREAK}<p>{CANARY}</p>")
    memo = paid.get_absolute_url()
    found = ["/", "/ar/", "/search/", "/newsletters/", "/events/", "/pro/", "/pro/memos/", "/feed.rss", "/sitemap.xml"]
    found += [memo, f"{memo}changes/", f"{memo}last-change.json", whole.news.get_absolute_url(), "/account/here.json"]
    found += [whole.retracted.get_absolute_url(), whole.arabic.get_absolute_url(), f"/embed/{paid.public_id}/"]
    found += [f"/account/receipts/{paid.public_id}/", whole.premium_edition.get_absolute_url(), "/robots.txt"]
    for kind, slug in FILED.items():
        found += [f"/{kind}/{slug}/", f"/{kind}/{slug}/feed.json"]
    member = signed_in(layer, make_member())
    for address in found:
        member.get(address)
    assert CANARY in member.get(memo).text
    return found


def _spelled(address: str, how: str, noise: str) -> str:
    """The address as somebody might mistype it, or try it."""
    ways = {
        "as it is": address,
        "upper case": address.upper(),
        "mixed case": address.swapcase()[: len(address) // 2] + address[len(address) // 2 :],
        "no slash": address.rstrip("/") or "/",
        "two slashes": f"{address}/",
        "more below": f"{address}{quote(noise)}/",
        "noise before": f"/{quote(noise)}{address}",
        "a dot": f"{address}./",
        "out of it": f"{address}../../{address}",
        "encoded": "".join(f"%{ord(letter):02x}" if letter.isalpha() else letter for letter in address),
        "cut short": address[: len(address) // 2],
        "control characters": f"{address}%0d%0aSet-Cookie:%20x%00",
        "no UTF-8": f"{address}%ff%fe",
        "very long": address + "x" * 3_000,
    }
    return ways[how]


noise = st.text(max_size=30)
words = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
queries = st.one_of(
    st.just(""),
    st.sampled_from(
        [
            "page=99999999999999999999",
            "page=-1",
            "page=0",
            "page=1e9",
            "print",
            "gift=x&pass=y",
            "language=xx",
            "language=ar",
        ]
    ),
    st.dictionaries(st.sampled_from(["q", "page", "language", "gift", "pass", "section", "since", "x"]), noise).map(
        lambda each: "&".join(f"{name}={quote(value)}" for name, value in each.items())
    ),
    st.just("q=" + "a" * 10_000),
    st.just("&".join(f"q{number}=1" for number in range(1_200))),
    st.just("%00=%zz&&&=;"),
)
cookies = st.dictionaries(st.sampled_from(COOKIES), words, max_size=3)
requests = st.tuples(
    st.integers(0, 10_000),
    st.sampled_from(
        ["as it is"] * 6
        + ["upper case", "mixed case", "no slash", "two slashes", "more below", "noise before", "a dot", "out of it"]
        + ["encoded", "cut short", "control characters", "no UTF-8", "very long"]
    ),
    noise,
    queries,
    cookies,
    st.dictionaries(st.sampled_from(HEADERS), words, max_size=2),
    st.sampled_from(["GET"] * 6 + ["HEAD", "OPTIONS", "PROPFIND"]),
    st.sampled_from([HOST] * 6 + ["TESTSERVER", "evil.example", "", "testserver:99999", "a b", "[::1", "testserver."]),
)


@hypothesis(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=requests)
def test_no_spelling_fails_or_opens_a_paid_text(layer, addresses, asked):
    place, how, noise, query, carried, headers, method, host = asked
    path = _spelled(addresses[place % len(addresses)], how, noise)
    visitor = Visitor(layer, cookies=dict(carried))
    reply = visitor.get(f"{path}?{query}" if query else path, method=method, host=host, **headers)
    assert reply.status in RIGHT, (method, path[:200], query[:200], reply.status)
    assert CANARY.encode() not in reply.body
    if host in {"evil.example", "a b", "[::1"}:
        assert reply.status == 400
    where = urlsplit(reply.headers.get("location", ""))
    assert not where.netloc or where.hostname == HOST


def test_cookies_of_a_hundred_kilobytes_cost_nobody_a_page(layer, addresses):
    for name in ("x", "meter", "tier", "sessionid", "messages"):
        reply = Visitor(layer, cookies={name: "9" * 100_000}).get(addresses[9])
        assert reply.status in {200, 400}
        assert CANARY not in reply.text


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "evil.example:80", "xn--testserver"])
def test_kept_page_is_not_given_to_another_host(layer, addresses, host):
    for _time in range(2):
        assert Visitor(layer).get("/", host=host).status == 400
    assert Visitor(layer).get("/").status == 200
