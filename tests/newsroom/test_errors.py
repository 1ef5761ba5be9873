"""What goes wrong is said on a page of the house, with a way on."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from newsroom.pages import errors


def assert_has_a_way_on(html: str, code: int) -> None:
    assert f">{code}</p>" in html
    assert 'href="/"' in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/nothing/here/", "/articles/2026/13/x/", "/sections/none/", "/events/none/", "/%F0%9F"]
)
def test_unknown_address_is_answered_with_a_page(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
    assert_has_a_way_on(response.content.decode(), 404)


@pytest.mark.django_db
def test_reason_is_said_where_there_is_one(client):
    assert "There are three feeds" in client.get("/sections/none/feed.xml").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sections/a%00b/", "/search/?q=a%00", "/api/v1/articles/?section=%00", "/x%00"])
def test_null_character_is_refused_before_the_database_is_asked(client, path):
    response = client.get(path)
    assert response.status_code == 400
    assert_has_a_way_on(response.content.decode(), 400)


@pytest.mark.django_db
def test_foreign_host_is_refused_with_a_page(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert_has_a_way_on(response.content.decode(), 400)


@pytest.mark.django_db
def test_form_without_its_token_is_explained():
    response = Client(enforce_csrf_checks=True).post("/pro/teams/", {"email": "a@example.org"})
    assert response.status_code == 403
    html = response.content.decode()
    assert "That form was open too long" in html
    assert_has_a_way_on(html, 403)


@pytest.mark.django_db
def test_forbidden_page_says_why(rf: RequestFactory):
    response = errors.forbidden(rf.get("/x/"), PermissionDenied("Only editors publish."))
    assert response.status_code == 403
    html = response.content.decode()
    assert "Only editors publish." in html
    assert_has_a_way_on(html, 403)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "allowed"), [("/search/", "GET, HEAD"), ("/events/x/register/", "POST")])
def test_wrong_method_names_the_right_one(client, path, allowed):
    response = client.post(path) if "GET" in allowed else client.get(path)
    assert response.status_code == 405
    assert response["Allow"] == allowed


def test_page_for_our_own_mistakes_needs_no_database(rf: RequestFactory):
    """Without the mark that allows the database, any query would fail this test."""
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    html = response.content.decode()
    assert "It has been written down" in html
    assert_has_a_way_on(html, 500)
    assert html == render_to_string("500.html")


@pytest.mark.django_db
def test_program_gets_a_problem_document_for_an_unknown_address(client):
    response = client.get("/api/v1/nothing/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    document = json.loads(response.content)
    assert document["status"] == 404
    assert document["code"] == "not_found"
    assert "/api/docs/" in document["detail"]
