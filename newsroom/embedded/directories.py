"""The directories the engines keep things in, and the way back to an empty one."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from newsroom.embedded import EngineError
from newsroom.embedded.addresses import sockets_dir

# All that a demo or a test run may leave in its state directory. A reset deletes these names and no others, so that a
# NEWSROOM_VAR that points at somebody's home does no harm.
STATE_NAMES = (
    "cache", "celery", "clock", "inbox", "logs", "media", "pids", "postgres", "queue", "run", "secrets",
    "sign-ins.txt", "static", "static.stamp", "stripe", "supervisor.lock",
)  # fmt: skip


def private_directory(path: Path, *, owners: Iterable[int] = ()) -> Path:
    """Make `path` a directory that only its owner can enter, and return it.

    The owner is this process's user or one of `owners`. Raises EngineError when somebody else made it first or when it
    is a link, as may happen under /tmp.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) != 0o700 and found.st_uid == os.geteuid():
            path.chmod(0o700)
    except OSError as error:
        raise EngineError(f"The directory {path} cannot be made: {error}.") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), *owners}:
        raise EngineError(f"{path} belongs to somebody else or is a link. Delete it, or set NEWSROOM_VAR elsewhere.")
    return path


def state_directory(path: Path) -> Path:
    """Make `path` usable as the state directory of this process's user, and return it without links in it.

    Raises EngineError when it cannot be written or belongs to another user, whose engines would be half readable.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        owner = path.stat().st_uid
    except OSError as error:
        raise EngineError(f"The state directory {path} cannot be made: {error}. Set NEWSROOM_VAR elsewhere.") from error
    if owner != os.geteuid():
        raise EngineError(
            f"The state directory {path} belongs to user {owner} and this is user {os.geteuid()}. "
            "Start as that user, or set NEWSROOM_VAR elsewhere."
        )
    if not os.access(path, os.W_OK | os.X_OK):
        raise EngineError(
            f"The state directory {path} cannot be written. Mend its mode, or set NEWSROOM_VAR elsewhere."
        )
    return path.resolve()


def delete_state(var: Path) -> None:
    """Delete all that a run left in `var`, and `var` itself if nothing else is in it."""
    for path in (*(var / name for name in STATE_NAMES), sockets_dir(var)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if var.is_dir() and not any(var.iterdir()):
        var.rmdir()
