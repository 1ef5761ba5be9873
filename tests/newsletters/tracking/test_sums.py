"""What letters led to, as sums: by differences, once whatever dies, and judged anew when the rules change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from memberships import clock
from newsletters import tasks
from newsletters.models import Edition, EditionCount, MailEvent, Recipient, Signup
from newsletters.tracking import keeping, rules, sums, waiting
from tests.newsletters.builders import recipient, story, subscriber
from tests.newsletters.tracking.letters import SOMEBODY, followed, opened, sent, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counting")]


def counts(made: Edition) -> dict[tuple[str, int | None], dict[str, int]]:
    found: dict[tuple[str, int | None], dict[str, int]] = {}
    for row in EditionCount.objects.filter(edition=made, copies__gt=0):
        found.setdefault((row.kind, row.link), {})[row.verdict] = row.copies
    return found


def test_a_filter_that_follows_every_link_changes_nothing_and_is_counted_as_a_machine(letter):
    reader, person = subscriber(letter), subscriber(letter)
    made = sent(letter, story(), story(), story())
    before = (list(Signup.objects.values()), list(Recipient.objects.values()))
    numbers = sorted(made.links.values_list("number", flat=True))
    scanner = Client()
    for number in numbers:
        assert scanner.get(f"/n/c/{token_of(made, reader)}/{number}", headers=SOMEBODY).status_code == 302
    scanner.get(f"/n/o/{token_of(made, reader)}", headers=SOMEBODY)
    assert (list(Signup.objects.values()), list(Recipient.objects.values())) == before
    followed(made, person, 1)
    tasks.write_mail_events()
    found = counts(made)
    assert found["open", None] == {"machine": 1, "human": 1}
    assert found["click", None] == {"machine": 1, "human": 1}
    assert found["click", 1] == {"machine": 1, "human": 1}
    assert found["click", 2] == {"machine": 1}
    assert [each.pk for each in Recipient.objects.exclude(last_sign_at=None)] == [person.pk], "a person gave a sign"


def test_sums_follow_what_is_learned_later_and_are_the_same_if_a_task_dies(letter, monkeypatch):
    reader = subscriber(letter)
    made = sent(letter)
    opened(made, reader, **{"User-Agent": "Mozilla/5.0"})
    tasks.write_mail_events()
    assert counts(made) == {("open", None): {"unknown": 1}}
    followed(made, reader)
    real = sums.add

    def die(*arguments):
        real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(sums, "add", die)
    with pytest.raises(KeyboardInterrupt):
        tasks.write_mail_events()
    assert (MailEvent.objects.count(), counts(made)) == (1, {("open", None): {"unknown": 1}})
    monkeypatch.setattr(sums, "add", real)
    monkeypatch.setattr(waiting, "remove", lambda batch: None)
    for _dies_before_it_takes_them_off in range(2):
        tasks.write_mail_events()
    assert counts(made) == {
        ("open", None): {"human": 1}, ("click", None): {"human": 1}, ("click", 1): {"human": 1},
    }  # fmt: skip


def test_new_rules_judge_an_edition_anew_while_its_events_are_kept(letter, monkeypatch):
    readers = [subscriber(letter) for _each in range(3)]
    made = sent(letter)
    for reader in readers:
        opened(made, reader)
    tasks.write_mail_events()
    monkeypatch.setattr(sums, "RULES_VERSION", 2)
    monkeypatch.setattr("newsletters.tracking.classifying.RULES", (lambda event, requests: rules.Verdict.MACHINE,))
    followed(made, readers[0])
    tasks.write_mail_events()
    assert counts(made) == {("open", None): {"human": 3}}, "two kinds of rules are never added up"
    at = clock.now()
    assert not sums.judge_anew(at + timedelta(days=61))
    assert sums.judge_anew(at)
    assert not sums.judge_anew(at)
    assert counts(made)["open", None] == {"machine": 3}
    assert counts(made)["click", None] == {"machine": 1}


def test_copies_nobody_was_sent_and_readers_who_said_no_are_in_no_sum(letter):
    reader, other = subscriber(letter), subscriber(letter)
    Recipient.objects.filter(pk=other.pk).update(is_counted=False)
    made = sent(letter)
    assert made.uncounted == 1
    for somebody in (other, recipient()):
        followed(made, somebody)
    for _again in range(keeping.MOST_OF_A_COPY + 5):
        opened(made, reader)
    tasks.write_mail_events()
    assert MailEvent.objects.count() == keeping.MOST_OF_A_COPY
    assert counts(made) == {("open", None): {"human": 1}}
