"""Who sells places writes them down, and somebody else lets them appear."""

from datetime import timedelta

import pytest

from memberships import clock
from memberships.models import AuditEntry
from newsletters.models import Sponsorship
from tests.newsletters.admin.forms import words
from tests.newsletters.builders import AT, newsletter, sold

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_sales_write_it_down_and_an_editor_lets_it_appear(client, works_as):
    letter = newsletter(days=list(range(7)))
    works_as("Sales")
    today = AT.date()
    form = {
        "newsletter": letter.pk, "position": "1", "starts_on": str(today), "ends_on": str(today + 9 * DAY),
        "sponsor": "Gulf Ferries", "words": "Cross by night.", "url": "https://ferries.example/",
    }  # fmt: skip
    add = "/admin/newsletters/sponsorship/add/"
    assert client.post(add, {**form, "newsletters_sponsorship_review": "1"}).status_code == 302
    place = Sponsorship.objects.get()
    assert (place.reviewed_at, place.reviewed_by) == (None, None)
    assert "This place belongs to Gulf Ferries on some of these days." in words(client.post(add, form))
    editor = works_as("Editor")
    path = f"/admin/newsletters/sponsorship/{place.pk}/change/"
    client.post(path, {**form, "newsletters_sponsorship_review": "1"})
    place.refresh_from_db()
    assert place.reviewed_by == editor
    assert AuditEntry.objects.filter(verb="sponsorship reviewed").count() == 1
    client.post(path, {**form, "words": "Cross by day."})
    place.refresh_from_db()
    assert (place.words, place.reviewed_at) == ("Cross by day.", None)
    works_as("Support")
    assert client.get("/admin/newsletters/sponsorship/sold/").status_code == 403


def test_calendar_shows_what_is_sold_and_when_the_list_rests(client, works_as):
    works_as("Editor")
    today = clock.now().date()
    letter = newsletter(days=list(range(7)), days_off=[today + DAY])
    sold(letter, starts_on=today, ends_on=today + 2 * DAY, reviewed_at=None)
    seen = words(client.get("/admin/newsletters/sponsorship/sold/"))
    assert (seen.count("<bdi>Gulf Ferries</bdi>"), seen.count("no edition"), seen.count("not reviewed")) == (2, 1, 2)
    assert "calendar" in words(client.get("/admin/newsletters/sponsorship/"))
