"""The inbox in the browser: readable, harmless whatever a message contains, and nobody else's business."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from newsroom.embedded import inbox
from newsroom.embedded.inbox_pages import links_opened_outside

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.INBOX_DIR = tmp_path
    return tmp_path


def send(folder: Path, to: str = "leyla@reader.example", subject: str = "Your code", html: str | None = None) -> str:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "The Corniche <news@corniche.example>"
    message["To"] = to
    message.set_content("Sign in: https://corniche.example/account/?code=1&next=/\n")
    if html is not None:
        message.add_alternative(html, subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="event.ics")
    return inbox.store(folder, bytes(message), "bounce@corniche.example", [to])


def test_list_shows_the_newest_first_and_finds_a_recipient(client: Client, folder: Path) -> None:
    send(folder, subject="First")
    send(folder, to="omar@reader.example", subject="Second")
    text = client.get("/inbox/").content.decode()
    assert text.index("Second") < text.index("First")
    found = client.get("/inbox/", {"to": "OMAR"}).content.decode()
    assert "Second" in found
    assert "First" not in found
    assert "No message went to an address" in client.get("/inbox/", {"to": "nobody"}).content.decode()


def test_empty_inbox_says_what_to_do(client: Client) -> None:
    assert "Nothing has been sent yet" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 400, "1.5", "٢", ""])
def test_absurd_page_number_is_the_first_page(client: Client, folder: Path, number: str) -> None:
    send(folder, subject="Only one")
    assert "Only one" in client.get("/inbox/", {"page": number}).content.decode()


def test_older_messages_are_on_the_next_page(client: Client, folder: Path) -> None:
    for number in range(inbox.PAGE_SIZE + 1):
        send(folder, subject=f"Story {number} of the day")
    assert "Story 0 of the day" not in client.get("/inbox/").content.decode()
    assert "Story 0 of the day" in client.get("/inbox/", {"page": 2}).content.decode()
    assert "There are no messages this old" in client.get("/inbox/", {"page": 3}).content.decode()


def test_link_in_the_text_can_be_followed(client: Client, folder: Path) -> None:
    text = client.get(f"/inbox/{send(folder)}/").content.decode()
    assert 'href="https://corniche.example/account/?code=1&amp;next=%2F"' in text
    assert "bounce@corniche.example" not in text


def test_html_is_shown_in_a_frame_that_may_do_nothing(client: Client, folder: Path) -> None:
    key = send(folder, html="<script>alert(1)</script><p>Hello</p>")
    page = client.get(f"/inbox/{key}/").content.decode()
    assert f'src="{reverse("inbox:html", args=[key])}"' in page
    assert "alert(1)" not in page
    frame = client.get(f"/inbox/{key}/html/")
    policy = frame["Content-Security-Policy"]
    assert "<p>Hello</p>" in frame.content.decode()
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
    assert "script" not in policy
    assert frame.get("X-Frame-Options", "SAMEORIGIN") == "SAMEORIGIN"


def test_subject_and_headers_are_text_and_never_markup(client: Client, folder: Path) -> None:
    key = send(folder, subject="<script>alert(1)</script>")
    for address in ("/inbox/", f"/inbox/{key}/", f"/inbox/{key}/?as=headers"):
        assert "<script>alert" not in client.get(address).content.decode()


def test_source_is_the_message_byte_for_byte(client: Client, folder: Path) -> None:
    key = send(folder)
    response = client.get(f"/inbox/{key}/source/")
    assert response.content == inbox.raw(folder, key)
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_attachment_is_saved_and_never_opened(client: Client, folder: Path) -> None:
    key = send(folder)
    response = client.get(f"/inbox/{key}/attachments/0/")
    assert b"".join(response.streaming_content) == b"BEGIN:VCALENDAR"
    assert response["Content-Disposition"] == 'attachment; filename="event.ics"'
    assert client.get(f"/inbox/{key}/attachments/1/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/inbox/00000000000000000001-00000000/", "/inbox/nonsense/", "/inbox/nonsense/html/"]
)
def test_message_that_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_message_without_html_has_no_frame(client: Client, folder: Path) -> None:
    key = send(folder)
    assert "<iframe" not in client.get(f"/inbox/{key}/?as=html").content.decode()
    assert client.get(f"/inbox/{key}/html/").status_code == 404


def test_everything_is_deleted_by_a_post_alone(client: Client, folder: Path) -> None:
    key = send(folder)
    assert client.get("/inbox/delete/").status_code == 405
    assert inbox.raw(folder, key)
    assert client.post("/inbox/delete/").status_code == 302
    assert inbox.page(folder).messages == ()


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "", "nonsense"])
def test_no_other_machine_sees_the_inbox(client: Client, folder: Path, address: str) -> None:
    key = send(folder)
    for path in ("/inbox/", f"/inbox/{key}/", f"/inbox/{key}/html/", f"/inbox/{key}/source/"):
        assert client.get(path, REMOTE_ADDR=address).status_code == 404
    assert client.post("/inbox/delete/", REMOTE_ADDR=address).status_code == 404
    assert inbox.raw(folder, key)


def test_there_is_no_inbox_where_mail_goes_to_a_real_server(client: Client, settings: LazySettings) -> None:
    settings.INBOX_DIR = None
    assert client.get("/inbox/").status_code == 404


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>x", '<base target="_blank"><p>x'),
        ("<!DOCTYPE html><p>x", '<!DOCTYPE html><base target="_blank"><p>x'),
        ("<!doctype html><HEAD lang=en><title>", '<!doctype html><HEAD lang=en><base target="_blank"><title>'),
        ("<header>x", '<base target="_blank"><header>x'),
    ],
)
def test_links_of_a_message_open_outside_its_frame(html: str, expected: str) -> None:
    assert links_opened_outside(html) == expected
