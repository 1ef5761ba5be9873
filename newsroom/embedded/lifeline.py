"""Outlives the supervisor by a moment, to leave nobody behind: ``python -m newsroom.embedded.lifeline VAR``.

The supervisor alone holds the other end of standard input. However it ends, kill -9 included, the end of that file is
seen here, and every process named in a pid file of VAR is stopped with the group it started: the web server's workers
and Celery's pool too, which know no death signal. After an orderly stop there is no pid file left and nothing to do.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from newsroom.embedded.processes import sweep


def main(var: Path) -> None:
    # What ends the supervisor in an orderly way, sent to all processes at once, must not end this one before it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    sweep(var)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
