from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from newsletters import audience, recipients, signups, suppression, tokens
from newsletters.delivery import messages as sending
from newsletters.models import Message, Recipient, Signup, Stream, Suppression
from newsletters.recipients import recipient_for
from newsletters.signups import Consent, SignupError
from tests.newsletters.builders import AT, grant_pro, newsletter, person, pro, recipient, subscriber

pytestmark = pytest.mark.django_db
CONSENT = Consent("newsletters", "We write to confirm first.", "192.0.2.7")


def ask(email="ann@example.org", lists=None, at=AT, **options):
    return signups.request(email, lists or [newsletter()], CONSENT, at, **options)


def token_of(message: Message) -> str:
    return message.text.split("/newsletters/confirm/")[1].split("/")[0]


def test_address_is_found_whatever_its_case_and_keeps_its_typed_form():
    first = recipient_for(" Ann.Example@Example.org ", AT)
    assert recipient_for("ann.example@EXAMPLE.org", AT) == first
    assert (first.email, first.email_as_typed) == ("ann.example@example.org", "Ann.Example@Example.org")


@pytest.mark.parametrize(("is_confirmed", "is_linked"), [(True, True), (False, False)])
def test_address_belongs_to_an_account_once_that_has_proved_it(is_confirmed, is_linked):
    user = person("ann@example.org", is_confirmed=is_confirmed, language="tr")
    found = recipient_for("Ann@example.org", AT)
    assert (found.user == user) is is_linked
    assert recipients.language_of(found) == ("tr" if is_linked else "en")


def test_sign_up_waits_for_the_mailbox():
    letter = newsletter()
    asked = ask(lists=[letter])
    signup, message = Signup.objects.get(), Message.objects.get()
    assert (asked.is_confirmed, signup.state, message.kind) == (False, "pending", "confirm_signups")
    assert (signup.source, signup.consent_text) == ("newsletters", CONSENT.text)
    assert len(signup.address_hash) == 64
    assert signups.confirm(token_of(message), AT + timedelta(days=1)) == [letter]
    signup.refresh_from_db()
    assert (signup.state, signup.confirmed_at) == ("confirmed", AT + timedelta(days=1))


def test_pending_sign_up_is_mailed_once_an_hour():
    letters = [newsletter(), newsletter()]
    for minutes in (0, 20, 59):
        ask(lists=letters[:1], at=AT + timedelta(minutes=minutes))
    assert Message.objects.count() == 1
    ask(lists=letters, at=AT + timedelta(minutes=59))
    newest = Message.objects.order_by("-id").first()
    assert Message.objects.count() == 2
    assert letters[1].name in newest.text
    assert letters[0].name not in newest.text
    ask(lists=letters[:1], at=AT + timedelta(minutes=61))
    assert Message.objects.count() == 3


def test_who_gets_it_already_is_not_asked_again():
    letter = newsletter()
    subscriber(letter, "ann@example.org")
    ask(lists=[letter])
    assert (Signup.objects.get().state, Message.objects.count()) == ("confirmed", 0)


def test_link_confirms_what_it_was_about_and_nothing_a_stranger_added():
    mine, strangers = newsletter(), newsletter()
    ask(lists=[mine])
    message = Message.objects.get()
    ask(lists=[strangers], at=AT + timedelta(minutes=5))
    signups.confirm(token_of(message), AT)
    assert Signup.objects.get(newsletter=strangers).state == "pending"


def test_old_link_does_not_bring_a_newsletter_back():
    letter = newsletter()
    ask(lists=[letter])
    token = token_of(Message.objects.get())
    signups.confirm(token, AT)
    assert signups.confirm(token, AT) == [letter]
    signups.leave(Recipient.objects.get(), letter, AT)
    with pytest.raises(SignupError, match="left since"):
        signups.confirm(token, AT)
    assert Signup.objects.get().state == "left"


@pytest.mark.parametrize(
    ("spoil", "later", "sentence"),
    [
        (lambda token: token[:-3], timedelta(0), "damaged"),
        (lambda token: "é" + token, timedelta(0), "damaged"),
        (lambda token: token, timedelta(days=31), "more than a month old"),
    ],
)
def test_spoilt_link_is_refused_with_a_sentence(spoil, later, sentence):
    ask()
    with pytest.raises(SignupError, match=sentence):
        signups.confirm(spoil(token_of(Message.objects.get())), AT + later)
    assert Signup.objects.get().state == "pending"


def test_tokens_of_one_purpose_open_no_other():
    someone = recipient()
    token = tokens.for_preferences(someone.public_id)
    assert tokens.read_preferences(token) == someone.public_id
    with pytest.raises(tokens.BadToken):
        tokens.read_unsubscribing(token)


