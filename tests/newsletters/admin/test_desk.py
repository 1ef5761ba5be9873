"""The desk of newsletters, as an editor and as support see it."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from memberships import clock
from memberships.models import AuditEntry
from newsletters import editions, messages, signups
from newsletters.models import Delivery, Edition, HolidayCalendar, Message, Newsletter, Suppression
from newsletters.signups import Consent
from tests.newsletters.admin.forms import edition_form, words
from tests.newsletters.builders import AT, edition, newsletter, person, recipient, story, subscriber

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["newsletter", "edition", "recipient", "signup", "suppression", "message"])
def test_every_list_opens_in_a_fixed_number_of_queries(client, works_as, model, django_assert_max_num_queries):
    letter = newsletter()
    for number in range(3):
        reader = subscriber(letter, f"r{number}@example.org")
        messages.welcome(person(f"p{number}@example.org"), AT)
        edition(letter, state="empty", is_primary=False)
        Suppression.objects.create(recipient=reader, stream="newsletters", reason="staff", suppressed_at=AT)
    works_as("Operator")
    with django_assert_max_num_queries(16):
        assert client.get(f"/admin/newsletters/{model}/").status_code == 200


def test_what_stands_on_a_page_asks_no_query_of_its_own(client, works_as, django_assert_num_queries):
    """As many for ten sign-ups and ten stories as for one of each."""
    works_as("Operator")
    pages = []
    for number in (1, 10):
        reader, letters = recipient(), [newsletter() for _each in range(number)]
        for letter in letters:
            signups.join(reader, [letter], Consent("front", "Yes."), AT)
        made = edition(letters[0], *[story() for _each in range(number)], state="composed", due_at=clock.now())
        pages.append(
            (f"/admin/newsletters/recipient/{reader.pk}/change/", f"/admin/newsletters/edition/{made.pk}/change/")
        )
    for path in pages[0]:
        client.get(path)
    for few, many in zip(*pages, strict=True):
        with CaptureQueriesContext(connection) as asked:
            client.get(few)
        with django_assert_num_queries(len(asked)):
            assert client.get(many).status_code == 200


def test_a_row_keeps_its_story_whatever_is_sent(client, works_as):
    works_as("Editor")
    one, other = story("One"), story("Other")
    made = edition(newsletter(wants_approval=True), one, state="composed", due_at=clock.now())
    page = f"/admin/newsletters/edition/{made.pk}/change/"
    client.post(page, edition_form(made, **{"items-0-article": other.pk, "items-0-note": "A note."}))
    item = made.items.get()
    assert (item.article, item.note) == (one, "A note.")


def test_editor_rewords_reorders_and_approves(client, works_as):
    editor = works_as("Editor")
    made = edition(newsletter(wants_approval=True), story("One"), story("Two"), state="composed", due_at=clock.now())
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    assert "One" in words(client.get(path))
    changes = {
        "subject": "A better line",
        "items-0-position": 2,
        "items-1-position": 1,
        "newsletters_edition_approve": "1",
    }
    response = client.post(path, edition_form(made, **changes), follow=True)
    assert "Approved. It goes out at its hour." in words(response)
    made.refresh_from_db()
    assert (made.state, made.subject) == ("approved", "A better line")
    assert [item.article.headline for item in made.items.all()] == ["Two", "One"]
    assert AuditEntry.objects.get(verb="edition.approved").actor == editor


def test_editor_pins_drops_and_words_what_composing_again_then_leaves_alone(client, works_as):
    works_as("Editor")
    due_at = clock.now() + timedelta(hours=1)
    made = edition(
        newsletter(wants_approval=True), *(story(name) for name in ("One", "Two", "Three", "Four")), state="composed",
        due_at=due_at,
    )  # fmt: skip
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    assert "New stories come in by themselves until it is approved" in words(client.get(path))
    form = edition_form(made, **{
        "items-0-is_dropped": "on", "items-0-is_pinned": "on", "items-1-note": "Read this.", "items-3-is_pinned": "on",
    })  # fmt: skip
    assert client.post(path, form).status_code == 302
    rows = made.items.order_by("is_dropped", "position")
    assert list(rows.values_list("article__headline", "position", "is_pinned", "is_dropped")) == [
        ("Two", 1, True, False), ("Three", 2, False, False), ("Four", 3, True, False), ("One", 4, False, True),
    ]  # fmt: skip
    asked = words(client.get(f"/admin/newsletters/edition/{made.pk}/compose_again/"))
    assert "Falls out: Three" in asked
    assert "Two" not in asked
    again = words(client.post(f"/admin/newsletters/edition/{made.pk}/compose_again/", follow=True))
    assert "Composed again." in again
    assert "One" in again
    assert list(made.items.shown().values_list("article__headline", flat=True)) == ["Two", "Four"]


def test_introduction_and_note_are_written_with_marks_and_kept_clean(client, works_as):
    works_as("Editor")
    made = edition(newsletter(), story("Tea prices rise"))
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    seen = words(client.get(path))
    assert seen.count("data-django-prose-editor-configurable") == 3
    form = edition_form(made, **{
        "introduction": '<p id="x">Good <strong>morning</strong>.</p><ul><li><p>Tea</p></li></ul><script>x</script>',
        "items-0-note": '<p>See <a href="https://example.org/tea">the list</a>.</p><p>And <em>more</em>.</p>',
    })  # fmt: skip
    assert client.post(path, form).status_code == 302
    made.refresh_from_db()
    assert made.introduction == "<p>Good <strong>morning</strong>.</p><ul><li>Tea</li></ul>"
    assert made.items.get().note == 'See <a href="https://example.org/tea">the list</a>. And <em>more</em>.'
    copy = client.get(f"/admin/newsletters/edition/{made.pk}/copy/").content.decode()
    assert '<strong style="font-weight:700">morning</strong>' in copy
    assert 'href="https://example.org/tea" style="color:#0b4f5e' in copy
    assert "See the list (https://example.org/tea)." in words(client.get(f"/admin/newsletters/edition/{made.pk}/look/"))
    assert not type(made).objects.get().is_reworded
    made.items.update(is_pinned=False)
    assert (
        client.post(path, edition_form(made, **{"items-0-note": f"<p>{made.items.get().note}</p>"})).status_code == 302
    )
    assert not made.items.get().is_pinned
    assert "At most 300 characters." in words(client.post(path, edition_form(made, **{"items-0-note": "x" * 301})))


def test_nobody_lets_go_out_what_they_have_not_seen(client, works_as):
    works_as("Editor")
    made = edition(newsletter(wants_approval=True), story("Seen"), state="composed", due_at=clock.now())
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    opened = edition_form(made, newsletters_edition_approve="1")
    came = made.items.create(article=story("Came in"), position=2)
    assert "“Came in” came in since you opened the page" in words(client.post(path, opened, follow=True))
    made.refresh_from_db()
    assert made.state == "composed"
    seen = edition_form(made, newsletters_edition_approve="1")
    came.delete()
    assert "A story is not in the edition any more. Load the page again." in words(client.post(path, seen))
    client.post(path, edition_form(made, newsletters_edition_approve="1"))
    made.refresh_from_db()
    assert made.state == "approved"


def test_edition_on_its_way_cannot_be_changed(client, works_as):
    works_as("Editor")
    made = edition(newsletter(), story())
    assert editions.freeze(made, AT)
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    assert client.post(path, edition_form(made, subject="Too late")).status_code == 403
    with pytest.raises(editions.EditionError, match="on its way already"):
        editions.reword(made, {"subject": "Too late"})
    made.refresh_from_db()
    assert (made.state, made.subject) == ("sending", "What happened overnight")


def test_edition_adds_up_on_its_page(client, works_as):
    letter = newsletter()
    for _reader in range(3):
        subscriber(letter)
    made = edition(letter, story())
    editions.freeze(made, AT)
    works_as("Editor")
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    seen = words(client.get(path))
    assert '<dd><strong>3</strong></dd> </div> <div class="flex gap-2"> <dt>queued</dt>' in seen
    assert "do not add up" not in seen
    Edition.objects.update(audience_size=4)
    assert "do not add up to the audience: 4 readers, 3 copies" in words(client.get(path))


def test_edition_is_seen_as_it_arrives(client, works_as):
    made = edition(newsletter(), story("Tea prices rise"))
    works_as("Editor")
    seen = words(client.get(f"/admin/newsletters/edition/{made.pk}/look/"))
    assert 'width="360"' in seen
    assert 'width="700"' in seen
    copy = client.get(f"/admin/newsletters/edition/{made.pk}/copy/")
    assert "Tea prices rise" in words(copy)
    assert "[[" not in words(copy)
    assert ("@media not all" in words(copy), "@media all" in words(copy)) == (True, False)
    dark = words(client.get(f"/admin/newsletters/edition/{made.pk}/copy/?scheme=dark"))
    assert ("@media all" in dark, "color-scheme: dark;" in dark, "prefers-color-scheme" in dark) == (True, True, False)


def test_editor_sees_when_gmail_will_hide_the_end(client, works_as):
    made = edition(newsletter(), story())
    works_as("Editor")
    path = f"/admin/newsletters/edition/{made.pk}/look/"
    assert "of the 102.0 KB that Gmail shows" in words(client.get(path)).replace("\xa0", " ")
    editions.reword(made, {"introduction": "Tea. " * 21_000})
    assert "Gmail shows 102.0 KB and hides the rest" in words(client.get(path)).replace("\xa0", " ")


def test_editor_tries_an_edition_on_themselves(client, works_as):
    editor = works_as("Editor")
    made = edition(newsletter(reply_to="desk@corniche.example"), story("Tea prices rise"))
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    form = edition_form(made, subject="A better line", newsletters_edition_send_test="1")
    answer = client.post(path, form, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "A test is on its way to your own address." in words(answer)
    sent = Message.objects.get(kind="test")
    assert (sent.recipient.email, sent.subject, sent.reply_to) == (
        editor.email, "Test: A better line", "desk@corniche.example",
    )  # fmt: skip
    assert "Tea prices rise" in sent.text
    assert "List-Unsubscribe" not in sent.headers
    for part in (sent.text, sent.html):
        assert "[[" not in part
        assert "/unsubscribe/" not in part
    made.refresh_from_db()
    assert (made.state, Delivery.objects.count()) == ("approved", 0)


@pytest.mark.parametrize("view", ["change", "look", "copy"])
def test_sales_have_no_business_with_editions(client, works_as, view):
    made = edition(newsletter(), story())
    works_as("Sales")
    assert client.get(f"/admin/newsletters/edition/{made.pk}/{view}/").status_code == 403


def test_days_are_ticked(client, works_as):
    letter = newsletter(days=[0, 1])
    works_as("Editor")
    path = f"/admin/newsletters/newsletter/{letter.pk}/change/"
    assert "Monday, Tuesday at 06:00, UTC time" in words(client.get("/admin/newsletters/newsletter/"))
    data = {
        "name": letter.name, "slug": letter.slug, "tagline": "", "description": "", "language": "en", "position": "0",
        "days": ["5", "6"], "send_at": "06:00:00", "time_zone": "Asia/Beirut", "from_name": "The Corniche",
        "reply_to": "", "kind": "briefing", "template": "stories", "most_items": "7", "most_late": "6",
        "compose_ahead": "0", "is_active": "on", "least_items": "1", "days_off": "",
    }  # fmt: skip
    assert client.post(path, data).status_code == 302
    assert Newsletter.objects.get().days == [5, 6]
    assert "“tomorrow” is no day." in words(client.post(path, {**data, "days_off": "2026-12-25\ntomorrow"}))
    assert "“Nowhere” is not a time zone" in words(client.post(path, {**data, "time_zone": "Nowhere"}))


def test_desk_shows_when_a_list_comes_next_and_holidays_are_left_out(client, works_as):
    works_as("Editor")
    today = clock.now().date()
    letter = newsletter(days=list(range(7)), send_at=time(23, 59, 59))
    client.post("/admin/newsletters/holidaycalendar/add/", {
        "name": "Oman", "days": f"{today + timedelta(days=2)}\r\n{today + timedelta(days=2)}\n",
    })  # fmt: skip
    calendar = HolidayCalendar.objects.get()
    assert calendar.days == [today + timedelta(days=2)]
    Newsletter.objects.filter(pk=letter.pk).update(holidays=calendar, days_off=[today + timedelta(days=1)])
    seen = words(client.get(f"/admin/newsletters/newsletter/{letter.pk}/change/"))
    week = [today + timedelta(days=days) for days in range(8)]
    shown = [day for day in week if f"{date_format(day, 'l j F Y')}, 23:59" in seen]
    assert shown == [week[days] for days in (0, 3, 4, 5, 6)]
    assert f"The next one: {date_format(today, 'l j F')}" in words(client.get(letter.get_absolute_url()))
    works_as("Support")
    assert client.get("/admin/newsletters/holidaycalendar/").status_code == 403


def test_message_that_signs_in_is_hidden_from_staff(client, works_as):
    works_as("Support")
    made = messages.welcome(person(), AT)
    assert "no password to remember" in words(client.get(f"/admin/newsletters/message/{made.pk}/change/"))
    made.__class__.objects.update(is_sensitive=True)
    seen = words(client.get(f"/admin/newsletters/message/{made.pk}/change/"))
    assert "no password to remember" not in seen
    assert "Welcome" not in words(client.get("/admin/newsletters/message/"))
    assert "Hidden: it carries a code" in seen


def test_support_stops_a_stream_and_lets_it_run_again(client, works_as):
    works_as("Support")
    reader = recipient()
    client.post(
        "/admin/newsletters/suppression/add/", {"recipient": reader.pk, "stream": "newsletters", "detail": "Rang."}
    )
    stopped = Suppression.objects.get()
    assert stopped.reason == "staff"
    client.post(f"/admin/newsletters/suppression/{stopped.pk}/delete/", {"post": "yes"})
    assert not Suppression.objects.exists()
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "suppression.added",
        "suppression.lifted",
    ]


@pytest.mark.parametrize("model", ["recipient", "signup", "message"])
def test_what_happened_cannot_be_made_up(client, works_as, model):
    works_as("Operator")
    assert client.get(f"/admin/newsletters/{model}/add/").status_code == 403


def test_what_would_hold_an_edition_back_stands_above_its_look(client, works_as):
    made = edition(newsletter(), story(), introduction="word " * 25_000)
    works_as("Editor")
    seen = words(client.get(f"/admin/newsletters/edition/{made.pk}/look/"))
    assert "As it is, it would be held back:" in seen
