"""An edition for fifty thousand readers by a provider's API: from due to the last call, the ledger included.

PostgreSQL syncs its files; the provider is the local one, in a process of its own; two processes send, each doing what
the task of its lane does, and the first freezes the audience before. Beside it, a bare client posts the bodies that the
provider was told in that round once more, over two kept connections.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.figures import Figure, timed
from newsroom.embedded import valkey
from newsroom.embedded.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
READERS = 50_000
ROUNDS = 5
SENDERS = 2
_DEADLINE = 60.0

# Seven stories, of which five are metered: with each of them goes a pass of the reader's own.
_SEED = """
from datetime import time, timedelta
from django.db import connection
from articles.models import Article, Format, Section
from memberships import clock
from newsletters.models import Newsletter
at = clock.now()
letter = Newsletter.objects.create(
    slug="takeaway", name="The Takeaway", from_name="The Corniche", days=[0], send_at=time(6), time_zone="UTC"
)
section, kind = Section.objects.create(slug="news", name="News"), Format.objects.create(slug="news", name="News")
for number in range(7):
    Article.objects.create(
        headline=f"Story {number} of the morning and what it means for the harbour", slug=f"story-{number}",
        standfirst="What happened overnight, who said so, and what is going to be decided about it today. " * 2,
        year=at.year, month=at.month, state="published", first_published_at=at - timedelta(hours=1), created_at=at,
        access="metered" if number < 5 else "free", opening_html="<p>Everybody may read this.</p>", word_count=700,
        section=section, format=kind,
    )
with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO newsletters_recipient (public_id, email, email_as_typed, language, created_at) "
        "SELECT gen_random_uuid(), name, name, 'en', %s "
        "FROM (SELECT format('reader%%s@d%%s.example', n, n %% 997) AS name FROM generate_series(1, %s) AS n) AS made",
        [at, READERS],
    )
    cursor.execute(
        "INSERT INTO newsletters_signup (recipient_id, newsletter_id, state, rhythm, source, consent_text, "
        "address_hash, requested_at, confirmed_at) "
        "SELECT id, %s, 'confirmed', 'every', '', '', '', %s, %s FROM newsletters_recipient",
        [letter.pk, at, at],
    )
    cursor.execute("VACUUM ANALYZE")
"""
_SENDER = """
import sys, time
from datetime import timedelta
from articles.models import Article
from memberships import clock
from newsletters import editions, tasks
from newsletters.models import Edition, EditionItem, Newsletter
print("READY", flush=True)
for line in sys.stdin:
    what, number = line.split()
    if what == "make":
        at = clock.now()
        # Nobody gets two of a list on one day.
        day = at.date() + timedelta(days=Edition.objects.count())
        edition = Edition.objects.create(
            newsletter=Newsletter.objects.get(), edition_on=day, is_primary=False, state="approved", due_at=at,
            covers_from=at - timedelta(days=1), covers_until=at, subject="What happened overnight",
        )
        for position, article in enumerate(Article.objects.order_by("pk"), start=1):
            EditionItem.objects.create(edition=edition, article=article, position=position)
        print(edition.pk, flush=True)
        continue
    if what == "freeze":
        editions.freeze(Edition.objects.get(pk=number), clock.now())
    while what == "send" and Edition.objects.sending().filter(pk=number).exists():
        tasks.send_edition(int(number), LANE)
        time.sleep(0.005)
    print(time.process_time(), flush=True)
