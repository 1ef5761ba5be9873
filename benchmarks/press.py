"""A press room for benchmarks: an installation of its own with as many readers as one asks for, and senders that wait.

``python -m benchmarks.press`` is one of its processes. It reads one JSON list a line, the name of a function here or in
:mod:`benchmarks.members` and its arguments, and answers with one line of JSON. The engines are those of production:
PostgreSQL syncs its files.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.startup import ROOT
from newsroom.embedded import valkey
from newsroom.embedded.postgres import Postgres
from newsroom.embedded.processes import Process, stop_together

# A letter's size in bytes, as the mail server is told it.
LETTER = 40_960


class Worker:
    """A process of the installation, which does one thing after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def begin(self, name: str, *args: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe, as it was started.
        self._process.stdin.write(json.dumps([name, *args]) + "\n")
        self._process.stdin.flush()

    def end(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101 - a pipe, as it was started.
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a process of the press room ended")
        return json.loads(line)

    def do(self, name: str, *args: object) -> Any:
        self.begin(name, *args)
        return self.end()


@contextmanager
def opened(var: Path, workers: int, **variables: str) -> Iterator[list[Worker]]:
    """The room with its tables made, and so many processes that have imported what they need."""
    environment = {
        **os.environ, "MODE": "test", "NEWSROOM_VAR": str(var), "SECRET_KEY": secrets.token_hex(), **variables,
    }  # fmt: skip
    with ExitStack() as stack:
        engines = [Process(each, var) for each in (Postgres(var).service(), valkey.queue(var).service())]
        stack.callback(stop_together, engines)
        for engine in engines:
            engine.start()
            engine.wait_until_ready()
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        yield [Worker(stack.enter_context(_process(environment))) for _number in range(workers)]


@contextmanager
def _process(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.press"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def fill(readers: int) -> int:
    """A list with so many readers who confirmed; its key."""
    from django.db import connection  # noqa: PLC0415 - only once Django is set up.

    from memberships import clock  # noqa: PLC0415
    from newsletters.models import Newsletter  # noqa: PLC0415

    letter = Newsletter.objects.create(
        slug="takeaway", name="The Takeaway", from_name="The Corniche", send_at="06:00", days=[]
    )
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO newsletters_recipient (public_id, email, email_as_typed, language, created_at)"
            " SELECT gen_random_uuid(), 'r' || n || '@example.org', 'r' || n || '@example.org', 'en', %s"
            " FROM generate_series(1, %s) AS n",
            [at, readers],
        )
        cursor.execute(
            "INSERT INTO newsletters_signup (recipient_id, newsletter_id, state, rhythm, source, consent_text,"
            " address_hash, requested_at, confirmed_at)"
            " SELECT id, %s, 'confirmed', 'every', '', '', '', %s, %s FROM newsletters_recipient",
            [letter.pk, at, at],
        )
        cursor.execute("VACUUM ANALYZE newsletters_recipient, newsletters_signup")
    return letter.pk


def compose(letter: int, number: int) -> int:
    """An approved edition of a day of its own, whose letter has the size; its key."""
    from datetime import timedelta  # noqa: PLC0415

    from articles.models import Article, Format, Section  # noqa: PLC0415
    from memberships import clock  # noqa: PLC0415
    from newsletters.models import Edition, EditionItem  # noqa: PLC0415

    at = clock.now()
    section, _made = Section.objects.get_or_create(slug="news", defaults={"name": "News"})
    kind, _made = Format.objects.get_or_create(slug="news", defaults={"name": "News"})
    day = at.date() + timedelta(days=number)
    edition = Edition.objects.create(
        newsletter_id=letter, edition_on=day, state="approved", due_at=at, covers_from=at, covers_until=at,
        subject="What happened overnight", introduction=words(LETTER),
    )  # fmt: skip
    for place in range(1, 8):
        story = Article.objects.create(
            headline=f"Story {number}.{place}", standfirst="What happened.", slug=f"story-{number}-{place}",
            year=day.year, month=day.month, state="published", first_published_at=at, created_at=at,
            section=section, format=kind, opening_html="<p>Open.</p>", word_count=700,
        )  # fmt: skip
        EditionItem.objects.create(edition=edition, article=story, position=place)
    return edition.pk


def freeze(edition: int) -> int:
    """Fix its audience, as the task does; how many."""
    from memberships import clock  # noqa: PLC0415
    from newsletters import editions  # noqa: PLC0415
    from newsletters.models import Edition  # noqa: PLC0415

    editions.freeze(Edition.objects.get(pk=edition), clock.now())
    return Edition.objects.get(pk=edition).audience_size or 0


def send(edition: int, lane: int) -> None:
    """Hand over until nothing waits, as one task after the other does."""
    from newsletters import tasks  # noqa: PLC0415
    from newsletters.models import Edition  # noqa: PLC0415

    while Edition.objects.sending().filter(pk=edition).exists():
        tasks.send_edition(edition, lane)


def print_copies(letter: int, number: int) -> None:
    """An edition that went out, two to a month back from today, with a copy for everybody in the ledger."""
    from datetime import timedelta  # noqa: PLC0415

    from django.db import connection  # noqa: PLC0415

    from memberships import clock  # noqa: PLC0415
    from newsletters import partitions  # noqa: PLC0415
    from newsletters.models import Edition, EditionCount, Recipient  # noqa: PLC0415

    at = clock.now() - timedelta(days=15 * number)
    partitions.prepare(at.date().replace(day=1))
    edition = Edition.objects.create(
        newsletter_id=letter, edition_on=at.date(), state="sent", due_at=at, covers_from=at, covers_until=at,
        subject="What happened overnight", audience_size=Recipient.objects.count(), frozen_at=at, sent_at=at,
        is_counted=True, uncounted=0, rules=1,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO newsletters_delivery"
            " (edition_on, edition_id, recipient_id, state, attempts, settled_at, reply)"
            " SELECT %s, %s, id, CASE WHEN id %% 50 = 0 THEN 'bounced' ELSE 'accepted' END, 1, %s, '250 2.0.0 Ok'"
            " FROM newsletters_recipient ORDER BY id",
            [at.date(), edition.pk, at],
        )
    for kind in ("open", "click"):
        EditionCount.objects.create(edition=edition, kind=kind, verdict="human", copies=1000)


def settle(readers: int) -> None:
    """What else the desk lists, a tenth and a fiftieth as many of it; a colleague; and statistics for the planner."""
    from django.db import connection  # noqa: PLC0415

    from memberships import clock  # noqa: PLC0415
    from memberships.models import User  # noqa: PLC0415
    from newsletters import growth  # noqa: PLC0415

    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO newsletters_suppression (recipient_id, stream, reason, detail, suppressed_at)"
            " SELECT id, 'newsletters', 'hard_bounce', '', %s FROM newsletters_recipient WHERE id %% 50 = 0",
            [at],
        )
        cursor.execute(
            "INSERT INTO newsletters_message (public_id, dedupe_key, kind, stream, recipient_id, subject, text, html,"
            " headers, attachments, from_email, reply_to, is_sensitive, state, attempts, created_at, reply)"
            " SELECT gen_random_uuid(), 'm' || id, 'welcome', 'transactional', id, 'Welcome', 'Hello', '', '{}', '[]',"
            " 'us@example.org', '', false, CASE WHEN id %% 10000 = 0 THEN 'uncertain' ELSE 'accepted' END, 1, %s, ''"
            " FROM newsletters_recipient WHERE id %% 10 = 0",
            [at],
        )
        cursor.execute("VACUUM ANALYZE")
    growth.count(at)
    User.objects.create_superuser("operator@example.org")


def look() -> dict[str, float]:
    """Each page of the desk about newsletters once, by its address; in milliseconds."""
    from django.test import Client  # noqa: PLC0415

    from benchmarks.figures import timed  # noqa: PLC0415
    from memberships.models import User  # noqa: PLC0415
    from newsletters.models import Edition, Recipient  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email="operator@example.org"))
    edition, somebody = Edition.objects.order_by("pk")[5], Recipient.objects.order_by("-pk")[100]
    listed, one = "/admin/newsletters", f"/admin/newsletters/edition/{edition.pk}"
    number = somebody.email[1:].partition("@")[0]
    pages = [
        "/admin/", f"{listed}/numbers/", f"{listed}/newsletter/",
        f"{listed}/newsletter/{edition.newsletter_id}/change/", f"{listed}/newsletter/{edition.newsletter_id}/numbers/",
        f"{listed}/recipient/", f"{listed}/recipient/?p=20", f"{listed}/recipient/?q=R{number}",
        f"{listed}/recipient/?q=r",
        f"{listed}/recipient/?q=nobody", f"{listed}/recipient/{somebody.pk}/change/",
        f"{listed}/signup/", f"{listed}/signup/?p=20", f"{listed}/signup/?q=r{number}", f"{listed}/signup/?q=nobody",
        f"{listed}/signup/?state__exact=confirmed", f"{listed}/signup/?state__exact=pending",
        f"{listed}/signup/?newsletter__id__exact={edition.newsletter_id}",
        f"{listed}/suppression/", f"{listed}/suppression/?reason__exact=complaint",
        f"{listed}/suppression/?q=r{number}",
        f"{listed}/message/", f"{listed}/message/?state__exact=uncertain", f"{listed}/message/?kind=welcome",
        f"{listed}/message/?kind=trial_ending", f"{listed}/message/?q=r{number}",
        f"{listed}/edition/", f"{listed}/edition/?needs=doubts", f"{one}/change/", f"{one}/numbers/", f"{one}/copies/",
        f"{one}/copies/?state=bounced", f"{one}/copies/?state=uncertain", f"{one}/copies/?address={somebody.email}",
    ]  # fmt: skip
    found = {}
    for path in pages:
        answers = []
        found[path] = 1000 * timed(lambda path=path, answers=answers: answers.append(client.get(path)))
        if answers[0].status_code != 200:
            raise RuntimeError(f"{path} answers {answers[0].status_code}")
    return found


def memory() -> float:
    """The most this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def states(edition: int) -> dict[str, int]:
    """The copies of an edition by state."""
    from newsletters.models import Tally  # noqa: PLC0415

    return dict(Tally.objects.filter(edition=edition, copies__gt=0).values_list("state", "copies"))


def words(length: int) -> str:
    """Plain words, so many that a letter with them in both parts is about as long."""
    paragraph = "The harbour was quiet in the morning, and the ships that had come in by night lay low in the water. "
    return "\n\n".join([paragraph * 5] * (length // 1500))


def main() -> None:
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    django.setup()
    from benchmarks import members  # noqa: PLC0415

    for line in sys.stdin:
        name, *args = json.loads(line)
        sys.stdout.write(json.dumps((globals().get(name) or getattr(members, name))(*args)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
