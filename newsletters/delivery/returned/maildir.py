"""A Maildir into which a mail server puts what comes back: taken in from ``new/``, and kept for a while in ``cur/``.

Each mail is applied, and committed, before it is moved; one that is applied again changes nothing. So whoever is killed
on the way leaves nothing undone and nothing lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from newsletters.delivery.returned import learning
from newsletters.delivery.returned.parsing import LARGEST
from newsletters.models import Report

log = logging.getLogger(__name__)

# In one turn; what is left goes on in the next.
MOST = 500
# What names nobody is put apart, as a folder that mail programs show.
_UNKNOWN = ".Unknown"
_SEEN = ":2,S"


def sweep(directory: Path, at: datetime) -> int:
    """Take in what has come; answers how many mails."""
    taken = 0
    for path in sorted(_files(directory / "new"))[:MOST]:
        try:
            with path.open("rb") as mail:
                raw = mail.read(LARGEST)
        except OSError as error:
            log.error("a mail that came back cannot be read: %s", error)  # noqa: TRY400 - the name says enough.
            continue
        fate = learning.take_in(raw, at)
        _move(path, directory / _UNKNOWN if fate is Report.Fate.UNKNOWN else directory)
        taken += 1
    return taken


def forget_old(directory: Path, at: datetime) -> None:
    """Delete what was taken in more than a month ago; what named nobody as well."""
    before = (at - learning.KEPT_FOR).timestamp()
    for folder in (directory, directory / _UNKNOWN):
        for path in _files(folder / "cur"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


def _move(path: Path, folder: Path) -> None:
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileNotFoundError):
        path.rename(folder / "cur" / f"{path.name.partition(':')[0]}{_SEEN}")


def _files(directory: Path) -> Iterator[Path]:
    """Not what is hidden, and nothing that leads elsewhere."""
    if directory.is_dir():
        yield from (
            path
            for path in directory.iterdir()
            if not path.name.startswith(".") and path.is_file() and not path.is_symlink()
        )
