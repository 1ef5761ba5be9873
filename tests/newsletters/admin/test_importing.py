"""Lists at the desk: brought, looked at, moved in, taken away; and who may."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from memberships.models import AuditEntry
from newsletters import exporting, signups, suppression
from newsletters.models import ListImport, ListImportRow, Newsletter, Signup, SignupAct, Stream, Suppression
from tests.memberships.browsing import text
from tests.memberships.desk.acting import at_the_desk
from tests.newsletters.builders import AT, newsletter, recipient
from tests.newsletters.importing.lists import WORDS, mailchimp, worked

pytestmark = pytest.mark.django_db
LIST = "admin:newsletters_listimport"


def upload(raw: bytes, letter: Newsletter, **changes: object) -> dict[str, object]:
    file = SimpleUploadedFile("audience.zip", raw, "application/zip")
    said = {"source": "mailchimp", "file": file, "newsletters": [letter.pk], "consent_text": WORDS}
    return {**said, "unproved": "refuse", **changes}


def test_from_the_upload_to_the_last_address(client):
    operator, letter = at_the_desk(client, "Operator"), newsletter(name="Morning")
    raw = mailchimp("ann@example.org", "no address", unsubscribed=("left@example.org",))

    page = text(client.post(reverse(f"{LIST}_add"), upload(raw, letter), follow=True))
    assert "It is being looked at. Nobody is signed up or written to." in page
    found = worked(ListImport.objects.get())
    page = text(client.get(reverse(f"{LIST}_change", args=[found.pk])))
    assert "This is the dry run: nobody was signed up or written to yet." in page
    assert "line 3: subscribed_members.csv: “no address” is no email address." in page
    assert "<bdi>Morning</bdi></th> <td>1</td> <td>0</td>" in page
    assert "Move in whoever is clear: 2" in page
    assert not Signup.objects.exists()

    client.post(reverse(f"{LIST}_start", args=[found.pk]))
    assert "Whoever was clear is moved in." in text(client.get(reverse(f"{LIST}_change", args=[worked(found).pk])))
    act = SignupAct.objects.get(kind="imported")
    assert "came along from another system" in text(
        client.get(reverse("admin:newsletters_recipient_change", args=[act.recipient.pk]))
    )
    client.post(reverse(f"{LIST}_forget", args=[found.pk]))
    assert (ListImportRow.objects.count(), SignupAct.objects.count()) == (0, 2)
    verbs = list(AuditEntry.objects.filter(actor=operator).order_by("id").values_list("verb", flat=True))
    assert verbs == ["listimport begun", "listimport moved in", "listimport forgotten"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"consent_text": " "}, "required"),
        ({"newsletters": []}, "required"),
        ({"unproved": "vouch", "word": "yes"}, "Say in a sentence when, where and how they agreed"),
        ({"source": "ghost"}, "This is no text file"),
    ],
)
def test_what_is_missing_is_said_beside_it(client, changes, sentence):
    at_the_desk(client, "Operator")
    answer = client.post(reverse(f"{LIST}_add"), upload(mailchimp("ann@example.org"), newsletter(), **changes))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not ListImport.objects.exists()


def test_support_looks_and_does_nothing(client):
    at_the_desk(client, "Operator")
    letter = newsletter()
    client.post(reverse(f"{LIST}_add"), upload(mailchimp("+ann@example.org", "=cmd()"), letter))
    found = worked(ListImport.objects.get())
    at_the_desk(client, "Support")
    assert client.get(reverse("admin:newsletters_listimportrow_changelist")).status_code == 200
    lines = b"".join(client.get(reverse(f"{LIST}_lines", args=[found.pk])).streaming_content).decode()
    assert "'+ann@example.org" in lines
    assert client.get(reverse(f"{LIST}_add")).status_code == 403
    for act in ("start", "again", "forget"):
        assert client.post(reverse(f"{LIST}_{act}", args=[found.pk])).status_code == 403
    away = reverse("admin:newsletters_newsletter_take_away", args=[letter.pk])
    assert client.post(away, {"reason": "I like it"}).status_code == 403


def test_a_list_is_taken_away_whole_and_that_is_written_down(client):
    operator, letter = at_the_desk(client, "Operator"), newsletter(slug="morning")
    consent = signups.Consent("=HYPERLINK()", "Yes, “all” of it;\nplease")
    for email in ("+Ann@example.org", "stopped@example.org"):
        signups.join(recipient(email), [letter], consent, AT)
    signups.leave(recipient("left@example.org"), letter, AT)
    suppression.suppress(recipient("stopped@example.org"), Stream.NEWSLETTERS, Suppression.Reason.COMPLAINT, AT)
    away = reverse("admin:newsletters_newsletter_take_away", args=[letter.pk])
    assert not AuditEntry.objects.exists()
    assert client.post(away, {"reason": ""}).status_code == 422

    answer = client.post(away, {"reason": "We change the provider"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
    assert [(row["email address"], row["state"], row["not to be written to"]) for row in rows] == [
        ("'+Ann@example.org", "confirmed", ""),
        ("stopped@example.org", "confirmed", "complaint"),
        ("left@example.org", "left", ""),
    ]
    assert (rows[0]["signed up at"], rows[0]["what they agreed to"]) == ("'=HYPERLINK()", consent.text)
    assert rows[0]["confirmed"] == AT.isoformat(timespec="seconds")
    entry = AuditEntry.objects.get(actor=operator)
    assert (entry.verb, entry.details) == ("list taken away", {"reason": "We change the provider", "addresses": 3})


def test_a_list_is_handed_out_in_one_query_however_long_it_is(django_assert_num_queries):
    letter = newsletter()
    for number in range(3):
        signups.join(recipient(f"r{number}@example.org"), [letter], signups.Consent("here", "Yes."), AT)
    with django_assert_num_queries(1):
        assert len(list(exporting.lines_of(letter))) == 4
