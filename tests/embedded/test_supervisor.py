"""The supervisor: order, restarts, a full stop of any kind without anybody left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from newsroom.embedded.addresses import addresses, engines_running
from newsroom.embedded.processes import identity, sweep
from tests.embedded.conftest import ROOT, eventually

Run = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def run(var: Path) -> Iterator[Run]:
    """Starts the runner with a plan, by default until it says that it is ready."""
    started: list[subprocess.Popen[str]] = []

    def start(plan: str, *arguments: str, until: str = "Ready\n") -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.embedded.runner", plan, str(var), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        while until and (line := process.stdout.readline()) != until:
            assert line, process.stderr.read()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def members(var: Path, name: str) -> list[int]:
    """The process ids of a family: the parent, then its child."""
    return [int(pid) for pid in (var / name).read_text().split()]


def all_gone(pids: list[int]) -> bool:
    return all(identity(pid) is None for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_stops_everything_in_reverse_and_ends_well(var: Path, run: Run, number: signal.Signals) -> None:
    process = run("families")
    everybody = [pid for name in ("first", "second", "third") for pid in members(var, name)]
    begun = time.monotonic()
    process.send_signal(number)
    output, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints) == (0, "")
    assert time.monotonic() - begun < 5
    assert all_gone(everybody)
    assert (var / "ended").read_text().split()[-1] == "first"
    assert sorted((var / "ended").read_text().split()) == ["first", "second", "third"]
    assert "not stop cleanly" not in output
    assert list((var / "pids").iterdir()) == []


def test_killed_supervisor_leaves_nobody_behind(var: Path, run: Run) -> None:
    process = run("families")
    everybody = [pid for name in ("first", "second", "third") for pid in members(var, name)]
    assert not any(identity(pid) is None for pid in everybody)
    process.kill()
    eventually(lambda: all_gone(everybody))
    eventually(lambda: not list((var / "pids").iterdir()))


def write_until_it_stops(var: Path, supervisor: subprocess.Popen[str]) -> int:
    """Commit rows one by one, killing the supervisor on the way; how many the server has acknowledged."""
    acknowledged = 0
    with (
        suppress(psycopg.OperationalError),
        psycopg.connect(addresses(var).database_url, autocommit=True) as connection,
    ):
        connection.execute("create table story (number int)")
        for number in range(1_000_000):
            if number == 300:
                supervisor.kill()
            connection.execute("insert into story values (%s)", [number])
            acknowledged = number + 1
    return acknowledged


def test_killed_in_mid_write_it_starts_again_and_no_acknowledged_row_is_lost(var: Path, run: Run) -> None:
    process = run("engines")
    acknowledged = write_until_it_stops(var, process)
    assert acknowledged >= 300
    process.wait()
    eventually(lambda: not engines_running(var))
    process = run("engines")
    with psycopg.connect(addresses(var).database_url) as connection:
        kept = connection.execute("select count(*) from story").fetchone()[0]
    # The last one may have been written without its answer having come back.
    assert acknowledged <= kept <= acknowledged + 1
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert not engines_running(var)


def lifeline_of(var: Path) -> int:
    wanted = f"newsroom.embedded.lifeline\0{var}\0".encode()
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if line.read_bytes().endswith(wanted):
                return int(line.parent.name)
    raise AssertionError("there is no lifeline")


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux sends a signal when a parent dies.")
def test_next_start_stops_what_lost_supervisor_and_lifeline(var: Path, run: Run) -> None:
    process = run("families")
    everybody = [pid for name in ("first", "second", "third") for pid in members(var, name)]
    os.kill(lifeline_of(var), signal.SIGKILL)
    process.kill()
    process.wait()
    # The kernel ends the direct children; their own children only the next start finds.
    eventually(lambda: all_gone([members(var, "first")[0]]))
    process = run("families")
    assert all_gone(everybody)
    process.terminate()
    assert process.wait(timeout=20) == 0


def test_pid_file_of_a_number_that_is_somebody_elses_now_harms_nobody(var: Path, run: Run) -> None:
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        (var / "pids").mkdir()
        born = "00000000-boot:1" if sys.platform == "linux" else "Thu Jan  1 00:00:00 1970"
        known = {"pid": stranger.pid, "identity": born, "stop_signal": int(signal.SIGTERM)}
        (var / "pids" / "first.json").write_text(json.dumps(known))
        process = run("families")
        assert stranger.poll() is None
        assert members(var, "first")[0] != stranger.pid
        process.terminate()
        assert process.wait(timeout=20) == 0
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "12", "{}", '{"pid": "x", "identity": "y", "stop_signal": 1}', "\0\0"])
def test_pid_file_nobody_can_read_is_no_hindrance(var: Path, content: str) -> None:
    (var / "pids").mkdir()
    (var / "pids" / "web.json").write_text(content)
    assert sweep(var) == []


def test_taken_port_is_named_before_anything_starts(var: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = run("families", str(port), until="")
        output, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert output == ""
    assert f"Port {port}, meant for the site, is taken by another program. Choose another with PORT=" in complaint
    assert "Traceback" not in complaint
    assert not (var / "pids").exists()
    assert not (var / "first").exists()


def test_second_supervisor_of_a_directory_is_refused(var: Path, run: Run) -> None:
    first = run("families")
    second = run("families", until="")
    output, complaint = second.communicate(timeout=20)
    assert (second.returncode, output) == (1, "")
    assert f"already runs, as process {first.pid}. Stop that one first" in complaint
    assert first.poll() is None
    assert not all_gone(members(var, "first"))


def test_crashed_child_is_started_again_and_its_children_are_not_left(var: Path, run: Run) -> None:
    process = run("families")
    before = members(var, "second")
    os.kill(before[0], signal.SIGKILL)
    assert "second ended (killed by SIGKILL); it is started again" in process.stdout.readline()
    eventually(lambda: members(var, "second") != before)
    assert all_gone(before)
    assert not all_gone(members(var, "second"))
    process.terminate()
    assert process.wait(timeout=20) == 0


def test_child_that_keeps_crashing_stops_the_run_with_a_reason(var: Path, run: Run) -> None:
    process = run("crashing")
    output, complaint = process.communicate(timeout=30)
    assert process.returncode == 1
    assert output.count("brittle ended (exit status 5)") == 5
    assert "brittle ended 6 times within a minute (exit status 5), so all is stopped" in complaint
    assert complaint.rstrip().endswith("ow")
    assert all_gone(members(var, "first"))


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ("failing-step", "migrate failed (exit status 3). The end of"),
        ("ending-at-once", "brief ended at once (exit status 4). The end of"),
    ],
)
def test_part_that_cannot_start_is_named_and_the_rest_stopped(var: Path, run: Run, plan: str, sentence: str) -> None:
    process = run(plan, until="")
    output, complaint = process.communicate(timeout=20)
    assert process.returncode == 1
    assert complaint.startswith(sentence)
    assert "Ready" not in output
    assert all_gone(members(var, "first"))


def test_stop_while_starting_is_a_stop(var: Path, run: Run) -> None:
    process = run("never-ready", until="")
    eventually((var / "pids" / "slow.json").exists)
    eventually((var / "first").exists)
    process.send_signal(signal.SIGINT)
    output, complaint = process.communicate(timeout=20)
    assert (process.returncode, complaint) == (0, "")
    assert "Ready" not in output
    assert all_gone(members(var, "first"))


def test_step_runs_when_needed_and_says_so_when_done(var: Path, run: Run) -> None:
    process = run("steps")
    assert (var / "steps").read_text() == "x\n"
    assert (var / "done").exists()
    process.terminate()
    assert process.wait(timeout=20) == 0


def test_end_of_the_parent_is_a_stop_when_asked_for(var: Path) -> None:
    command = f"exec {sys.executable} -m tests.embedded.runner families {var} '' with-parent"
    parent = subprocess.Popen(
        ["sh", "-c", f"sh -c '{command.replace(chr(39), chr(34))}' & echo $!; wait"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    runner = int(parent.stdout.readline())
    while parent.stdout.readline() != "Ready\n":
        assert parent.poll() is None
    parent.kill()
    parent.wait()
    eventually(lambda: identity(runner) is None)
    eventually(lambda: all_gone(members(var, "first")))
    parent.stdout.close()
