"""The account PostgreSQL runs under. It refuses to run as root and as a user the system has no name for.

In these two cases it runs in a user namespace of its own, in which this very user carries a harmless name: nothing is
created, no mode is changed. Where namespaces are forbidden (many containers), root drops to an unprivileged user.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass

from newsroom.embedded import EngineError

_SEES_EVERY_FILE = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")


@dataclass(frozen=True)
class Account:
    """How to start a program under the account: by putting `prefix` before its command.

    `uid` and `gid` are who must own the files, None when that is simply the present user.
    """

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None


def choose_account(files_owner: int | None) -> Account:
    """The account for a cluster whose files belong to `files_owner` (None: there are none yet).

    Raises EngineError when this user can run PostgreSQL in no way.
    """
    dropped_before = os.geteuid() == 0 and files_owner not in {None, 0}
    if not dropped_before:
        if os.geteuid() != 0 and _has_name(os.geteuid()):
            return Account()
        if namespace := renamed():
            return namespace
    if os.geteuid() == 0 and (account := dropped(files_owner or None)):
        return account
    who = "root" if os.geteuid() == 0 else f"user {os.geteuid()}, which has no name here"
    raise EngineError(
        f"PostgreSQL cannot run as {who}, and this machine allows neither a user namespace nor a change of user. "
        "Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
    )


def renamed() -> Account | None:
    """This user under another name, in a user namespace of its own; None where that is not allowed."""
    other = _unprivileged()
    if other is None:
        return None
    prefix = ("unshare", "--user", f"--map-user={other.pw_uid}", f"--map-group={other.pw_gid}", "--")
    return Account(prefix) if _works(prefix) else None


def dropped(uid: int | None = None) -> Account | None:
    """For root: user `uid`, or any unprivileged one; None where the change is not allowed.

    The user keeps the one capability to pass by file modes if root has it, since the checkout may well lie under /root.
    A change of user clears the death signal, so it is set again behind it.
    """
    other = _unprivileged() if uid is None else _named(uid)
    if other is None:
        return None
    change = ("setpriv", f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups", "--pdeathsig=INT")
    for prefix in ((*change, *_SEES_EVERY_FILE, "--"), (*change, "--")):
        if _works(prefix):
            return Account(prefix, other.pw_uid, other.pw_gid)
    return None


def _works(prefix: tuple[str, ...]) -> bool:
    try:
        return subprocess.run([*prefix, "true"], capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _unprivileged() -> pwd.struct_passwd | None:
    everybody = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    nobody = [entry for entry in everybody if entry.pw_name == "nobody"]
    return next(iter(nobody + everybody), None)


def _named(uid: int) -> pwd.struct_passwd | None:
    return pwd.getpwuid(uid) if _has_name(uid) else None


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
