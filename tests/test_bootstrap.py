"""The environment: made only when something has changed, and a clear sentence where it cannot be made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def bootstrap(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name not in {"PYTHON", "VENV"}}
    command = ["/bin/sh", str(ROOT / "bin" / "bootstrap"), *arguments]
    return subprocess.run(command, env={**known, **environment}, capture_output=True, text=True, timeout=60)


def test_python_that_is_too_old_or_none_is_refused_by_name(tmp_path: Path) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in (str(old), "no-such-python"):
        done = bootstrap("run", PYTHON=name, VENV=str(tmp_path / "venv"))
        assert done.returncode == 1
        assert f"PYTHON={name} is no Python 3.11 or later" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_machine_without_python_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dirname").symlink_to(shutil.which("dirname"))
    done = bootstrap("run", PATH=str(tmp_path), VENV=str(tmp_path / "venv"))
    assert done.returncode == 1
    assert done.stderr == (
        "There is no Python 3.11 or later here. Install one, or name it with PYTHON=, and try again.\n"
    )


def test_directory_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = bootstrap("run", PYTHON=sys.executable, VENV=str(tmp_path))
    assert done.returncode == 1
    assert "is there already and is no Python environment" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.skipif(os.getuid() == 0, reason="Root may write everywhere.")
def test_checkout_of_another_user_asks_for_a_place(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = bootstrap("run", PYTHON=sys.executable, VENV=str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "Set VENV= to a directory of yours" in done.stderr


@pytest.mark.parametrize("arguments", [(), ("production",), ("run", "dev")])
def test_unknown_level_is_answered_with_the_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = bootstrap(*arguments, PYTHON=sys.executable, VENV=str(tmp_path))
    assert (done.returncode, done.stderr) == (2, "usage: bin/bootstrap run|dev\n")


@pytest.mark.parametrize("held", ["run", "dev"])
def test_environment_that_holds_what_is_locked_is_left_alone(tmp_path: Path, held: str) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    code = f"import bootstrap; print(bootstrap.fingerprint_of({held!r}), end='')"
    ask = subprocess.run([python, "-B", "-c", code], cwd=ROOT / "bin", capture_output=True, text=True, check=True)
    (tmp_path / "venv" / "newsroom-packages.stamp").write_text(f"{held} {ask.stdout}")
    # What holds the developer's packages holds those of the demo too, and keeps them.
    done = bootstrap("run", VENV=str(tmp_path / "venv"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_locks_pin_every_package_by_hash_and_name_no_place_to_fetch_from() -> None:
    for name in ("run", "dev", "bootstrap"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = [line for line in text.splitlines() if line and line[0] not in " #"]
        assert all("==" in line and line.endswith("\\") for line in pins)
        assert pins
        assert "://" not in text
        assert not any(line.startswith("-") for line in text.splitlines())
