"""How long an archive takes to move in, beside the bare work that cannot be saved.

The bare work: reading the file once, copying its pictures, and one row a post written by plain SQL.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from articles.importing.wxr import WxrItem, read_items, survey
from benchmarks.figures import Figure, in_turn, timed
from newsroom.embedded import valkey
from newsroom.embedded.addresses import addresses
from newsroom.embedded.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def measure(archive: Path, media: Path) -> list[Figure]:
    """The import of an archive into a new database, several times; and runs after the first, which change nothing."""
    command = ["import_wordpress", str(archive), "--media", str(media)]
    fresh, bare = [], []
    for _round in range(ROUNDS):
        with _new_install() as var:
            fresh.append(timed(lambda var=var: manage(var, *command)))
            bare.append(timed(lambda var=var: _bare(var, archive, media)))
    with _new_install() as var:
        manage(var, *command)
        again, read = in_turn(ROUNDS, lambda: manage(var, *command), lambda: survey(archive))
    return [
        Figure("import of the archive", tuple(fresh), "read, copy pictures, one INSERT a post", tuple(bare)),
        Figure("the same again, nothing changed", tuple(again), "read the file once", tuple(read)),
    ]


@contextmanager
def _new_install() -> Iterator[Path]:
    """The state directory of an empty, migrated install whose engines run."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch:
        var = Path(scratch)
        engines = [Postgres(var).start(), valkey.queue(var).start(), valkey.cache(var).start()]
        try:
            manage(var, "migrate", "--no-input")
            manage(
                var,
                "shell",
                "-c",
                "from articles.models import Format; Format.objects.create(slug='news', name='News')",
            )
            yield var
        finally:
            for engine in reversed(engines):
                engine.stop()


def _bare(var: Path, archive: Path, media: Path) -> None:
    copied = var / "bare"
    shutil.copytree(media, copied)
    with psycopg.connect(addresses(var).database_url) as connection:
        connection.execute("CREATE TEMPORARY TABLE bare (title text, body text)")

        def insert(item: WxrItem) -> None:
            if item.kind == "post":
                connection.execute("INSERT INTO bare VALUES (%s, %s)", (item.title, item.fields["content:encoded"]))
                connection.commit()

        read_items(archive, insert)
    shutil.rmtree(copied)


def manage(var: Path, *arguments: str) -> None:
    """Run a management command of the product against the engines of ``var``."""
    environment = {**os.environ, "MODE": "demo", "NEWSROOM_VAR": str(var)}
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True
    )