"""


def measure() -> list[Figure]:
    """An install of its own, warm: the first edition of its processes is not counted."""
    rounds, bare, remark = [], [], ""
    with _install() as (senders, provider):
        for number in range(ROUNDS + 1):
            provider.forget()
            before = [sender.spent for sender in senders]
            seconds = _seconds(senders)
            bodies = provider.told()
            beside = timed(lambda bodies=bodies: provider.post(bodies))
            if number:
                rounds.append(seconds)
                bare.append(beside)
                spent = sum(sender.spent - once for sender, once in zip(senders, before, strict=True))
                remark = f"target 4 s; of them {spent:.1f} s of the senders' processors; load {os.getloadavg()[0]:.1f}"
    name = f"an edition for {READERS:,} by a provider's API, due to last call"
    return [Figure(name, tuple(rounds), "the same bodies, a bare client", tuple(bare), remark)]


def _seconds(senders: Sequence[_Sender]) -> float:
    """From the moment a new edition is due until both senders have nothing more to do."""
    edition = senders[0].ask("make 0")
    start = time.perf_counter()
    senders[0].ask(f"freeze {edition}")
    for sender in senders:
        sender.tell(f"send {edition}")
    for sender in senders:
        sender.hear()
    return time.perf_counter() - start


class _Provider:
    """The local provider's process, asked by others than the senders."""

    def __init__(self, port: int) -> None:
        self._port = port

    def forget(self) -> None:
        self._ask("POST", "/forget")

    def told(self) -> list[bytes]:
        """The bodies of the calls; no reader was left out, none got two letters."""
        letters = json.loads(self._ask("GET", "/letters"))
        if len(letters) != READERS or set(letters.values()) != {1}:
            raise RuntimeError(f"{len(letters)} readers got {sum(letters.values())} letters")
        return self._ask("GET", "/calls").split(b"\n")

    def post(self, bodies: Sequence[bytes]) -> None:
        with ThreadPoolExecutor(SENDERS) as senders:
            list(senders.map(self._post, [bodies[lane::SENDERS] for lane in range(SENDERS)]))

    def _post(self, bodies: Sequence[bytes]) -> None:
        kept = self._connected()
        for body in bodies:
            headers = {"Authorization": "key", "Content-Type": "application/json"}
            kept.request("POST", "/api/v1/transmissions/", body, headers)
            kept.getresponse().read()
        kept.close()

    def _ask(self, method: str, path: str) -> bytes:
        asked = self._connected()
        asked.request(method, path, b"" if method == "POST" else None)
        said = asked.getresponse().read()
        asked.close()
        return said

    def _connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=_DEADLINE)


class _Sender:
    """A process that does what it is told in a line, and answers in one."""

    def __init__(self, variables: dict[str, str], lane: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", f"LANE = {lane}\n{_SENDER}"],
            cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.spent = 0.0
        while self._line() != "READY":
            pass

    def ask(self, line: str) -> str:
        self.tell(line)
        return self.hear()

    def tell(self, line: str) -> None:
        assert self._process.stdin  # noqa: S101 - asked for above
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """What it says; of work, how many seconds of a processor it has spent by then."""
        said = self._line()
        if "." in said:
            self.spent = float(said)
        return said

    def end(self) -> None:
        self._process.communicate(timeout=_DEADLINE)

    def _line(self) -> str:
        assert self._process.stdout  # noqa: S101 - asked for above
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a sender died")
        return line.strip()


@contextmanager
def _install() -> Iterator[tuple[list[_Sender], _Provider]]:
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch, ExitStack() as running:
        var, port = Path(scratch), _free_port()
        for engine in (Postgres(var), valkey.queue(var), valkey.cache(var)):
            running.callback(engine.start().stop)
        variables = os.environ | {
            "MODE": "demo", "NEWSROOM_VAR": str(var), "EMAIL_PROVIDER": "sparkpost", "EMAIL_PROVIDER_KEY": "key",
            "EMAIL_PROVIDER_API": f"http://127.0.0.1:{port}/api/v1/",
        }  # fmt: skip
        served = subprocess.Popen(
            [sys.executable, "-m", "newsroom.embedded.mail_provider", "--port", str(port)], cwd=ROOT
        )
        running.callback(served.wait)
        running.callback(served.terminate)
        for arguments in (["migrate", "--no-input"], ["shell", "-v0", "-c", f"READERS = {READERS}\n{_SEED}"]):
            command = [sys.executable, "manage.py", *arguments]
            subprocess.run(command, cwd=ROOT, env=variables, check=True, stdout=subprocess.DEVNULL)
        senders = [_Sender(variables, lane) for lane in range(SENDERS)]
        for sender in senders:
            running.callback(sender.end)
        yield senders, _Provider(port)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


if __name__ == "__main__":
    print(*(figure.row() for figure in measure()), sep="\n")
