from __future__ import annotations

from uuid import UUID

import pytest
from django.test import RequestFactory

from memberships.models import CheckoutAttempt, Subscription
from memberships.touches import Touch, touch_of, write
from tests.memberships.builders import NOW, person, plan

STORY, EDITION = UUID(int=1), UUID(int=2)
OURS = "http://testserver/articles/2026/11/memo/"


def came(referrer: str = "", **query: str) -> Touch:
    headers = {"HTTP_REFERER": referrer} if referrer else {}
    return touch_of(RequestFactory().get("/pro/", query, **headers), STORY)


@pytest.mark.parametrize(
    ("referrer", "query", "source", "name"),
    [
        ("", {}, "direct", ""),
        (OURS, {}, "direct", ""),
        (OURS, {"from": "www.google.com.lb"}, "search", "www.google.com.lb"),
        ("https://t.co/abc", {}, "social", "t.co"),
        ("https://blog.example/post?utm_source=spoof", {}, "site", "blog.example"),
        (f"{OURS}?utm_source=Spring&utm_campaign=x", {"from": "t.co"}, "campaign", "spring"),
        (f"{OURS}?pass=x&utm_source=newsletter&utm_content={EDITION}", {}, "newsletter", ""),
        ("", {"from": "no host at all"}, "direct", ""),
    ],
)
def test_the_way_is_read_off_the_page_that_led_to_the_offer(referrer, query, source, name):
    found = came(referrer, **query)
    assert (found.source, found.name, found.article) == (source, name, STORY)
    assert found.edition == (EDITION if source == "newsletter" else None)
    assert Touch.unpacked(found.packed()) == found


@pytest.mark.parametrize("sent", ["", "|||", "nowhere|||", "search|x", "search|a|b|c|d", "search|\x00|no|id"])
def test_what_a_browser_made_up_is_nothing_or_harmless(sent):
    found = Touch.unpacked(sent)
    assert (found.name, found.article, found.edition) == ("", None, None)


@pytest.mark.django_db
def test_the_first_touch_stays_and_the_last_is_that_of_the_visit():
    reader = person()
    visits = []
    for source in ("search", "newsletter"):
        facts = {"state": "expired", "created_at": NOW, "expires_at": NOW}
        visit = CheckoutAttempt(user=reader, plan=plan(), **facts)
        write(visit, Touch(source, "", STORY))
        visit.save()
        visits.append((visit.first_source, visit.last_source))
    assert visits == [("search", "search"), ("search", "newsletter")]

    write(visit, Touch())
    assert visit.last_source == "newsletter"


@pytest.mark.django_db
def test_the_way_goes_with_the_order_through_the_till_to_the_subscription(client, local_stripe):
    reader = person()
    client.force_login(reader)
    plan()
    came_by = f"{OURS}?utm_source=newsletter&utm_content={EDITION}"
    page = client.get("/account/start/pro_annual/", HTTP_REFERER=came_by)
    offer, came_as = page.context["offer"], page.context["came"]
    answer = client.post("/account/start/pro_annual/", {"terms": offer.terms, "came": came_as})
    session_id = local_stripe.pay(answer.url)
    client.get("/account/membership/return/", {"session_id": session_id})

    brought = Subscription.objects.get(customer__user=reader)
    assert (brought.checkout.first_source, brought.checkout.last_source) == ("newsletter", "newsletter")
    assert brought.checkout.last_edition == EDITION
