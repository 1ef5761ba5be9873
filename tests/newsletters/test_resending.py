"""Who did not open an edition is written to once more, and in doubt nobody is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from newsletters import editions, signups
from newsletters.editions import EditionError
from newsletters.models import Delivery, Edition, MailEvent, Recipient
from newsletters.tracking import keeping
from tests.newsletters.admin.forms import edition_form, words
from tests.newsletters.builders import AT, edition, newsletter, person, story, subscriber
from tests.newsletters.sending import send, states

pytestmark = pytest.mark.django_db
NEXT = AT + timedelta(hours=25)
HUMAN = {
    "method": "GET", "agent": "Mozilla Safari", "network": "n", "is_prefetch": False, "is_navigation": True,
    "is_data_centre": False, "seconds": 540,
}  # fmt: skip
NAMES = ("silent", "scanned", "opened", "proxied", "followed", "perhaps", "uncounted", "gone", "refused", "doubted",
         "again")  # fmt: skip


@pytest.fixture(autouse=True)
def counting(settings):
    settings.COUNT_MAIL = True


def again(made: Edition) -> Edition:
    return Edition.objects.select_related("newsletter", "parent__newsletter").get(pk=made.pk)


def sent(**fields) -> tuple[Edition, dict[str, Recipient]]:
    """An edition everybody has, and who they are."""
    letter = newsletter(is_counted=True, **fields)
    readers = {name: subscriber(letter, f"{name}@example.org") for name in NAMES}
    made = edition(letter, story("Tea prices rise"))
    assert editions.freeze(made, AT)
    Delivery.objects.of_edition(made).update(state="accepted", settled_at=AT)
    assert editions.finish(made, AT)
    return again(made), readers


def note(made: Edition, reader: Recipient, kind: str, **facts) -> None:
    link = 1 if kind == "click" else None
    values = {"edition_on": made.edition_on, "edition": made, "recipient": reader, "at": AT + timedelta(minutes=9)}
    MailEvent.objects.create(id=uuid4(), kind=kind, link=link, **values, **HUMAN | facts)


def test_goes_to_those_who_certainly_have_it_and_of_whom_nothing_was_seen(sink):
    made, readers = sent()
    note(made, readers["scanned"], "click", method="HEAD")
    note(made, readers["opened"], "open")
    note(made, readers["proxied"], "open", agent="Mozilla")
    note(made, readers["followed"], "click")
    note(made, readers["perhaps"], "click", is_navigation=False)
    Recipient.objects.filter(pk=readers["uncounted"].pk).update(is_counted=False)
    for is_counted in (False, True):
        keeping.let(readers["again"], NEXT, is_counted=is_counted)
    signups.leave(readers["gone"], made.newsletter, AT)
    copies = Delivery.objects.of_edition(made)
    copies.filter(recipient=readers["refused"]).update(state="failed")
    copies.filter(recipient=readers["doubted"]).update(state="uncertain")
    editor = person()
    once_more = editions.resend(made, editor, NEXT)
    with pytest.raises(EditionError, match="Write a subject first"):
        editions.approve(once_more, editor, NEXT)
    editions.reword(once_more, {"subject": "Did you see what tea costs?"})
    editions.approve(again(once_more), editor, NEXT)
    assert editions.freeze(again(once_more), NEXT)
    send(again(once_more), NEXT)
    assert sorted(to for to, _mail in sink.taken) == ["scanned@example.org", "silent@example.org"]
    mail = sink.taken[0][1]
    body = mail.get_body(["plain"]).get_content()
    assert (str(mail["Subject"]), ":resend:" in mail["Feedback-ID"]) == ("Did you see what tea costs?", True)
    assert ("Tea prices rise" in body, "Correction" in body) == (True, False)
    assert (states(once_more), again(once_more).audience_size) == ({"accepted": 2}, 2)
    with pytest.raises(EditionError, match="was already"):
        editions.resend(made, editor, NEXT)
    with pytest.raises(EditionError, match="cannot be sent once more"):
        editions.resend(once_more, editor, NEXT + timedelta(days=2))


def test_only_a_counted_edition_and_not_too_early_nor_when_nobody_writes_down_who_opens_it():
    made, _readers = sent()
    editor = person()
    with pytest.raises(EditionError, match="Wait until a day is over"):
        editions.resend(made, editor, AT + timedelta(hours=23))
    with pytest.raises(EditionError, match="too old"):
        editions.resend(made, editor, AT + timedelta(days=31))
    once_more = editions.resend(made, editor, NEXT)
    editions.reword(once_more, {"subject": "Once more"})
    editions.approve(again(once_more), editor, AT + timedelta(days=61))
    assert not editions.freeze(again(once_more), AT + timedelta(days=61))
    assert (again(once_more).state, again(once_more).held_because[:23]) == ("held", "This edition is too old")
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.create(
            **{name: getattr(once_more, name) for name in ("newsletter", "kind", "parent", "edition_on", "due_at")},
            covers_from=AT, covers_until=AT, is_primary=False,
        )  # fmt: skip
    Edition.objects.filter(pk=made.pk).update(is_counted=False)
    Edition.objects.filter(pk=once_more.pk).update(state="left_out")
    with pytest.raises(EditionError, match="cannot be sent once more"):
        editions.resend(made, editor, NEXT)


def test_editor_presses_writes_a_subject_and_finds_it_beside_the_edition(client):
    made, _readers = sent()
    editor = person(is_staff=True, is_superuser=True)
    client.force_login(editor)
    page = f"/admin/newsletters/edition/{made.pk}/"
    assert "Send it once more to those who did not open it" in words(client.get(f"{page}change/"))
    correction = editions.correct(made, editor, NEXT)
    once_more = editions.resend(made, editor, NEXT)
    assert editions.correct(made, editor, NEXT) == correction
    seen = words(client.get(f"{page}change/"))
    assert "Once more to those who did not open it: composed" in seen
    assert "Send it once more" not in seen
    theirs = f"/admin/newsletters/edition/{once_more.pk}/change/"
    assert "The edition it repeats" in words(client.get(theirs))
    form = edition_form(once_more, subject="Did you see it?", newsletters_edition_approve="1")
    assert "Approved." in words(client.post(theirs, form, follow=True))
