"""Become a command that is signalled when its parent dies: ``python -I -S leash.py SIGNAL PARENT COMMAND…``.

SIGNAL is a number and PARENT the process id of the caller. The process id stays the same, so the caller goes on to hold
the command itself. Linux alone knows such a signal; elsewhere the lifeline and the sweep at the next start have to do.

A small program instead of ``preexec_fn``, which is not safe in a process that has threads, as a test run has.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PARENT_IS_GONE = 75


def main(arguments: list[str]) -> None:
    death_signal, parent, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    # The parent may have died before the line above: then the signal would never come.
    if os.getppid() != parent:
        sys.exit(PARENT_IS_GONE)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.execvp(command[0], command)  # noqa: S606 - the command comes from our own tables and no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
