from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from memberships.models import AuditEntry, Inquiry, Team, User
from memberships.readers import reader_for
from memberships.teams import inquiries
from memberships.teams.inquiries import InquiryError, Terms
from tests.memberships.builders import NOW, person, pro

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": "Rosa Achterberg",
    "email": "Rosa@Quay.example",
    "company": "North Quay",
    "seats": "5",
    "message": "We read you every morning.",
}


def inquiry() -> Inquiry:
    return Inquiry.objects.create(
        name="Rosa Achterberg", email="Rosa@Quay.example", company="North Quay", seats=5, received_at=NOW
    )


def terms(**changes: object) -> Terms:
    values = {
        "name": "North Quay",
        "owner_email": "Rosa@Quay.example",
        "owner_name": "Rosa Achterberg",
        "product": pro(),
        "seats": 5,
        "starts_on": date(2026, 11, 22),
        "ends_on": date(2027, 11, 22),
    }
    return Terms(**{**values, **changes})


def test_a_company_asks_and_is_thanked(client, announced):
    with announced() as told:
        answer = client.post(reverse("teams_inquiry"), ANSWERS, follow=True)

    kept = Inquiry.objects.get()
    assert (kept.company, kept.email, kept.seats, kept.state) == ("North Quay", "Rosa@Quay.example", 5, "new")
    assert told == ["inquiry_received"]
    assert "A person answers" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seats": "1"}, "A team has at least two readers"),
        ({"seats": "many"}, "Enter a whole number"),
        ({"seats": "99999999999"}, "less than or equal to 2147483647"),
        ({"email": "rosa"}, "valid email address"),
        ({"company": ""}, "This field is required"),
        ({"message": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_a_wrong_answer_is_explained_and_nothing_is_kept(client, announced, wrong, sentence):
    with announced() as told:
        answer = client.post(reverse("teams_inquiry"), {**ANSWERS, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Inquiry.objects.exists()
    assert told == []


def test_a_machine_that_fills_every_field_is_thanked_and_forgotten(client, announced):
    with announced() as told:
        answer = client.post(reverse("teams_inquiry"), {**ANSWERS, "website": "https://spam.example"})

    assert answer.url == reverse("teams_inquiry_thanks")
    assert not Inquiry.objects.exists()
    assert told == []


def test_an_inquiry_becomes_a_team_with_an_owner_who_had_no_account(announced):
    sales = person("sales@corniche.example", is_staff=True)
    with announced() as told:
        team = inquiries.win(inquiry(), terms(), sales, NOW)

    owner = User.objects.get(email="rosa@quay.example")
    assert (team.owner, owner.name, team.seat_limit) == (owner, "Rosa Achterberg", 5)
    assert Inquiry.objects.get().state == Inquiry.State.WON
    assert Inquiry.objects.get().team == team
    assert team.entitlements.live(NOW).get().product == pro()
    assert told == ["team_founded"]
    assert not reader_for(owner, NOW).holds("pro", NOW), "the owner reads only when seated"
    acts = AuditEntry.objects.order_by("id").values_list("verb", "actor_label")
    assert list(acts) == [("team founded", sales.email), ("inquiry won", sales.email)]


def test_an_owner_with_an_account_keeps_it():
    owner = person("rosa@quay.example", name="Rosa A.")

    team = inquiries.win(inquiry(), terms(), person(is_staff=True), NOW)

    assert team.owner == owner
    assert User.objects.get(pk=owner.pk).name == "Rosa A."


def test_an_inquiry_becomes_a_team_once():
    asked, sales = inquiry(), person(is_staff=True)
    inquiries.win(asked, terms(), sales, NOW)

    with pytest.raises(InquiryError, match="a team already: North Quay"):
        inquiries.win(asked, terms(), sales, NOW)

    assert Team.objects.count() == 1


def test_a_team_whose_days_begin_later_reads_later():
    team = inquiries.win(inquiry(), terms(starts_on=date(2026, 12, 1)), person(is_staff=True), NOW)

    assert not team.entitlements.live(NOW).exists()
    assert team.entitlements.not_over(NOW).get().starts_at > NOW
