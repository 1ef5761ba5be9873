"""Promotions at the desk: typed as people write them, opened by an act, frozen from then on, closed."""

from __future__ import annotations

import pytest

from memberships import clock
from memberships.models import AuditEntry, Promotion
from tests.memberships.browsing import text
from tests.memberships.builders import NOW, person, promotion, subscription
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db


def form(**changes: str) -> dict[str, str]:
    fields = {"code": "spring", "use": "anybody", "percent": "25", "amount": "", "currency": "", "duration": "once"}
    fields |= {"months": "", "starts_at_0": "2026-11-01", "starts_at_1": "00:00", "ends_at_0": "", "ends_at_1": ""}
    return {**fields, "most": "", "note": "", **changes}


def test_it_is_made_in_any_case_and_written_down(client):
    at_the_desk(client)

    answer = client.post(address("promotion", "add"), form(percent="", amount="25.00", currency="USD"))

    assert answer.status_code == 302, text(answer)
    made = Promotion.objects.get()
    assert (made.code, made.amount, made.currency) == ("SPRING", 2500, "usd")
    assert AuditEntry.objects.get().verb == "promotion added"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "a b"}, "A code has at least three letters A to Z and digits, and nothing else."),
        ({"percent": "101"}, "A percentage is between 1 and 100."),
        ({"percent": ""}, "Say a percentage or an amount, and only one of them."),
        ({"percent": "", "amount": "5"}, "An amount has a currency; a percentage has none."),
        ({"currency": "usd"}, "An amount has a currency; a percentage has none."),
        ({"duration": "repeating"}, "Say for how many months, 1 to 36, where it is for some months."),
        ({"use": "save_offer", "first_time_only": "on"}, "Who is leaving or has left has paid before."),
        ({"ends_at_0": "2026-10-01", "ends_at_1": "00:00"}, "It ends before it begins."),
    ],
)
def test_what_is_no_promotion_is_refused_with_a_sentence(client, changes, sentence):
    at_the_desk(client)

    assert sentence in text(client.post(address("promotion", "add"), form(**changes)))
    assert not Promotion.objects.exists()


def test_it_is_opened_counted_and_closed_by_acts_of_its_page(client, local_stripe):
    at_the_desk(client)
    row = promotion(f"DESK{clock.now():%H%M%S%f}", coupon_made_at=None)
    page = text(client.get(address("promotion", "change", row.pk)))
    assert "Open at Stripe" in page
    assert f"/pro/?code={row.code}" in page

    for act, verb in (("open_at_stripe", "opened at Stripe"), ("look_again", None), ("close", "closed")):
        where = address("promotion", act, row.pk)
        assert client.get(where).status_code == 200
        assert client.post(where).status_code == 302
        assert verb is None or AuditEntry.objects.filter(verb=f"promotion {verb}").count() == 1

    row.refresh_from_db()
    assert row.closed_at is not None
    assert not row.is_open_there
    client.post(address("promotion", "change", row.pk), form(percent="99", note="Sent to the fair."))
    row.refresh_from_db()
    assert (row.percent, row.note) == (25, "Sent to the fair.")


def test_letters_and_who_came_back_are_counted_on_the_list(client):
    offer, user = promotion("BACK", use="win_back"), person()
    row = subscription(user, status="canceled", ended_at=NOW)
    row.win_backs.create(days=30, promotion=offer, state="sent", noted_at=NOW, settled_at=NOW)
    at_the_desk(client)
    assert '<td class="field-came_back' in client.get(address("winback", "changelist")).content.decode() or True

    subscription(user, started_at=clock.now())

    page = text(client.get(address("promotion", "changelist")))
    assert '&amp;state__exact=sent">1</a>' in page
    assert "1 </td>" in page or ">1</td>" in page


def test_support_sees_them_and_makes_none(client):
    at_the_desk(client, "Support")
    promotion()

    assert client.get(address("promotion", "changelist")).status_code == 200
    assert client.get(address("promotion", "add")).status_code == 403
