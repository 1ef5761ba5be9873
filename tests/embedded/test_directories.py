"""What belongs to a demo, and nothing else, is made private and is deleted again."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.embedded import EngineError
from newsroom.embedded.demo import read_port, static_fingerprint
from newsroom.embedded.directories import delete_state, private_directory, state_directory
from newsroom.embedded.supervisor import only_one
from tests.embedded.conftest import NOBODY, ROOT


def reset(var: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsroom.embedded", "reset"]
    environment = {**os.environ, "NEWSROOM_VAR": str(var)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30)


def test_private_directory_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        private_directory(tmp_path / "run")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700
    (tmp_path / "run").chmod(0o777)
    private_directory(tmp_path / "run")
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700


def test_state_directory_of_another_user_is_refused(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("Only root can give a directory away.")
    os.chown(tmp_path, NOBODY, NOBODY)
    with pytest.raises(EngineError, match=f"belongs to user {NOBODY} and this is user 0"):
        state_directory(tmp_path)


def test_file_in_the_way_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(EngineError, match="cannot be made"):
        state_directory(tmp_path / "var")


def test_reset_deletes_what_the_demo_made_and_nothing_else(tmp_path: Path) -> None:
    for name in ("postgres/18", "media/pictures", "inbox"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "sign-ins.txt").write_text("editor")
    (tmp_path / "holiday.jpg").write_text("mine")
    done = reset(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]
    assert "starts over" in reset(tmp_path).stdout


def test_reset_is_refused_while_the_demo_runs(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with only_one(tmp_path):
        done = reset(tmp_path)
    assert done.returncode == 1
    assert f"already runs, as process {os.getpid()}" in done.stderr
    assert (tmp_path / "postgres").exists()


def test_deleting_an_empty_state_takes_the_directory_along(tmp_path: Path) -> None:
    var = state_directory(tmp_path / "var")
    delete_state(var)
    assert not var.exists()
    delete_state(var)


@pytest.mark.parametrize("text", ["0", "-1", "65494", "99999", "eighty", "80.0", " 80", "٨٠٠٠"])
def test_port_that_cannot_be_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(EngineError, match=r"is no port the site can use. Choose a number between 1024 and 65492"):
        read_port(text)


def test_port_is_8000_unless_told_otherwise() -> None:
    assert [read_port(None), read_port(""), read_port("8100")] == [8000, 8000, 8100]


def test_static_files_are_collected_anew_only_when_one_has_changed(tmp_path: Path) -> None:
    for name in ("requirements/run.txt", "newsroom/settings.py", "newsroom/bundles.py", "static/css/base.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    first = static_fingerprint(tmp_path)
    assert static_fingerprint(tmp_path) == first
    os.utime(tmp_path / "static" / "css" / "base.css", ns=(1, 1))
    second = static_fingerprint(tmp_path)
    (tmp_path / "articles" / "static").mkdir(parents=True)
    (tmp_path / "articles" / "static" / "editor.js").write_text("")
    third = static_fingerprint(tmp_path)
    (tmp_path / "requirements" / "run.txt").write_text("another version")
    assert len({first, second, third, static_fingerprint(tmp_path)}) == 4