def test_signed_in_reader_with_that_very_address_is_not_asked():
    letter, user = newsletter(), person("ann@example.org")
    assert ask("Ann@Example.org", [letter], user=user).is_confirmed
    assert not ask("other@example.org", [letter], user=user).is_confirmed
    assert [signup.state for signup in Signup.objects.order_by("id")] == ["confirmed", "pending"]


def test_list_for_members_wants_a_member():
    letter, user = newsletter(product=pro(), name="Banking"), person()
    with pytest.raises(SignupError, match="“Banking” is part of Corniche PRO"):
        ask(lists=[letter])
    with pytest.raises(SignupError, match="Start a membership first"):
        ask(user.email, [letter], user=user)
    assert not Signup.objects.exists()
    grant_pro(user)
    assert ask(user.email, [letter], user=user).is_confirmed


@pytest.mark.parametrize(
    "email", ["", "ann", "ann@", "ann@example.org\r\nBcc: x@example.org", f"{'a' * 300}@example.org"]
)
def test_what_is_no_address_is_refused(email):
    with pytest.raises(SignupError, match=r"no email address. Write it like name@example\.org"):
        ask(email)
    assert not Recipient.objects.exists()


def test_leaving_is_for_one_newsletter_and_can_be_undone():
    one, other = newsletter(), newsletter()
    reader = subscriber(one)
    Signup.objects.create(recipient=reader, newsletter=other, state="confirmed", requested_at=AT, confirmed_at=AT)
    for _again in range(2):
        signups.leave(reader, one, AT)
    assert set(reader.signups.confirmed().values_list("newsletter", flat=True)) == {other.pk}
    signups.rejoin(reader, one, AT)
    assert reader.signups.confirmed().count() == 2


def test_undo_never_makes_a_subscriber_of_somebody_who_was_none():
    letter, stranger = newsletter(), recipient()
    signups.leave(stranger, letter, AT)
    signups.rejoin(stranger, letter, AT)
    assert not stranger.signups.confirmed().exists()


def test_leaving_everything_holds_until_the_mailbox_asks_again():
    letter = newsletter()
    reader = subscriber(letter, "ann@example.org")
    signups.leave_all(reader, AT)
    assert Signup.objects.get().state == "left"
    assert set(Suppression.objects.values_list("stream", flat=True)) == {Stream.NEWSLETTERS, Stream.OFFERS}
    ask(lists=[letter])
    assert Suppression.objects.count() == 2
    signups.confirm(token_of(Message.objects.get()), AT)
    assert Suppression.objects.get().stream == Stream.OFFERS, "who asks for a newsletter asks for no offers"


def test_what_staff_stopped_stays_stopped_and_its_owner_is_told():
    letter, left = newsletter(), newsletter()
    reader = recipient("ann@example.org")
    signups.join(reader, [left], CONSENT, AT)
    signups.leave(reader, left, AT)
    suppression.suppress(reader, Stream.NEWSLETTERS, Suppression.Reason.STAFF, AT)
    ask(lists=[letter])
    for act in (
        lambda: signups.confirm(token_of(Message.objects.get()), AT),
        lambda: signups.choose(reader, {letter: None}, [letter], CONSENT, AT),
        lambda: signups.rejoin(reader, left, AT),
    ):
        with pytest.raises(SignupError, match="We have stopped newsletters to this address"):
            act()
    ask(lists=[letter], at=AT + timedelta(minutes=2))
    assert (Suppression.objects.get().reason, Message.objects.count()) == ("staff", 1)
    assert not reader.signups.confirmed().exists()


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint", "asked"])
def test_what_was_lost_is_asked_about_once_an_hour_and_comes_again_once_it_is_confirmed(reason):
    letter = newsletter()
    reader = subscriber(letter, "ann@example.org")
    suppression.suppress(reader, Stream.NEWSLETTERS, Suppression.Reason(reason), AT)
    for minutes in (0, 59):
        ask(lists=[letter], at=AT + timedelta(minutes=minutes))
    message = Message.objects.get()
    assert sending.take(AT) == message, "what the owner asks for now goes to a mailbox that was lost for newsletters"
    assert Signup.objects.get().state == "confirmed", "whoever typed the address takes nothing away"
    assert not audience.of(letter, AT).exists()
    signups.confirm(token_of(message), AT)
    assert audience.of(letter, AT).get() == reader
    assert list(reader.signup_acts.order_by("pk").values_list("kind", flat=True)) == ["asked", "confirmed"]


