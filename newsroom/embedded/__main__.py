"""``python -m newsroom.embedded``: run the demo, or with ``reset`` delete what it has kept.

NEWSROOM_VAR is the directory of its state (var/demo in the checkout), PORT the port of the site (8000).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from newsroom.embedded import EngineError
from newsroom.embedded.demo import ROOT, Demo, read_port
from newsroom.embedded.directories import delete_state, state_directory
from newsroom.embedded.processes import sweep
from newsroom.embedded.supervisor import Supervisor, only_one, say


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m newsroom.embedded", description=__doc__)
    parser.add_argument("act", nargs="?", choices=("run", "reset"), default="run")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one ends")
    options = parser.parse_args(arguments)
    # The owner of what is made here can always read it again, whatever umask it was started with.
    os.umask(os.umask(0o022) & 0o077)
    var = Path(os.environ.get("NEWSROOM_VAR") or ROOT / "var" / "demo")
    try:
        if options.act == "reset":
            reset(var)
        else:
            run(var, with_parent=options.with_parent)
    except (EngineError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    return 0


def run(var: Path, *, with_parent: bool) -> None:
    port = read_port(os.environ.get("PORT"))
    demo = Demo(state_directory(var), port, dict(os.environ))
    say(f"Starting in {demo.var}")
    supervisor = Supervisor(demo.var, demo.stages(), demo.ports, demo.announce, with_parent)
    supervisor.run()


def reset(var: Path) -> None:
    """Delete the state of the demo. Raises EngineError while it runs."""
    if var.is_dir():
        with only_one(var):
            sweep(var)
            delete_state(var.resolve())
    say(f"Nothing is left of the demo in {var}. The next `make demo` starts over.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
