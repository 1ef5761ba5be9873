"""What the desk is told of newsletters, and that it is read from sums."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from memberships import clock
from memberships.models import CheckoutAttempt
from newsletters import editions, growth
from newsletters.admin.bounded import MOST_PAGES
from newsletters.models import Edition, EditionCount, ListDay, Recipient
from tests.contracts import house
from tests.contracts.walking import model_key, routes
from tests.memberships.builders import plan, subscription
from tests.memberships.desk.acting import at_the_desk
from tests.newsletters.builders import AT, edition, newsletter, person, recipient, story, subscriber

pytestmark = pytest.mark.django_db
BIG = "recipient|signup|signupact|suppression|message|delivery|mailevent"
COUNTS = re.compile(rf'COUNT\([^)]*\).*"?newsletters_({BIG})"?\b', re.I | re.S)


def text(answer) -> str:
    """The page's words, without what keeps their direction."""
    return " ".join(re.sub(r"<[^>]+>|[\u2066\u2069]", " ", answer.content.decode()).split())


def sent(letter, *stories, settings) -> Edition:
    settings.COUNT_MAIL = True
    made = edition(letter, *stories)
    assert editions.freeze(made, AT)
    made.deliveries.update(state="accepted")
    made.refresh_from_db()
    return made


def test_an_editions_page_says_what_it_led_to_and_what_is_a_guess(client, settings):
    letter, told = newsletter(), story("The port")
    for number in range(4):
        reader = subscriber(letter)
        Recipient.objects.filter(pk=reader.pk).update(is_counted=number > 0)
    made = sent(letter, told, settings=settings)
    link = made.links.get(article=told).number
    for kind, number, verdict, copies in [
        ("open", None, "human", 2), ("open", None, "machine", 1),
        ("click", None, "human", 1), ("click", link, "human", 1),
    ]:  # fmt: skip
        EditionCount.objects.create(edition=made, kind=kind, link=number, verdict=verdict, copies=copies)
    now = clock.now()
    came = subscription(person(), plan=plan("pro_usd"), started_at=now, trial_ends_at=now + timedelta(days=7))
    CheckoutAttempt.objects.create(
        user=came.customer.user, plan=came.plan, state="completed", subscription=came, last_source="newsletter",
        last_edition=made.public_id, created_at=now, expires_at=now,
    )  # fmt: skip
    at_the_desk(client, "Editor")
    seen = text(client.get(f"/admin/newsletters/edition/{made.pk}/numbers/"))
    for said in (
        "Opened 2 50.0% 0 1", "Followed a link 1 25.0% 0 0", "The port 1 25.0% 0 0",
        "Came from it to the till 1 1 100.0%",
        "Readers of this edition who are not counted: 1.", "These are guesses.", "Accepted by the next server 4 100.0%",
    ):  # fmt: skip
        assert said in seen, said
    Edition.objects.filter(pk=made.pk).update(is_counted=False)
    seen = text(client.get(f"/admin/newsletters/edition/{made.pk}/numbers/"))
    assert "Openings and clicks of this edition are not counted." in seen
    assert "guesses" not in seen


def test_a_lists_page_says_how_it_grows(client):
    letter = newsletter(name="Takeaway")
    today = clock.now().date()
    for back, size in ((8, 100), (1, 90), (0, 95)):
        ListDay.objects.create(newsletter=letter, day=today - timedelta(days=back), size=size, confirmed=3, bounced=2)
    at_the_desk(client, "Editor")
    seen = text(client.get(f"/admin/newsletters/newsletter/{letter.pk}/numbers/"))
    assert "95 Readers 9 Came in four weeks 6 Left in four weeks" in seen
    assert "Readers at the end of each week" in seen
    assert "Takeaway 95 9 6 5.9%" in text(client.get("/admin/newsletters/numbers/"))


def test_numbers_are_for_who_may_see_them(client):
    made = edition(newsletter())
    at_the_desk(client, "Sales")
    for path in (f"edition/{made.pk}/numbers/", f"newsletter/{made.newsletter_id}/numbers/", "numbers/"):
        assert client.get(f"/admin/newsletters/{path}").status_code == 403


def test_no_page_about_newsletters_counts_what_there_are_millions_of(client, admin_user):
    house.build()
    growth.count(clock.now())
    client.force_login(admin_user)
    pages = [route for route in routes() if route.name.startswith("admin:newsletters_")]
    walked = 0
    for route in pages:
        values = {name: model_key(route) for name in ("object_id", "pk")} | {"content_type_id": 1}
        if not (route.arguments - route.given) <= values.keys():
            continue
        for query in ("", "?q=someBody", "?state=left&newsletter__id__exact=1&_facets=True"):
            with CaptureQueriesContext(connection) as told:
                status = client.get(f"{route.address(values)}{query}").status_code
            assert status < 500
            walked += status == 200
            counted = [each["sql"] for each in told if COUNTS.search(each["sql"])]
            assert counted == [], route.name
    assert walked > 40


def test_lists_of_millions_end_where_one_would_look_for_somebody(client, admin_user, monkeypatch):
    found = recipient("zoe@example.org")
    Recipient.objects.bulk_create(
        Recipient(email=f"r{number}@example.org", email_as_typed=f"r{number}@example.org", created_at=AT)
        for number in range(MOST_PAGES * 2 + 3)
    )
    monkeypatch.setattr("newsletters.admin.people.RecipientAdmin.list_per_page", 2)
    client.force_login(admin_user)
    page = client.get("/admin/newsletters/recipient/", {"p": MOST_PAGES})
    assert len(page.context["cl"].result_list) == 2
    assert page.context["cl"].paginator.num_pages == MOST_PAGES
    assert "zoe@example.org" in client.get("/admin/newsletters/recipient/", {"q": "ZOE@"}).content.decode()
    assert found.pk
