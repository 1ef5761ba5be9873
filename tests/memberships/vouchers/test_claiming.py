"""A gift is claimed once, opens what it says from when it should, and is over when its money goes back."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from memberships import clock
from memberships.models import Entitlement, Voucher
from memberships.vouchers import claiming, ending, links
from memberships.vouchers.claiming import VoucherRefused
from memberships.vouchers.lining_up import months_after
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person, subscription
from tests.memberships.conftest import holds_pro
from tests.memberships.vouchers.giving import paid

pytestmark = pytest.mark.django_db


def test_looking_claims_nothing_and_the_press_opens_it_at_once(client, django_capture_on_commit_callbacks):
    reader, (voucher, token) = person(), paid(3)
    path = f"/gift/{token}/"
    assert f"/account/signup/?next={path}" in text(client.get(path))
    client.force_login(reader)
    assert "You read from now on, until" in text(client.get(path))
    assert not holds_pro(reader)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(path, follow=True)

    assert "You read Corniche PRO with a gift until" in text(answer)
    assert holds_pro(reader)
    voucher.refresh_from_db()
    assert not holds_pro(reader, months_after(clock.now(), 3) + DAY)
    assert Entitlement.objects.get().ends_at == voucher.ends_at
    assert list(Message.objects.values_list("kind", "recipient__email")) == [("gift_claimed", "karim@example.org")]
    # Pressed again by the same person it is theirs; by another it is gone.
    assert claiming.claim(token, reader, clock.now()).claimed_by == reader
    client.force_login(person())
    for answer in (client.get(path), client.post(path)):
        assert (answer.status_code, "has been claimed already" in text(answer)) == (410, True)


@pytest.mark.usefixtures("committing")
def test_of_two_people_who_press_at_once_one_has_it():
    (_voucher, token), rivals = paid(), [person(), person()]
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def press(user):
        ready.wait()
        try:
            claiming.claim(token, user, clock.now())
            outcomes.append("claimed")
        except VoucherRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[user]) for user in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["claimed", "refused"]
    assert [holds_pro(user) for user in rivals].count(True) == 1
    assert Entitlement.objects.count() == 1


def test_a_member_is_told_that_it_waits_and_it_waits_for_as_long_as_the_membership_goes_on(client):
    reader, (voucher, token) = person(), paid(3)
    running = subscription(reader, period_ends_at=clock.now() + 20 * DAY)
    client.force_login(reader)
    assert "The gift is kept for you until that ends" in text(client.get(f"/gift/{token}/"))

    claiming.claim(token, reader, clock.now())

    def span():
        voucher.refresh_from_db()
        right = Entitlement.objects.get(revoked_at=None, source=Entitlement.Source.GIFT)
        assert right.ends_at == voucher.ends_at
        assert abs(right.starts_at - voucher.starts_at) < timedelta(seconds=1)
        return voucher.starts_at, voucher.ends_at

    assert span() == (running.period_ends_at, months_after(running.period_ends_at, 3))
    # Renewed: it moves behind the new year. Nothing else to do, nothing is done.
    running.period_starts_at, running.period_ends_at = running.period_ends_at, clock.now() + 385 * DAY
    running.save()
    at = clock.now() + 21 * DAY
    assert (claiming.follow_all(at), claiming.follow_all(at)) == (1, 0)
    assert span() == (running.period_ends_at, months_after(running.period_ends_at, 3))
    # Over before its time: the gift begins.
    running.status = "canceled"
    running.save()
    claiming.follow_all(at)
    now = at.replace(microsecond=0)
    assert span() == (now, months_after(now, 3))


def test_a_second_gift_follows_the_first():
    reader, (first, token), (second, other) = person(), paid(3), paid(12)
    claiming.claim(token, reader, clock.now())
    claiming.claim(other, reader, clock.now())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.starts_at, second.ends_at) == (first.ends_at, months_after(first.ends_at, 12))


def test_what_is_held_void_or_run_out_cannot_be_claimed_and_won_back_it_can(client):
    reader, at = person(), clock.now()
    (held, token), (void, other) = paid(), paid()
    ending.hold(held, "dp_1", at)
    ending.void(void, at, "given back")
    old, late = paid(expires_at=at - DAY)
    assert ending.run_out(at) == 1
    client.force_login(reader)
    for each, said in ((token, "was taken back"), (other, "was taken back"), (late, "ran out"), ("x" * 43, "no gift")):
        answer = client.post(f"/gift/{each}/")
        assert (answer.status_code, said in text(answer)) == (410, True)
    old.refresh_from_db()
    assert (old.state, holds_pro(reader)) == (Voucher.State.EXPIRED, False)

    ending.release(Voucher.objects.get(pk=held.pk), at)
    claiming.claim(token, reader, at)
    row = Voucher.objects.select_related("plan__product", "claimed_by").get(pk=held.pk)
    ending.hold(row, "dp_1", clock.now())
    assert not holds_pro(reader)
    ending.release(row, clock.now())
    assert holds_pro(reader)


def test_a_buyer_changes_where_it_goes_until_it_is_claimed_and_a_new_link_ends_the_old(client):
    voucher, first = paid(delivered_at=clock.now() - DAY)
    page = f"/gift/bought/{links.buyer_token(voucher)}/"
    day = (clock.now() + 5 * DAY).date().isoformat()
    form = {"recipient_name": "Lina", "recipient_email": "lina@example.org", "time_zone": "Asia/Tokyo"}
    assert client.post(f"{page}redirect/", {**form, "deliver_on": "2020-01-01"}).status_code == 422
    answer = client.post(f"{page}redirect/", {**form, "deliver_on": day}, follow=True)
    assert "Paid. We deliver it to lina@example.org on" in text(answer)
    voucher.refresh_from_db()
    assert voucher.deliver_at.astimezone(ZoneInfo("Asia/Tokyo")).hour == 8
    assert client.get(f"/gift/{first}/").status_code == 410

    printed = text(client.post(f"{page}print/"))
    second = re.search(r"/gift/([\w-]{43})/", printed)[1]
    assert client.get(f"/gift/{second}/").status_code == 200
    Voucher.objects.filter(pk=voucher.pk).update(delivered_at=clock.now())
    assert "sent a moment ago" in text(client.post(f"{page}send/", follow=True))

    claiming.claim(second, person(), clock.now())
    for act in ("send", "print", "redirect"):
        said = text(client.post(f"{page}{act}/", {**form, "deliver_on": day}, follow=True))
        assert "there is nothing to change any more" in said
