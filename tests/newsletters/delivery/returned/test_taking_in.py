"""What comes back changes the ledger once, by a pipe or a Maildir, and loses nothing when it is killed."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from memberships import clock
from newsletters import editions, messages, tasks, tokens
from newsletters.delivery.messages import send_next
from newsletters.delivery.returned import learning, maildir, return_paths
from newsletters.delivery.smtp import Line
from newsletters.models import Delivery, Message, Report, Suppression
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber
from tests.newsletters.delivery.returned import mails
from tests.newsletters.sending import send

pytestmark = pytest.mark.django_db
Fate = Report.Fate


@pytest.fixture(autouse=True)
def comes_back(settings):
    settings.BOUNCE_DOMAIN = "bounces.corniche.example"


@pytest.fixture
def copy() -> Delivery:
    letter = newsletter()
    subscriber(letter, "ann@example.org")
    assert editions.freeze(edition(letter), AT)
    Delivery.objects.update(state="accepted")
    return Delivery.objects.get()


def path_of(copy: Delivery) -> str:
    return return_paths.of_copy(copy.edition.public_id, copy.recipient.public_id)


def outcome(copy: Delivery) -> tuple[str, list[tuple[str, str]]]:
    copy.refresh_from_db()
    return copy.state, list(Suppression.objects.values_list("stream", "reason"))


def test_every_letter_leaves_by_a_return_path_that_names_its_row(sink, committing):
    letter = newsletter()
    ann = subscriber(letter, "ann@example.org")
    made = edition(letter)
    assert editions.freeze(made, AT)
    send(made)
    message = messages.welcome(person(), AT)
    with Line() as line:
        assert send_next(line, lambda: AT)
    assert sink.senders == [
        return_paths.of_copy(made.public_id, ann.public_id),
        return_paths.of_message(message.public_id),
    ]


@pytest.mark.parametrize(
    ("status", "said", "fate", "state", "stopped"),
    [
        ("5.1.1", "", Fate.BOUNCED, "bounced", [("newsletters", "hard_bounce")]),
        ("5.2.2", "smtp; 552 5.2.2 full", Fate.FAILED, "failed", []),
        ("5.7.1", "smtp; 550 5.7.515 sender does not meet", Fate.FAILED, "failed", []),
    ],
)
def test_a_mail_is_applied_once_by_what_its_code_says(copy, status, said, fate, state, stopped):
    raw = mails.dsn("<gone>", to=path_of(copy), status=status, said=said)
    for _again in range(2):
        assert learning.take_in(raw, AT) is fate
        assert outcome(copy) == (state, stopped)
    report = Report.objects.get()
    assert (report.recipient, bytes(report.raw)) == (copy.recipient, raw)
    assert set(Suppression.objects.values_list("rules", flat=True)) <= {2}


def test_what_is_lost_for_an_account_is_lost_for_the_account_alone():
    message = messages.welcome(person("ann@example.org"), AT)
    Message.objects.update(state="uncertain")
    learning.take_in(mails.dsn("<gone>"), AT, delivered_to=return_paths.of_message(message.public_id))
    message.refresh_from_db()
    assert (message.state, message.reply[:9]) == ("bounced", "550 5.1.1")
    assert Suppression.objects.get().stream == "transactional"


def test_a_complaint_without_a_name_is_known_by_our_link(copy):
    token = tokens.for_unsubscribing(copy.recipient.public_id, copy.edition.newsletter_id)
    head = f"List-Unsubscribe: <https://thecorniche.example/newsletters/unsubscribe/{token}/>"
    assert learning.take_in(mails.complaint(head), AT) is Fate.COMPLAINED
    assert outcome(copy) == ("accepted", [("newsletters", "complaint")])
    assert learning.take_in(mails.complaint(f"Message-ID: {mails.id_of(copy)}"), AT) is Fate.COMPLAINED
    assert outcome(copy)[0] == "complained"


def test_what_names_nobody_or_means_nothing_changes_nothing(copy):
    path = path_of(copy)
    forged = path[:10] + ("b" if path[10] == "a" else "a") + path[11:]
    assert learning.take_in(mails.dsn("<gone>", to=forged), AT) is Fate.UNKNOWN
    assert learning.take_in(mails.out_of_office(path), AT) is Fate.ANSWERED
    assert learning.take_in(mails.dsn("<gone>", to=path, action="delayed"), AT) is Fate.DELAYED
    assert learning.take_in(b"", AT) is Fate.UNKNOWN
    assert outcome(copy) == ("accepted", [])
    assert bytes(Report.objects.get(fate="answered").raw) == b""


def test_a_flood_of_what_names_nobody_fills_no_disk(monkeypatch):
    monkeypatch.setattr(learning, "MOST_UNKNOWN", 3)
    for number in range(5):
        assert learning.take_in(b"%d" % number, AT) is Fate.UNKNOWN
    assert Report.objects.count() == 3
    learning.forget_old(AT + learning.KEPT_FOR + timedelta(seconds=1))
    assert not Report.objects.exists()


def piped(monkeypatch, raw: bytes, *options: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("take_in_mail", *options, stdout=io.StringIO())


def test_a_mail_server_hands_it_on_by_a_pipe_and_keeps_what_cannot_be_taken_in(copy, monkeypatch):
    piped(monkeypatch, mails.dsn("<gone>"), f"--for={path_of(copy)}")
    assert outcome(copy)[0] == "bounced"

    def out_of_order(*_args, **_named):
        raise DatabaseError

    monkeypatch.setattr(Report.objects, "get_or_create", out_of_order)
    with pytest.raises(CommandError) as refused:
        piped(monkeypatch, b"another")
    assert refused.value.returncode == 75


def test_a_maildir_is_swept_and_one_that_is_killed_on_the_way_goes_on(copy, tmp_path, settings, monkeypatch):
    settings.RETURNED_MAILDIR = str(tmp_path)
    tasks.take_in_returned_mail()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.bounce").write_bytes(mails.dsn("<gone>", to=path_of(copy)))
    (tmp_path / "new" / "2.nobody").write_bytes(b"Subject: hello")

    def killed(*_args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(maildir, "_move", killed)
        with pytest.raises(SystemExit):
            tasks.take_in_returned_mail()
    assert outcome(copy)[0] == "bounced"
    Delivery.objects.update(state="accepted")
    tasks.take_in_returned_mail()
    assert outcome(copy)[0] == "accepted", "it was applied before"
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*:2,S")) == [
        ".Unknown/cur/2.nobody:2,S",
        "cur/1.bounce:2,S",
    ]
    assert Report.objects.count() == 2
    old = (clock.now() - learning.KEPT_FOR - timedelta(days=1)).timestamp()
    os.utime(tmp_path / "cur" / "1.bounce:2,S", (old, old))
    tasks.forget_old_reports()
    assert [path.name for path in tmp_path.rglob("*:2,S")] == ["2.nobody:2,S"]
