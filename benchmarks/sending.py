"""An edition by SMTP, from its due moment to its last copy, beside Postfix's own generator; and a million readers.

Both sides speak to Postfix's ``smtp-sink`` over the same number of sessions, each letter of 40 KB, and take turns. The
generator is told to keep its connections, as we do; it writes nothing down. Without Postfix's tools nothing is
measured.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import press
from benchmarks.figures import Figure, timed
from benchmarks.press import LETTER, Worker
from benchmarks.startup import free_port

READERS, ROUNDS, SESSIONS = 50_000, 5, 2
MILLION = 1_000_000
PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def measure() -> list[Figure]:
    """Fifty thousand letters, unsigned and signed; then a million readers, frozen and sent to."""
    sink, source = (shutil.which(name, path=PATH) for name in ("smtp-sink", "smtp-source"))
    if sink is None or source is None:
        return [Figure("an edition by SMTP: not measured, Postfix's smtp-sink and smtp-source are not here", (0.0,))]
    with sunk(sink) as port:
        figures = [
            _beside(source, port, "an edition to 50,000 by SMTP, 40 KB each, due to last hand-over", "at least 30%"),
            _beside(source, port, "the same, signed (DKIM, RSA-2048)", "at least 15%", **_signing()),
        ]
        return figures + _a_million(port)


def _beside(source: str, port: int, name: str, target: str, **variables: str) -> Figure:
    """Letters a second, ours and the generator's."""
    generator = [
        source, "-s", str(SESSIONS), "-l", str(LETTER), "-m", str(READERS), "-d", "-N",
        "-f", "us@example.org", "-t", "reader@example.org", f"127.0.0.1:{port}",
    ]  # fmt: skip
    with room(port, **variables) as workers:
        letter = workers[0].do("fill", READERS)
        _sent(workers, letter, 0)  # What is imported and asked once in the life of a process.
        ours, theirs = [], []
        for number in range(1, ROUNDS + 1):
            ours.append(READERS / _sent(workers, letter, number))
            theirs.append(READERS / timed(lambda: subprocess.run(generator, check=True)))
    return Figure(
        name, tuple(ours), "smtp-source, as many sessions", tuple(theirs), f"target {target} of it", unit=" letters/s"
    )


def _a_million(port: int) -> list[Figure]:
    """Seconds to fix an audience of a million, and the peak of a sender's memory as it sends to them."""
    with room(port) as workers:
        letter = workers[0].do("fill", MILLION)
        editions = [workers[0].do("compose", letter, number) for number in range(ROUNDS)]
        frozen = [timed(lambda pk=edition: workers[0].do("freeze", pk)) for edition in editions]  # type: ignore[misc]
        before = workers[1].do("memory")
        handed_over(workers, editions[-1])
        after = workers[1].do("memory")
    return [
        Figure("to freeze an audience of 1,000,000", tuple(frozen), remark="target 15 s"),
        Figure(
            "a sender's memory at its peak, after 1,000,000 were sent to", (after,),
            remark=f"target 200 MB; {before:.0f} MB before the first", unit=" MB",
        ),
    ]  # fmt: skip


@contextmanager
def room(port: int, **variables: str) -> Iterator[list[Worker]]:
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as var, ExitStack() as stack:
        address = f"smtp://127.0.0.1:{port}"
        yield stack.enter_context(press.opened(Path(var), SESSIONS, EMAIL_URL=address, **variables))


def _sent(workers: list[Worker], letter: int, number: int) -> float:
    """Seconds from due to the last hand-over."""
    edition = workers[0].do("compose", letter, number)
    start = time.perf_counter()
    workers[0].do("freeze", edition)
    handed_over(workers, edition)
    seconds = time.perf_counter() - start
    states = workers[0].do("states", edition)
    if states != {"accepted": READERS}:
        raise RuntimeError(f"not everybody got the edition: {states}")
    return seconds


def handed_over(workers: list[Worker], edition: int) -> None:
    for lane, worker in enumerate(workers):
        worker.begin("send", edition, lane)
    for worker in workers:
        worker.end()


def _signing() -> dict[str, str]:
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {"DKIM_PRIVATE_KEY": made.stdout, "DKIM_SELECTOR": "bench"}


@contextmanager
def sunk(sink: str) -> Iterator[int]:
    port = free_port()
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([sink, *as_nobody, f"127.0.0.1:{port}", "200"]) as process:
        try:
            yield port
        finally:
            process.terminate()
