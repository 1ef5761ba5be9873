"""A colleague sees the site as a reader does, and touches nothing of theirs."""

from __future__ import annotations

import pytest

from articles import tasks
from articles.models import NotedReading
from memberships import clock
from memberships.models import AuditEntry, MeteredReading, User
from tests.factories.articles import make_article
from tests.memberships.browsing import text
from tests.memberships.builders import person
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return person("nour@example.org", name="Nour")


@pytest.fixture
def looking(client, reader):
    at_the_desk(client, "Support")
    answer = client.post(address("user", "look_as", reader.pk), {"reason": "They see no memo"})
    assert answer.status_code == 302
    return client


def test_pages_are_the_readers_and_say_that_somebody_only_looks(looking, reader):
    page = text(looking.get("/account/"))
    assert "Hello, Nour" in page
    assert "You see this as" in page
    assert "You see this as" in text(looking.get("/"))
    assert "no-store" in looking.get("/")["Cache-Control"]
    assert "Surrogate-Control" not in looking.get("/")
    assert looking.get("/admin/").wsgi_request.user.is_staff


def test_nothing_is_changed_counted_or_noted(looking, reader):
    story = make_article(access="metered")
    looking.get(story.get_absolute_url())
    looking.get("/account/here.json", {"story": str(story.public_id)})
    tasks.write_readings()
    assert not MeteredReading.objects.exists()
    assert not NotedReading.objects.exists()
    for path in ("/account/profile/", "/account/membership/cancel/", "/account/privacy/export/", "/account/logout/"):
        answer = looking.post(path, {"name": "x"})
        assert answer.status_code == 403
        assert "only looking" in text(answer)
    for path in (
        "/account/email/",
        "/account/2fa/",
        "/account/privacy/erase/",
        "/account/membership/return/?session_id=x",
    ):
        assert looking.get(path).status_code == 403
    reader.refresh_from_db()
    assert reader.name == "Nour"


def test_look_ends_by_a_press_and_by_itself_and_both_are_written_down(looking, reader):
    looking.post("/account/look/end/")
    assert "You see this as" not in text(looking.get("/"))
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["look began", "look ended"]

    looking.post(address("user", "look_as", reader.pk), {"reason": "again"})
    session = looking.session
    session["looking_as"] = {**session["looking_as"], "until": clock.now().timestamp()}
    session.save()
    assert "You see this as" not in text(looking.get("/"))
    assert AuditEntry.objects.filter(verb="look ended").count() == 2


def test_colleagues_are_not_looked_at_and_not_everybody_may_look(client, reader):
    colleague = at_the_desk(client, "Support")
    other = person(is_staff=True)
    assert "works here" in text(client.post(address("user", "look_as", other.pk), {"reason": "x"}))
    colleague.groups.clear()
    assert client.post(address("user", "look_as", reader.pk), {"reason": "x"}).status_code == 403


def test_look_dies_with_the_permission(looking, reader):
    User.objects.get(name="Support").groups.clear()
    assert "You see this as" not in text(looking.get("/"))


def test_cookie_alone_is_no_look(client, reader):
    client.cookies["looking"] = "1"
    client.force_login(person())
    assert "You see this as" not in text(client.get("/account/"))
