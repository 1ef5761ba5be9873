"""Somebody gets everything we hold about them, they alone, for a week."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from articles.models import Follow, SavedArticle
from memberships import clock
from memberships.models import DataExport
from memberships.people import exporting
from newsletters.models import Message, Signup
from newsletters.recipients import recipient_of
from tests.factories.articles import make_article, topic
from tests.memberships.builders import DAY, NOW, person, subscription
from tests.newsletters.builders import newsletter

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    user = person("nour@example.org", name="Nour <b>", language="ar", time_zone="Asia/Beirut")
    subscription(user)
    SavedArticle.objects.create(user=user, article=make_article("Harbour tariffs fall"), saved_at=NOW)
    Follow.objects.create(user=user, topic=topic(), followed_at=NOW)
    letter = newsletter(name="Morning brief")
    Signup.objects.create(
        recipient=recipient_of(user, NOW), newsletter=letter, state="confirmed", requested_at=NOW, confirmed_at=NOW
    )
    return user


def opened(packed: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_copy_holds_every_app_to_read_and_for_programs(reader):
    files = opened(exporting.pack(reader, NOW))
    data = json.loads(files["data.json"])
    assert data["memberships.user"][0]["email_as_typed"] == "nour@example.org"
    assert data["articles.savedarticle"][0]["article__headline"] == "Harbour tariffs fall"
    assert data["newsletters.signup"][0]["newsletter__name"] == "Morning brief"
    assert data["memberships.subscription"][0]["plan__name"] == "PRO, yearly"
    assert 'lang="ar" dir="rtl"' in files["index.html"]
    assert "Nour &lt;b&gt;" in files["index.html"]
    assert "Harbour tariffs fall" in files["index.html"]
    assert "style.css" in files


def test_copy_is_made_once_told_once_and_opens_for_its_owner_alone(reader, client):
    client.force_login(reader)
    client.post("/account/privacy/export/")
    client.post("/account/privacy/export/")
    export = DataExport.objects.get()
    at = clock.now()
    assert exporting.make_waiting(at) == 1
    assert exporting.make_waiting(at) == 0

    told = Message.objects.get(kind="export_made")
    address = f"/account/privacy/export/{export.public_id}/"
    assert address in told.text
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert "data.json" in opened(answer.content)
    assert address in client.get("/account/privacy/").content.decode()

    client.logout()
    assert client.get(address)["Location"].startswith("/account/login/")
    client.force_login(person())
    assert client.get(address).status_code == 404


def test_copy_is_gone_after_a_week(reader, client):
    exporting.ask(reader, None, NOW - 8 * DAY)
    exporting.make_waiting(NOW - 8 * DAY)
    export = DataExport.objects.get()
    client.force_login(reader)
    assert client.get(f"/account/privacy/export/{export.public_id}/").status_code == 404
    assert exporting.empty_old(NOW) == 1
    export.refresh_from_db()
    assert export.archive is None
    assert exporting.ask(reader, None, NOW) != export
