"""Proving that one studies: what counts, for how long, and what becomes of what was sent."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from memberships import clock, documents, selling, student_prices, students
from memberships.documents import Document, DocumentRefused
from memberships.models import Happening, Plan, StudentProof, Subscription
from memberships.students import ProofRefused
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, NOW, person, plan

pytestmark = pytest.mark.django_db

PDF = Document(b"%PDF-1.7 card", "application/pdf")
DOMAINS = ["aub.edu.lb"]


def student_plan() -> Plan:
    return plan("pro_student", amount=9000, audience="student", domains="aub.edu.lb")


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"%PDF-1.7 and more", "application/pdf"), ("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")],
)
def test_a_document_is_what_is_in_it(content, media_type):
    raw = content if isinstance(content, bytes) else picture(content)
    assert documents.read(io.BytesIO(raw)) == Document(raw, media_type)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "neither"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither"),
        (b"\x89PNG\r\n\x1a\n and nothing", "neither"),
        (picture("GIF"), "neither"),
        (b"%PDF-" + bytes(documents.MOST_BYTES), "too large"),
    ],
)
def test_what_is_no_document_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(DocumentRefused, match=sentence):
        documents.read(io.BytesIO(content))


@pytest.mark.parametrize(
    ("setting", "at", "ends"),
    [
        ("", datetime(2026, 11, 22, 9, 30, tzinfo=UTC), datetime(2027, 11, 22, 9, 30, tzinfo=UTC)),
        ("", datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 2, 28, tzinfo=UTC)),
        ("09-30", datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC)),
        ("09-30", datetime(2026, 8, 1, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC)),
    ],
)
def test_a_proof_holds_a_year_or_to_the_end_of_the_academic_one(settings, setting, at, ends):
    settings.STUDENT_YEAR_ENDS, settings.TIME_ZONE = setting, "UTC"
    assert students.end_of_proof(at) == ends


def test_a_mailbox_at_a_university_proves_it_once_it_answers_and_for_one_account():
    student_plan()
    user, other = person("ada@example.org"), person()
    students.ask_by_address(user, "Ada@mail.AUB.edu.lb", DOMAINS, NOW)
    mail = Message.objects.get(kind="student_address")
    assert mail.recipient.email == "ada@mail.aub.edu.lb"
    assert not students.running(user, NOW)
    token = students.token_for(StudentProof.objects.get())

    for wrong in (token[:-2], "forged"):
        with pytest.raises(ProofRefused):
            students.confirm(wrong, NOW)
    with pytest.raises(ProofRefused):
        students.confirm(token, NOW + students.LINK_HOLDS)
    proof = students.confirm(token, NOW + DAY)

    assert students.running(user, NOW + DAY) == proof
    assert selling.may_buy(student_plan(), selling.buyer_of(user, "", NOW + DAY))
    assert not students.running(user, proof.ends_at)
    assert Message.objects.filter(kind="student_proved", recipient__email="ada@example.org").count() == 1
    with pytest.raises(ProofRefused, match="not good any more"):
        students.confirm(token, NOW + DAY)
    with pytest.raises(ProofRefused, match="Another account"):
        students.ask_by_address(other, "ada@mail.aub.edu.lb", DOMAINS, NOW + DAY)
    with pytest.raises(ProofRefused, match="do not know this university"):
        students.ask_by_address(other, "ada@notaub.edu.lb", DOMAINS, NOW + DAY)


def test_a_known_address_counts_once_and_an_old_one_never_again():
    student_plan()
    user = person("ada@aub.edu.lb")
    assert selling.buyer_of(user, "", NOW).hosts == {"aub.edu.lb"}

    proof = students.note_known_address(user, DOMAINS, NOW)

    assert (proof.address, students.note_known_address(user, DOMAINS, NOW)) == ("ada@aub.edu.lb", None)
    assert selling.may_buy(student_plan(), selling.buyer_of(user, "", NOW))
    assert not selling.may_buy(student_plan(), selling.buyer_of(user, "", proof.ends_at))


def test_staff_answer_once_and_the_document_goes_a_month_later():
    user, staff = person(), person(is_staff=True)
    first = students.ask_by_document(user, "AUB", PDF, NOW)
    second = students.ask_by_document(user, "AUB", PDF, NOW)
    first.refresh_from_db()
    assert (first.state, first.document) == ("dropped", None)

    assert students.refuse(second, "It is of 2019.", staff, NOW)
    assert not students.approve(second, NOW + 365 * DAY, staff, NOW)
    assert "It is of 2019." in Message.objects.get(kind="student_refused").text
    third = students.ask_by_document(user, "AUB", PDF, NOW + DAY)
    assert students.approve(third, NOW + 300 * DAY, staff, NOW + 2 * DAY)
    assert students.running(user, NOW + 299 * DAY).decided_by == staff

    assert students.forget_documents(NOW + 31 * DAY) == 1
    assert students.forget_documents(NOW + 40 * DAY) == 1
    assert not StudentProof.objects.exclude(document=None).exists()


def test_the_database_keeps_one_that_waits():
    user = person()
    StudentProof.objects.create(user=user, how="document", asked_at=NOW)
    with pytest.raises(IntegrityError):
        StudentProof.objects.create(user=user, how="document", asked_at=NOW)


def test_pages_take_a_document_refuse_what_is_none_and_open_by_the_link(client):
    student_plan()
    user, page = person(time_zone="Asia/Beirut"), reverse("account_student")
    client.force_login(user)
    assert "Whoever studies pays less" in text(client.get(page))

    def send(content: bytes, name: str = "card.pdf"):
        return client.post(
            page, {"way": "document", "school": "AUB", "document": SimpleUploadedFile(name, content)}, follow=True
        )

    refused = send(b"MZ\x90", "card.pdf")
    assert (refused.status_code, StudentProof.objects.count()) == (422, 0)
    assert "This file is neither." in text(refused)
    assert "We look at it within a few days" in text(send(picture("PNG"), "card.exe"))
    assert StudentProof.objects.get().media_type == "image/png"

    unknown = client.post(page, {"way": "address", "address": "ada@example.org"})
    assert (unknown.status_code, "do not know this university" in text(unknown)) == (422, True)
    assert "We have written to that address" in text(
        client.post(page, {"way": "address", "address": "ada@aub.edu.lb"}, follow=True)
    )
    link = reverse("student_address", args=[students.token_for(StudentProof.objects.get(how="address"))])
    client.logout()
    assert "I study there" in text(client.get(link))
    assert not students.running(user, clock.now()), "looking proves nothing"
    assert "It is proved that you study" in text(client.post(link))
    assert students.running(user, clock.now())
    assert client.get(link).status_code == 410
    assert client.get(reverse("student_address", args=["forged"])).status_code == 410


moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, moments, st.none() | moments, st.sampled_from(["month", "year"]))
def test_nobody_pays_more_within_thirty_days_of_hearing_it_nor_while_proved(at, renewal, proof_ends, interval):
    row = Subscription(period_ends_at=renewal, plan=Plan(interval=interval))
    until = student_prices.moves_at(row, proof_ends, at)
    told = Happening(told_at=at, until=until)

    assert until - at >= student_prices.NOTICE
    assert proof_ends is None or until >= proof_ends
    if renewal < at + student_prices.NOTICE or (proof_ends and renewal < proof_ends):
        assert not student_prices.may_move(row, proof_ends, told)
    row.period_ends_at = until
    assert student_prices.may_move(row, proof_ends, told)
    assert not student_prices.may_move(row, proof_ends, Happening(told_at=None, until=until))


def test_three_questions_say_whether_somebody_studies(django_assert_num_queries):
    student_plan()
    user = person("ada@aub.edu.lb")
    selling.on_sale(NOW)
    with django_assert_num_queries(3):  # The proof that holds, whether there was one, the addresses.
        selling.buyer_of(user, "", NOW)