@pytest.mark.parametrize("way", ["chooses", "is signed in", "undoes"])
def test_who_asks_in_person_gets_again_what_was_stopped(way):
    letter, user = newsletter(), person("ann@example.org")
    reader = subscriber(letter, "ann@example.org")
    suppression.suppress(reader, Stream.NEWSLETTERS, Suppression.Reason.COMPLAINT, AT)
    signups.choose(reader, {}, [], CONSENT, AT)
    assert not audience.of(letter, AT).exists(), "who wants nothing lifts nothing"
    if way == "chooses":
        signups.choose(reader, {letter: None}, [letter], CONSENT, AT)
    elif way == "is signed in":
        ask(lists=[letter], user=user)
    else:
        signups.rejoin(reader, letter, AT)
    assert audience.of(letter, AT).get() == reader
    assert reader.signup_acts.get().kind == ("returned" if way == "undoes" else "kept")


def test_undo_after_stopping_everything_brings_the_one_list_back():
    letter, other = newsletter(), newsletter()
    reader = subscriber(letter)
    signups.join(reader, [other], CONSENT, AT)
    signups.leave_all(reader, AT)
    signups.rejoin(reader, letter, AT)
    assert (audience.of(letter, AT).get(), audience.of(other, AT).count()) == (reader, 0)


def test_choice_turns_on_and_off_together_or_not_at_all():
    kept, dropped, added, closed = newsletter(), newsletter(), newsletter(), newsletter(product=pro())
    everything = [kept, dropped, added, closed]
    reader = subscriber(kept)
    Signup.objects.create(recipient=reader, newsletter=dropped, state="confirmed", requested_at=AT, confirmed_at=AT)
    with pytest.raises(SignupError):
        signups.choose(reader, dict.fromkeys([kept, added, closed]), everything, CONSENT, AT)
    assert set(reader.signups.confirmed().values_list("newsletter", flat=True)) == {kept.pk, dropped.pk}
    signups.choose(reader, dict.fromkeys([kept, added]), everything, CONSENT, AT)
    assert set(reader.signups.confirmed().values_list("newsletter", flat=True)) == {kept.pk, added.pk}


def test_newsletters_follow_an_account_to_its_new_address():
    one, other = newsletter(), newsletter()
    user = person("old@example.org")
    old = subscriber(one, "old@example.org")
    Signup.objects.create(recipient=old, newsletter=other, state="confirmed", requested_at=AT, confirmed_at=AT)
    new = recipient("new@example.org")
    Signup.objects.create(recipient=new, newsletter=other, state="left", requested_at=AT, left_at=AT)
    user.email = "New@example.org"
    user.save()
    user.emailaddress_set.update(email="new@example.org")
    recipients.follow(user, AT)
    new.refresh_from_db()
    assert new.user == user
    assert [signup.newsletter for signup in new.signups.confirmed()] == [one]
    assert not old.signups.confirmed().exists()


def test_a_pause_holds_until_its_day_and_ends_by_itself():
    letter = newsletter()
    reader = subscriber(letter)
    back = AT.date() + timedelta(days=7)
    signups.pause(reader, letter, back, AT)
    assert not audience.of(letter, AT + timedelta(days=6)).exists()
    assert audience.of(letter, AT + timedelta(days=7)).exists()
    signups.pause(reader, letter, None, AT)
    assert audience.of(letter, AT).exists()


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_pause_ends_on_a_day_that_is_to_come_and_not_too_far(days):
    letter = newsletter()
    reader = subscriber(letter)
    with pytest.raises(SignupError, match="within a year"):
        signups.pause(reader, letter, AT.date() + timedelta(days=days), AT)
    assert audience.of(letter, AT).exists()


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Tokyo", 15), ("America/Los_Angeles", 32), ("UTC", 24)])
def test_a_pause_ends_when_its_day_begins_where_the_list_is_at_home(zone, hour):
    """The day after ``AT``'s begins so many hours after that day's midnight in UTC."""
    letter = newsletter(time_zone=zone)
    signups.pause(subscriber(letter), letter, AT.date() + timedelta(days=1), AT)
    begins = AT.replace(hour=0, minute=0) + timedelta(hours=hour)
    assert not audience.of(letter, begins - timedelta(seconds=1)).exists()
    assert audience.of(letter, begins).exists()


def test_who_leaves_and_comes_back_is_not_paused():
    letter = newsletter()
    reader = subscriber(letter)
    signups.pause(reader, letter, AT.date() + timedelta(days=7), AT)
    signups.leave(reader, letter, AT)
    signups.rejoin(reader, letter, AT)
    assert audience.of(letter, AT).exists()


def test_list_for_accounts_is_chosen_signed_in_and_left_out_once_the_account_is_closed():
    letter = newsletter(needs_account=True)
    with pytest.raises(SignupError, match="is for readers with an account"):
        ask(lists=[letter])
    user = person("reader@example.org")
    assert ask(user.email, [letter], user=user).is_confirmed
    subscriber(letter, "left.without@example.org")
    assert [each.email for each in audience.of(letter, AT)] == [user.email]
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert not audience.of(letter, AT).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        newsletter(needs_account=True, product=pro())
