"""The desk lists who has an edition by name, and asks the ledger little for it."""

import csv
import io

import pytest

from memberships.models import AuditEntry
from newsletters import editions
from newsletters.admin import copies
from newsletters.models import Delivery, Edition
from tests.newsletters.admin.forms import words
from tests.newsletters.builders import AT, edition, newsletter, subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(monkeypatch) -> Edition:
    """An edition with five copies of which two were refused and one is in doubt; a page of the desk shows two."""
    monkeypatch.setattr(copies, "PAGE", 2)
    monkeypatch.setattr(copies, "_READ", 2)
    letter = newsletter("takeaway")
    for name in ("ann", "+bob", "cem", "dana", "eve"):
        subscriber(letter, f"{name}@example.org")
    made = edition(letter)
    assert editions.freeze(made, AT)
    told("+bob", state="failed", reply="=550 no such user", settled_at=AT)
    told("dana", state="failed", reply="552 too big", settled_at=AT)
    told("cem", state="uncertain", reply="Lost.", settled_at=AT)
    return made


def told(name: str, **fields) -> None:
    Delivery.objects.filter(recipient__email=f"{name}@example.org").update(**fields)


def page(client, made: Edition, query: str = "") -> str:
    return words(client.get(f"/admin/newsletters/edition/{made.pk}/copies/{query}"))


def names(seen: str) -> list[str]:
    return [name for name in ("ann", "+bob", "cem", "dana", "eve") if f"<bdi>{name}@example.org" in seen]


def test_pages_follow_one_another_and_ask_as_much_for_many_as_for_one(
    client, works_as, made, django_assert_max_num_queries
):
    works_as("Editor")
    page(client, made)
    with django_assert_max_num_queries(11) as asked:
        first = page(client, made)
    assert not [query for query in asked.captured_queries if "COUNT(" in query["sql"]]
    after = Delivery.objects.get(recipient__email="+bob@example.org").recipient_id
    assert f"?after={after}" in first
    with django_assert_max_num_queries(11):
        second = page(client, made, f"?after={after}")
    after = Delivery.objects.get(recipient__email="dana@example.org").recipient_id
    last = page(client, made, f"?after={after}")
    assert [names(seen) for seen in (first, second, last)] == [["ann", "+bob"], ["cem", "dana"], ["eve"]]
    assert "Next page" not in last


def test_one_state_or_one_address_is_looked_for(client, works_as, made):
    works_as("Editor")
    refused = page(client, made, "?state=failed")
    assert names(refused) == ["+bob", "dana"]
    assert "552 too big" in refused
    assert "Refused 2</a>" in refused
    assert names(page(client, made, "?address=Dana@Example.org")) == ["dana"]
    assert "Nobody with this address" in page(client, made, "?address=dan@example.org")


def test_export_is_whole_harmless_to_a_spreadsheet_and_written_down(client, works_as, made):
    editor = works_as("Editor")
    answer = client.post(f"/admin/newsletters/edition/{made.pk}/copies_export/?state=failed")
    table = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(line[0], line[1], line[-1]) for line in table[1:]] == [
        ("'+bob@example.org", "failed", "'=550 no such user"),
        ("dana@example.org", "failed", "552 too big"),
    ]
    whole = client.post(f"/admin/newsletters/edition/{made.pk}/copies_export/")
    assert len(b"".join(whole.streaming_content).splitlines()) == 6
    assert list(AuditEntry.objects.filter(actor=editor).values_list("verb", flat=True)) == [
        "edition.copies exported", "edition.copies exported",
    ]  # fmt: skip


@pytest.mark.parametrize(("decision", "state"), [("arrived", "accepted"), ("again", "queued")])
def test_editor_decides_about_doubts_alone(client, works_as, made, decision, state):
    works_as("Editor")
    assert "may have it twice" in page(client, made, "?state=uncertain")
    assert "may have it twice" not in page(client, made, "?state=failed")
    everybody = list(Delivery.objects.values_list("recipient", flat=True))
    path = f"/admin/newsletters/edition/{made.pk}/copies/?state=uncertain"
    client.post(path, {"recipient": everybody, "decision": decision})
    assert Delivery.objects.get(recipient__email="cem@example.org").state == state
    assert Delivery.objects.filter(state="failed").count() == 2


def test_names_are_for_those_who_may_see_them(client, works_as, made):
    works_as("Support")
    for answer in (
        client.get(f"/admin/newsletters/edition/{made.pk}/copies/"),
        client.post(f"/admin/newsletters/edition/{made.pk}/copies/", {"decision": "again"}),
        client.post(f"/admin/newsletters/edition/{made.pk}/copies_export/"),
    ):
        assert answer.status_code == 403
