"""The history of who said what: one row for each act, which nobody changes and an erasure alone takes out."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from memberships.people import exporting, holdings
from newsletters import consents, recipients, signups
from newsletters.models import Message, Recipient, SignupAct, Suppression
from newsletters.signups import Consent
from tests.newsletters.builders import AT, newsletter, person, recipient, subscriber

pytestmark = pytest.mark.django_db
CONSENT = Consent("newsletters", "We write to confirm first.", "192.0.2.7")


def acts(reader: Recipient) -> list[str]:
    return list(reader.signup_acts.order_by("id").values_list("kind", flat=True))


def test_every_act_is_kept_beside_the_ones_before():
    letter = newsletter()
    signups.request("ann@example.org", [letter], CONSENT, AT)
    signups.request("ann@example.org", [letter], CONSENT, AT + timedelta(minutes=5))
    token = Message.objects.get().text.split("/newsletters/confirm/")[1].split("/")[0]
    for _again in range(2):
        signups.confirm(token, AT, address="192.0.2.9")
    reader = Recipient.objects.get()
    for _again in range(2):
        signups.leave(reader, letter, AT, source="choices")
    signups.rejoin(reader, letter, AT)
    for _again in range(2):
        signups.leave_all(reader, AT)
    signups.request("ann@example.org", [letter], Consent("home", "Other words.", ""), AT + timedelta(days=1))

    assert acts(reader) == ["asked", "confirmed", "left", "returned", "stopped", "asked"]
    asked, confirmed, left, *_others, again = reader.signup_acts.order_by("id")
    assert (asked.source, asked.words, asked.address_hash) == ("newsletters", CONSENT.text, CONSENT.address_hash)
    assert (confirmed.address_hash, left.source) == (consents.hash_of("192.0.2.9"), "choices")
    assert (again.words, again.address_hash) == ("Other words.", "")
    assert reader.signup_acts.get(kind="stopped").newsletter is None


def test_who_chooses_in_person_and_who_is_brought_along_are_told_apart():
    one, other = newsletter(), newsletter()
    reader = recipient()
    for _again in range(2):
        signups.bring_along(reader, [one], Consent("Ghost", "Yes."), since=AT - timedelta(days=9), wants=True, at=AT)
        signups.choose(reader, {one: None, other: None}, [one, other], CONSENT, AT)
    signups.choose(reader, {other: None}, [one, other], CONSENT, AT)
    assert [(act.kind, act.newsletter, act.source) for act in reader.signup_acts.order_by("id")] == [
        ("imported", one, "Ghost"),
        ("joined", other, "newsletters"),
        ("left", one, "newsletters"),
    ]
    assert reader.signup_acts.get(kind="imported").proof == {"since": (AT - timedelta(days=9)).isoformat()}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda act: SignupAct.objects.filter(pk=act.pk).update(words="I agreed to more."),
        lambda act: SignupAct.objects.filter(pk=act.pk).delete(),
    ],
)
def test_the_database_refuses_to_change_what_was_said(spoil):
    signups.join(recipient(), [newsletter()], CONSENT, AT)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        spoil(SignupAct.objects.get())
    assert SignupAct.objects.get().words == CONSENT.text


def test_a_copy_tells_the_history_and_an_erasure_takes_it_out_with_nobody_elses():
    letter, user = newsletter(), person("ann@example.org")
    signups.request("ann@example.org", [letter], CONSENT, AT, user=user)
    signups.join(recipient("other@example.org"), [letter], CONSENT, AT)
    told = {str(section.title): section.rows for section in exporting.sections_of(user)}
    assert CONSENT.text in str(told["What you said about newsletters"])
    for holding in holdings.every():
        if holding.model is Recipient:
            holding.erase(user, AT)
    assert [act.recipient.email for act in SignupAct.objects.all()] == ["other@example.org"]
    assert Suppression.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        SignupAct.objects.all().delete()


def test_what_follows_its_owner_to_a_new_address_is_told_of_both():
    letter = newsletter()
    old, new = subscriber(letter), recipient()
    signups.pause(old, letter, (AT + timedelta(days=9)).date(), AT)
    recipients.carry(old, new, AT)
    assert (acts(old), acts(new)) == (["left"], ["moved"])
    assert new.signups.get().paused_until == (AT + timedelta(days=9)).date()
