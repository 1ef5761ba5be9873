"""The review comes with the membership, once, and never to who said no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships.models import User
from newsletters import inclusion, signups
from newsletters.models import Newsletter, Signup, SignupAct
from newsletters.recipients import recipient_of
from tests.newsletters.builders import AT, grant_pro, person, pro
from tests.newsletters.digests.press import review_list
from tests.newsletters.test_recipients import moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Newsletter:
    return review_list()


def state_of(user: User, letter: Newsletter) -> str | None:
    return Signup.objects.filter(recipient__user=user, newsletter=letter).values_list("state", flat=True).first()


def test_who_gets_the_right_gets_the_review_with_the_words_kept(letter, django_capture_on_commit_callbacks):
    user = person()
    with django_capture_on_commit_callbacks(execute=True):
        grant_pro(user)
    assert state_of(user, letter) == "confirmed"
    act = SignupAct.objects.get(recipient__user=user)
    assert (act.kind, act.source) == ("included", "membership")
    assert "leave it at any time" in act.words
    assert act.words == Signup.objects.get(recipient__user=user).consent_text
    assert inclusion.include(AT) == 0


@pytest.mark.parametrize("refuse", ["leaves it", "leaves all", "left it before", "moves"])
def test_who_ever_said_no_is_not_signed_up_again(letter, refuse):
    user = person()
    reader = recipient_of(user, AT)
    if refuse != "left it before":
        grant_pro(user)
        assert inclusion.include(AT) == 1
    if refuse == "leaves all":
        signups.leave_all(reader, AT)
    else:
        signups.leave(reader, letter, AT)
    if refuse == "moves":
        assert moved(user).email == "moved@example.org"
    grant_pro(user)
    assert inclusion.include(AT, users=[user.pk]) == inclusion.include(AT) == 0
    assert state_of(user, letter) != "confirmed"


def test_the_tick_finds_whom_the_moment_missed_and_nobody_else(letter, monkeypatch):
    monkeypatch.setattr(inclusion, "MOST_AT_ONCE", 1)
    first, second, later, unproved = person(), person(), person(), person(is_confirmed=False)
    person()
    for user in (first, second, unproved):
        grant_pro(user)
    grant_pro(later, since=AT + timedelta(days=1))
    assert [inclusion.include(AT) for _turn in range(3)] == [1, 1, 0]
    assert {state_of(user, letter) for user in (first, second)} == {"confirmed"}
    assert [state_of(user, letter) for user in (later, unproved)] == [None, None]
    assert inclusion.include(AT + timedelta(days=1)) == 1


def test_each_reads_the_review_of_their_language_where_there_is_one(letter):
    arabic = review_list(language="ar", product=pro())
    readers = {language: person(language=language) for language in ("en", "ar", "tr")}
    for user in readers.values():
        grant_pro(user)
    inclusion.include(AT)
    got = {language: list(_lists(user)) for language, user in readers.items()}
    assert got == {"en": [letter.pk], "ar": [arabic.pk], "tr": [letter.pk]}


def _lists(user: User):
    return Signup.objects.confirmed().filter(recipient__user=user).values_list("newsletter", flat=True)
