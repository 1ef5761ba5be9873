"""The demo's newsletters have readers, and numbers that are made as real ones are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum

from memberships.models import User
from newsletters import inclusion
from newsletters.models import Delivery, Edition, EditionCount, ListDay, MailEvent, Signup, Tally
from newsroom.demo.seeding.letters import seed_editions
from newsroom.demo.seeding.readings import READERS
from newsroom.demo.seeding.subscribers import seed_subscribers
from tests.factories.articles import make_article
from tests.newsletters.builders import grant_pro, newsletter, person
from tests.newsletters.digests.press import review_list

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_readers_got_what_went_out_and_some_of_them_read_it():
    make_article("Fresh", at=AT - timedelta(days=2))
    letter = newsletter(days=[0, 1, 2, 3, 4, 5, 6])
    seed_editions(AT)
    for name, shown in READERS:
        User.objects.create_user(f"{name}@readers.example", name=shown, joined_at=AT - timedelta(days=150))
    with_review = review_list()
    member = person()
    grant_pro(member, since=AT)
    assert inclusion.include(AT, users=[member.pk]) == 1
    for _time in range(2):
        seed_subscribers(AT)
    assert with_review.signups.get().recipient.user == member
    made = Edition.objects.get()
    copies = Delivery.objects.of_edition(made).count()
    assert 5 < copies == made.audience_size == Tally.objects.get(edition=made, state="accepted").copies
    opened = EditionCount.objects.filter(edition=made, kind="open", link=None).aggregate(all=Sum("copies"))["all"]
    assert 0 < opened == MailEvent.objects.values("recipient").distinct().count() < copies
    joined = ListDay.objects.filter(newsletter=letter).aggregate(all=Sum("added"))["all"]
    assert joined == Signup.objects.filter(newsletter=letter).count() == len(READERS)
    sizes = list(ListDay.objects.filter(newsletter=letter).order_by("day").values_list("size", flat=True))
    known = sizes[next(place for place, size in enumerate(sizes) if size) :]
    assert len(known) > 60
    assert None not in known
    assert known[0] < max(known)
    assert ListDay.objects.get(newsletter=letter, day=AT.date()).size == letter.signups.confirmed().count()
