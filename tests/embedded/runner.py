"""A supervisor with few and harmless children, as a program: ``python -m tests.embedded.runner PLAN VAR [PORT]``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from newsroom.embedded import EngineError, valkey
from newsroom.embedded.postgres import Postgres
from newsroom.embedded.processes import Service
from newsroom.embedded.supervisor import Stage, Step, Supervisor, say

# Starts a child of its own, says who the two are, and ends in an orderly way, leaving a line about it.
FAMILY = """
import os, signal, subprocess, sys
name, var = sys.argv[1:]
child = subprocess.Popen(["sleep", "600"])
def end(number, frame):
    with open(f"{var}/ended", "a") as file:
        file.write(f"{name}\\n")
    child.kill()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
with open(f"{var}/{name}.tmp", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename(f"{var}/{name}.tmp", f"{var}/{name}")
while True:
    signal.pause()
"""


def family(var: Path, name: str) -> Service:
    def is_ready(pid: int) -> bool:
        return (var / name).exists() and (var / name).read_text().startswith(f"{pid} ")

    return Service(name, [sys.executable, "-c", FAMILY, name, str(var)], is_ready=is_ready)


def shell(name: str, script: str) -> Service:
    return Service(name, ["sh", "-c", script])


def never_ready(name: str, script: str) -> Service:
    return replace(shell(name, script), is_ready=lambda pid: False)


PLANS: dict[str, Callable[[Path], list[Stage]]] = {
    "families": lambda var: [[family(var, "first")], [family(var, "second"), family(var, "third")]],
    "engines": lambda var: [[Postgres(var).service(), valkey.queue(var).service()], [family(var, "first")]],
    "failing-step": lambda var: [[family(var, "first")], [Step(shell("migrate", "echo no such table; exit 3"))]],
    "ending-at-once": lambda var: [[family(var, "first")], [never_ready("brief", "echo gone; exit 4")]],
    "crashing": lambda var: [
        [family(var, "first")],
        [shell("brittle", f"touch {var}/again; sleep 0.1; echo ow; exit 5")],
    ],
    "never-ready": lambda var: [[family(var, "first"), never_ready("slow", "exec sleep 600")]],
    "steps": lambda var: [
        [Step(shell("wanted", f"echo x >> {var}/steps"), done=(var / "done").touch)],
        [Step(shell("unwanted", f"echo y >> {var}/steps"), is_needed=lambda: False)],
    ],
}


def main(plan: str, var: Path, port: str = "", *flags: str) -> int:
    ports = {int(port): "the site"} if port else {}
    supervisor = Supervisor(
        var, PLANS[plan](var), ports, lambda: say("Ready"), with_parent="with-parent" in flags, first_pause=0.01
    )
    try:
        supervisor.run()
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
