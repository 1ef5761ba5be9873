"""PostgreSQL under our own lifecycle: what a kill, a stranger's process or another user must not break."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from newsroom.embedded import EngineError
from newsroom.embedded.accounts import choose_account, dropped
from newsroom.embedded.addresses import addresses, sockets_dir
from newsroom.embedded.postgres import Postgres
from newsroom.embedded.processes import Process, identity
from tests.embedded.conftest import eventually

Start = Callable[..., Process]


def ask(var: Path, query: str) -> object:
    with psycopg.connect(addresses(var).database_url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def test_new_cluster_is_postgresql_18_with_pgvector(var: Path, start_postgres: Start) -> None:
    start_postgres()
    assert ask(var, "show server_version_num").startswith("18")
    assert ask(var, "select '[1,2]'::vector <-> '[1,4]'::vector") == 2.0


def test_case_and_order_do_not_depend_on_the_system(var: Path, start_postgres: Start) -> None:
    start_postgres()
    assert ask(var, "select lower('ÇAĞRI') || upper('ß')") == "çağriSS"
    assert ask(var, "show timezone") == "UTC"


def test_socket_is_private_and_there_is_no_other_way_in(var: Path, start_postgres: Start) -> None:
    start_postgres()
    found = sockets_dir(var).stat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == os.getuid()
    assert ask(var, "show listen_addresses") == ""


def test_killed_postmaster_loses_no_committed_row(var: Path) -> None:
    durable = Postgres(var)
    process = durable.start()
    ask(var, "create table story as select generate_series(1, 50000) as number")
    os.kill(process.pid, signal.SIGKILL)
    assert process.clear() == -signal.SIGKILL
    process = durable.start()
    assert ask(var, "select count(*) from story") == 50000
    assert process.stop() == 0


def test_stop_ends_open_sessions_and_is_clean(var: Path, start_postgres: Start) -> None:
    process = start_postgres()
    with psycopg.connect(addresses(var).database_url) as connection:
        connection.execute("select 1")
        assert process.stop() == 0
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
        connection.close()


def test_second_start_is_refused_with_the_process_named(var: Path, start_postgres: Start) -> None:
    process = start_postgres()
    with pytest.raises(EngineError, match=f"already runs in .* as process {process.pid}"):
        Postgres(var).start()
    process.pid_file.unlink()
    with pytest.raises(EngineError, match=f"already runs on .* as process {process.pid}"):
        Postgres(var).start()
    assert process.running()
    assert ask(var, "select 1") == 1


def test_lock_of_a_killed_postmaster_whose_number_is_taken_does_not_hinder(var: Path, start_postgres: Start) -> None:
    start_postgres().stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        lock = var / "postgres" / "18" / "postmaster.pid"
        lock.write_text(f"{stranger.pid}\n{lock.parent}\n1700000000\n5432\n{sockets_dir(var)}\n\n")
        start_postgres()
        assert ask(var, "select 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_half_made_cluster_is_made_anew(var: Path, start_postgres: Start) -> None:
    draft = var / "postgres" / "18.new"
    draft.mkdir(parents=True, mode=0o700)
    (draft / "PG_VERSION").write_text("18\n")
    start_postgres()
    assert ask(var, "select 1") == 1
    assert not draft.exists()


def test_data_of_another_version_is_left_alone(var: Path) -> None:
    old = var / "postgres" / "17"
    old.mkdir(parents=True)
    with pytest.raises(EngineError, match="written by PostgreSQL 17 and this is 18"):
        Postgres(var).start()
    assert list((var / "postgres").iterdir()) == [old]


def test_long_and_odd_path_moves_the_socket_only(var: Path) -> None:
    deep = var / ("ü b" * 30) / ("x" * 60)
    deep.mkdir(parents=True)
    postgres = Postgres(deep, throwaway=True)
    process = postgres.start()
    try:
        assert len(str(sockets_dir(deep))) < 40
        assert ask(deep, "select current_setting('data_directory')") == str(postgres.data)
    finally:
        assert process.stop() == 0
        sockets_dir(deep).rmdir()


def test_socket_directory_of_somebody_else_is_refused(var: Path) -> None:
    elsewhere = var / "elsewhere"
    elsewhere.mkdir()
    (var / "run").symlink_to(elsewhere)
    with pytest.raises(EngineError, match="belongs to somebody else or is a link"):
        Postgres(var).prepare()


def test_settings_of_the_users_own_client_do_not_leak_in(
    var: Path, start_postgres: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    process = start_postgres()
    monkeypatch.undo()
    assert ask(var, "show port") == "5432"
    assert process.running()


def test_dies_with_the_process_that_started_it(var: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from newsroom.embedded.postgres import Postgres\n"
        "print(Postgres(Path(sys.argv[1]), throwaway=True).start().pid, flush=True); os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", code, str(var)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    eventually(lambda: identity(int(done.stdout)) is None)
    assert "database system is shut down" in (var / "logs" / "postgres.log").read_text()


def test_ordinary_user_runs_it_too(var: Path, run_as_nobody: Callable[[str], subprocess.CompletedProcess[str]]) -> None:
    done = run_as_nobody(
        "import os, sys, psycopg; from pathlib import Path\n"
        "from newsroom.embedded.addresses import addresses; from newsroom.embedded.postgres import Postgres\n"
        "os.umask(0o777 & 0o077); var = Path(sys.argv[1]); process = Postgres(var, throwaway=True).start()\n"
        "print(psycopg.connect(addresses(var).database_url).execute('select 42').fetchone()[0])\n"
        "print(process.stop())"
    )
    assert done.stdout.split() == ["42", "0"], done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="Only root drops to another user.")
def test_root_without_namespaces_drops_to_another_user(var: Path, start_postgres: Start) -> None:
    account = dropped()
    if account is None:
        pytest.skip("This machine lets root not become another user.")
    process = start_postgres(account=account)
    assert ask(var, "select 1") == 1
    assert Path(f"/proc/{process.pid}").stat().st_uid == account.uid
    assert process.stop() == 0
    # Once the files are another user's, the next start as root goes on as that user.
    assert choose_account(account.uid).uid == account.uid
    start_postgres()
    assert ask(var, "select 1") == 1
