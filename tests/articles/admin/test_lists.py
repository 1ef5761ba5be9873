"""The other lists of the desk: they open, search, and cost the same however long they are."""

from __future__ import annotations

import pytest

from articles import publishing
from articles.models import Article, Event, FrontSlot, HouseText, Redirect, Registration, Section, Topic
from memberships.models import User
from tests.articles.builders import MINUTE, NOW, author, draft, picture, published

pytestmark = pytest.mark.django_db
LISTS = """
    picture chart section topic country series format industry author frontslot article correction redirect event
"""
COUNTED = "picture author frontslot article correction redirect event registration topic"


def fill(*numbers: int) -> None:
    """A row of everything for each number."""
    event, _created = Event.objects.get_or_create(
        slug="qa", defaults={"title": "Q&A", "starts_at": NOW, "ends_at": NOW + MINUTE}
    )
    for number in numbers:
        live = published(f"Story {number}", lead_picture=picture(), bylines=[(author(), "")])
        publishing.correct(live, "Six.", None, NOW)
        FrontSlot.objects.create(language="en", position=number, article=live)
        Redirect.objects.create(path=f"/?p={number}", article=live)
        Topic.objects.create(name=f"Topic {number}", slug=f"topic-{number}")
        guest = User.objects.create_user(f"guest{number}@example.org")
        Registration.objects.create(event=event, user=guest, registered_at=NOW)


@pytest.mark.parametrize("name", LISTS.split())
def test_list_opens_and_is_searched(editor, name):
    fill(1)
    assert editor.get(f"/admin/articles/{name}/").status_code == 200
    assert editor.get(f"/admin/articles/{name}/", {"q": "x"}).status_code == 200


@pytest.mark.parametrize("name", COUNTED.split())
def test_list_costs_the_same_however_long(editor, name, django_assert_num_queries, django_assert_max_num_queries):
    fill(1)
    editor.get(f"/admin/articles/{name}/")
    with django_assert_max_num_queries(20) as short:
        editor.get(f"/admin/articles/{name}/")
    fill(2, 3, 4, 5)
    with django_assert_num_queries(len(short)):
        editor.get(f"/admin/articles/{name}/")


def test_published_texts_are_looked_at_and_never_edited(editor):
    live = published()
    assert editor.get(f"/admin/articles/article/{live.pk}/change/").status_code == 200
    assert editor.post(f"/admin/articles/article/{live.pk}/change/", {"headline": "x"}).status_code == 403
    assert editor.post(f"/admin/articles/article/{live.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Article.objects.get().headline == live.headline


def test_what_was_never_published_is_not_among_the_published(editor):
    draft("Only a draft")
    assert "Only a draft" not in editor.get("/admin/articles/article/").content.decode()


def test_address_readers_know_does_not_follow_the_name(editor):
    politics = Section.objects.create(name="Politics", slug="politics")
    page = editor.get(f"/admin/articles/section/{politics.pk}/change/").content.decode()
    assert "django-admin-prepopulated-fields-constants" not in page or '"#id_slug"' not in page


def test_page_of_the_house_is_cleaned(admin_client):
    form = {
        "slug": "about",
        "language": "en",
        "title": "About",
        "body": '<p onclick="x()">Us</p><script>x()</script>',
        "updated_on": "2026-11-22",
    }
    admin_client.post("/admin/articles/housetext/add/", form)
    assert HouseText.objects.get().body == "<p>Us</p>"


def test_front_places_are_found_by_headline(editor):
    published("Storm closes ports")
    found = editor.get(
        "/admin/autocomplete/",
        {"app_label": "articles", "model_name": "frontslot", "field_name": "article", "term": "storm"},
    ).json()
    assert [row["text"] for row in found["results"]] == ["Storm closes ports"]


def test_two_stories_change_places_on_the_front(editor):
    fill(1, 2)
    lead, second = FrontSlot.objects.order_by("position")
    form = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    form |= {"form-0-id": lead.pk, "form-0-position": 2, "form-1-id": second.pk, "form-1-position": 1}
    editor.post("/admin/articles/frontslot/", form)
    assert list(FrontSlot.objects.order_by("position")) == [second, lead]


def test_two_stories_cannot_share_a_place(editor):
    fill(1, 2)
    lead, second = FrontSlot.objects.order_by("position")
    form = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    form |= {"form-0-id": lead.pk, "form-0-position": 1, "form-1-id": second.pk, "form-1-position": 1}
    response = editor.post("/admin/articles/frontslot/", form)
    assert response.status_code == 200
    assert "Two stories have the same place" in response.content.decode()
    assert list(FrontSlot.objects.order_by("position")) == [lead, second]


@pytest.mark.parametrize("changed", [{"position": 1}, {"position": 0}, {"article": "same"}])
def test_place_that_is_taken_or_makes_no_sense_is_refused(editor, changed):
    fill(1)
    other = published("Another")
    form = {"language": "en", "position": 2, "article": other.pk} | changed
    if changed.get("article") == "same":
        form["article"] = FrontSlot.objects.get().article_id
    assert editor.post("/admin/articles/frontslot/add/", form).status_code == 200
    assert FrontSlot.objects.count() == 1
