from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock, gifts, students
from memberships.documents import Document
from memberships.models import AuditEntry, Entitlement, StudentProof
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person, pro
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db


def waiting() -> StudentProof:
    return students.ask_by_document(person(), "AUB", Document(b"%PDF-1.7 card", "application/pdf"), clock.now())


def test_support_see_the_document_as_a_file_and_answer_with_a_day(client):
    support, proof = at_the_desk(client, "Support"), waiting()
    sent = client.get(address("studentproof", "document", proof.pk))
    assert (sent.content, sent["Content-Disposition"].split(";")[0]) == (b"%PDF-1.7 card", "attachment")
    assert sent["Content-Security-Policy"].startswith("sandbox")
    page = address("studentproof", "approve", proof.pk)
    assert client.post(page, {"ends_on": "2020-01-01"}).status_code == 422
    assert client.post(page, {"ends_on": "2090-01-01"}).status_code == 422
    ends_on = clock.now().date() + timedelta(days=200)

    client.post(page, {"ends_on": ends_on.isoformat()})

    proof.refresh_from_db()
    assert (proof.state, proof.decided_by) == ("proved", support)
    assert proof.ends_at.date() in {ends_on, ends_on + timedelta(days=1)}
    assert AuditEntry.objects.get(verb="proof of studies taken").actor == support
    assert Message.objects.filter(kind="student_proved").exists()
    assert "It proves nothing" not in text(client.get(address("studentproof", "change", proof.pk)))


def test_a_refusal_needs_a_reason_and_sales_decide_nothing(client):
    proof = waiting()
    at_the_desk(client, "Sales")
    for act in ("document", "approve", "refuse"):
        assert client.post(address("studentproof", act, proof.pk), {"reason": "x"}).status_code == 403
    at_the_desk(client, "Support", email="support@example.org")
    assert client.post(address("studentproof", "refuse", proof.pk), {"reason": ""}).status_code == 422

    client.post(address("studentproof", "refuse", proof.pk), {"reason": "It is of 2019."})

    proof.refresh_from_db()
    assert (proof.state, proof.reason) == ("refused", "It is of 2019.")


def test_several_people_are_given_pro_at_once_or_nobody_is(client):
    at_the_desk(client, "Support")
    people = [person(), person()]
    ends_on = (clock.now().date() + timedelta(days=10)).isoformat()
    sent = {"product": pro().pk, "ends_on": ends_on, "reason": "A jury", "people": ""}
    page, pasted = address("entitlement", "give_several"), ", ".join(each.email for each in people)

    refused = client.post(page, {**sent, "people": f"{pasted}, nobody@example.net"})
    assert (refused.status_code, Entitlement.objects.count()) == (422, 0)
    assert "These have no account here: nobody@example.net" in text(refused)
    assert client.post(page, {**sent, "people": f"{pasted}\n{pasted.upper()}"}).status_code == 302
    assert {row.user for row in Entitlement.objects.filter(source="comp", reason="A jury")} == set(people)


def test_rights_that_end_within_a_month_are_a_list(client):
    staff, at = at_the_desk(client, "Support"), clock.now()
    soon, later = (gifts.give(person(), pro(), at + days * DAY, "x", staff, at).user for days in (29, 31))
    said = text(client.get(address("entitlement", "changelist"), {"ends": "soon"}))
    assert soon.email in said
    assert later.email not in said
